"""Notices that somebody is at the desk: keys, buttons, wheel and pointer over any of its windows.

It looks at what the windows of the desktop are sent, a few events a second, and not at what every widget is: a filter over the
whole application would call Python for each paint and each timer.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class InputWatch(QObject):
    """``touched`` tells of each input."""

    touched = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._follow)
        for window in QGuiApplication.topLevelWindows():
            self._follow(window)

    def close(self) -> None:
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._follow)
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def _follow(self, window: QWindow | None) -> None:
        if window is not None:
            # Installing it again moves it to the front; it is there once.
            window.installEventFilter(self)
            self.touched.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.touched.emit()
        return False
