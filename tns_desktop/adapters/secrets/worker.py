"""A thread for calls that may never come back: a keychain that waits for its owner's password.

Not a ``ThreadPoolExecutor``: the interpreter joins its threads when it ends, so one hanging keychain would keep the
program from ending. This thread is a daemon, and one that hangs is left behind for a new one.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[Callable[[], Any], "Future[Any]"]


class DaemonWorker:
    """Runs calls one after the other in one thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] | None = None

    async def run(self, call: Callable[[], T], timeout: float) -> T:
        """What ``call`` returns. Raises TimeoutError after ``timeout`` seconds; the call may still be going on then."""
        future: Future[T] = Future()
        jobs = self._jobs or self._start()
        jobs.put((call, future))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), timeout)
        except TimeoutError:
            # Whoever hangs in there, this call or one before it whose caller went away: the next call starts afresh.
            self._leave_behind(jobs)
            raise

    def close(self) -> None:
        """Lets the thread end after what it has to do."""
        if self._jobs is not None:
            self._leave_behind(self._jobs)

    def _start(self) -> queue.SimpleQueue[_Job | None]:
        jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=_work, args=(jobs,), name=self._name, daemon=True).start()
        self._jobs = jobs
        return jobs

    def _leave_behind(self, jobs: queue.SimpleQueue[_Job | None]) -> None:
        jobs.put(None)
        if self._jobs is jobs:
            self._jobs = None


def _work(jobs: queue.SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        call, future = job
        if not future.set_running_or_notify_cancel():
            continue
        try:
            result = call()
        except BaseException as error:  # carried to the waiting coroutine
            future.set_exception(error)
        else:
            future.set_result(result)
