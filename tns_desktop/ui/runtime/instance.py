"""One program a profile: a second start shows the window of the first, hands it the file to open, and ends.

The first start listens on a local socket that only its user may reach, and leaves a marker file that names it. Without the
marker a start does not even look, so it costs nothing; a marker that a crash left behind leads to nobody, and is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 2000
_LONGEST_MESSAGE = 64 * 1024
_SEEN = b"seen"


def hand_over(marker: Path, open_file: Path | None) -> bool:
    """True when the program that left the marker has taken over; blocks for two seconds at the most."""
    socket = QLocalSocket()
    socket.connectToServer(_name_of(marker))
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    message = str(open_file.expanduser().absolute()) if open_file is not None else ""
    socket.write(message.encode() + b"\0")
    # A program that hangs holds the socket and answers nothing: then a second window is better than none.
    socket.flush()
    taken = socket.waitForReadyRead(_PATIENCE_MS) and bytes(socket.readAll().data()) == _SEEN
    socket.disconnectFromServer()
    return taken


class InstanceServer(QObject):
    """The first start's side. ``started_again`` carries the file that the second one was to open, or an empty text."""

    started_again = Signal(str)

    def __init__(self, marker: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marker = marker
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        name = _name_of(marker)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # a crash left its socket
            self._server.listen(name)
        if self._server.isListening():
            with contextlib.suppress(OSError):
                marker.write_text(name, encoding="utf-8")

    def close(self) -> None:
        self._server.close()
        with contextlib.suppress(OSError):
            self._marker.unlink()

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        """Complete once its last byte is there: a path may come in several parts."""
        if socket.bytesAvailable() > _LONGEST_MESSAGE:
            socket.abort()
            return
        message = bytes(socket.peek(_LONGEST_MESSAGE).data())
        if not message.endswith(b"\0"):
            return
        socket.readAll()
        socket.write(_SEEN)
        socket.flush()
        with contextlib.suppress(UnicodeDecodeError):
            self.started_again.emit(message[:-1].decode())


def _name_of(marker: Path) -> str:
    return f"tns-desktop-{hashlib.sha256(str(marker.absolute()).encode()).hexdigest()[:24]}"
