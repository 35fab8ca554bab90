"""Handing over: carries the rows of the journal to the folders, two batches at a time.

A batch shares its transactions: what would cost a wait for the disk at each step of each file costs one at each step of
thirty-two. While one batch asks the server, reserves its places or waits for the disk, the other one is written, and what was
written before gets its line in the indexes. Every step of a file is in the journal before its next one begins; whatever is cut
off in between is recognised afterwards by what lies in the folder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.errors import (
    ConnectionCut,
    CredentialsRefused,
    IllegalTransition,
    RequestTimedOut,
    ServerFailed,
    ServerUnreachable,
    TnsError,
    VaultError,
)
from tns_desktop.domain.handover import Handover, HandoverStatus, Occasion
from tns_desktop.domain.handover_errors import HandoverError, HandoverRefused
from tns_desktop.domain.handover_index import line_of, plain_client_file
from tns_desktop.domain.safe_names import NameTemplate, numbered, units
from tns_desktop.services.archives import Archives
from tns_desktop.services.delivering import Delivered, DeliveryJob, Found, deliver_blocking, same_delivery
from tns_desktop.services.events import ConnectionStateChanged, EventBus
from tns_desktop.services.handover_finishing import HandoverFinisher
from tns_desktop.services.handover_names import path_of
from tns_desktop.services.handover_planning import HandoverPlanner
from tns_desktop.services.handover_readiness import Readiness, Ready
from tns_desktop.services.handover_steps import HandoverSteps
from tns_desktop.services.handovers import Handovers
from tns_desktop.services.ports import ArchiveReader, Clock, HandoverFolders, Vault
from tns_desktop.services.waiting import sleep_unless_woken

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

BATCH = 32
LANES = 2
"""Batches under way at the same time."""
MOST_BATCHES = 4
"""Before the indexes are written: each is written whole, and not for every few files."""
IDLE_SECONDS = 300.0
MOST_OF_A_NAME = 999
_LINE_CODES = frozenset(
    one.code for one in (ServerUnreachable, RequestTimedOut, ConnectionCut, ServerFailed, CredentialsRefused)
)
LONGEST_WAIT = timedelta(seconds=3700)
"""No pause is longer: what looks longer is a clock that was set back."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that was looked at: free, taken by something else, or holding this very file already."""

    ready: Ready
    row: Handover
    found: Found | None = None
    is_taken: bool = False


class HandoverWorker:
    """Works on the journal, for ever; what it cannot do now it does later, and what a person must see to it leaves to them."""

    def __init__(
        self,
        handovers: Handovers,
        planner: HandoverPlanner,
        readiness: Readiness,
        finisher: HandoverFinisher,
        steps: HandoverSteps,
        vault: Vault,
        archives: Archives,
        reader: ArchiveReader,
        folders: HandoverFolders,
        bus: EventBus,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._handovers = handovers
        self._planner = planner
        self._readiness = readiness
        self._finisher = finisher
        self._steps = steps
        self._journal = vault.handovers
        self._archives = archives
        self._reader = reader
        self._folders = folders
        self._clock = clock
        self._pool = pool
        self._is_stopped = False
        self._online_since: dict[str, datetime] = {}
        self._subscription = bus.subscribe(ConnectionStateChanged, self._line_changed)

    async def run(self) -> None:
        """Cancelled with its owner. A vault or settings in trouble are told elsewhere; here it is tried again later."""
        self._handovers.wake.set()
        while True:
            seconds = IDLE_SECONDS
            try:
                await self._planner.plan_due()
                if await self.work_batch():
                    continue
                seconds = min(await self._seconds_to_next(), self._planner.seconds_to_run())
            except TnsError as error:
                _LOG.warning("the journal of hand-overs cannot be worked on: %s", error.code)
            await sleep_unless_woken(self._clock, max(0.05, min(seconds, IDLE_SECONDS)), self._handovers.wake)

    def stop(self) -> None:
        """What is being written is broken off, and leaves nothing behind: the pool can be waited for."""
        self._is_stopped = True

    async def work_batch(self) -> bool:
        """What is due, a few batches of it; False when nothing is. Raises VaultError."""
        due = [row for row in await self._journal.work() if self._is_due(row)]
        if not due:
            return False
        for row in due:
            if row.status is HandoverStatus.WRITING:
                await self._recover(row)
        planned = [row for row in due if row.status is HandoverStatus.PLANNED]
        batches = iter([planned[start : start + BATCH] for start in range(0, len(planned), BATCH)][:MOST_BATCHES])
        # What the round before has written is finished meanwhile; what this one writes, in the next.
        await _all_of(self._finisher.finish(self._is_due), *(self._carry(batches) for _lane in range(LANES)))
        if any(row.occasion is Occasion.ASKED for row in due):
            self._planner.look_again()  # its acceptance may have come meanwhile, and found it under way
        return True

    def _line_changed(self, event: ConnectionStateChanged) -> None:
        """What waits because that server could not be reached need not wait any longer."""
        if event.state is ConnectionState.ONLINE:
            self._online_since[event.connection_id] = self._clock.now()
            self._handovers.wake.set()

    async def _carry(self, batches: Iterator[Sequence[Handover]]) -> None:
        """One batch after the other, of those that no other lane has taken."""
        for rows in batches:
            await self._deliver(await self._reserved(await self._readiness.of(rows)))

    async def _seconds_to_next(self) -> float:
        return min((self._wait_of(row) for row in await self._journal.work()), default=IDLE_SECONDS)

    def _is_due(self, row: Handover) -> bool:
        return self._wait_of(row) <= 0

    def _wait_of(self, row: Handover) -> float:
        """Seconds; 0 or less when it is due."""
        if row.not_before is None:
            return 0.0
        online = self._online_since.get(row.key.connection_id)
        if (
            online is not None
            and row.error_code in _LINE_CODES
            and (row.updated_at is None or row.updated_at <= online)
        ):
            return 0.0
        left = row.not_before - self._clock.now()
        return 0.0 if left > LONGEST_WAIT else left.total_seconds()

    # --- where it goes ------------------------------------------------------------------------------------------------

    async def _reserved(self, ready: Sequence[Ready]) -> list[tuple[Ready, Handover]]:
        """Each with a place that nothing else has. What is delivered there already is written down as delivered."""
        jobs: list[tuple[Ready, Handover]] = []
        down: dict[str, HandoverError] = {}
        # A share that is away may take half a minute to say so: it says it once for all of them.
        for number in range(1, MOST_OF_A_NAME):
            if not ready:
                return jobs
            looked = [await self._looked_at(one, number, down) for one in ready]
            wanted = [one for one in looked if one is not None and not one.is_taken]
            try:
                refused = await self._journal.reserve([(one.ready.row, one.row) for one in wanted])
            except IllegalTransition:
                return jobs  # the operator dropped one of them meanwhile: what is left is read anew
            for one in wanted:
                if one.row.handover_id not in refused:
                    self._steps.tell([(one.ready.row, one.row)])
                    if one.found is None:
                        jobs.append((one.ready, one.row))
                    else:
                        await self._settle(one.row.folder, [(one.row, one.found.delivered)])
            ready = [
                one.ready for one in looked if one is not None and (one.is_taken or one.row.handover_id in refused)
            ]
        await self._steps.stop([one.row for one in ready], HandoverRefused("full", facts={"reason": "no_free_name"}))
        return jobs

    async def _looked_at(self, one: Ready, number: int, down: dict[str, HandoverError]) -> _Place | None:
        """The ``number``-th place of that name, and what lies there; None when the folder cannot be read."""
        row = self._placed(one, number)
        try:
            if (trouble := down.get(row.folder)) is not None:
                raise trouble
            manifest = await self._in_pool(lambda: self._folders.manifest_blocking(Path(row.folder), row.names))
        except HandoverError as error:
            down[row.folder] = error
            await self._steps.stop([one.row], error)
            return None
        if manifest is None:
            return _Place(one, row)
        found = same_delivery(manifest, row)
        if found is not None:
            was_there = found.handover_id != row.handover_id
            row = replace(row, was_there=was_there, line={**row.line, "handover": found.handover_id})
        return _Place(one, row, found, is_taken=found is None)

    def _placed(self, one: Ready, number: int) -> Handover:
        """The row as it will be at the place that the template gives, ``number``-th bearer of that name."""
        now, rule, client_file = self._clock.now(), one.rule, one.client_file
        names = list(path_of(NameTemplate.parsed(rule.template), client_file, one.product, now, rule.folder))
        names[-1] = numbered(names[-1], number, units(names[-1]) + len(f" ({number})"))
        place = "/".join(names)
        index = one.archive.index
        return one.row.moved_to(
            HandoverStatus.WRITING,
            now,
            folder=rule.folder,
            place=place,
            layout=rule.layout,
            state=client_file.state.name,
            archive_sha256=index.sha256,
            size=index.size,
            attempts=one.row.attempts,
            line={
                **line_of(client_file, one.product),
                "handed_over_at": now.isoformat(timespec="seconds"),
                "layout": rule.layout.value,
                "place": place,
                "archive_sha256": index.sha256,
                "handover": one.row.handover_id,
            },
        )

    # --- writing ------------------------------------------------------------------------------------------------------

    async def _deliver(self, jobs: Sequence[tuple[Ready, Handover]]) -> None:
        """Side by side in the pool, then written down together."""
        results = await asyncio.gather(*(self._deliver_one(one, row) for one, row in jobs), return_exceptions=True)
        written: dict[str, list[tuple[Handover, Delivered]]] = {}
        for (_one, row), result in zip(jobs, results, strict=True):
            if isinstance(result, Delivered) and result.written:
                written.setdefault(row.folder, []).append((row, result))
            elif isinstance(result, Delivered):
                # Somebody was faster with this name: another one is found.
                again = row.moved_to(HandoverStatus.PLANNED, self._clock.now())
                await self._steps.write_down([(row, again)])
            elif isinstance(result, VaultError) or not isinstance(result, TnsError):
                raise result
            else:
                await self._steps.stop([row], result)
        for folder, done in written.items():
            await self._settle(folder, done)

    async def _settle(self, folder: str, done: Sequence[tuple[Handover, Delivered]]) -> None:
        """Their names are asked onto the disk together. A folder that is gone by now is looked into when it is back."""
        places = [row.names for row, _delivered in done]
        try:
            await self._in_pool(lambda: self._folders.settle_blocking(Path(folder), places))
        except HandoverError as error:
            await self._steps.stop([row for row, _delivered in done], error, stays=True)
            return
        await self._steps.write_down([(row, self._written(row, delivered)) for row, delivered in done])

    async def _deliver_one(self, one: Ready, row: Handover) -> Delivered:
        stream = await self._archives.stream(one.archive)
        data = plain_client_file(one.client_file)
        job = DeliveryJob(row, one.archive.index, stream, data, one.origin, row.line["handed_over_at"])
        return await self._in_pool(lambda: deliver_blocking(job, self._folders, self._reader, lambda: self._is_stopped))

    async def _recover(self, row: Handover) -> None:
        """Cut off while it was written: it is there under its name, or it is done again."""
        folder, names = Path(row.folder), row.names
        try:
            manifest = await self._in_pool(lambda: self._folders.manifest_blocking(folder, names))
            found = same_delivery(manifest, row) if manifest is not None else None
            if found is not None and found.handover_id == row.handover_id:
                await self._settle(row.folder, [(row, found.delivered)])  # cut off before this, perhaps
                return
            await self._in_pool(lambda: self._folders.clear_blocking(folder, names, row.handover_id))
        except HandoverError as error:
            await self._steps.stop([row], error, stays=True)
            return
        await self._steps.write_down([(row, row.moved_to(HandoverStatus.PLANNED, self._clock.now()))])

    def _written(self, row: Handover, delivered: Delivered) -> Handover:
        documents, left_out = delivered.documents, delivered.left_out
        return row.moved_to(
            HandoverStatus.WRITTEN,
            self._clock.now(),
            documents=documents,
            left_out=left_out,
            delivered=True,
            line={**row.line, "documents": str(documents), "left_out": str(left_out)},
        )

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


async def _all_of(*works: Awaitable[None]) -> None:
    """Returns once all have ended, whatever one of them ends with. Raises what the first one raised that failed."""
    for result in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
