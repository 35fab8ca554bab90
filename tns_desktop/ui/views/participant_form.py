"""One participant of a new client file: role, name, how to reach them, what they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.new_client_file import CIVILITIES, PERSON_FIELDS
from tns_desktop.domain.workflow import Workflow
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.form_field import FormField, choice, set_choices
from tns_desktop.ui.widgets.labels import label
from tns_desktop.ui.widgets.profile_choice import ProfileChoice

_PLACES = {
    "type": (0, 0, 1),
    "civility": (0, 1, 1),
    "last_name": (0, 2, 2),
    "first_name": (1, 0, 2),
    "birth_name": (1, 2, 2),
    "birth_date": (2, 0, 1),
    "birth_place": (2, 1, 1),
    "email": (2, 2, 2),
    "mobile_phone": (3, 0, 1),
    "phone": (3, 1, 1),
    "iban": (3, 2, 2),
    "postal_address": (4, 0, 4),
    "profiles": (5, 0, 4),
}
"""Row, column, columns taken; of four."""
_HINTS = ("birth_date", "mobile_phone", "iban")


class ParticipantForm(QFrame):
    """``changed`` when the operator changed something; ``remove_requested`` for one that may go."""

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        """``number`` counts from 0."""
        super().__init__(parent)
        self.number = number
        self.type = choice([])
        self.civility = QComboBox()
        self.civility.addItem("", "")
        for civility in CIVILITIES:
            self.civility.addItem(tr(f"creation.civility.{civility.lower()}"), civility)
        self.profiles = ProfileChoice()
        self.lines = {name: QLineEdit() for name in PERSON_FIELDS if name != "civility"}
        editors: dict[str, QWidget] = {
            "type": self.type, "civility": self.civility, "profiles": self.profiles, **self.lines,
        }  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self.fields: dict[str, FormField] = {}
        for name, (row, column, width) in _PLACES.items():
            place = f"participants.{number}.{name}"
            hint = tr(f"creation.hint.{name}") if name in _HINTS else ""
            self.fields[place] = FormField(place, tr(f"creation.field.{name}"), editors[name], hint)
            grid.addWidget(self.fields[place], row, column, 1, width)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        self.remove = QPushButton(tr("creation.remove_participant"))
        self.remove.setAutoDefault(False)
        self.remove.setVisible(number > 0)
        self.remove.clicked.connect(self.remove_requested)
        head = QHBoxLayout()
        head.addWidget(label(tr("creation.participant", number=number + 1), "section"), 1)
        head.addWidget(self.remove)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 8, 0, 0)
        column_layout.setSpacing(4)
        column_layout.addLayout(head)
        column_layout.addLayout(grid)
        for line in self.lines.values():
            line.textEdited.connect(lambda _text: self.changed.emit())
        self.type.editTextChanged.connect(lambda _text: self.changed.emit())
        self.civility.activated.connect(lambda _index: self.changed.emit())
        self.profiles.changed.connect(self.changed)

    @property
    def person(self) -> Participant:
        """As it was typed."""
        texts = {name: line.text() for name, line in self.lines.items()}
        return Participant(
            type=self.type.currentText(),
            civility=str(self.civility.currentData() or ""),
            profiles=self.profiles.values,
            **texts,
        )

    def show_person(self, person: Participant) -> None:
        self.type.blockSignals(True)
        self.type.setEditText(person.type)
        self.type.blockSignals(False)
        if person.civility and self.civility.findData(person.civility) < 0:
            self.civility.addItem(person.civility, person.civility)
        self.civility.setCurrentIndex(max(0, self.civility.findData(person.civility)))
        for name, line in self.lines.items():
            line.setText(getattr(person, name))
        self.profiles.offer([box.text() for box in self.profiles.boxes], person.profiles)

    def offer(self, workflow: Workflow | None) -> None:
        """The types and profiles that this workflow uses."""
        types: Sequence[str] = [one.name for one in workflow.participant_types] if workflow is not None else []
        set_choices(self.type, list(types))
        known = workflow.profiles_of(self.type.currentText()) if workflow is not None else ()
        self.profiles.offer(known)
        self.profiles.others.setVisible(workflow is None or not (workflow.written and known))
