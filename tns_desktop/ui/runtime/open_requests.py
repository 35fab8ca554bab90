"""Files that the desktop hands to a program that runs: on macOS a double click is an event, not a start."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class OpenRequests(QObject):
    """Emits the path of each file that is to be opened."""

    requested = Signal(str)

    def __init__(self, application: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        application.installEventFilter(self)

    def close(self) -> None:
        self._application.removeEventFilter(self)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent) and event.file():
            self.requested.emit(event.file())
            return True
        return False
