"""Declared data, each value with what became of it in the document on screen: found (go there), not found, no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.facts import ADULT, Fact, FactGroup, SeenFact, Sighting, Sightings, age_on
from tns_desktop.domain.matching import ValueKind
from tns_desktop.ui import formatting, icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.inspection_words import expiry_words
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.seen_later import SeenLater

NARROW = 780
"""Below this width two columns of values and their marks would cut addresses into words."""
MARK_SIZE = 14
AFTER_MS = 50
"""A file is told in three parts, row, data and report: they are laid out once, and after the page that somebody waits for."""


@dataclass(frozen=True, slots=True)
class _Row:
    caption: str
    text: str
    fact: Fact | None = None
    warns: bool = False


class DeclaredView(SeenLater):
    """Sections of label and value, in two columns where there is room; every value can be selected and copied."""

    fact_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("facts.accessible_name"))
        self._sections: list[tuple[str, list[_Row]]] = []
        self._marks: dict[str, _Mark] = {}
        self._sightings: Sightings | None = None
        self._summary_text = ""
        self._columns = 2
        self._summary = wrapped(role="muted")

    @property
    def summary(self) -> str:
        """The line above the values."""
        return self._summary_text

    def mark_of(self, fact_id: str) -> _Mark | None:
        self.catch_up()
        return self._marks.get(fact_id)

    def show_facts(self, client_file: ClientFile | None, groups: Sequence[FactGroup], today: date) -> None:
        """What is declared; where it was seen is told later. Nothing moves when nothing changed."""
        sections = _sections_of(client_file, groups, today)
        if sections != self._sections:
            self._sections = sections
            # What another file declares is gone at once; what this one does follows its first page.
            self._marks = {}
            self._renew(after_ms=AFTER_MS)

    def show_sightings(self, sightings: Sightings | None, summary: str) -> None:
        """None takes the marks away: another document, or none."""
        self._sightings, self._summary_text = sightings, summary
        if not self._is_stale:
            self._mark_all()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(3)
        self._summary = wrapped(role="muted")
        column.addWidget(self._summary)
        self._marks = {}
        captions = max((_width_of(row.caption) for _title, rows in self._sections for row in rows), default=0)
        for title, rows in self._sections:
            heading = label(title, "section")
            heading.setContentsMargins(0, 6, 0, 2)
            column.addWidget(heading)
            # A grid of its own for each section: one with headings across it gives wrapped values too little height.
            column.addLayout(self._grid_of(rows, captions))
        column.addStretch(1)
        self._mark_all()
        return content

    def _grid_of(self, rows: Sequence[_Row], caption_width: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for column in range(self._columns):
            grid.setColumnMinimumWidth(2 * column, caption_width)
            grid.setColumnStretch(2 * column + 1, 1)
        for position, row in enumerate(rows):
            line, column = divmod(position, self._columns)
            grid.addWidget(label(row.caption, "muted"), line, 2 * column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._value_of(row), line, 2 * column + 1, Qt.AlignmentFlag.AlignTop)
        return grid

    def _value_of(self, row: _Row) -> QWidget:
        value = _value(row.text)
        if row.warns:
            value.setStyleSheet(f"color: {theme.current().colours['state_suspended']}; font-weight: 600;")
        if row.fact is None:
            return value
        mark = self._marks[row.fact.fact_id] = _Mark(row.fact.fact_id, row.caption, row.text)
        mark.chosen.connect(self.fact_chosen)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(value, 1)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _mark_all(self) -> None:
        self._summary.setText(self._summary_text)
        # Its room is kept: nothing may move under the eyes when the answer comes.
        self._summary.setMinimumHeight(self._summary.fontMetrics().height())
        for fact_id, mark in self._marks.items():
            mark.show_seen(self._sightings.seen.get(fact_id) if self._sightings is not None else None)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 1 if self.width() < NARROW else 2
        if columns != self._columns:
            self._columns = columns
            if not self._is_stale:
                self._renew()


class _Mark(QWidget):
    """What became of one value: a button that goes there, or a word."""

    chosen = Signal(str)

    def __init__(self, fact_id: str, caption: str, value: str) -> None:
        super().__init__()
        self._caption, self._value = caption, value
        self.button = QPushButton()
        self.button.setProperty("kind", "found")
        self.button.clicked.connect(lambda: self.chosen.emit(fact_id))
        self._icon = QLabel()
        self.word = label(role="muted")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for part in (self.button, self._icon, self.word):
            line.addWidget(part)
        self.show_seen(None)

    def show_seen(self, seen: SeenFact | None) -> None:
        found = seen is not None and seen.sighting is Sighting.FOUND
        missing = seen is not None and seen.sighting is Sighting.NOT_FOUND
        self.button.setVisible(found)
        self._icon.setVisible(missing)
        self.word.setVisible(missing)
        colours = theme.current().colours
        if found and seen is not None:
            pages = ", ".join(formatting.count(page + 1) for page in seen.pages)
            self.button.setText(tr("facts.found", pages=pages))
            self.button.setIcon(icons.icon("check", "state_accepted"))
            self.button.setAccessibleName(
                tr("facts.found_accessible", name=self._caption, value=self._value, pages=pages)
            )
            self.button.setToolTip(tr("facts.found_tip"))
        if missing:
            self._icon.setPixmap(
                icons.pixmap("question", colours["state_suspended"], MARK_SIZE, self.devicePixelRatioF())
            )
            self.word.setText(tr("facts.not_found"))
            self.word.setAccessibleName(tr("facts.not_found_accessible", name=self._caption, value=self._value))


def _sections_of(
    client_file: ClientFile | None, groups: Sequence[FactGroup], today: date
) -> list[tuple[str, list[_Row]]]:
    sections = []
    for group in groups:
        title = tr("facts.external") if group.type is None else tr("facts.participant", type=group.type or "—")
        sections.append((title, [_row_of(fact, today) for fact in group.facts]))
    if client_file is not None:
        people = sum(1 for group in groups if group.type is not None)
        sections.insert(people, (tr("facts.file"), _file_rows(client_file)))
    return [(title, rows) for title, rows in sections if rows]


def _row_of(fact: Fact, today: date) -> _Row:
    name = tr(f"field.{fact.field}") if fact.field else fact.label or tr("facts.external")
    caption = tr("facts.from_report", name=name) if fact.from_report else name
    text, warns = fact.value, False
    if fact.field == "document_expires":
        text = expiry_words(fact.value, today)
        warns = text != fact.value and (fact.value[:10] < today.isoformat())
    elif fact.field == "birth_date":
        text, warns = _born(fact.value, today)
    elif fact.kind is ValueKind.DATE:
        text = formatting.day(fact.value)
    elif fact.kind is ValueKind.IBAN:
        text = formatting.iban(fact.value)
    return _Row(caption, text, fact, warns)


def _born(value: str, today: date) -> tuple[str, bool]:
    age = age_on(value, today)
    if age is None:
        return formatting.day(value), False
    key = "facts.born_minor" if age < ADULT else "facts.born"
    return tr(key, date=formatting.day(value), count=age), age < ADULT


def _file_rows(client_file: ClientFile) -> list[_Row]:
    profiles = ", ".join(dict.fromkeys(profile for person in client_file.participants for profile in person.profiles))
    rows = [
        (tr("field.workflow"), client_file.workflow_label),
        (tr("field.external_id"), client_file.external_id),
        (tr("field.profiles"), profiles),
        (tr("field.start_date"), formatting.date_time(client_file.start_date)),
        (tr("field.finish_date"), formatting.date_time(client_file.finish_date)),
        (tr("field.validation_date"), formatting.date_time(client_file.validation_date)),
        (tr("field.rejection_cause"), client_file.rejection_cause),
        (tr("field.rejection_message"), client_file.rejection_message),
        (tr("field.legally_archived"), tr("word.yes") if client_file.legally_archived else ""),
    ]
    return [_Row(caption, text) for caption, text in rows if text]


def _width_of(caption: str) -> int:
    return label(caption, "muted").sizeHint().width()


def _value(text: str) -> QLabel:
    made = wrapped(text)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return made
