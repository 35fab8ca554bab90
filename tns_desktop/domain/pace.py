"""Pace: how fast a transfer may be that nobody waits for; it is told the time, and lifted as soon as somebody does."""

from __future__ import annotations

_SAVED_SECONDS = 1.0
"""How much of what a slow line left over may be made up for."""


class Pace:
    """A bucket that fills at ``bytes_per_second``; 0 is no limit. Written by one thread, lifted by any."""

    def __init__(self, bytes_per_second: float) -> None:
        self._rate = bytes_per_second
        self._free_at = 0.0

    def take(self, size: int, now: float) -> None:
        """``size`` bytes were received; ``now`` in seconds of any clock that only goes forward."""
        if self._rate > 0:
            self._free_at = max(self._free_at, now - _SAVED_SECONDS) + size / self._rate

    def wait(self, now: float) -> float:
        """For how many seconds nothing more may be received; 0 once it is lifted."""
        return max(0.0, self._free_at - now) if self._rate > 0 else 0.0

    def lift(self) -> None:
        """Somebody waits: from now on there is no limit."""
        self._rate = 0.0
