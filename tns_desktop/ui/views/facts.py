"""Declared data beside the document: who the participants say they are, and the firm's own information."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ClientFile, Participant
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped


class FactsPanel(QFrame):
    """Two columns of label and value; every value can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(16, 8, 16, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._content)
        scroll.setAccessibleName(tr("facts.accessible_name"))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def show_file(self, client_file: ClientFile | None) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if client_file is None:
            return
        row = 0
        for person in client_file.participants:
            row = self._section(row, tr("facts.participant", type=person.type or "—"), _person_facts(person))
        row = self._section(row, tr("facts.file"), _file_facts(client_file))
        if client_file.external_info:
            facts = [(info.name or tr("facts.external"), info.value) for info in client_file.external_info]
            self._section(row, tr("facts.external"), facts)

    def _section(self, row: int, title: str, facts: list[tuple[str, str]]) -> int:
        heading = label(title, "section")
        heading.setContentsMargins(0, 6 if row else 0, 0, 2)
        self._grid.addWidget(heading, row, 0, 1, 4)
        row += 1
        shown = [(name, value) for name, value in facts if value]
        for position, (name, value) in enumerate(shown):
            column = (position % 2) * 2
            self._grid.addWidget(label(name, "muted"), row + position // 2, column, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_value(value), row + position // 2, column + 1, Qt.AlignmentFlag.AlignTop)
        return row + (len(shown) + 1) // 2


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
