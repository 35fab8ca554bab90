"""The receiver: a small web server in a thread of its own, so that the window's loop serves no request.

It outlives a lock of the desk: while nobody can take an event, every sender is told to come again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tns_desktop.adapters.webhooks.desk_side import NOTHING_PLANNED, DeskSide, Limits
from tns_desktop.adapters.webhooks.notices import sample_body
from tns_desktop.services.ports import Arrival, HookPath, ReceiverPlan, Tally, WebHookIntake

if TYPE_CHECKING:
    from tns_desktop.adapters.webhooks.server import ServerThread


class LocalWebHookReceiver:
    """The ``WebHookReceiver`` port.

    Opening and closing take turns in one thread. Whoever asked may be cancelled meanwhile: what has begun is finished, and
    the server that came of it is known to whoever asks next, who would find its port taken otherwise.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._side = DeskSide(NOTHING_PLANNED)
        self._limits = limits or Limits()
        self._turns: ThreadPoolExecutor | None = None
        self._thread: ServerThread | None = None
        self._place = ("", 0)

    @property
    def port(self) -> int:
        return self._thread.port if self._thread is not None else 0

    @property
    def tally(self) -> Tally:
        return self._side.tally

    async def open(self, plan: ReceiverPlan) -> None:
        """The same place with another header or other paths is not left: nobody is turned away meanwhile."""
        self._side.plan = plan
        await self._in_turn(lambda: self._open_blocking((plan.address, plan.port)))

    async def close(self) -> None:
        if self._turns is not None:
            await self._in_turn(self._close_blocking)

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

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _in_turn(self, work: Callable[[], None]) -> None:
        if self._turns is None:
            self._turns = ThreadPoolExecutor(1, thread_name_prefix="web-hooks")
        await asyncio.get_running_loop().run_in_executor(self._turns, work)

    def _open_blocking(self, place: tuple[str, int]) -> None:
        # Reading the web server's modules takes longer than everything else here, and most desks never need them.
        from tns_desktop.adapters.webhooks.server import started_blocking

        if self._thread is not None and self._place == place:
            return
        self._close_blocking()
        self._thread, self._place = started_blocking(self._side, *place, self._limits), place

    def _close_blocking(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop_blocking()
