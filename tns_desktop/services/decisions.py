"""Decisions: written down first, sent later, believed only when the server, read again, shows them.

The life of a row is drawn in ``domain.decision``. This module is what the operator does with it (decide, take back, try
again, drop); ``services.sending`` is what the machine does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import DecisionNotAllowed, IllegalTransition
from tns_desktop.domain.evidence import Evidence
from tns_desktop.domain.listed_file import AnyFile
from tns_desktop.domain.roles import Duty
from tns_desktop.services.events import ClientFilesChanged, EventBus, OutboxChanged
from tns_desktop.services.ports import Clock, NewIds, StoredArchive, Vault

Demand = Callable[[str, Duty], None]
"""Raises RoleForbids when the connection of that identifier may not be used for that."""


class Decisions:
    """What an operator does with decisions. What the connection's role forbids is refused here, whoever asks for it."""

    def __init__(self, vault: Vault, bus: EventBus, clock: Clock, new_id: NewIds, demand: Demand) -> None:
        self._vault = vault
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._demand = demand

    def now(self) -> datetime:
        return self._clock.now()

    async def decide(
        self,
        client_file: AnyFile,
        verdict: Verdict,
        archive: StoredArchive,
        *,
        operator: str = "",
        cause: str = "",
        message: str = "",
        internal_note: str = "",
        grace: timedelta = timedelta(0),
        evidence: Evidence | None = None,
    ) -> OutboxEntry:
        """Writes the decision down, durably, and before it the evidence that it rests on; nothing else changes.

        Raises RoleForbids, AlreadyDecided, a VaultError, or DecisionNotAllowed when ``archive`` or ``evidence`` belongs to
        something else.
        """
        self._demand(client_file.key.connection_id, Duty.DECIDE)
        if archive.key != client_file.key:
            raise DecisionNotAllowed("the archive is of another client file", facts={"name": client_file.display_id})
        if evidence is not None and evidence.archive_sha256 != archive.sha256:
            raise DecisionNotAllowed("the evidence is of another archive", facts={"name": client_file.display_id})
        now = self._clock.now()
        decision = Decision(
            decision_id=self._new_id(),
            key=client_file.key,
            verdict=verdict,
            reviewed_state=client_file.state,
            archive_sha256=archive.sha256,
            archive_etag=archive.etag,
            decided_at=now,
            send_after=now + grace,
            cause=cause,
            message=message,
            internal_note=internal_note,
            operator=operator,
            display_name=client_file.display_name,
            display_id=client_file.display_id,
        )
        entry = OutboxEntry(decision=decision, status=OutboxStatus.QUEUED, updated_at=now)
        if evidence is not None:
            # First: were it to come second, a crash in between would leave a decision that rests on nothing.
            await self._vault.evidence.put(decision.decision_id, decision.key.connection_id, evidence)
        await self._vault.outbox.insert(entry)
        self._publish(entry)
        return entry

    async def withdraw(self, decision_id: str) -> OutboxEntry:
        """Takes a decision back. Raises IllegalTransition when it has left, or may have."""
        entry = await self._entry(decision_id)
        if not entry.can_be_withdrawn:
            raise IllegalTransition("it has left", facts={"before": entry.status.value, "after": "withdrawn"})
        return await self._move(entry, OutboxStatus.WITHDRAWN)

    async def send_again(self, decision_id: str) -> OutboxEntry:
        """Sends a refused or conflicting decision once more, on purpose.

        What a person saw in a conflict, and nothing else, is overridden; after a refusal there was nothing to see.
        Raises RoleForbids.
        """
        entry = await self._entry(decision_id)
        self._demand(entry.key.connection_id, Duty.DECIDE)
        overrides = entry.override_conflict or entry.status is OutboxStatus.CONFLICT
        return await self._move(entry, OutboxStatus.QUEUED, override_conflict=overrides, not_before=self._clock.now())

    async def send_now(self, decision_id: str) -> OutboxEntry:
        """Ends the grace period and any pause before the next try. Raises RoleForbids."""
        entry = await self._entry(decision_id)
        self._demand(entry.key.connection_id, Duty.DECIDE)
        if entry.status not in (OutboxStatus.QUEUED, OutboxStatus.RETRY_WAIT):
            raise IllegalTransition("not waiting", facts={"before": entry.status.value, "after": "sending"})
        changed = replace(entry, not_before=self.now())
        await self._vault.outbox.update(changed, expected=entry)
        self._publish(changed)
        return changed

    async def all(self) -> list[OutboxEntry]:
        return await self._vault.outbox.all()

    async def _entry(self, decision_id: str) -> OutboxEntry:
        entry = await self._vault.outbox.get(decision_id)
        if entry is None:
            raise IllegalTransition("no such decision", facts={"before": "", "after": ""})
        return entry

    async def _move(self, entry: OutboxEntry, status: OutboxStatus, **changes: object) -> OutboxEntry:
        moved = entry.moved_to(status, self._clock.now(), **changes)
        await self._vault.outbox.update(moved, expected=entry)
        self._publish(moved)
        return moved

    def _publish(self, entry: OutboxEntry) -> None:
        self._bus.publish(OutboxChanged(entry))
        self._bus.publish(ClientFilesChanged(entry.key.connection_id, frozenset({entry.key})))
