"""The real clock behind the ``Clock`` port; tests use one they move by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """This machine's time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Returns after ``seconds`` (at once for 0 or less)."""
        await asyncio.sleep(max(0.0, seconds))
