"""Readings: what web hooks tell of is read again, each connection by itself.

An event is never believed: it says that a file is to be read again, and the reading goes through the synchroniser. Many
events of a file are one reading, many files are one look at the list; what an earlier run left is taken up again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import EventBus, WebHooksChanged
from tns_desktop.services.locks import Rounds
from tns_desktop.services.patience import pause_after
from tns_desktop.services.ports import Clock, NoticedFile, NoticeStore
from tns_desktop.services.sync import Synchroniser
from tns_desktop.services.waiting import sleep_unless_woken

_LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.25
"""Events of one change arrive together: so long the first one waits for the others."""
MOST_SINGLE_FILES = 20
"""Events of more files than this cost the server less as one look at the list."""
REST_SECONDS = 5.0
"""Between two looks at a whole list, however many events arrive."""
MOST_TRIES = 5
"""Of one file that cannot be read while others can."""
LOOK_EVERY_SECONDS = 3600.0
KEPT_FOR = timedelta(days=3)
"""The server repeats a delivery for about 12 hours (KNOWN, public documentation ``appendices/webhooks``)."""


class HookReadings:
    """Works on what waits in the store; a connection whose server hangs keeps no other waiting."""

    def __init__(
        self, store: NoticeStore, connections: Connections, synchroniser: Synchroniser, bus: EventBus, clock: Clock
    ) -> None:
        self._store = store
        self._connections = connections
        self._synchroniser = synchroniser
        self._bus = bus
        self._clock = clock
        self._is_running = False
        self._ended = asyncio.Event()
        self._loops = Rounds(self._ended)
        self._wakes: dict[str, asyncio.Event] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        """By connection, in steady seconds."""
        self._put_off_until: dict[tuple[str, str], tuple[int, float]] = {}
        """Of files that could not be read by themselves: how often it was tried, and when it is tried again."""

    async def run(self) -> None:
        """For ever; cancelled with its owner. Raises what is a fault of the program."""
        self._is_running = True
        try:
            while True:
                self._loops.forget_finished()
                try:
                    await self._store.prune(self._clock.now() - KEPT_FOR)
                    for file in await self._store.waiting():
                        self.follow(file.connection_id)
                except TnsError as error:
                    _LOG.info("events of web hooks wait: %s", error.code)
                await sleep_unless_woken(self._clock, LOOK_EVERY_SECONDS, self._ended)
        finally:
            self._is_running = False
            await self._loops.close()

    def follow(self, connection_id: str) -> None:
        """Something has arrived for it. It waits in the store while nobody runs: a desk that was locked works on nothing."""
        if not self._is_running:
            return
        self._wakes.setdefault(connection_id, asyncio.Event()).set()
        self._loops.start(connection_id, self._follow)

    async def work(self, connection_id: str) -> float:
        """Reads again what events of that connection wait for; in how many seconds there is something to do again.

        Events never make that sooner: while a server fails, or was asked for its whole list just now, it is left alone.
        """
        try:
            files = await self._store.waiting(connection_id)
            if files and self._connections.find(connection_id) is None:
                await self._store.forget_connection(connection_id)
                return LOOK_EVERY_SECONDS
        except TnsError as error:
            return self._failed(connection_id, error)
        now = self._clock.steady()
        pause = self._not_before.get(connection_id, 0.0) - now
        if pause > 0:
            return pause
        due = [file for file in files if self._due(file) <= now]
        if due:
            if (pause := await self._read(connection_id, due)) > 0:
                self._not_before[connection_id] = self._clock.steady() + pause
            self._bus.publish(WebHooksChanged())
        now = self._clock.steady()
        # What could not be read just now is put off too.
        pauses = [self._due(file) - now for file in files if self._due(file) > now]
        return min([LOOK_EVERY_SECONDS, *pauses, *([pause] if pause > 0 else [])])

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _follow(self, connection_id: str) -> None:
        wake = self._wakes[connection_id]
        while True:
            await self._clock.sleep(GATHER_SECONDS)
            wake.clear()
            await sleep_unless_woken(self._clock, await self.work(connection_id), wake)

    async def _read(self, connection_id: str, files: Sequence[NoticedFile]) -> float:
        """How long this connection is to be left alone now."""
        whole = len(files) > MOST_SINGLE_FILES or any(not file.uuid for file in files)
        try:
            if whole:
                await self._synchroniser.refresh(connection_id)
                await self._finish([NoticedFile(connection_id, "", max(file.up_to for file in files))])
            else:
                read = await self._synchroniser.read_files(connection_id, [file.uuid for file in files])
                given_up = {file.uuid for file in files if file.uuid not in read and not self._put_off(file)}
                await self._finish([file for file in files if file.uuid in read | given_up])
        except TnsError as error:
            return self._failed(connection_id, error)
        self._failures.pop(connection_id, None)
        return REST_SECONDS if whole else 0.0

    def _failed(self, connection_id: str, error: TnsError) -> float:
        _LOG.info("events of web hooks wait: %s", error.code)
        failures = self._failures[connection_id] = self._failures.get(connection_id, 0) + 1
        return pause_after(failures, error).total_seconds()

    def _due(self, file: NoticedFile) -> float:
        return self._put_off_until.get((file.connection_id, file.uuid), (0, 0.0))[1]

    def _put_off(self, file: NoticedFile) -> bool:
        """One file that cannot be read keeps no other waiting; after a few tries, reading the list has to do."""
        name = (file.connection_id, file.uuid)
        tries = self._put_off_until.get(name, (0, 0.0))[0] + 1
        if tries >= MOST_TRIES:
            return False
        self._put_off_until[name] = (tries, self._clock.steady() + pause_after(tries, None).total_seconds())
        return True

    async def _finish(self, files: Sequence[NoticedFile]) -> None:
        await self._store.finish(files)
        for file in files:
            self._put_off_until.pop((file.connection_id, file.uuid), None)
