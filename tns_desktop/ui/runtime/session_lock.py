"""Notices that the user's session is being locked, as far as the operating system tells programs.

Linux: logind's ``Lock`` of our session, and ``ActiveChanged`` of the desktop's screen saver, over D-Bus. Windows: session
notifications (WTS) to our window. macOS tells only programs that load its own libraries for it; there the desk locks when it is
idle.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection, QDBusPendingCallWatcher

_LOGIND = "org.freedesktop.login1"
_LOGIND_SESSION = "org.freedesktop.login1.Session"
_SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.cinnamon.ScreenSaver",
)

# wtsapi32.h and winuser.h
_NOTIFY_FOR_THIS_SESSION = 0
WM_WTSSESSION_CHANGE = 0x02B1
WTS_SESSION_LOCK = 0x7


class SessionLock(QObject):
    """``locked`` tells that the session is locked now. A bus that is not there tells nothing, and is no error."""

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watchers: list[QDBusPendingCallWatcher] = []
        self._filter: WindowsLockFilter | None = None

    def listen(self, window_id: int) -> None:
        """``window_id`` is the native handle of the program's window; only Windows asks for it."""
        if sys.platform.startswith("linux"):
            from PySide6.QtDBus import QDBusConnection

            self.listen_on(QDBusConnection.systemBus(), QDBusConnection.sessionBus())
        elif sys.platform == "win32":
            self._filter = WindowsLockFilter(self)
            self._filter.listen(window_id)

    def close(self) -> None:
        if self._filter is not None:
            self._filter.close()

    # --- Linux --------------------------------------------------------------------------------------------------------

    def listen_on(self, system_bus: QDBusConnection, session_bus: QDBusConnection) -> None:
        if system_bus.isConnected():
            self._find_session(system_bus)
        if session_bus.isConnected():
            for name in _SCREEN_SAVERS:
                # Desktops own these names under several paths, some only while the screen is locked: any sender of ours does.
                _connect(session_bus, ("", "", name, "ActiveChanged"), self, SLOT("active_changed(bool)"))

    def _find_session(self, bus: QDBusConnection) -> None:
        """Other users of the computer have sessions of their own; only where ours is not known, any lock counts."""
        session_id = os.environ.get("XDG_SESSION_ID", "")
        if not session_id:
            self._follow_session(bus, "")
            return
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        message = QDBusMessage.createMethodCall(
            _LOGIND, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "GetSession"
        )
        message.setArguments([session_id])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message), self)
        watcher.finished.connect(lambda: self._session_found(bus, watcher))
        self._watchers.append(watcher)

    def _session_found(self, bus: QDBusConnection, watcher: QDBusPendingCallWatcher) -> None:
        arguments = [] if watcher.isError() else watcher.reply().arguments()
        self._watchers.remove(watcher)
        self._follow_session(bus, arguments[0].path() if arguments else "")

    def _follow_session(self, bus: QDBusConnection, path: str) -> None:
        _connect(bus, (_LOGIND, path, _LOGIND_SESSION, "Lock"), self, SLOT("session_locked()"))

    @Slot()
    def session_locked(self) -> None:
        self.locked.emit()

    @Slot(bool)
    def active_changed(self, active: bool) -> None:
        if active:
            self.locked.emit()


class WindowsLockFilter(QAbstractNativeEventFilter):
    """Sees ``WM_WTSSESSION_CHANGE`` among the window's messages and tells its owner."""

    def __init__(self, owner: SessionLock) -> None:
        super().__init__()
        self._owner = owner
        self._window_id = 0

    def listen(self, window_id: int) -> None:
        if sys.platform == "win32":
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window_id, _NOTIFY_FOR_THIS_SESSION)
        self._window_id = window_id
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self)

    def close(self) -> None:
        if sys.platform == "win32":
            ctypes.windll.wtsapi32.WTSUnRegisterSessionNotification(self._window_id)
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self)

    def nativeEventFilter(
        self, event_type: QByteArray | bytes | bytearray | memoryview, message: Any
    ) -> tuple[bool, int]:
        kind = event_type.data() if isinstance(event_type, QByteArray) else event_type
        if bytes(kind) == b"windows_generic_MSG":
            from ctypes import wintypes

            seen = wintypes.MSG.from_address(int(message))
            if seen.message == WM_WTSSESSION_CHANGE and seen.wParam == WTS_SESSION_LOCK:
                self._owner.locked.emit()
        return False, 0


def _connect(bus: QDBusConnection, signal: tuple[str, str, str, str], receiver: QObject, slot: str) -> None:
    """PySide's stubs want bytes where its code wants what ``SLOT`` returns, a str."""
    bus.connect(*signal, receiver, slot)  # type: ignore[call-overload]
