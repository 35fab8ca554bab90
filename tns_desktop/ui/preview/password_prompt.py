"""Asks for the password of a document that is locked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped


class PasswordPrompt(QWidget):
    """Asks for a document's password; it is kept for this session and never written."""

    password_entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = wrapped(role="title")
        self._text = wrapped(tr("preview.password.text"), "muted")
        for text in (self._title, self._text):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._wrong = label(tr("preview.password.wrong"), "error")
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName(tr("preview.password.field"))
        self._field.setPlaceholderText(tr("preview.password.field"))
        self._field.setFixedWidth(240)
        self._field.returnPressed.connect(self._enter)
        button = QPushButton(tr("preview.password.open"))
        button.setProperty("kind", "primary")
        button.clicked.connect(self._enter)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self._field, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._wrong, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def ask(self, name: str, *, wrong: bool) -> None:
        self._title.setText(tr("preview.password.title", name=name))
        self._wrong.setVisible(wrong)
        self._field.clear()
        if wrong:
            self._field.setFocus()

    def _enter(self) -> None:
        if self._field.text():
            self.password_entered.emit(self._field.text())
            self._field.clear()
