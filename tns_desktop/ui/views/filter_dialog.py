"""What is to narrow the list: workflow, profile, when a file was started, and what a row says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from tns_desktop.domain.narrowing import MOST_DAYS, Narrowing, Period, RowMark, Started
from tns_desktop.domain.new_client_file import iso_date
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

_USUAL_DAYS = 7


class FilterDialog(QDialog):
    """Accepted with ``narrowing`` and ``every_queue``. "The whole queue" is accepted with nothing in it."""

    def __init__(
        self,
        narrowing: Narrowing,
        *,
        every_queue: bool,
        workflows: Sequence[str],
        profiles: Sequence[str],
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("filter.title"))
        self.setMinimumWidth(500)
        self.workflow = _choice(tr("filter.any_workflow"), workflows, narrowing.workflow)
        self.profile = _choice(tr("filter.any_profile"), profiles, narrowing.profile)
        self.period = QComboBox()
        for period in Period:
            self.period.addItem(tr(f"filter.period.{period.value}"), period)
        self.days = QLineEdit()
        self.days.setValidator(QIntValidator(1, MOST_DAYS, self))
        self.days.setMaximumWidth(90)
        self.days.setAccessibleName(tr("filter.days"))
        self.first, self.last = _day_edit("filter.first"), _day_edit("filter.last")
        self.marks = {mark: QCheckBox(tr(f"filter.mark.{mark.value}")) for mark in RowMark}
        self.every_queue_box = QCheckBox(tr("filter.every_queue"))
        self.error = wrapped(role="error")
        self._lay_out()
        self._show(narrowing, every_queue=every_queue, today=today)
        self.period.currentIndexChanged.connect(lambda _index: self._show_fields())
        self.days.textChanged.connect(lambda _text: self._judge())
        for edit in (self.first, self.last):
            edit.textChanged.connect(lambda _text: self._judge())
        self._show_fields()
        self.workflow.setFocus()

    @property
    def every_queue(self) -> bool:
        return self.every_queue_box.isChecked()

    @property
    def narrowing(self) -> Narrowing:
        """Of what is chosen; ``show`` is off while that makes no sense."""
        return Narrowing(
            str(self.workflow.currentData()),
            str(self.profile.currentData()),
            self._started(),
            frozenset(mark for mark, box in self.marks.items() if box.isChecked()),
        )

    def _lay_out(self) -> None:
        days = QHBoxLayout()
        days.addWidget(self.days)
        days.addWidget(label(tr("filter.days")))
        days.addStretch(1)
        between = QHBoxLayout()
        between.addWidget(self.first)
        between.addWidget(label(tr("filter.and")))
        between.addWidget(self.last)
        between.addStretch(1)
        self._fields = QStackedWidget()
        for row in (QHBoxLayout(), days, between):
            row.setContentsMargins(0, 0, 0, 0)
            page = QWidget()
            page.setLayout(row)
            self._fields.addWidget(page)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for key, field in (("workflow", self.workflow), ("profile", self.profile), ("started", self.period)):
            field.setAccessibleName(tr(f"filter.field.{key}"))
            form.addRow(label(tr(f"filter.field.{key}"), "muted"), field)
        form.addRow(label(), self._fields)
        self.show_button = primary_button(tr("filter.show"))
        self.show_button.setDefault(True)
        self.show_button.clicked.connect(self.accept)
        self.clear = QPushButton(tr("filter.clear"))
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._clear)
        cancel = cancel_button(self)
        buttons = foot(cancel, self.show_button, left=[self.clear])
        column = body(self)
        column.addWidget(label(tr("filter.title"), "title"))
        column.addWidget(wrapped(tr("filter.text"), "muted"))
        column.addLayout(form)
        for box in (*self.marks.values(), self.every_queue_box):
            column.addWidget(box)
        column.addWidget(self.error)
        column.addStretch(1)
        column.addLayout(buttons)

    def _show(self, narrowing: Narrowing, *, every_queue: bool, today: date) -> None:
        started = narrowing.started
        self.period.setCurrentIndex(self.period.findData(started.period))
        usual = started.days if started.period in (Period.LAST_DAYS, Period.OLDER) else _USUAL_DAYS
        self.days.setText(str(usual))
        days: tuple[date | None, date | None] = (today - timedelta(days=_USUAL_DAYS), today)
        if started.period is Period.BETWEEN:
            days = (started.first, started.last)
        for edit, day in zip((self.first, self.last), days, strict=True):
            edit.setText(day.strftime("%d/%m/%Y") if day is not None else "")
        for mark, box in self.marks.items():
            box.setChecked(mark in narrowing.marks)
        self.every_queue_box.setChecked(every_queue)

    def _show_fields(self) -> None:
        period = self.period.currentData()
        counted = period in (Period.LAST_DAYS, Period.OLDER)
        self._fields.setCurrentIndex(1 if counted else 2 if period == Period.BETWEEN else 0)
        self._judge()

    def _judge(self) -> None:
        period = self.period.currentData()
        counted = period in (Period.LAST_DAYS, Period.OLDER)
        problem = ""
        if counted and not self.days.hasAcceptableInput():
            problem = tr("filter.error.days", most=formatting.limit(MOST_DAYS))
        elif period == Period.BETWEEN:
            problem = self._problem_of_days()
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        self.show_button.setEnabled(not problem)

    def _problem_of_days(self) -> str:
        try:
            first, last = _day_of(self.first), _day_of(self.last)
        except ValueError:
            return tr("creation.problem.not_a_date")
        if first is None and last is None:
            return tr("filter.error.no_day")
        return tr("filter.error.order") if first is not None and last is not None and first > last else ""

    def _started(self) -> Started:
        period = Period(self.period.currentData())
        if period is Period.BETWEEN:
            return Started(period, first=_day_of(self.first), last=_day_of(self.last))
        return Started(period, int(self.days.text())) if period in (Period.LAST_DAYS, Period.OLDER) else Started(period)

    def _clear(self) -> None:
        for box in (self.workflow, self.profile, self.period):
            box.setCurrentIndex(0)
        for mark in (*self.marks.values(), self.every_queue_box):
            mark.setChecked(False)
        self.accept()


def _choice(whatever: str, values: Sequence[str], chosen: str) -> QComboBox:
    """One that no file has at the moment stays chosen: a view may wait for the first."""
    box = QComboBox()
    box.addItem(whatever, "")
    for value in (*values, *([chosen] if chosen and chosen not in values else [])):
        box.addItem(value, value)
    box.setCurrentIndex(box.findData(chosen))
    box.setMinimumContentsLength(12)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _day_edit(key: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaximumWidth(120)
    edit.setAccessibleName(tr(key))
    edit.setPlaceholderText(tr("creation.hint.birth_date"))
    return edit


def _day_of(edit: QLineEdit) -> date | None:
    """None for an empty field. Raises ValueError for what is no day."""
    text = edit.text().strip()
    if not text:
        return None
    found = iso_date(text)
    if found is None:
        raise ValueError(text)
    return date.fromisoformat(found)
