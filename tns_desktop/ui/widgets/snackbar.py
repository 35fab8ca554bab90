"""The snackbar: what became of my last click, and, while it can be taken back, a way to do so."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from tns_desktop.ui.widgets.labels import label
from tns_desktop.ui.widgets.spoken import Announcer

SHOWN_FOR_MS = 6000
MARGIN = 16


class Snackbar(QFrame):
    """Floats over the bottom of its parent. ``action_requested`` carries the id given with the text."""

    action_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("snackbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = label()
        self._action = ""
        self._button = QPushButton()
        self._button.clicked.connect(lambda: self.action_requested.emit(self._action))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._announcer = Announcer(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def show_message(self, text: str, *, action: str = "", action_text: str = "", lasting: bool = False) -> None:
        """``lasting``: until the next message or ``hide``; else for a few seconds."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action = action
        self._button.setText(action_text)
        self._button.setVisible(bool(action))
        self.place()
        if self.isHidden():
            self._announcer.forget()
        self.show()
        self._announcer.say(text)
        self.raise_()
        if lasting:
            self._timer.stop()
        else:
            self._timer.start(SHOWN_FOR_MS)

    def place(self) -> None:
        """At the bottom left, where no button is; called again when the parent's size changes."""
        parent = self._over
        self.adjustSize()
        width = min(self.width(), parent.width() - 2 * MARGIN)
        self.setGeometry(MARGIN, parent.height() - self.height() - MARGIN, width, self.height())
