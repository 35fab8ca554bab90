"""Runs the application on a loopback socket: as a process of its own, or in a thread of the desk for its demonstration."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tns_desktop.sandbox.app import BASE_PATH, SandboxApp, SandboxOptions
from tns_desktop.sandbox.control import PREFIX
from tns_desktop.sandbox.world import OPERATOR

_GOODBYE_SECONDS = 1


class HostRefused(ValueError):
    """The sandbox has no login worth the name: it is served to this machine only."""


class AbortableProtocol(H11Protocol):
    """Lets the application drop its connection, which ASGI has no word for; a fault needs it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}


class SandboxServer(uvicorn.Server):
    """A uvicorn server that ends with a clean exit status and says when it listens."""

    def __init__(self, app: SandboxApp, on_started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=AbortableProtocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GOODBYE_SECONDS,
            )
        )
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, without raising the signal once more at the end: being told to stop is a success."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises HostRefused for anything but this machine, OSError where the port is taken."""
    address = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise HostRefused(f"'{host}' is not an address of this machine; use 127.0.0.1 or ::1.") from None
    if not parsed.is_loopback:
        raise HostRefused(f"{host} can be reached by others; the sandbox listens on loopback only.")
    listener = socket.socket(socket.AF_INET6 if parsed.version == 6 else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener


def describe(app: SandboxApp, listener: socket.socket) -> dict[str, Any]:
    """What a client needs to know: where, and as whom. The keys are those of the command's JSON line."""
    host, port = listener.getsockname()[:2]
    origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    first = app.world.products[0]
    return {
        "base_url": f"{origin}{BASE_PATH}",
        "control_url": f"{origin}{PREFIX}",
        "public_id": first.public_id,
        "secret_key": first.secret_key,
        "operator": OPERATOR,
        "products": [
            {
                "label": product.label,
                "public_id": product.public_id,
                "secret_key": product.secret_key,
                "files": len(product.records),
            }
            for product in app.world.products
        ],
    }


class SandboxThread:
    """A sandbox inside this process: a packaged desk has no interpreter to start another one with.

    ``start_blocking`` returns the description of the running sandbox; ``stop_blocking`` ends it. Context manager.
    """

    def __init__(self, options: SandboxOptions, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Raises RouteMapInvalid, FaultSpecInvalid, HostRefused, OSError."""
        self._app = SandboxApp(options)
        self._listener = bind(host, port)
        self._started = threading.Event()
        self._server = SandboxServer(self._app, self._started.set)
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self.description = describe(self._app, self._listener)

    def start_blocking(self) -> dict[str, Any]:
        self._thread.start()
        self._started.wait(timeout=10)
        return self.description

    def stop_blocking(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()
        self._app.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))

    def __enter__(self) -> dict[str, Any]:
        return self.start_blocking()

    def __exit__(self, *_: object) -> None:
        self.stop_blocking()
