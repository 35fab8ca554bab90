"""The business information of a new client file: the lines that the workflow uses, and lines of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.workflow import Information
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.form_field import FormField, choice
from tns_desktop.ui.widgets.labels import label

_COLUMNS = 3


class InformationForm(QFrame):
    """``changed`` when the operator changed something."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, FormField] = {}
        self._asked: tuple[Information, ...] = ()
        self.name = QLineEdit()
        self.name.setObjectName("information_name")
        self.name.setMinimumWidth(210)
        self.name.setPlaceholderText(tr("creation.information_name"))
        self.name.setAccessibleName(tr("creation.information_name"))
        self.add = QPushButton(tr("creation.add_information"))
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self._add_own)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        head = QHBoxLayout()
        head.addWidget(label(tr("creation.information"), "section"), 1)
        head.addWidget(self.name)
        head.addWidget(self.add)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addLayout(self._grid)

    @property
    def lines(self) -> tuple[ExternalInfo, ...]:
        """Those with a value."""
        texts = {name: _text(field.editor) for name, field in self.fields.items()}
        return tuple(ExternalInfo(name, text) for name, text in texts.items() if text)

    def offer(self, asked: Sequence[Information]) -> None:
        """The lines of this workflow; values that stand in others stay, as lines of one's own."""
        if tuple(asked) != self._asked:
            self._asked = tuple(asked)
            self._build(self.lines)

    def show_lines(self, lines: Sequence[ExternalInfo]) -> None:
        self._build(lines)

    def _build(self, lines: Sequence[ExternalInfo]) -> None:
        for field in self.fields.values():
            self._grid.removeWidget(field)
            field.deleteLater()
        self.fields = {}
        values = {info.name: info.value for info in lines}
        for one in self._asked:
            self._put(one, values.pop(one.name, ""))
        for name, value in values.items():
            self._put(Information(name), value)

    def _put(self, asked: Information, value: str) -> None:
        editor: QWidget
        if asked.choices:
            box = choice(list(asked.choices))
            box.setEditText(value)
            box.editTextChanged.connect(lambda _text: self.changed.emit())
            editor = box
        else:
            line = QLineEdit(value)
            line.textEdited.connect(lambda _text: self.changed.emit())
            editor = line
        field = FormField(f"information.{asked.name}", asked.name, editor)
        at = len(self.fields)
        self.fields[asked.name] = field
        self._grid.addWidget(field, at // _COLUMNS, at % _COLUMNS)

    def _add_own(self) -> None:
        name = self.name.text().strip()
        if name and name not in self.fields:
            self._put(Information(name), "")
            self.fields[name].editor.setFocus()
        self.name.clear()


def _text(editor: QWidget) -> str:
    if isinstance(editor, QComboBox):
        return editor.currentText().strip()
    assert isinstance(editor, QLineEdit)
    return editor.text().strip()
