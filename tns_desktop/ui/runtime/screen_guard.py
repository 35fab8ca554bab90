"""Keeps every window of the program out of captures of the screen: dialogs, menus and tool tips too, before they are seen.

Tool tips and menus never take the focus, so the only one who meets all windows is a filter over the application. It costs about
a microsecond an event, and is there only while the operator wants it and the system can.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QPlatformSurfaceEvent, QWindow

from tns_desktop.services.ports import ScreenShield

_LOG = logging.getLogger(__name__)

_SHOWN, _SURFACE = QEvent.Type.Show, QEvent.Type.PlatformSurface
_LOST = QPlatformSurfaceEvent.SurfaceEventType.SurfaceAboutToBeDestroyed
_COVERED = "leftOutOfCaptures"
"""The windows themselves remember it, as long as they have the handle that it was asked for."""


class ScreenGuard(QObject):
    """``refused``, once until it is switched on again: the system did not cover a window."""

    refused = Signal()

    def __init__(self, shield: ScreenShield, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shield = shield
        self._is_on = False
        self.was_refused = False

    def use(self, on: bool) -> None:
        """Counts at once, for the windows that are there too."""
        on = on and not self._shield.obstacle
        if on == self._is_on:
            return
        self._is_on, self.was_refused = on, False
        application = QCoreApplication.instance()
        if application is not None and on:
            application.installEventFilter(self)
        elif application is not None:
            application.removeEventFilter(self)
        for window in QGuiApplication.topLevelWindows():
            # Asking one that has no handle for it would make it; such a window is met when it is shown.
            if window.isVisible() or window.property(_COVERED):
                self._cover(window)

    def close(self) -> None:
        """No window is covered that is shown from now on; those that are there stay covered."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def _cover(self, window: QWindow) -> None:
        if not window.isTopLevel() or bool(window.property(_COVERED)) == self._is_on:
            return
        if self._shield.cover(int(window.winId()), self._is_on):
            window.setProperty(_COVERED, self._is_on)
        elif self._is_on and not self.was_refused:
            self.was_refused = True
            _LOG.warning("a window is not left out of captures: the system refused")
            self.refused.emit()

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (_SHOWN, _SURFACE) and isinstance(watched, QWindow):
            if isinstance(event, QPlatformSurfaceEvent) and event.surfaceEventType() is _LOST:
                watched.setProperty(_COVERED, False)
            else:
                self._cover(watched)
        return False
