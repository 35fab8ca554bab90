"""Whose turn it is with a server: one lock and one round a connection, so that a slow one keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class ConnectionLocks:
    """Sending and synchronising of one connection take turns; those of two connections do not wait for each other."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    def of(self, connection_id: str) -> asyncio.Lock:
        return self._locks.setdefault(connection_id, asyncio.Lock())


class Rounds:
    """Work beside each other, at most one piece a connection; the end of each wakes its owner."""

    def __init__(self, wake: asyncio.Event) -> None:
        self._wake = wake
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, connection_id: str) -> bool:
        return connection_id in self._tasks

    def start(self, connection_id: str, work: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Nothing while that connection's former round goes on."""
        if connection_id not in self._tasks:
            task = self._tasks[connection_id] = asyncio.ensure_future(work(connection_id))
            task.add_done_callback(lambda _done: self._wake.set())

    def forget_finished(self) -> None:
        """Raises what a round ended with."""
        for connection_id in [name for name, task in self._tasks.items() if task.done()]:
            self._tasks.pop(connection_id).result()

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
