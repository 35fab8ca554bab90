"""How many of the next files to validate are to be kept offline."""

from __future__ import annotations

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped


class KeepNextDialog(QDialog):
    """Accepted with ``number``, which the caller remembers."""

    def __init__(self, number: int, left_to_do: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("keep_next.title"))
        self.setMinimumWidth(420)
        self._number = QLineEdit(str(number))
        self._number.setValidator(QIntValidator(1, most, self))
        self._number.setMaximumWidth(90)
        self._number.selectAll()
        how_many = label(tr("keep_next.number"))
        how_many.setBuddy(self._number)
        field = QHBoxLayout()
        field.addWidget(how_many)
        field.addWidget(self._number)
        field.addStretch(1)
        self.keep = primary_button(tr("keep_next.keep"))
        self.keep.setDefault(True)
        self.keep.clicked.connect(self.accept)
        self._number.textChanged.connect(lambda: self.keep.setEnabled(self._number.hasAcceptableInput()))
        cancel = QPushButton(tr("keep_next.cancel"))
        cancel.clicked.connect(self.reject)
        buttons = foot(cancel, self.keep)
        column = body(self, 12)
        column.addWidget(label(tr("keep_next.title"), "title"))
        column.addWidget(wrapped(tr("keep_next.text", count=left_to_do)))
        column.addLayout(field)
        column.addLayout(buttons)
        self._number.setFocus()

    @property
    def number(self) -> int:
        return int(self._number.text())

    def set_number(self, number: int) -> None:
        self._number.setText(str(number))
