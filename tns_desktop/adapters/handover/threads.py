"""Threads for calls into folders that may never come back: a share that hangs must not keep the program from ending.

Not a ``ThreadPoolExecutor``: the interpreter joins its threads when it ends. These are daemons; one that hangs is left behind,
with nothing to do but to notice that its delivery was broken off.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

T = TypeVar("T")

GOODBYE_SECONDS = 5.0
"""How long the end of the program waits for what is being written."""


class DaemonThreads(Executor):
    """``number`` threads that take turns at what is asked for."""

    def __init__(self, number: int, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._is_closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}_{position}", daemon=True) for position in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        if self._is_closed:
            raise RuntimeError("these threads were told to end")
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # carried to the waiting coroutine
                future.set_exception(error)
            else:
                future.set_result(result)

        self._jobs.put(job)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """``wait``: for GOODBYE_SECONDS at most. What was asked for and not begun is done all the same."""
        if not self._is_closed:
            self._is_closed = True
            for _thread in self._threads:
                self._jobs.put(None)
        end = time.monotonic() + GOODBYE_SECONDS
        if wait:
            for thread in self._threads:
                thread.join(max(0.0, end - time.monotonic()))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            del job
