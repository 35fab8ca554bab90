"""Keeping: how long archives stay on this computer, and that nothing of a connection stays once it is removed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import DecisionsUnfinished, TnsError
from tns_desktop.domain.retention import DropReason, KeptArchive, RetentionPolicy, what_to_drop
from tns_desktop.services.connection_book import ConnectionBook
from tns_desktop.services.events import (
    ArchiveStored,
    ClientFilesChanged,
    EventBus,
    HandoverChanged,
    OutboxChanged,
    RoomExhausted,
)
from tns_desktop.services.handover_rules import HandoverRules
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.settings import ARCHIVE_DAYS, ARCHIVE_DROP_DECIDED, ARCHIVE_MEGABYTES, Settings
from tns_desktop.services.waiting import sleep_unless_woken

_LOG = logging.getLogger(__name__)

_WIPES = "unfinished_wipes"
LOOK_EVERY_SECONDS = 3600.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of a toggle: kept on purpose now, or let go; ``missing`` are to be fetched first."""

    kept: bool
    missing: tuple[ClientFileKey, ...] = ()


class Keeper:
    """Drops what the settings do not let stay: at the start, every hour, and when something was stored or confirmed."""

    def __init__(self, vault: Vault, settings: Settings, bus: EventBus, clock: Clock) -> None:
        self._vault = vault
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._on_screen: ClientFileKey | None = None
        self._wake = asyncio.Event()
        self._removing: set[str] = set()
        """Connections that this run is removing: whether one of them is back is for the next run to say."""
        self._wishing = asyncio.Lock()
        """Wishes take their turns: whoever presses a key twice gets what the second press means."""
        self._subscriptions = (
            bus.subscribe(ArchiveStored, lambda _event: self._wake.set()),
            bus.subscribe(OutboxChanged, lambda event: self._wake.set() if event.entry.status.is_final else None),
            bus.subscribe(HandoverChanged, lambda event: self._wake.set() if event.handover.status.is_final else None),
        )

    def hold(self, key: ClientFileKey | None) -> None:
        """The archive on screen is never dropped; the one before it may be, the next time that there is reason to look."""
        self._on_screen = key

    def look_again(self) -> None:
        """The rules have changed."""
        self._wake.set()

    async def run(self) -> None:
        """For ever; cancelled with its owner. A vault in trouble is told elsewhere; here it is tried again later."""
        while True:
            await self.finish_wipes()
            try:
                await self.tidy()
            except TnsError as error:
                _LOG.warning("archives are not tidied: %s", error.code)
            await sleep_unless_woken(self._clock, LOOK_EVERY_SECONDS, self._wake)

    async def tidy(self) -> None:
        """Raises VaultError."""
        policy = RetentionPolicy(
            days=self._settings.get(ARCHIVE_DAYS),
            most_bytes=self._settings.get(ARCHIVE_MEGABYTES) * _MEGABYTE,
            decided=self._settings.get(ARCHIVE_DROP_DECIDED),
        )
        unfinished = {entry.key for entry in await self._vault.outbox.unfinished()}
        unfinished |= {row.key for row in await self._vault.handovers.work() if not row.delivered}
        now = self._clock.now()
        archives = [
            KeptArchive(stored.key, stored.size, stored.stored_at or now) for stored in await self._vault.blobs.stored()
        ]
        decisions = await self._vault.outbox.of([one.key for one in archives]) if policy.decided else []
        wanted, given_up = await self._vault.blobs.on_purpose(), 0
        for key, reason in what_to_drop(
            archives,
            policy,
            now=now,
            held=frozenset(unfinished | ({self._on_screen} if self._on_screen is not None else set())),
            confirmed=frozenset(entry.key for entry in decisions if entry.status is OutboxStatus.CONFIRMED),
            on_purpose=wanted,
        ):
            await self._drop(key, reason)
            given_up += key in wanted
        if given_up:
            self._bus.publish(RoomExhausted(given_up))

    async def keep_on_purpose(self, keys: Collection[ClientFileKey]) -> tuple[ClientFileKey, ...]:
        """Those of ``keys`` whose archives are to be fetched first. Raises VaultError."""
        async with self._wishing:
            return await self._keep(keys)

    async def let_go(self, keys: Collection[ClientFileKey]) -> None:
        """Their archives stay until a rule drops them. Raises VaultError."""
        async with self._wishing:
            await self._let_go(keys)

    async def toggle(self, keys: Collection[ClientFileKey]) -> Wish:
        """Lets them go when all of them are kept on purpose, else keeps them all. Raises VaultError."""
        async with self._wishing:
            if set(keys) <= await self._vault.blobs.on_purpose():
                await self._let_go(keys)
                return Wish(kept=False)
            return Wish(kept=True, missing=await self._keep(keys))

    async def still_to_fetch(self) -> tuple[ClientFileKey, ...]:
        """What is kept on purpose and not here, from an earlier run too. Raises VaultError."""
        here = {stored.key for stored in await self._vault.blobs.stored()}
        return tuple(sorted(await self._vault.blobs.on_purpose() - here))

    async def drop(self, key: ClientFileKey) -> None:
        """Because the operator asks. Raises DecisionsUnfinished while a decision on the file is under way, or VaultError."""
        if any(entry.key == key for entry in await self._vault.outbox.unfinished()):
            raise DecisionsUnfinished("a decision is under way", facts={"count": "1"})
        await self._drop(key, DropReason.ASKED)

    async def refuse_unfinished(self, connection_id: str) -> None:
        """Raises DecisionsUnfinished when decisions of that connection are under way: they would be lost with it."""
        count = sum(entry.key.connection_id == connection_id for entry in await self._vault.outbox.unfinished())
        count += await self._vault.creations.unfinished_of(connection_id)
        if count:
            raise DecisionsUnfinished("decisions are under way", facts={"count": str(count)})

    def begin_wipe(self, connection_id: str) -> None:
        """Notes, before a connection is removed, that its data are to go with it. Raises SettingsInvalid or DiskFull."""
        self._removing.add(connection_id)
        self._note_wipes([*self._noted_wipes(), connection_id])

    def forget_wipe(self, connection_id: str) -> None:
        """The connection stays after all, or nothing of it is left."""
        if connection_id in (noted := self._noted_wipes()):
            self._note_wipes([other for other in noted if other != connection_id])

    async def finish_wipes(self) -> None:
        """What an earlier run left of removed connections. One that is back keeps its data; what fails stays noted."""
        present = ConnectionBook(self._settings).ids()
        for connection_id in self._noted_wipes():
            if connection_id in self._removing:
                continue
            try:
                if connection_id in present:
                    self.forget_wipe(connection_id)
                else:
                    await self.forget_connection(connection_id)
                    _LOG.info("the data of a removed connection are gone")
            except TnsError as error:
                _LOG.warning("a removed connection is not wiped: %s", error.code)

    async def forget_connection(self, connection_id: str) -> None:
        """Whatever there is of a connection. Raises DecisionsUnfinished, and changes nothing then, or VaultError."""
        await self._vault.outbox.forget_connection(connection_id)
        await self._vault.creations.forget_connection(connection_id)
        for stored in await self._vault.blobs.stored():
            if stored.key.connection_id == connection_id:
                await self._vault.blobs.drop(stored.key, DropReason.CONNECTION_REMOVED)
        await self._vault.blobs.let_go(await self._vault.blobs.on_purpose(connection_id))
        await self._vault.reviews.forget_connection(connection_id)
        await self._vault.evidence.forget_connection(connection_id)
        await self._vault.handovers.forget_connection(connection_id)
        await self._vault.notices.forget_connection(connection_id)
        await self._vault.client_files.forget_connection(connection_id)
        HandoverRules(self._settings, self._clock).forget(connection_id)
        self.forget_wipe(connection_id)

    def _noted_wipes(self) -> list[str]:
        return [str(one["connection_id"]) for one in self._settings.records(_WIPES) if "connection_id" in one]

    def _note_wipes(self, connection_ids: list[str]) -> None:
        self._settings.set_records(_WIPES, [{"connection_id": one} for one in dict.fromkeys(connection_ids)])

    async def _keep(self, keys: Collection[ClientFileKey]) -> tuple[ClientFileKey, ...]:
        await self._vault.blobs.keep_on_purpose(keys)
        here: set[ClientFileKey] = set()
        for connection_id in _connections_of(keys):
            here |= await self._vault.blobs.kept(connection_id)
        self._tell(keys)
        return tuple(key for key in keys if key not in here)

    async def _let_go(self, keys: Collection[ClientFileKey]) -> None:
        await self._vault.blobs.let_go(keys)
        self._tell(keys)
        self._wake.set()  # a rule may have waited for it

    def _tell(self, keys: Collection[ClientFileKey]) -> None:
        for connection_id in _connections_of(keys):
            mine = frozenset(key for key in keys if key.connection_id == connection_id)
            self._bus.publish(ClientFilesChanged(connection_id, mine))

    async def _drop(self, key: ClientFileKey, reason: DropReason) -> None:
        await self._vault.blobs.drop(key, reason)
        _LOG.info("an archive was dropped: %s", reason.value)
        self._bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))


def _connections_of(keys: Collection[ClientFileKey]) -> list[str]:
    return sorted({key.connection_id for key in keys})
