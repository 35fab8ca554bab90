"""One program a profile: a second start shows the window of the first, hands it the files to open, and ends.

The first start listens on a local socket that only its user may reach, and leaves a marker file that names it. Without the
marker a start does not even look, so it costs nothing; a marker that a crash left behind leads to nobody, and is ignored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 2000
_ANSWER_MS = 10_000
"""Of a program that is there: on a busy machine its own start may keep it from answering for seconds."""
_LONGEST_MESSAGE = 64 * 1024
_SEEN = b"seen"


def hand_over(marker: Path, open_files: Sequence[Path]) -> bool:
    """True when the program that left the marker has taken over; blocks for twelve seconds at the most."""
    socket = QLocalSocket()
    socket.connectToServer(_name_of(marker))
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    # Relative paths mean the folder that this start was made in; the other process may be anywhere.
    paths = [str(path.expanduser().absolute()) for path in open_files]
    socket.write(json.dumps(paths).encode() + b"\0")
    # A program that hangs holds the socket and answers nothing: then a second window is better than none.
    socket.flush()
    taken = socket.waitForReadyRead(_ANSWER_MS) and bytes(socket.readAll().data()) == _SEEN
    socket.disconnectFromServer()
    return taken


class InstanceServer(QObject):
    """The first start's side. ``started_again`` carries the paths that the second one was to open, in their order."""

    started_again = Signal(list)

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
        with contextlib.suppress(ValueError):
            paths = json.loads(message[:-1])
            if isinstance(paths, list) and all(isinstance(path, str) for path in paths):
                self.started_again.emit(paths)


def _name_of(marker: Path) -> str:
    return f"tns-{hashlib.sha256(str(marker.absolute()).encode()).hexdigest()[:16]}"
