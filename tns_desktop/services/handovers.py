"""Hand-overs from the operator's side: what is planned, what became of it, what is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.handover import Handover, HandoverStatus, Occasion
from tns_desktop.domain.listed_file import AnyFile
from tns_desktop.services.events import EventBus, HandoverChanged
from tns_desktop.services.handover_rules import HandoverRules
from tns_desktop.services.ports import Clock, HandoverFolders, NewIds, Vault


@dataclass(frozen=True, slots=True)
class Planned:
    """What became of a wish: newly planned, handed over before, under way already, of a product without a rule."""

    planned: tuple[Handover, ...] = ()
    already: tuple[Handover, ...] = ()
    under_way: int = 0
    without_rule: int = 0


class Handovers:
    """Plans, lists and repeats; ``handing_over`` does the work. ``planned`` is set when there is some."""

    def __init__(
        self,
        vault: Vault,
        rules: HandoverRules,
        folders: HandoverFolders,
        bus: EventBus,
        clock: Clock,
        new_id: NewIds,
        pool: Executor,
    ) -> None:
        self._vault = vault
        self.rules = rules
        self._folders = folders
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._pool = pool
        self.wake = asyncio.Event()

    async def ask(self, files: Sequence[AnyFile]) -> Planned:
        """Because the operator wants these to be handed over, whatever their state. Raises VaultError."""
        wanted, already, without_rule = [], [], 0
        for one in files:
            rule = self.rules.of(one.key.connection_id)
            if rule is None:
                without_rule += 1
                continue
            before = await self._vault.handovers.of(one.key)
            state = one.state.name
            done = next((row for row in before if row.delivered and row.folder == rule.folder), None)
            if done is not None and done.state == state and done.layout is rule.layout:
                already.append(done)
            else:
                wanted.append(one)
        planned = await self.plan(wanted, Occasion.ASKED)
        return Planned(tuple(planned), tuple(already), len(wanted) - len(planned), without_rule)

    async def plan(self, files: Sequence[AnyFile], occasion: Occasion) -> list[Handover]:
        """Those that were not under way yet. Raises VaultError."""
        if not files:
            return []
        entries = await self._vault.outbox.of([one.key for one in files])
        looked_at = {
            entry.key: entry.decision.archive_sha256
            for entry in reversed(entries)
            if entry.status is OutboxStatus.CONFIRMED
        }
        return await self._insert([self._anew(one, occasion, looked_at.get(one.key, "")) for one in files])

    async def all(self) -> list[Handover]:
        """Newest first; of old ones, those that wait for a person. Raises VaultError."""
        return await self._vault.handovers.all()

    async def failed(self) -> int:
        """How many wait for a person. Raises VaultError."""
        return await self._vault.handovers.failed()

    async def last_of(self, key: ClientFileKey) -> Handover | None:
        """The newest of a file that was not dropped. Raises VaultError."""
        rows = await self._vault.handovers.of(key)
        return next((row for row in rows if row.status is not HandoverStatus.DROPPED), None)

    async def try_again(self, handover_id: str) -> Handover:
        """On from where it stopped. Raises IllegalTransition or VaultError."""
        row = await self._row(handover_id)
        if not row.can_be_tried_again:
            raise IllegalTransition("nothing to try", facts={"before": row.status.value, "after": "planned"})
        return await self._change(row, row.tried_again(self._clock.now()))

    async def drop(self, handover_id: str) -> Handover:
        """Nothing more is tried; what is automatic does not begin with it again. Raises IllegalTransition or VaultError."""
        row = await self._row(handover_id)
        if not row.can_be_dropped:
            raise IllegalTransition("nothing to drop", facts={"before": row.status.value, "after": "dropped"})
        return await self._change(row, row.moved_to(HandoverStatus.DROPPED, self._clock.now()))

    async def repeat(self, handover_id: str) -> Handover | None:
        """A file that was handed over is so once more, on purpose; None while one of it is under way."""
        row = await self._row(handover_id)
        planned = await self._insert([self._anew(row, Occasion.ASKED, row.reviewed_sha256)])
        return planned[0] if planned else None

    async def prepare_folder(self, folder: Path) -> None:
        """Proves that one can write there, and leaves its sign. Raises HandoverFolderGone or HandoverFolderFull."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._folders.prepare_blocking, folder)

    def _anew(self, one: AnyFile | Handover, occasion: Occasion, reviewed_sha256: str) -> Handover:
        now = self._clock.now()
        return Handover(
            handover_id=self._new_id(),
            key=one.key,
            occasion=occasion,
            planned_at=now,
            display_name=one.display_name,
            display_id=one.display_id,
            reviewed_sha256=reviewed_sha256,
            updated_at=now,
        )

    async def _insert(self, rows: Sequence[Handover]) -> list[Handover]:
        planned = await self._vault.handovers.insert(rows)
        self._tell(planned)
        return planned

    async def _row(self, handover_id: str) -> Handover:
        row = await self._vault.handovers.get(handover_id)
        if row is None:
            raise IllegalTransition("no such hand-over", facts={"before": "", "after": ""})
        return row

    async def _change(self, before: Handover, after: Handover) -> Handover:
        await self._vault.handovers.update([(before, after)])
        self._tell([after])
        return after

    def _tell(self, rows: Sequence[Handover]) -> None:
        for row in rows:
            self._bus.publish(HandoverChanged(row))
        self.wake.set()
