"""Keeping: how long archives stay on this computer, and that nothing of a connection stays once it is removed."""

from __future__ import annotations

import asyncio
import logging

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import DecisionsUnfinished, TnsError
from tns_desktop.domain.retention import DropReason, KeptArchive, RetentionPolicy, what_to_drop
from tns_desktop.services.events import ArchiveStored, ClientFilesChanged, EventBus, OutboxChanged
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.settings import ARCHIVE_DAYS, ARCHIVE_DROP_DECIDED, ARCHIVE_MEGABYTES, Settings
from tns_desktop.services.waiting import sleep_unless_woken

_LOG = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 3600.0
_MEGABYTE = 1_000_000


class Keeper:
    """Drops what the settings do not let stay: at the start, every hour, and when something was stored or confirmed."""

    def __init__(self, vault: Vault, settings: Settings, bus: EventBus, clock: Clock) -> None:
        self._vault = vault
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._on_screen: ClientFileKey | None = None
        self._wake = asyncio.Event()
        self._subscriptions = (
            bus.subscribe(ArchiveStored, lambda _event: self._wake.set()),
            bus.subscribe(OutboxChanged, lambda event: self._wake.set() if event.entry.status.is_final else None),
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
        decisions = await self._vault.outbox.all() if policy.decided else []
        unfinished = {entry.key for entry in await self._vault.outbox.unfinished()}
        now = self._clock.now()
        archives = [
            KeptArchive(stored.key, stored.size, stored.stored_at or now) for stored in await self._vault.blobs.stored()
        ]
        for key, reason in what_to_drop(
            archives,
            policy,
            now=now,
            held=frozenset(unfinished | ({self._on_screen} if self._on_screen is not None else set())),
            confirmed=frozenset(entry.key for entry in decisions if entry.status is OutboxStatus.CONFIRMED),
        ):
            await self._drop(key, reason)

    async def drop(self, key: ClientFileKey) -> None:
        """Because the operator asks. Raises DecisionsUnfinished while a decision on the file is under way, or VaultError."""
        if any(entry.key == key for entry in await self._vault.outbox.unfinished()):
            raise DecisionsUnfinished("a decision is under way", facts={"count": "1"})
        await self._drop(key, DropReason.ASKED)

    async def refuse_unfinished(self, connection_id: str) -> None:
        """Raises DecisionsUnfinished when decisions of that connection are under way: they would be lost with it."""
        count = sum(entry.key.connection_id == connection_id for entry in await self._vault.outbox.unfinished())
        if count:
            raise DecisionsUnfinished("decisions are under way", facts={"count": str(count)})

    async def forget_connection(self, connection_id: str) -> None:
        """Whatever there is of a connection. Raises DecisionsUnfinished, and changes nothing then, or VaultError."""
        await self._vault.outbox.forget_connection(connection_id)
        for stored in await self._vault.blobs.stored():
            if stored.key.connection_id == connection_id:
                await self._vault.blobs.drop(stored.key, DropReason.CONNECTION_REMOVED)
        await self._vault.reviews.forget_connection(connection_id)
        await self._vault.client_files.forget_connection(connection_id)

    async def _drop(self, key: ClientFileKey, reason: DropReason) -> None:
        await self._vault.blobs.drop(key, reason)
        _LOG.info("an archive was dropped: %s", reason.value)
        self._bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))
