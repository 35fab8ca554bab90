"""Decisions: written down first, sent later, believed only when the server, read again, shows them.

The life of a row is drawn in ``domain.decision``. Two classes: ``Decisions`` is what the operator does (decide, take
back, try again, drop), ``DecisionSender`` what the machine does with the rows.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from datetime import datetime, timedelta

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, Verdict, judge_reread
from tns_desktop.domain.errors import (
    AccessForbidden,
    ClientFileNotFound,
    CredentialsRefused,
    IllegalTransition,
    RequestInvalid,
    ServerError,
    StateConflict,
    TnsError,
    TooManyRequests,
    TransportError,
)
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import ClientFilesChanged, EventBus, OutboxChanged
from tns_desktop.services.line import Lines
from tns_desktop.services.ports import ClientFileApi, Clock, NewIds, StoredArchive, Vault

_LOG = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 300.0
ARCHIVE_CHANGED = "archive_changed"
"""``error_code`` of a conflict in which the state is as reviewed and the archive's bytes are not."""


class Decisions:
    """What an operator does with decisions."""

    def __init__(self, vault: Vault, bus: EventBus, clock: Clock, new_id: NewIds) -> None:
        self._vault = vault
        self._bus = bus
        self._clock = clock
        self._new_id = new_id

    def now(self) -> datetime:
        return self._clock.now()

    async def decide(
        self,
        client_file: ClientFile,
        verdict: Verdict,
        archive: StoredArchive,
        *,
        operator: str = "",
        cause: str = "",
        message: str = "",
        internal_note: str = "",
        grace: timedelta = timedelta(0),
    ) -> OutboxEntry:
        """Writes the decision down, durably; nothing else changes. Raises AlreadyDecided or a VaultError."""
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
        """Sends a refused or conflicting decision once more, on purpose."""
        entry = await self._entry(decision_id)
        return await self._move(entry, OutboxStatus.QUEUED, override_conflict=True, not_before=self._clock.now())

    async def send_now(self, decision_id: str) -> OutboxEntry:
        """Ends the grace period and any pause before the next try."""
        entry = await self._entry(decision_id)
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


class DecisionSender:
    """Carries rows of the outbox to the server, one at a time, and finds out what became of them."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        lines: Lines,
        bus: EventBus,
        clock: Clock,
        lock: asyncio.Lock,
    ) -> None:
        self._connections = connections
        self._vault = vault
        self._lines = lines
        self._bus = bus
        self._clock = clock
        self._lock = lock
        self._wake = asyncio.Event()
        self._parked: set[str] = set()

    async def recover(self) -> None:
        """At start: a row found *sending* or *sent* was cut off by a crash, so its outcome is unknown."""
        for entry in await self._vault.outbox.unfinished():
            if entry.status in (OutboxStatus.SENDING, OutboxStatus.SENT):
                await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, maybe_carried_out=True, not_before=None)

    def wake(self) -> None:
        self._wake.set()

    def unpark(self, connection_id: str) -> None:
        """Credentials changed: work that waited for them goes on."""
        self._parked.discard(connection_id)
        self.wake()

    async def run(self) -> None:
        """Sends what is due, for ever, across all connections."""
        while True:
            entries = await self._vault.outbox.unfinished()
            now = self._clock.now()
            for connection_id in dict.fromkeys(entry.key.connection_id for entry in entries):
                if any(self._is_work(entry, now) for entry in entries if entry.key.connection_id == connection_id):
                    async with self._lock:
                        try:
                            await self.push_due(connection_id)
                        except TnsError as error:
                            self._lines.report(connection_id, error)
            await self._pause(await self._seconds_to_next())

    async def push_due(self, connection_id: str) -> None:
        """Sends and resolves everything that is due for one connection; the caller holds the lock.

        Raises the TnsError that makes going on useless (no secret, wrong credentials, no network).
        """
        for entry in await self._vault.outbox.unfinished():
            if entry.key.connection_id != connection_id or not self._is_work(entry, self._clock.now()):
                continue
            api = await self._connections.api_for(connection_id)
            try:
                if entry.status is OutboxStatus.OUTCOME_UNKNOWN:
                    await self._resolve(entry, api)
                else:
                    await self._send(entry, api)
            except IllegalTransition:
                # The operator took it back while it was being looked at: the stored row is right, ours was stale.
                _LOG.info("decision %s moved meanwhile", entry.decision.decision_id)

    # --- one row ------------------------------------------------------------------------------------------------------

    async def _send(self, entry: OutboxEntry, api: ClientFileApi) -> None:
        if entry.status is OutboxStatus.RETRY_WAIT:
            entry = await self._move(entry, OutboxStatus.QUEUED)
        try:
            stopped = await self._changed_since_review(entry, api)
        except IllegalTransition:
            raise
        except ClientFileNotFound as error:
            await self._move(entry, OutboxStatus.CONFLICT, error_code=error.code, observed_state=None)
            return
        except TnsError as error:
            await self._postpone(entry, error)
            raise
        if stopped is not None:
            return
        before = entry
        entry = await self._move(
            entry,
            OutboxStatus.SENDING,
            attempts=entry.attempts + 1,
            maybe_carried_out=True,
            error_code="",
            server_message="",
        )
        try:
            await api.send_decision(entry.decision)
        except TnsError as error:
            await self._after_failed_send(entry, error, api, was_maybe_carried_out=before.maybe_carried_out)
            if isinstance(error, CredentialsRefused):
                self._parked.add(entry.key.connection_id)
                raise
            if isinstance(error, TransportError) and not error.request_sent:
                raise
            return
        entry = await self._move(entry, OutboxStatus.SENT)
        await self._resolve(entry, api)

    async def _changed_since_review(self, entry: OutboxEntry, api: ClientFileApi) -> OutboxEntry | None:
        """The row in its new place when the file is not what was reviewed, None when it may be sent."""
        seen = await api.read_client_file(entry.key.uuid)
        await self._store(seen)
        if entry.override_conflict:
            return None
        if seen.state != entry.decision.reviewed_state:
            status = judge_reread(entry, seen)
            if status is OutboxStatus.QUEUED:
                return None
            return await self._move(entry, status, **_observed(seen))
        if entry.decision.archive_etag:
            present = await api.archive_etag(entry.key.uuid)
            if present and present != entry.decision.archive_etag:
                return await self._move(entry, OutboxStatus.CONFLICT, error_code=ARCHIVE_CHANGED, **_observed(seen))
        return None

    async def _after_failed_send(
        self, entry: OutboxEntry, error: TnsError, api: ClientFileApi, *, was_maybe_carried_out: bool
    ) -> None:
        told: dict[str, object] = {"error_code": error.code, "server_message": error.server_message or ""}
        certainly_not = {**told, "maybe_carried_out": was_maybe_carried_out}
        if isinstance(error, StateConflict):
            await self._after_state_conflict(entry, certainly_not, api)
        elif isinstance(error, AccessForbidden | ClientFileNotFound | RequestInvalid):
            await self._move(entry, OutboxStatus.REFUSED, **certainly_not)
        elif isinstance(error, CredentialsRefused | TooManyRequests) or (
            isinstance(error, TransportError) and not error.request_sent
        ):
            await self._move(entry, OutboxStatus.RETRY_WAIT, not_before=self._next_try(entry, error), **certainly_not)
        else:
            # 5xx, a cut, a timeout, an answer that makes no sense: the server may have acted.
            entry = await self._move(
                entry, OutboxStatus.OUTCOME_UNKNOWN, maybe_carried_out=True, not_before=self._clock.now(), **told
            )
            await self._resolve(entry, api, quietly=True)

    async def _after_state_conflict(self, entry: OutboxEntry, told: dict[str, object], api: ClientFileApi) -> None:
        """409: either somebody else was faster, or an earlier send of ours had been carried out after all."""
        entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, **told)
        try:
            seen = await api.read_client_file(entry.key.uuid)
        except TnsError as error:
            await self._postpone(entry, error)
            return
        await self._store(seen)
        status = judge_reread(entry, seen)
        if status is OutboxStatus.QUEUED:
            # The server refuses and still shows the state that was reviewed: a person has to look at it.
            status = OutboxStatus.CONFLICT
        await self._move(entry, status, **_observed(seen))

    async def _resolve(self, entry: OutboxEntry, api: ClientFileApi, *, quietly: bool = False) -> None:
        """Reads the file again and believes what it shows."""
        try:
            seen = await api.read_client_file(entry.key.uuid)
        except ClientFileNotFound as error:
            if entry.status is OutboxStatus.SENT:
                entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN)
            await self._move(entry, OutboxStatus.CONFLICT, error_code=error.code, observed_state=None)
            return
        except TnsError as error:
            if entry.status is OutboxStatus.SENT:
                entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, error_code=error.code)
            await self._postpone(entry, error)
            if quietly:
                return
            raise
        await self._store(seen)
        status = judge_reread(entry, seen)
        changes = _observed(seen)
        if status in (OutboxStatus.QUEUED, OutboxStatus.OUTCOME_UNKNOWN):
            changes["not_before"] = self._next_try(entry, None)
        elif status is OutboxStatus.CONFIRMED:
            changes |= {"error_code": "", "server_message": ""}
        await self._move(entry, status, **changes)

    # --- small things -------------------------------------------------------------------------------------------------

    def _is_work(self, entry: OutboxEntry, now: datetime) -> bool:
        if entry.key.connection_id in self._parked:
            return False
        if entry.status is OutboxStatus.OUTCOME_UNKNOWN:
            return entry.not_before is None or now >= entry.not_before
        return entry.is_due(now)

    def _next_try(self, entry: OutboxEntry, error: TnsError | None) -> datetime:
        doubled = FIRST_RETRY_SECONDS * 2 ** min(max(entry.attempts - 1, 0), 10)
        seconds = min(LONGEST_RETRY_SECONDS, doubled) * random.uniform(0.8, 1.2)  # noqa: S311
        if isinstance(error, ServerError) and error.retry_after is not None:
            seconds = max(error.retry_after, 0.1)
        return self._clock.now() + timedelta(seconds=seconds)

    async def _postpone(self, entry: OutboxEntry, error: TnsError) -> OutboxEntry:
        """Same place in its life, later."""
        later = replace(
            entry,
            not_before=self._next_try(entry, error),
            error_code=error.code,
            server_message=error.server_message or "",
            updated_at=self._clock.now(),
        )
        await self._vault.outbox.update(later, expected=entry)
        self._publish(later)
        return later

    async def _move(self, entry: OutboxEntry, status: OutboxStatus, **changes: object) -> OutboxEntry:
        moved = entry.moved_to(status, self._clock.now(), **changes)
        await self._vault.outbox.update(moved, expected=entry)
        _LOG.info("decision %s: %s -> %s", entry.decision.decision_id, entry.status.value, status.value)
        self._publish(moved)
        return moved

    async def _store(self, seen: ClientFile) -> None:
        changed = await self._vault.client_files.upsert([seen])
        if changed:
            self._bus.publish(ClientFilesChanged(seen.key.connection_id, changed))

    def _publish(self, entry: OutboxEntry) -> None:
        self._bus.publish(OutboxChanged(entry))
        self._bus.publish(ClientFilesChanged(entry.key.connection_id, frozenset({entry.key})))

    async def _seconds_to_next(self) -> float:
        now = self._clock.now()
        waits = [60.0]
        for entry in await self._vault.outbox.unfinished():
            if entry.status.needs_a_person or entry.key.connection_id in self._parked:
                continue
            waits.append(max(0.05, (entry.due_at - now).total_seconds()))
        return min(waits)

    async def _pause(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
            self._wake.clear()


def _observed(seen: ClientFile) -> dict[str, object]:
    return {"observed_state": seen.state, "observed_cause": seen.rejection_cause}
