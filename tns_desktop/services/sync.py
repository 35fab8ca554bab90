"""Synchronisation: push what was decided, then pull what the server says. One lock a connection, one direction at a time.

Server rows are written from server answers only, a complete listing at a time: a listing that breaks in the middle
changes nothing, so a storm of errors never empties the list.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.errors import (
    AnswerNotUnderstood,
    ClientFileNotFound,
    ConnectionCut,
    RedirectRefused,
    RequestTimedOut,
    TnsError,
)
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import ClientFilesChanged, EventBus, RefreshFinished
from tns_desktop.services.hook_life import HookLife
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.patience import stops_a_round
from tns_desktop.services.ports import ClientFileApi, Clock, Known, Page, Power, Vault
from tns_desktop.services.sending import DecisionSender
from tns_desktop.services.waiting import sleep_unless_woken

_LOG = logging.getLogger(__name__)

MAX_PAGES = 10_000
MAX_FILES_NOT_READ = 5
LONGEST_BACKOFF = 300.0

BUSY_SECONDS = 120.0
IDLE_SECONDS = 1800.0
SHORTEST_PAUSE = 5.0
LONGEST_PAUSE = 900.0
BATTERY_FACTOR = 2
HOOKS_FACTOR = 10
FILES_AT_ONCE = 4


def pause_after(
    every_seconds: float, seconds_since_activity: float, *, on_battery: bool = False, hooked: bool = False
) -> float:
    """How long to wait before the server is asked again: often while somebody works, seldom when nobody looks, half as
    often on battery, and a tenth as often where the server tells of changes by itself (``hooked``).
    """
    if on_battery:
        every_seconds *= BATTERY_FACTOR
    if hooked:
        return max(every_seconds, min(LONGEST_PAUSE, every_seconds * HOOKS_FACTOR))
    if seconds_since_activity < BUSY_SECONDS:
        return max(SHORTEST_PAUSE, every_seconds / 3)
    if seconds_since_activity > IDLE_SECONDS:
        return max(every_seconds, min(LONGEST_PAUSE, every_seconds * 5))
    return every_seconds


@dataclass(slots=True)
class _Listing:
    """What all pages of one state say so far."""

    fresh: dict[ClientFileKey, ClientFile] = field(default_factory=dict)
    unchanged: set[ClientFileKey] = field(default_factory=set)
    answers: dict[ClientFileKey, bytes] = field(default_factory=dict)

    def add(self, page: Page) -> None:
        for key in page.unchanged:
            self.fresh.pop(key, None)
            self.unchanged.add(key)
        for client_file in page.items:
            self.unchanged.discard(client_file.key)
            self.fresh[client_file.key] = client_file
        self.answers.update(page.answers)


class Synchroniser:
    """Keeps the vault's rows in step with the servers: each connection by itself, none waiting for another."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        sender: DecisionSender,
        lines: Lines,
        bus: EventBus,
        clock: Clock,
        locks: ConnectionLocks,
        power: Power | None = None,
        hooks: HookLife | None = None,
    ) -> None:
        """Without ``power`` the computer counts as plugged in, without ``hooks`` nothing tells of changes."""
        self._connections = connections
        self._vault = vault
        self._sender = sender
        self._power = power
        self._hooks = hooks
        self._lines = lines
        self._bus = bus
        self._clock = clock
        self._locks = locks
        self._wakes: dict[str, asyncio.Event] = {}
        """Of the connections that are followed, each its own: one that hears a call must not take it from the others."""
        self._active_at = clock.steady()

    async def refresh(self, connection_id: str) -> None:
        """One round. Raises the TnsError that stopped it, after the line's state has been told."""
        self._lines.report_connecting(connection_id)
        complete = False
        try:
            async with self._locks.of(connection_id):
                api = await self._connections.api_for(connection_id)
                await self._push(connection_id)
                await self._pull(connection_id, api)
                complete = True
        except TnsError as error:
            self._lines.report(connection_id, error)
            raise
        finally:
            self._bus.publish(RefreshFinished(connection_id, complete))
        self._lines.report(connection_id, None)
        self._sender.unpark(connection_id)

    async def read_files(self, connection_id: str, uuids: Sequence[str]) -> frozenset[str]:
        """Reads single files anew, a few at once, each of ``uuids`` once; those about which the server said what it has,
        or that it has them no more. Files that it could not say that of are left out.

        Raises the TnsError that would stop a round; what was read before it is stored, and told. After it no other reading
        begins; those on their way end by themselves, for one that is cut off while it stores would change a row in silence.
        """
        async with self._locks.of(connection_id):
            api = await self._connections.api_for(connection_id)
            turns = asyncio.Semaphore(FILES_AT_ONCE)
            read: set[str] = set()
            changed: set[ClientFileKey] = set()
            stopped_by: list[TnsError] = []

            async def read_one(uuid: str) -> None:
                async with turns:
                    if stopped_by:
                        return
                    try:
                        changed.update(await self._read_one(api, ClientFileKey(connection_id, uuid)))
                    except TnsError as error:
                        if stops_a_round(error):
                            stopped_by.append(error)
                        _LOG.info("a file cannot be read: %s", error.code)
                    else:
                        read.add(uuid)

            readings = [asyncio.ensure_future(read_one(uuid)) for uuid in uuids]
            try:
                await asyncio.gather(*readings)
            finally:
                for reading in readings:
                    reading.cancel()
                await asyncio.gather(*readings, return_exceptions=True)
                if changed:
                    self._bus.publish(ClientFilesChanged(connection_id, frozenset(changed)))
        if stopped_by:
            raise stopped_by[0]
        return frozenset(read)

    def wake(self, connection_ids: Iterable[str] | None = None) -> None:
        """Asks the loops of these connections (None: of all) to go round now: the window got the focus, or somebody
        pressed refresh.
        """
        self.note_activity()
        for connection_id in tuple(self._wakes) if connection_ids is None else connection_ids:
            if (wake := self._wakes.get(connection_id)) is not None:
                wake.set()

    def note_activity(self) -> None:
        """Somebody works: the pauses that begin from now on are short. One that is long already is cut off."""
        idle = self._idle_seconds()
        self._active_at = self._clock.steady()
        if idle > IDLE_SECONDS:
            for wake in self._wakes.values():
                wake.set()

    async def run(self, connection_id: str, every_seconds: Callable[[], float]) -> None:
        """Refreshes one connection for ever, at the pace of ``pause_after``, slower while it fails (exponential, with jitter;
        ``Retry-After`` is honoured). ``every_seconds`` is asked anew after each round.
        """
        failures = 0
        wake = self._wakes[connection_id] = asyncio.Event()
        while True:
            try:
                await self.refresh(connection_id)
                failures, pause = 0, await self._pause(connection_id, every_seconds())
            except TnsError as error:
                failures += 1
                pause = min(LONGEST_BACKOFF, every_seconds() * 2 ** min(failures - 1, 8)) * random.uniform(0.8, 1.2)  # noqa: S311
                pause = max(pause, getattr(error, "retry_after", None) or 0.0)
                _LOG.info("refresh failed: %s", error.code)
            await sleep_unless_woken(self._clock, pause, wake)

    async def _pause(self, connection_id: str, every_seconds: float) -> float:
        on_battery = self._power is not None and await self._power.on_battery()
        hooked = self._hooks is not None and self._hooks.is_live(connection_id)
        return pause_after(every_seconds, self._idle_seconds(), on_battery=on_battery, hooked=hooked)

    def _idle_seconds(self) -> float:
        return self._clock.steady() - self._active_at

    async def _push(self, connection_id: str) -> None:
        """What concerns one file (its row says so itself) must not keep the list from being read."""
        try:
            await self._sender.push_due(connection_id)
        except TnsError as error:
            if stops_a_round(error) and not isinstance(error, RequestTimedOut | ConnectionCut | RedirectRefused):
                raise
            _LOG.info("decisions wait: %s", error.code)

    async def _pull(self, connection_id: str, api: ClientFileApi) -> None:
        """One state is written while the server is asked for the next one: the two have nothing to do with each other."""
        changed: set[ClientFileKey] = set()
        listed: set[ClientFileKey] = set()
        writing: asyncio.Future[frozenset[ClientFileKey]] | None = None
        try:
            known = await self._vault.client_files.answers(connection_id)
            for state in api.queues:
                listing = await self._complete_listing(api, state, known)
                listed |= listing.fresh.keys() | listing.unchanged
                if not listing.fresh:
                    continue
                if writing is not None:
                    changed |= await writing
                fresh = list(listing.fresh.values())
                writing = asyncio.ensure_future(self._vault.client_files.upsert(fresh, listing.answers))
            if writing is not None:
                changed |= await writing
            await self._follow_unlisted(connection_id, api, listed, changed)
        finally:
            # Also when it broke off: what is stored already must be seen.
            if writing is not None:
                for written in await asyncio.gather(writing, return_exceptions=True):
                    changed |= written if isinstance(written, frozenset) else frozenset()
            if changed:
                self._bus.publish(ClientFilesChanged(connection_id, frozenset(changed)))

    async def _complete_listing(self, api: ClientFileApi, state: ClientFileState, known: Known) -> _Listing:
        """Every page of one state. The same file on two pages (the list moved under us) counts once, the later wins."""
        listing = _Listing()
        cursor: str | None = None
        asked: set[str] = set()
        for _ in range(MAX_PAGES):
            page = await api.list_client_files(state, cursor, known)
            listing.add(page)
            if page.next_cursor is None:
                return listing
            if page.next_cursor in asked:
                break
            cursor = page.next_cursor
            asked.add(cursor)
        raise AnswerNotUnderstood(
            "the list does not end", facts={"route": "list_client_files", "reason": "paging_loop"}
        )

    async def _follow_unlisted(
        self, connection_id: str, api: ClientFileApi, listed: set[ClientFileKey], changed: set[ClientFileKey]
    ) -> None:
        """Files that we hold and no listing had: read one by one; forgotten only when the server says 404 to each.

        A few that cannot be read do not keep the others from being followed; the first error is raised in the end.
        """
        known = await self._vault.client_files.keys(connection_id)
        failures: list[TnsError] = []
        for key in sorted(known - listed):
            try:
                changed |= await self._read_one(api, key)
            except TnsError as error:
                failures.append(error)
                if stops_a_round(error) or len(failures) > MAX_FILES_NOT_READ:
                    break
        if failures:
            raise failures[0]

    async def _read_one(self, api: ClientFileApi, key: ClientFileKey) -> frozenset[ClientFileKey]:
        """What the server says of one file goes into the vault; the keys whose row changed."""
        try:
            fresh = await api.read_client_file(key.uuid)
        except ClientFileNotFound:
            await self._vault.client_files.forget([key])
            return frozenset({key})
        return await self._vault.client_files.upsert([fresh])
