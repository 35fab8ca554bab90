"""The rule of handing over, product by product: where to, under which name, what, when, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.handover import COMMAND_PLACEHOLDERS, DEFAULT_TEMPLATE, CsvIndex, HandoverRule, Layout
from tns_desktop.domain.safe_names import PLACEHOLDERS
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

SCHEDULES = ("none", "daily", "hours")
_SIZE = (720, 620)
_TIME_WIDTH = 90
_COMMAND_HEIGHT = 76
_CHOICE_WIDTH = 340


@dataclass(frozen=True, slots=True)
class HandoverInput:
    """What was typed; a command's program and arguments are a line each."""

    folder: str
    template: str
    layout: Layout
    on_acceptance: bool
    every_hours: str
    daily_at: str
    with_earlier: bool
    csv: CsvIndex
    json: bool
    command: tuple[str, ...]


class HandoverDialog(QDialog):
    """Says beside each field what is wrong with it, and below the template what it makes of a file."""

    connection_chosen = Signal(str)
    template_changed = Signal(str)
    try_requested = Signal(str)
    save_requested = Signal(object)
    remove_requested = Signal()

    def __init__(self, connections: Sequence[Connection], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("handover.title"))
        self.resize(*_SIZE)
        self.product = QComboBox()
        for connection in connections:
            self.product.addItem(connection_words(connection), connection.connection_id)
        self.folder, self.template, self.when = QLineEdit(), QLineEdit(), QLineEdit()
        self.layout_choice, self.schedule, self.csv = QComboBox(), QComboBox(), QComboBox()
        for layout in Layout:
            self.layout_choice.addItem(tr(f"handover.layout.{layout.value}"), layout)
        for name in SCHEDULES:
            self.schedule.addItem(tr(f"handover.schedule.{name}"), name)
        for kind in CsvIndex:
            self.csv.addItem(tr(f"handover.csv.{kind.value}"), kind)
        for choice in (self.product, self.layout_choice, self.schedule, self.csv):
            choice.setMaximumWidth(_CHOICE_WIDTH)
        self.on_acceptance = QCheckBox(tr("handover.on_acceptance"))
        self.with_earlier = QCheckBox(tr("handover.with_earlier"))
        self.json = QCheckBox(tr("handover.json"))
        self.with_command = QCheckBox(tr("handover.with_command"))
        self.command = QPlainTextEdit()
        self.command.setTabChangesFocus(True)
        self.command.setFixedHeight(_COMMAND_HEIGHT)
        self.sample = wrapped(role="muted")
        self.sample.setAccessibleName(tr("handover.sample_name"))
        self.tried = wrapped(role="muted")
        self.problem = Banner()
        self._errors: dict[str, tuple[QLabel, QWidget]] = {}
        self._lay_out()
        self.product.currentIndexChanged.connect(lambda: self.connection_chosen.emit(self.product.currentData()))
        self.template.textChanged.connect(self.template_changed)
        self.schedule.currentIndexChanged.connect(self._schedule_changed)
        self.with_command.toggled.connect(self.command.setEnabled)
        self.folder.textChanged.connect(lambda: self.show_tried(""))

    # --- what the presenter says --------------------------------------------------------------------------------------

    @property
    def connection_id(self) -> str:
        return str(self.product.currentData())

    def show_rule(self, connection_id: str, rule: HandoverRule | None) -> None:
        """``rule`` None: of a product that has none yet; nothing is switched on then."""
        self.product.blockSignals(True)
        self.product.setCurrentIndex(max(0, self.product.findData(connection_id)))
        self.product.blockSignals(False)
        self.clear_errors()
        schedule = rule.schedule if rule is not None else None
        self.folder.setText(rule.folder if rule is not None else "")
        self.template.setText(rule.template if rule is not None else DEFAULT_TEMPLATE)
        self.layout_choice.setCurrentIndex(self.layout_choice.findData(rule.layout if rule is not None else Layout.ZIP))
        self.on_acceptance.setChecked(rule is not None and rule.on_acceptance)
        self.with_earlier.setChecked(rule is not None and rule.since is None)
        kind = "none" if schedule is None else ("hours" if schedule.every_hours else "daily")
        self.schedule.setCurrentIndex(SCHEDULES.index(kind))
        self._schedule_changed()
        if schedule is not None:
            daily = f"{schedule.hour:02}:{schedule.minute:02}"
            self.when.setText(str(schedule.every_hours) if schedule.every_hours else daily)
        self.csv.setCurrentIndex(self.csv.findData(rule.csv if rule is not None else CsvIndex.SEMICOLON))
        self.json.setChecked(rule is None or rule.json)
        command = rule.command if rule is not None else ()
        self.with_command.setChecked(bool(command))
        self.command.setPlainText("\n".join(command))
        self.command.setEnabled(bool(command))
        self.remove.setVisible(rule is not None)

    def input(self) -> HandoverInput:
        kind, when = self.schedule.currentData(), self.when.text().strip()
        lines = [line.strip() for line in self.command.toPlainText().splitlines() if line.strip()]
        return HandoverInput(
            folder=self.folder.text().strip(),
            template=self.template.text().strip(),
            layout=Layout(self.layout_choice.currentData()),
            on_acceptance=self.on_acceptance.isChecked(),
            every_hours=(when or "0") if kind == "hours" else "",
            daily_at=(when or ":") if kind == "daily" else "",
            with_earlier=self.with_earlier.isChecked(),
            csv=CsvIndex(self.csv.currentData()),
            json=self.json.isChecked(),
            command=tuple(lines) if self.with_command.isChecked() else (),
        )

    def show_sample(self, text: str) -> None:
        self.sample.setText(text)

    def show_tried(self, text: str) -> None:
        """What became of trying the folder; empty: it is not known."""
        self.tried.setText(text)
        self.tried.setVisible(bool(text))

    def show_field_error(self, field: str, text: str, *, go_there: bool = False) -> None:
        """Beside the field; empty: nothing is wrong with it."""
        note, widget = self._errors[field]
        note.setText(text)
        note.setVisible(bool(text))
        theme.mark_invalid(widget, text)
        if go_there:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(note)

    def clear_errors(self) -> None:
        self.problem.clear()
        for field in self._errors:
            self.show_field_error(field, "")

    def show_problem(self, text: str) -> None:
        self.problem.show_message("error", text)

    def set_busy(self, busy: bool) -> None:
        for button in (self.save, self.try_folder, self.remove):
            button.setEnabled(not busy)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        fields = QWidget()
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(6)
        clear = Banner()
        clear.show_message("warning", tr("handover.in_clear"))
        column.addWidget(clear)
        self._add(column, "product", self.product, self.product)
        self._add(column, "folder", self.folder, self._folder_row())
        column.addWidget(self.tried)
        self._add(column, "template", self.template, self.template)
        column.addWidget(self.sample)
        column.addWidget(
            wrapped(tr("handover.note.template", names=_names(), info="{info:…}", date="{finish_date:%Y-%m}"), "muted")
        )
        self._add(column, "layout", self.layout_choice, self.layout_choice)
        column.addSpacing(6)
        column.addWidget(label(tr("handover.heading.when"), "section"))
        column.addWidget(self.on_acceptance)
        self._add(column, "schedule", self.when, self._schedule_row())
        column.addWidget(self.with_earlier)
        column.addWidget(wrapped(tr("handover.note.when"), "muted"))
        column.addSpacing(6)
        column.addWidget(label(tr("handover.heading.after"), "section"))
        self._add(column, "csv", self.csv, self.csv)
        column.addWidget(self.json)
        column.addWidget(self.with_command)
        self._add(column, "command", self.command, self.command)
        column.addWidget(wrapped(tr("handover.note.command", names=_command_names()), "muted"))
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(fields)
        self.remove = QPushButton(tr("handover.remove"))
        self.save = primary_button(tr("handover.save"))
        self.save.setDefault(True)
        cancel = QPushButton(tr("button.cancel"))
        for button in (self.remove, cancel):
            button.setAutoDefault(False)
        self.remove.clicked.connect(self.remove_requested)
        self.save.clicked.connect(lambda: self.save_requested.emit(self.input()))
        cancel.clicked.connect(self.reject)
        buttons = foot(cancel, self.save, left=[self.remove])
        outside = body(self, 12)
        outside.addWidget(label(tr("handover.title"), "title"))
        outside.addWidget(self._scroll, 1)
        outside.addWidget(self.problem)
        outside.addLayout(buttons)
        self.folder.setFocus()

    def _add(self, column: QVBoxLayout, field: str, widget: QWidget, row: QWidget | QHBoxLayout) -> None:
        caption = tr(f"handover.field.{field}")
        name = label(caption)
        name.setBuddy(widget)
        widget.setObjectName(f"handover_{field}")
        widget.setAccessibleName(caption)
        note = wrapped(role="error")
        note.hide()
        column.addWidget(name)
        if isinstance(row, QWidget):
            column.addWidget(row)
        else:
            column.addLayout(row)
        column.addWidget(note)
        self._errors[field] = (note, widget)

    def _folder_row(self) -> QHBoxLayout:
        browse = QPushButton(tr("button.browse"))
        self.try_folder = QPushButton(tr("handover.try"))
        browse.clicked.connect(self._browse)
        self.try_folder.clicked.connect(lambda: self.try_requested.emit(self.folder.text().strip()))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder, 1)
        for button in (browse, self.try_folder):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _schedule_row(self) -> QHBoxLayout:
        self.schedule.setAccessibleName(tr("handover.field.schedule"))
        self.when.setFixedWidth(_TIME_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.schedule)
        row.addWidget(self.when)
        row.addStretch(1)
        return row

    def _schedule_changed(self) -> None:
        kind = self.schedule.currentData()
        self.when.setVisible(kind != "none")
        self.with_earlier.setEnabled(kind != "none")
        self.when.setText({"daily": "18:00", "hours": "4"}.get(str(kind), ""))
        self.when.setPlaceholderText(tr("handover.time") if kind == "daily" else "")

    def _browse(self) -> None:
        chooser = QFileDialog(self, tr("handover.field.folder"), self.folder.text())
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(self.folder.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()


def _names() -> str:
    return " ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def _command_names() -> str:
    return " ".join(f"{{{name}}}" for name in COMMAND_PLACEHOLDERS)
