"""What a pane shows when it has nothing to show: an icon, a line, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui import icons, theme
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.spoken import Announcer

ICON_SIZE = 48


class EmptyState(QWidget):
    """Also the face of loading (with progress) and of failure (with the way out)."""

    action_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._title = wrapped(role="title")
        self._text = wrapped(role="muted")
        for text in (self._icon, self._title, self._text):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMaximumWidth(280)
        self._action = ""
        self._button = QPushButton()
        self._button.clicked.connect(lambda: self.action_requested.emit(self._action))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(8)
        column.addWidget(self._progress, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        # A label that wraps and is centred takes no width by itself: give it the pane's.
        self._progress.setMinimumWidth(200)
        self._announcer = Announcer(self)
        self.show_message("document", "", "")

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self._title.text(), self._text.text()) if part)

    def show_message(
        self,
        icon: str,
        title: str,
        text: str,
        *,
        colour_role: str = "border_strong",
        action: str = "",
        action_text: str = "",
    ) -> None:
        colour = theme.current().colours[colour_role]
        self._icon.setPixmap(icons.pixmap(icon, colour, ICON_SIZE, self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._action = action
        self._button.setText(action_text)
        self._button.setVisible(bool(action))
        self._progress.hide()
        self._progress.setAccessibleName(title)
        self.setAccessibleName(self.text)
        self._announce()

    def show_progress(self, done: int, total: int | None) -> None:
        """Bytes so far; an unknown total shows a bar that only says "busy"."""
        self._progress.show()
        if total:
            self._progress.setRange(0, 1000)
            self._progress.setValue(min(1000, done * 1000 // total))
        else:
            self._progress.setRange(0, 0)

    def _announce(self) -> None:
        """A face has no focus: who listens learns in this way that there is nothing, that it comes, or that it failed."""
        if self.isVisible() and self.text:
            self._announcer.say(self.text)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._announce()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._announcer.forget()
