"""The real clock behind the ``Clock`` port; tests use one they move by hand."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """This machine's time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since some moment in the past. Where the system can say so, sleep of the machine counts."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Returns after ``seconds`` (at once for 0 or less)."""
        await asyncio.sleep(max(0.0, seconds))
