"""The web server of the receiver: read from the disk once somebody switches web hooks on, and not before."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import sys
import threading
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tns_desktop.adapters.platform.os_reasons import NOT_ALLOWED
from tns_desktop.adapters.webhooks.app import HookApp
from tns_desktop.adapters.webhooks.desk_side import DeskSide, Limits
from tns_desktop.domain.webhooks import ReceiverNotOpened, place_of

QUIET_SECONDS = 15.0
"""A line on which no whole request arrives for so long is closed: nobody may hold lines open by saying nothing."""
MOST_LINES = 200
MOST_HEADER_BYTES = 16 * 1024
BACKLOG = 256
GOODBYE_SECONDS = 1
START_SECONDS = 10.0

# WSAEACCES comes as EACCES, the other two by their own numbers.
_TAKEN = frozenset({errno.EADDRINUSE, 10048})
_NOT_OURS = frozenset({errno.EADDRNOTAVAIL, 10049})


class QuietProtocol(H11Protocol):
    """Closes lines that are silent, or that send their headers byte by byte; uvicorn bounds the pause after an answer only."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._quiet = self.loop.call_later(QUIET_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._quiet.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._quiet.cancel()
        self._quiet = self.loop.call_later(QUIET_SECONDS, self._look)
        super().on_response_complete()

    def _look(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


class ServerThread:
    """One server, from its listening socket to its end."""

    def __init__(self, app: HookApp, listener: socket.socket) -> None:
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        self._started = threading.Event()
        self._server = _Server(app, self._started)
        self._thread = threading.Thread(target=self._run, name="web-hooks", daemon=True)
        self._thread.start()
        self._started.wait(START_SECONDS)

    def stop_blocking(self) -> None:
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
        self._listener.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))


class _Server(uvicorn.Server):
    def __init__(self, app: HookApp, started: threading.Event) -> None:
        config: Any = uvicorn.Config(
            app,
            http=QuietProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_LINES,
            backlog=BACKLOG,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._told.set()


def started_blocking(side: DeskSide, address: str, port: int, limits: Limits) -> ServerThread:
    """Raises ReceiverNotOpened."""
    return ServerThread(HookApp(side, limits), _bound_blocking(address, port))


def _bound_blocking(address: str, port: int) -> socket.socket:
    """A listening socket. Raises ReceiverNotOpened."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        raise _not_opened(address, port, "not_an_address") from None
    listener = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let another program take the port away.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _not_opened(address, port, _reason(error)) from error
    return listener


def _reason(error: OSError) -> str:
    if error.errno in _TAKEN:
        return "port_in_use"
    if error.errno in _NOT_OURS:
        return "address_not_ours"
    return "not_allowed" if error.errno in NOT_ALLOWED else "port_refused"


def _not_opened(address: str, port: int, reason: str) -> ReceiverNotOpened:
    return ReceiverNotOpened(reason, facts={"host": place_of(address, port), "reason": reason})
