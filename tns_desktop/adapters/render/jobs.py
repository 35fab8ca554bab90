"""Requests that wait for the decoder. The newest is served first: it is what the operator looks at now."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from typing import Any

from tns_desktop.adapters.render.findings import Inquiry
from tns_desktop.adapters.render.orders import Order
from tns_desktop.domain.preview import RenderDocument


@dataclass(eq=False, slots=True)
class Job:
    """One request and who awaits it. ``operation``: describe, render, letters, find, text, warm, drop, or that of
    ``inquiry``.
    """

    operation: str
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    document: RenderDocument | None = None
    order: Order | None = None
    archive_sha256: str = ""
    inquiry: Inquiry | None = None
    abandoned: bool = False
    """Nobody awaits it any more; set under the host's lock."""

    def succeed(self, value: object) -> None:
        """From any thread. Nothing happens when the awaiter, or its loop, is gone."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._deliver, value, None)

    def fail(self, error: Exception) -> None:
        """As ``succeed``."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._deliver, None, error)

    def _deliver(self, value: object, error: Exception | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(value)
        else:
            self.future.set_exception(error)


class JobStack:
    """Last in, first out; filled by the loop, emptied by the host's thread."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._closed = False
        self._changed = threading.Condition()

    def put(self, job: Job) -> bool:
        """False when nothing is taken any more."""
        with self._changed:
            if self._closed:
                return False
            self._jobs.append(job)
            self._changed.notify()
            return True

    def take_blocking(self) -> Job | None:
        """The newest job, or None once the stack is closed."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            return None if self._closed else self._jobs.pop()

    def remove(self, job: Job) -> bool:
        """Drops a waiting job. False when it does not wait any more."""
        with self._changed:
            if job not in self._jobs:
                return False
            self._jobs.remove(job)
            return True

    def close(self) -> list[Job]:
        """Lets the taker go; returns the jobs nobody will serve."""
        with self._changed:
            left, self._jobs = self._jobs, []
            self._closed = True
            self._changed.notify_all()
            return left
