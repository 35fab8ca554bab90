"""A thread that ends what takes too long.

Reads and writes on a pipe cannot be given a time limit on every operating system; killing the process at the other end
makes them return. One thread for the life of the host, because one per request would cost more than a small page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Watchdog:
    """Calls an action unless it is disarmed in time. One deadline at a time; used by one thread, shortened by any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._action: Callable[[], None] | None = None
        self._fired = False
        self._closed = False
        self._thread = threading.Thread(target=self._run_blocking, name="render-watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def arm(self, seconds: float, action: Callable[[], None]) -> None:
        """``action`` runs in the watchdog's thread after ``seconds``; it must be quick and raise nothing."""
        with self._changed:
            self._deadline = time.monotonic() + seconds
            self._action = action
            self._fired = False
            self._changed.notify()

    def shorten(self, seconds: float) -> None:
        """Leaves at most ``seconds`` from now; nothing happens when nothing is armed."""
        with self._changed:
            if self._deadline is not None:
                self._deadline = min(self._deadline, time.monotonic() + seconds)
                self._changed.notify()

    def disarm(self) -> bool:
        """Forgets the deadline. True, once, when it had passed and the action ran."""
        with self._changed:
            self._deadline = self._action = None
            fired, self._fired = self._fired, False
            return fired

    def close_blocking(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run_blocking(self) -> None:
        with self._changed:
            while not self._closed:
                left = None if self._deadline is None else self._deadline - time.monotonic()
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                action, self._deadline, self._action = self._action, None, None
                self._fired = True
                if action is not None:
                    action()
