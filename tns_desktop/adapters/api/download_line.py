"""One connection for one archive at a time, which another thread can shut.

Closing a socket does not wake a thread that reads from it; shutting it down does. httpx does not show the socket before
the headers have come, so it is noted when the connection is made.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import httpx


class DownloadLine:
    """A synchronous client of one connection and its socket.

    While TLS is being set up there is no socket to shut: that wait is bounded by the connect timeout.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._shut = False

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's trace extension: notes the socket of a new connection, and again once TLS has taken it over."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            found = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._socket = found
                shut = self._shut
            if shut:
                self.shut_blocking()

    def shut_blocking(self) -> None:
        """Ends every wait on the connection, now and later; never waits itself."""
        with self._lock:
            self._shut = True
            found = self._socket
        if found is not None:
            # The plain method also for TLS: SSLSocket's own one takes the TLS state away from the reading thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    def close_blocking(self) -> None:
        self.client.close()
