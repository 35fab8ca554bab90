"""A line to the sample server that can be cut and mended, as a network is: for the tour, and for whoever wants to try it.

Forwards one loopback port. Cutting it closes the port and every connection; mending opens the same port again, so the
server keeps what it knows and the client what it was told.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit, urlunsplit

HOST = "127.0.0.1"
_CHUNK = 64 * 1024


class Relay:
    """Between a client and the server at ``target`` (a URL of http on a loopback address)."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """What the client is to use instead of the target."""
        return urlunsplit(self._target._replace(netloc=f"{HOST}:{self._port}"))

    async def mend(self) -> None:
        """Opens the line, the first time at a free port. Raises OSError when somebody else took the port meanwhile."""
        self._server = await asyncio.start_server(self._accept, HOST, self._port)
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def cut(self) -> None:
        """Nobody gets through any more. Cutting twice is fine."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in tuple(self._writers):
            writer.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
            self._writers.add(far_writer)
            try:
                await asyncio.gather(_forward(reader, far_writer), _forward(far_reader, writer))
            finally:
                self._writers.discard(far_writer)
                far_writer.close()
        except (OSError, asyncio.CancelledError):
            return
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
