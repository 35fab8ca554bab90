"""Tasks that belong to somebody: started under a key, cancelled with their owner, their errors heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

_LOG = logging.getLogger(__name__)

ErrorHandler = Callable[[BaseException], None]


class TaskScope:
    """The tasks of one owner.

    Starting a key cancels its previous holder. Whatever a task ends with, other than being cancelled, reaches
    ``on_error``: nothing fails in silence, and nothing outlives ``close``.
    """

    def __init__(self, on_error: ErrorHandler, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._on_error = on_error
        self._loop = loop or asyncio.get_event_loop()
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._leaving: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, key: str, work: Coroutine[Any, Any, Any]) -> None:
        """A plain function, so that a slot can call it."""
        if self._closed:
            work.close()
            return
        self.cancel(key)
        task = self._loop.create_task(work, name=key)
        self._tasks[key] = task
        task.add_done_callback(self._finished)

    def cancel(self, key: str) -> None:
        task = self._tasks.pop(key, None)
        if task is not None and not task.done():
            self._leaving.add(task)
            task.cancel()

    def cancel_all(self, prefix: str) -> None:
        """Cancels every task whose key begins with ``prefix``."""
        for key in [key for key in self._tasks if key.startswith(prefix)]:
            self.cancel(key)

    def is_running(self, key: str) -> bool:
        """Not once it has ended, also before its end was told: whoever asks again then is not to be passed over."""
        task = self._tasks.get(key)
        return task is not None and not task.done()

    async def close(self) -> None:
        """Cancels everything and waits until it is gone. Safe to call twice."""
        self._closed = True
        for key in tuple(self._tasks):
            self.cancel(key)
        if self._leaving:
            await asyncio.gather(*self._leaving, return_exceptions=True)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._leaving.discard(task)
        name = task.get_name()
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if self._closed:
            _LOG.warning("task %s failed while its owner closed: %s", name, type(error).__name__)
            return
        self._on_error(error)
