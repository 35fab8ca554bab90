"""SIGINT and SIGTERM as a wish to close the window, so that what is in hand is stopped and written first.

Python runs its signal handlers between two of its own instructions, and there are none while Qt waits for events. So the
signal's number goes into a socket (``signal.set_wakeup_fd``), and the socket wakes Qt.
"""

from __future__ import annotations

import contextlib
import signal
import socket
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals(QObject):
    """Made on the main thread, where alone signals can be handled; ``close`` gives them back to whoever had them.

    ``were_heard`` is for those who begin to listen later.
    """

    stop_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.were_heard = False
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._former_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._former: dict[signal.Signals, Any] = {number: signal.signal(number, _noted) for number in _SIGNALS}

    def close(self) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)
        signal.set_wakeup_fd(self._former_descriptor)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            received = self._reader.recv(16)
            if any(number in received for number in _SIGNALS):
                self.were_heard = True
                self.stop_requested.emit()


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The socket has the signal's number; there is nothing left to do here."""
