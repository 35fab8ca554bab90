"""Sending: carries the rows of the outbox to the server and finds out what became of them.

A row is sent only after a look at the file, and believed only after another. Whatever happens in between (a cut, a crash,
a task that is cancelled) leaves a row whose outcome is looked up, never assumed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, judge_reread
from tns_desktop.domain.errors import (
    AccessForbidden,
    ClientFileNotFound,
    ConnectionCut,
    CredentialsRefused,
    IllegalTransition,
    RequestInvalid,
    RequestTimedOut,
    RoleForbids,
    ServerUnreachable,
    StateConflict,
    TnsError,
    TooManyRequests,
    TransportError,
)
from tns_desktop.domain.roles import Duty
from tns_desktop.services.connections import Connections
from tns_desktop.services.courier import IDLE_SECONDS, Courier
from tns_desktop.services.events import ClientFilesChanged, EventBus, OutboxChanged
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.patience import pause_after, stops_a_round
from tns_desktop.services.ports import ClientFileApi, Clock, Vault

_LOG = logging.getLogger(__name__)

PATIENT_LOOKS = 5
"""How often a file is looked at again before a decision that the server has accepted is sent anew, and before a file that
is not found, although a decision may have reached it, is said to be gone."""
ARCHIVE_CHANGED = "archive_changed"
"""``error_code`` of a conflict in which the state is as reviewed and the archive's bytes are not."""

_LINE_CODES = frozenset({ServerUnreachable.code, RequestTimedOut.code, ConnectionCut.code})
"""Errors that say nothing about a decision, only about the way to the server."""
_STRANDED = (OutboxStatus.SENDING, OutboxStatus.SENT)


class DecisionSender(Courier):
    """Works on the outbox, of each connection one row at a time."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        lines: Lines,
        bus: EventBus,
        clock: Clock,
        locks: ConnectionLocks,
    ) -> None:
        super().__init__(connections, vault, lines, bus, clock, locks)
        self._broken: set[str] = set()
        self._line_is_back: set[str] = set()
        """Of the broken ones, those that have answered since; until their next round."""
        self._steps_in_vain: Counter[str] = Counter()
        self._not_found_in_a_row: Counter[str] = Counter()
        self._owed: set[str] = set()
        """Decisions that the server answered with a success in this run."""

    async def recover(self) -> None:
        """At start: a row found *sending* or *sent* was cut off by a crash, so its outcome is unknown."""
        for entry in await self._vault.outbox.unfinished():
            if entry.status in _STRANDED:
                await self._outcome_unknown(entry)

    def unpark(self, connection_id: str) -> None:
        super().unpark(connection_id)
        if connection_id in self._broken:
            # What waits out a pause because nobody could be reached need not wait any longer.
            self._broken.discard(connection_id)
            self._line_is_back.add(connection_id)

    async def push_due(self, connection_id: str) -> bool:
        """Sends and resolves everything that is due for one connection, at once."""
        trouble: TnsError | None = None
        for entry in await self._vault.outbox.unfinished():
            if entry.key.connection_id != connection_id or not self._is_work(entry):
                continue
            try:
                await self._step(entry, await self._connections.api_for(connection_id))
            except IllegalTransition:
                # The operator took it back while it was being looked at: the stored row is right, ours was stale.
                _LOG.info("decision %s moved meanwhile", entry.decision.decision_id)
            except TnsError as error:
                if stops_a_round(error):
                    self._line_is_back.discard(connection_id)
                    self._hold(connection_id, error)
                    raise
                trouble = error
        self._rounds_stopped.pop(connection_id, None)
        self._line_is_back.discard(connection_id)
        if trouble is not None:
            raise trouble
        return False

    async def _start_rounds(self) -> float:
        self._rounds.forget_finished()
        entries = await self._vault.outbox.unfinished()
        self._waits.keep_only(entries)
        for connection_id in dict.fromkeys(item.key.connection_id for item in entries if self._is_work(item)):
            self._rounds.start(connection_id, self._round)
        return self._seconds_to_next(entries)

    # --- one row ------------------------------------------------------------------------------------------------------

    async def _step(self, entry: OutboxEntry, api: ClientFileApi) -> None:
        if entry.status in _STRANDED:
            # Whoever was sending it was cancelled: we hold the lock, so nobody is.
            entry = await self._outcome_unknown(entry)
        if entry.status is OutboxStatus.OUTCOME_UNKNOWN:
            await self._resolve(entry, api)
            return
        if self._connections.may(entry.key.connection_id, Duty.DECIDE):
            await self._send(entry, api)
        else:
            # Decided before the connection became read-only: it stays, says why, and leaves when the role allows it again.
            await self._postpone(entry, RoleForbids())

    async def _send(self, entry: OutboxEntry, api: ClientFileApi) -> None:
        if entry.status is OutboxStatus.RETRY_WAIT:
            entry = await self._move(entry, OutboxStatus.QUEUED)
        seen = await self._look(entry, api)
        if seen is None or await self._stopped_before_sending(entry, seen, api):
            return
        was_maybe_carried_out = entry.maybe_carried_out
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
            await self._after_failed_send(entry, error, api, was_maybe_carried_out=was_maybe_carried_out)
            return
        entry = await self._move(entry, OutboxStatus.SENT)
        self._owed.add(entry.decision.decision_id)
        await self._resolve(entry, api)

    async def _stopped_before_sending(self, entry: OutboxEntry, seen: ClientFile, api: ClientFileApi) -> bool:
        """True when the file is not what was reviewed, nor what a person saw in a conflict: the row has its new place."""
        decision = entry.decision
        overridden = entry.override_conflict and seen.state == entry.observed_state
        if seen.state != decision.reviewed_state and not overridden:
            await self._settle(entry, judge_reread(entry, seen), seen)
            return True
        if entry.override_conflict:
            return False
        try:
            size = await self._size_of_reviewed(decision)
            now = await api.archive_now(entry.key.uuid)
        except ClientFileNotFound as error:
            await self._not_found(entry, error)
            return True
        except TnsError as error:
            await self._postpone(entry, error)
            raise
        if not now.is_another_than(decision.archive_etag, size):
            return False
        await self._settle(entry, OutboxStatus.CONFLICT, seen, error_code=ARCHIVE_CHANGED)
        return True

    async def _size_of_reviewed(self, decision: Decision) -> int | None:
        """In bytes; None once the archive that was reviewed is not kept here any more."""
        stored = await self._vault.blobs.find(decision.key)
        return stored.size if stored is not None and stored.sha256 == decision.archive_sha256 else None

    async def _after_failed_send(
        self, entry: OutboxEntry, error: TnsError, api: ClientFileApi, *, was_maybe_carried_out: bool
    ) -> None:
        """Raises ``error`` when the rows behind this one would end the same way."""
        told: dict[str, object] = {"error_code": error.code, "server_message": error.server_message or ""}
        certainly_not = {**told, "maybe_carried_out": was_maybe_carried_out}
        refused = isinstance(error, AccessForbidden | ClientFileNotFound | RequestInvalid)
        if isinstance(error, StateConflict) or (refused and was_maybe_carried_out):
            await self._after_conflict(entry, certainly_not, api)
        elif refused:
            await self._move(entry, OutboxStatus.REFUSED, **certainly_not)
        elif isinstance(error, RoleForbids):
            await self._move(entry, OutboxStatus.RETRY_WAIT, not_before=self._next_try(entry, error), **certainly_not)
        elif isinstance(error, CredentialsRefused | TooManyRequests) or (
            isinstance(error, TransportError) and not error.request_sent
        ):
            await self._move(entry, OutboxStatus.RETRY_WAIT, not_before=self._next_try(entry, error), **certainly_not)
            raise error
        else:
            # 5xx, a cut, a timeout, an answer that makes no sense: the server may have acted.
            entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, not_before=self._clock.now(), **told)
            await self._resolve(entry, api, after=error)

    async def _after_conflict(self, entry: OutboxEntry, told: dict[str, object], api: ClientFileApi) -> None:
        """Either somebody else was faster, or an earlier send of ours had been carried out after all."""
        entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, **told)
        seen = await self._look(entry, api)
        if seen is None:
            return
        status = judge_reread(entry, seen)
        if status is OutboxStatus.QUEUED:
            # The server refuses and still shows the state that was reviewed: a person has to look at it.
            status = OutboxStatus.CONFLICT
        await self._settle(entry, status, seen, error_code=entry.error_code, server_message=entry.server_message)

    async def _resolve(self, entry: OutboxEntry, api: ClientFileApi, *, after: TnsError | None = None) -> None:
        """Reads the file again and believes what it shows; ``after`` is what the send ended with."""
        seen = await self._look(entry, api)
        if seen is None:
            return
        status = judge_reread(entry, seen)
        if status is OutboxStatus.QUEUED and self._is_owed(entry):
            await self._postpone(entry, None)
        elif status in (OutboxStatus.QUEUED, OutboxStatus.OUTCOME_UNKNOWN):
            await self._settle(entry, status, seen, not_before=self._next_try(entry, after))
        else:
            await self._settle(entry, status, seen)

    async def _look(self, entry: OutboxEntry, api: ClientFileApi) -> ClientFile | None:
        """The file as the server shows it now; None when it is gone, the row being in its new place.

        Raises the TnsError that kept it from being read, the row being put off.
        """
        try:
            seen = await api.read_client_file(entry.key.uuid)
        except TnsError as error:
            if entry.status is OutboxStatus.SENT:
                entry = await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN)
            if isinstance(error, ClientFileNotFound):
                await self._not_found(entry, error)
                return None
            await self._postpone(entry, error)
            raise
        self._not_found_in_a_row.pop(entry.decision.decision_id, None)
        changed = await self._vault.client_files.upsert([seen])
        if changed:
            self._bus.publish(ClientFilesChanged(seen.key.connection_id, changed))
        return seen

    async def _not_found(self, entry: OutboxEntry, error: ClientFileNotFound) -> None:
        """What may have been carried out is looked for more than once: a person must not drop it for a passing 404.

        Only answers of this kind count: a line that was down for an hour makes one 404 behind it no surer.
        """
        self._not_found_in_a_row[entry.decision.decision_id] += 1
        if entry.maybe_carried_out and self._not_found_in_a_row[entry.decision.decision_id] <= PATIENT_LOOKS:
            await self._postpone(entry, error)
            return
        await self._move(
            entry,
            OutboxStatus.CONFLICT,
            error_code=error.code,
            server_message=error.server_message or "",
            observed_state=None,
            observed_cause="",
        )

    # --- small things -------------------------------------------------------------------------------------------------

    def _is_work(self, entry: OutboxEntry) -> bool:
        left = self._waits.seconds_left(entry)
        if self._waits.seconds_held(entry.key.connection_id) > 0:
            return False
        if entry.status in _STRANDED:
            return True
        if entry.status.needs_a_person or entry.status.is_final:
            return False
        if entry.error_code == RoleForbids.code and self._connections.may(entry.key.connection_id, Duty.DECIDE):
            return True
        # A row that failed for the line's sake has had its time to be undone: it was sent, or looked at before that.
        return left <= 0 or (entry.key.connection_id in self._line_is_back and entry.error_code in _LINE_CODES)

    def _is_owed(self, entry: OutboxEntry) -> bool:
        """The server said "done" and shows nothing of it yet: for a while it is asked again, and sent nothing again."""
        decision_id = entry.decision.decision_id
        return decision_id in self._owed and self._steps_in_vain[decision_id] < PATIENT_LOOKS

    def _hold(self, connection_id: str, error: TnsError) -> None:
        super()._hold(connection_id, error)
        if not isinstance(error, CredentialsRefused):
            self._broken.add(connection_id)

    def _next_try(self, entry: OutboxEntry, error: TnsError | None) -> datetime:
        decision_id = entry.decision.decision_id
        self._steps_in_vain[decision_id] += 1
        return self._clock.now() + pause_after(max(entry.attempts, self._steps_in_vain[decision_id]), error)

    async def _postpone(self, entry: OutboxEntry, error: TnsError | None) -> None:
        """Same place in its life, later."""
        later = replace(
            entry,
            not_before=self._next_try(entry, error),
            error_code=entry.error_code if error is None else error.code,
            server_message=entry.server_message if error is None else error.server_message or "",
            updated_at=self._clock.now(),
        )
        await self._vault.outbox.update(later, expected=entry)
        self._publish(later)

    async def _outcome_unknown(self, entry: OutboxEntry) -> OutboxEntry:
        return await self._move(entry, OutboxStatus.OUTCOME_UNKNOWN, maybe_carried_out=True, not_before=None)

    async def _settle(self, entry: OutboxEntry, status: OutboxStatus, seen: ClientFile, **changes: object) -> None:
        """Moves the row to where a look at the file puts it. An older failure is no reason for a result."""
        told: dict[str, object] = {"observed_state": seen.state, "observed_cause": seen.rejection_cause}
        if status is OutboxStatus.CONFIRMED or status.needs_a_person:
            told |= {"error_code": "", "server_message": ""}
        if status is not OutboxStatus.CONFIRMED:
            told |= changes
        await self._move(entry, status, **told)

    async def _move(self, entry: OutboxEntry, status: OutboxStatus, **changes: object) -> OutboxEntry:
        moved = entry.moved_to(status, self._clock.now(), **changes)
        await self._vault.outbox.update(moved, expected=entry)
        _LOG.info("decision %s: %s -> %s", entry.decision.decision_id, entry.status.value, status.value)
        if status is OutboxStatus.CONFIRMED:
            # What the operator did is no news to the operator.
            await self._vault.client_files.mark_seen(entry.key)
        if status.is_final or status.needs_a_person:
            self._steps_in_vain.pop(entry.decision.decision_id, None)
            self._not_found_in_a_row.pop(entry.decision.decision_id, None)
            self._owed.discard(entry.decision.decision_id)
        self._publish(moved)
        return moved

    def _publish(self, entry: OutboxEntry) -> None:
        self._bus.publish(OutboxChanged(entry))
        self._bus.publish(ClientFilesChanged(entry.key.connection_id, frozenset({entry.key})))

    def _seconds_to_next(self, entries: Iterable[OutboxEntry]) -> float:
        waits = [IDLE_SECONDS]
        for entry in entries:
            connection_id = entry.key.connection_id
            if not entry.status.needs_a_person and connection_id not in self._rounds:
                left = max(self._waits.seconds_left(entry), self._waits.seconds_held(connection_id))
                waits.append(max(0.05, left))
        return min(waits)
