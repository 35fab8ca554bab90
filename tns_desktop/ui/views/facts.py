"""Declared data beside the document: who the participants say they are, and the firm's own information."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ClientFile, Participant
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped

NARROW = 560
"""Below this width a second column of values would cut addresses into words."""

Section = tuple[str, list[tuple[str, str]]]


class FactsPanel(QFrame):
    """Sections of label and value, in two columns where there is room; every value can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self._sections: list[Section] = []
        self._columns = 2
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName(tr("facts.accessible_name"))
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    def show_file(self, client_file: ClientFile | None) -> None:
        sections = _sections_of(client_file) if client_file is not None else []
        if sections != self._sections:
            self._sections = sections
            self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(3)
        captions = max((_width_of(name) for _title, facts in self._sections for name, _value in facts), default=0)
        for number, (title, facts) in enumerate(self._sections):
            heading = label(title, "section")
            heading.setContentsMargins(0, 6 if number else 0, 0, 2)
            column.addWidget(heading)
            # A grid of its own for each section: one with headings across it gives wrapped values too little height.
            column.addLayout(_grid_of(facts, self._columns, captions))
        column.addStretch(1)
        self._scroll.setWidget(content)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = 1 if self.width() < NARROW else 2
        if columns != self._columns:
            self._columns = columns
            self._lay_out()


def _sections_of(client_file: ClientFile) -> list[Section]:
    sections = [
        (tr("facts.participant", type=person.type or "—"), _person_facts(person)) for person in client_file.participants
    ]
    sections.append((tr("facts.file"), _file_facts(client_file)))
    if client_file.external_info:
        facts = [(info.name or tr("facts.external"), info.value) for info in client_file.external_info]
        sections.append((tr("facts.external"), facts))
    return [(title, [(name, value) for name, value in facts if value]) for title, facts in sections]


def _grid_of(facts: list[tuple[str, str]], columns: int, caption_width: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    for column in range(columns):
        grid.setColumnMinimumWidth(2 * column, caption_width)
        grid.setColumnStretch(2 * column + 1, 1)
    for position, (name, value) in enumerate(facts):
        row, column = divmod(position, columns)
        grid.addWidget(label(name, "muted"), row, 2 * column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_value(value), row, 2 * column + 1, Qt.AlignmentFlag.AlignTop)
    return grid


def _width_of(caption: str) -> int:
    return label(caption, "muted").sizeHint().width()


def _value(text: str) -> QLabel:
    made = wrapped(text)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return made


def _person_facts(person: Participant) -> list[tuple[str, str]]:
    return [
        (tr("field.last_name"), person.last_name),
        (tr("field.first_name"), person.first_name),
        (tr("field.birth_name"), person.birth_name),
        (tr("field.birth_date"), formatting.day(person.birth_date)),
        (tr("field.birth_place"), person.birth_place),
        (tr("field.email"), person.email),
        (tr("field.mobile_phone"), person.mobile_phone),
        (tr("field.phone"), person.phone),
        (tr("field.postal_address"), person.postal_address),
        (tr("field.iban"), formatting.iban(person.iban)),
        (tr("field.profiles"), ", ".join(person.profiles)),
    ]


def _file_facts(client_file: ClientFile) -> list[tuple[str, str]]:
    return [
        (tr("field.workflow"), client_file.workflow_label),
        (tr("field.external_id"), client_file.external_id),
        (tr("field.start_date"), formatting.date_time(client_file.start_date)),
        (tr("field.finish_date"), formatting.date_time(client_file.finish_date)),
        (tr("field.validation_date"), formatting.date_time(client_file.validation_date)),
        (tr("field.rejection_cause"), client_file.rejection_cause),
        (tr("field.rejection_message"), client_file.rejection_message),
        (tr("field.legally_archived"), tr("word.yes") if client_file.legally_archived else ""),
    ]
