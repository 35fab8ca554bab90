"""A banner: a lasting state of the line or of a pane, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from tns_desktop.ui import icons, theme
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.spoken import Announcer

_ICONS = {"info": ("info", "accent"), "warning": ("warning", "state_suspended"), "error": ("warning", "state_rejected")}


class Banner(QFrame):
    """Hidden until it has something to say. ``action_requested`` carries the id given with the text."""

    action_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._icon = QLabel()
        self._text = wrapped()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = ""
        self._button = QPushButton()
        self._button.clicked.connect(lambda: self.action_requested.emit(self._action))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._announcer = Announcer(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def show_message(self, level: str, text: str, *, action: str = "", action_text: str = "") -> None:
        """``level`` is info, warning or error."""
        name, token = _ICONS[level]
        self._icon.setPixmap(icons.pixmap(name, theme.current().colours[token], 20, self.devicePixelRatioF()))
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action = action
        self._button.setText(action_text)
        self._button.setVisible(bool(action))
        self.setProperty("level", level)
        theme.restyle(self)
        if self.isHidden():
            self._announcer.forget()
        self.show()
        self._announcer.say(text)

    def clear(self) -> None:
        """The focus goes to the window: Qt would hand it to whatever comes next, and Return would press that."""
        if self._button.hasFocus():
            self.window().setFocus()
        self.hide()
