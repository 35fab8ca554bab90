"""The receiver: a small web server in a thread of its own, so that the window's loop serves no request.

It outlives a lock of the desk: while nobody can take an event, every sender is told to come again.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tns_desktop.adapters.webhooks.desk_side import NOTHING_PLANNED, DeskSide, Limits
from tns_desktop.adapters.webhooks.notices import sample_body
from tns_desktop.services.ports import Arrival, HookPath, ReceiverPlan, Tally, WebHookIntake

if TYPE_CHECKING:
    from tns_desktop.adapters.webhooks.server import ServerThread


class LocalWebHookReceiver:
    """The ``WebHookReceiver`` port."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._side = DeskSide(NOTHING_PLANNED)
        self._limits = limits or Limits()
        self._thread: ServerThread | None = None

    @property
    def port(self) -> int:
        return self._thread.port if self._thread is not None else 0

    @property
    def tally(self) -> Tally:
        return self._side.tally

    async def open(self, plan: ReceiverPlan) -> None:
        """The same place with another header or other paths is not left: nobody is turned away meanwhile."""
        before, self._side.plan = self._side.plan, plan
        if self._thread is not None:
            if (before.address, before.port) == (plan.address, plan.port):
                return
            await self.close()
            self._side.plan = plan
        self._thread = await asyncio.to_thread(_started_blocking, self._side, plan, self._limits)

    async def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(thread.stop_blocking)

    def attach(self, intake: WebHookIntake | None) -> None:
        self._side.intake = intake
        if intake is None:
            # Nothing that has to be kept secret stays in memory over a lock; it is not needed to say "later".
            self._side.plan = replace(self._side.plan, header_value="", paths={})

    def watch(self, token: str) -> None:
        self._side.arrival = None
        self._side.watched = token

    def arrival(self) -> Arrival | None:
        return self._side.arrival

    def sample(self, path: HookPath, event_id: str, at: datetime) -> bytes:
        return sample_body(path, event_id, at)


def _started_blocking(side: DeskSide, plan: ReceiverPlan, limits: Limits) -> ServerThread:
    # Reading the web server's modules takes longer than everything else here, and most desks never need them.
    from tns_desktop.adapters.webhooks.server import started_blocking

    return started_blocking(side, plan, limits)
