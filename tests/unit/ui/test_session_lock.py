"""A session that is locked is heard of: over a real D-Bus on Linux, by a window message on Windows."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from ctypes import wintypes

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.keyring_session import require_keyring_programs
from tns_desktop.ui.runtime.session_lock import WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, SessionLock, WindowsLockFilter

LOGIND = "org.freedesktop.login1"
SESSION = "/org/freedesktop/login1/session/_31"


@pytest.fixture
def buses() -> Iterator[tuple[QDBusConnection, QDBusConnection]]:
    """The program's connection to a private bus, and the system's."""
    require_keyring_programs()
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    names = ("test-program", "test-system")
    program, system = (QDBusConnection.connectToBus(address, name) for name in names)
    assert system.registerService(LOGIND)
    yield program, system
    for name in names:
        QDBusConnection.disconnectFromBus(name)
    daemon.terminate()
    daemon.wait(10)
    daemon.stdout.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is Linux's")
def test_logind_s_lock_and_the_screen_saver_are_heard(
    english: QApplication, qtbot: QtBot, buses: tuple[QDBusConnection, QDBusConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    program, system = buses
    watch = SessionLock()
    watch.listen_on(program, program)
    with qtbot.waitSignal(watch.locked, timeout=5000):
        system.send(QDBusMessage.createSignal(SESSION, f"{LOGIND}.Session", "Lock"))
    # The one that says "not active" comes first: only the second is heard.
    heard: list[None] = []
    watch.locked.connect(lambda: heard.append(None))
    with qtbot.waitSignal(watch.locked, timeout=5000):
        for active in (False, True):
            said = QDBusMessage.createSignal("/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged")
            said.setArguments([active])
            system.send(said)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("message", "parameter", "heard"),
    [(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, 1), (WM_WTSSESSION_CHANGE, 8, 0), (15, 7, 0)],
)
def test_windows_messages_are_told_apart(english: QApplication, message: int, parameter: int, heard: int) -> None:
    watch = SessionLock()
    times: list[None] = []
    watch.locked.connect(lambda: times.append(None))
    sent = wintypes.MSG(message=message, wParam=parameter)
    native = WindowsLockFilter(watch)
    assert native.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(sent)) == (False, 0)
    assert native.nativeEventFilter(b"xcb_generic_event_t", 0) == (False, 0)
    assert len(times) == heard
