"""A server on loopback that says exactly what a test tells it to, broken answers included, over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as it arrived. ``headers`` by lower-case name."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        values = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {key: found[0] for key, found in values.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """What to send back.

    ``declared_length``: a Content-Length that is not the body's (-1: none, the end of the line ends the body).
    ``cut_after``: bytes of the body after which the line is cut (-1: before the first byte of the answer).
    ``hang``: nothing more is sent after ``cut_after`` bytes, or at all, until the client goes away.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    declared_length: int | None = None
    cut_after: int | None = None
    hang: bool = False


def json_reply(document: Any, status: int = 200, **headers: str) -> Reply:
    """``headers``: underscores stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), {"Content-Type": JSON, **named})


def archive_reply(body: bytes, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": "application/zip", **named})


def in_turn(*replies: Reply) -> Callable[[SeenRequest], Reply]:
    """Each reply once, the last one for ever."""
    waiting = list(replies)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class WireServer:
    """Listens on a free port; ``respond`` decides each answer and may be replaced at any time."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[SeenRequest] = []
        self.connections = 0
        self.gone = threading.Event()
        """Set when a client left a hanging answer."""
        self.hanging = threading.Event()
        """Set when an answer hangs."""
        self.respond: Callable[[SeenRequest], Reply] = lambda _: Reply(404)
        self._tls = tls
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, name="wire-server", daemon=True)
        self._acceptor.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}/base"

    def close(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(5)
        self._listener.close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            with connection.makefile("rb") as reader:
                while request := _read_request(reader):
                    self.requests.append(request)
                    if not self._send(connection, request, self.respond(request)):
                        break
        self._open.discard(connection)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _send(self, connection: socket.socket, request: SeenRequest, reply: Reply) -> bool:
        if reply.hang and reply.cut_after is None:
            self._hang(connection)
            return False
        if reply.cut_after == -1:  # before the first byte of an answer
            return False
        length = len(reply.body) if reply.declared_length is None else reply.declared_length
        lines = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, 'Status')}"]
        if reply.status not in (204, 304) and length >= 0:
            lines.append(f"Content-Length: {length}")
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        body = b"" if request.method == "HEAD" else reply.body
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body[: reply.cut_after])
        if reply.hang:
            self._hang(connection)
        return reply.cut_after is None and length == len(reply.body)

    def _hang(self, connection: socket.socket) -> None:
        self.hanging.set()
        connection.settimeout(30)
        with contextlib.suppress(OSError):
            if connection.recv(1) == b"" and not self._stopping.is_set():
                self.gone.set()


def _read_request(reader: Any) -> SeenRequest | None:
    line = reader.readline(65_536).decode("latin-1")
    if not line:
        return None
    method, target, protocol = line.split()
    if not protocol.startswith("HTTP/"):  # the first line of a TLS greeting may have three words too
        raise ValueError(f"no request: {line!r}")
    headers = {name.lower(): value for name, value in http.client.parse_headers(reader).items()}
    body = reader.read(int(headers.get("content-length", "0")))
    return SeenRequest(method, target, headers, body)


@contextlib.contextmanager
def running_wire_server(tls: ssl.SSLContext | None = None) -> Iterator[WireServer]:
    server = WireServer(tls)
    try:
        yield server
    finally:
        server.close()
