"""Waiting for a time to pass, unless somebody calls earlier."""

from __future__ import annotations

import asyncio

from tns_desktop.services.ports import Clock


async def sleep_unless_woken(clock: Clock, seconds: float, wake: asyncio.Event) -> None:
    """Returns after ``seconds``, or as soon as ``wake`` is set; it is cleared then."""
    sleeping = asyncio.ensure_future(clock.sleep(seconds))
    waking = asyncio.ensure_future(wake.wait())
    try:
        await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        waking.cancel()
        wake.clear()
