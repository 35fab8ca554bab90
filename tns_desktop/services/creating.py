"""Creating: carries queued creations to the server, and finds out what became of those that ended without an answer.

A few rows are marked as *sending* in one transaction, sent a few at a time, and moved on in another: a thousand creations do
not wait a thousand times for the disk, and whatever ends the program in between leaves rows that are looked up, never sent
again blindly.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.creation import Creation, CreationStatus, Found, judge_found, seen_of
from tns_desktop.domain.errors import (
    AccessForbidden,
    ApiMapInvalid,
    ClientFileNotFound,
    CredentialsRefused,
    ExternalIdTaken,
    RequestInvalid,
    RoleForbids,
    StateConflict,
    TnsError,
    TooManyRequests,
    TransportError,
    VaultError,
)
from tns_desktop.domain.new_client_file import FieldProblem, NewDocument, ProblemCode
from tns_desktop.domain.roles import Duty
from tns_desktop.services.connections import Connections
from tns_desktop.services.courier import IDLE_SECONDS, Courier
from tns_desktop.services.events import ConnectionStateChanged, CreationsChanged, EventBus, RefreshFinished
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.patience import pause_after, stops_a_round
from tns_desktop.services.ports import ClientFileApi, Clock, CreatedFile, Move, Vault
from tns_desktop.services.waits import LONGEST_WAIT_SECONDS

_LOG = logging.getLogger(__name__)

ROWS_A_STEP = 32
AT_ONCE = 4
"""Requests beside each other: enough to keep a server busy, few enough not to be taken for an attack."""
LOOKS_BEFORE_ANOTHER_SEND = 2
"""How often a file that may have been created is looked for, with a pause between, before it is sent once more."""


@dataclass(slots=True)
class _Step:
    """What became of the rows of one step: each as it was, and as it is to be."""

    moves: list[Move] = field(default_factory=list)
    stopped_by: TnsError | None = None


class CreationSender(Courier):
    """Works on creations, of each connection a few rows at a time, a few requests beside each other."""

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
        self._store = vault.creations
        self._line_is_back: set[str] = set()
        self._looks_in_vain: Counter[str] = Counter()
        """In a row, by connection: looks that ended with an error."""
        bus.subscribe(RefreshFinished, lambda event: self.unpark(event.connection_id) if event.complete else None)
        bus.subscribe(ConnectionStateChanged, self._line_changed)

    async def recover(self) -> None:
        """At start: a row found *sending* was cut off by a crash, so its outcome is unknown."""
        await self._apply([(one, self._in_doubt(one)) for one in await self._store.stranded()])

    def unpark(self, connection_id: str) -> None:
        if self._waits.seconds_held(connection_id) > 0 or self._rounds_stopped[connection_id]:
            # What waits out a pause because nobody could be reached need not wait any longer.
            self._line_is_back.add(connection_id)
        super().unpark(connection_id)

    async def push_due(self, connection_id: str) -> bool:
        """A few rows; True while there are more."""
        hastened = connection_id in self._line_is_back
        rows = await self._store.due(connection_id, self._clock.now(), ROWS_A_STEP, hastened=hastened)
        if not rows:
            self._line_is_back.discard(connection_id)
            self._rounds_stopped.pop(connection_id, None)
            return False
        try:
            api = await self._connections.api_for(connection_id)
            await self._work_on(rows, api)
        except TnsError as error:
            self._line_is_back.discard(connection_id)
            if stops_a_round(error):
                self._hold(connection_id, error)
            raise
        self._rounds_stopped.pop(connection_id, None)
        return True

    # --- inside -------------------------------------------------------------------------------------------------------

    def _line_changed(self, event: ConnectionStateChanged) -> None:
        if event.state is ConnectionState.ONLINE:
            self.unpark(event.connection_id)

    async def _start_rounds(self) -> float:
        self._rounds.forget_finished()
        now, seconds = self._clock.now(), [IDLE_SECONDS]
        for connection_id, due in (await self._store.next_due()).items():
            left = (due - now).total_seconds()
            if left > LONGEST_WAIT_SECONDS or connection_id in self._line_is_back:
                left = 0.0
            left = max(left, self._waits.seconds_held(connection_id))
            if left <= 0:
                self._rounds.start(connection_id, self._round)
            elif connection_id not in self._rounds:
                seconds.append(max(0.05, left))
        return min(seconds)

    async def _work_on(self, rows: Sequence[Creation], api: ClientFileApi) -> None:
        # Whoever was sending a row that is found "sending" was cancelled: we hold the lock, so nobody is.
        unsure = [one for one in rows if one.maybe_created or one.status is CreationStatus.SENDING]
        certain = [one for one in rows if one not in unsure]
        doubted = [one for one in unsure if one.status is CreationStatus.OUTCOME_UNKNOWN]
        doubted += await self._apply([(one, self._in_doubt(one)) for one in unsure if one not in doubted])
        trouble: TnsError | None = None
        again: list[Creation] = []
        try:
            again = await self._resolve(doubted, api) if doubted else []
        except TnsError as error:
            if stops_a_round(error):
                raise
            trouble = error  # it keeps those back that are to be looked up, and no others
        await self._send_if_allowed([*certain, *again], api)
        if trouble is not None:
            raise trouble

    async def _send_if_allowed(self, ready: Sequence[Creation], api: ClientFileApi) -> None:
        if not ready:
            return
        if self._connections.may(ready[0].connection_id, Duty.CREATE):
            await self._send(ready, api)
            return
        # Queued before the connection became read-only: it stays, says why, and leaves when the role allows it again.
        later = self._clock.now() + timedelta(seconds=IDLE_SECONDS)
        await self._apply([(one, replace(one, due_at=later, error_code=RoleForbids.code)) for one in ready])

    def _in_doubt(self, row: Creation) -> Creation:
        now = self._clock.now()
        return row.moved_to(CreationStatus.OUTCOME_UNKNOWN, now, maybe_created=True, due_at=now, looks=0)

    async def _resolve(self, rows: Sequence[Creation], api: ClientFileApi) -> list[Creation]:
        """Looks the files up; those that are certainly not there, and are to be sent once more."""
        try:
            found = await api.find_created(frozenset(one.new.external_id for one in rows))
        except TnsError as error:
            if isinstance(error, CredentialsRefused):
                raise
            now, connection_id = self._clock.now(), rows[0].connection_id
            self._looks_in_vain[connection_id] += 1
            pause = pause_after(self._looks_in_vain[connection_id], error)
            await self._apply([(one, replace(one, due_at=now + pause, updated_at=now)) for one in rows])
            raise
        self._looks_in_vain.pop(rows[0].connection_id, None)
        moves = [(one, self._judged(one, found.get(one.new.external_id))) for one in rows]
        moved = await self._apply(moves)
        return [one for one in moved if one.status is CreationStatus.QUEUED]

    def _judged(self, row: Creation, seen: ClientFile | None) -> Creation:
        now = self._clock.now()
        if seen is None:
            if row.error_code == ExternalIdTaken.code:
                # The server says that it is there, and does not show it: nobody here can tell whose it is.
                return row.moved_to(CreationStatus.CONFLICT, now, due_at=None)
            looks = row.looks + 1
            if looks < LOOKS_BEFORE_ANOTHER_SEND:
                pause = pause_after(max(looks, row.attempts), None)  # one that fails for ever is tried ever more rarely
                return replace(row, looks=looks, due_at=now + pause, updated_at=now)
            return row.moved_to(CreationStatus.QUEUED, now, looks=0, due_at=now)
        match judge_found(row, seen):
            case Found.OURS:
                return row.created_as(seen.uuid, seen.display_id, now)
            case Found.ANOTHER:
                taken = FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN)
                return row.moved_to(
                    CreationStatus.REFUSED,
                    now,
                    due_at=None,
                    maybe_created=False,
                    error_code=ExternalIdTaken.code,
                    problems=(taken,),
                    seen=seen_of(seen),
                )
        return row.moved_to(CreationStatus.CONFLICT, now, due_at=None, seen=seen_of(seen))

    async def _send(self, rows: Sequence[Creation], api: ClientFileApi) -> None:
        """Raises what stopped it; rows that were not sent for it wait for another try."""
        now = self._clock.now()
        before = {one.creation_id: one for one in rows}
        # What the operator took back meanwhile does not move, and is not sent.
        sending = await self._apply(
            [
                (one, one.moved_to(CreationStatus.SENDING, now, attempts=one.attempts + 1, maybe_created=True))
                for one in rows
            ]
        )
        step, waiting = _Step(), list(reversed(sending))

        async def carry() -> None:
            while waiting:
                row = waiting.pop()
                was_unsure = before[row.creation_id].maybe_created
                if step.stopped_by is not None:
                    step.moves.append((row, self._to_retry(row, step.stopped_by, unsure=was_unsure)))
                else:
                    step.moves.append((row, await self._carried(row, api, step, unsure=was_unsure)))

        await asyncio.gather(*(carry() for _ in range(min(AT_ONCE, len(waiting)))))
        await self._apply(step.moves)
        if step.stopped_by is not None:
            raise step.stopped_by

    async def _carried(self, row: Creation, api: ClientFileApi, step: _Step, *, unsure: bool) -> Creation:
        """The row after its request."""
        documents: list[tuple[NewDocument, bytes]] = []
        for one in row.documents:
            try:
                content = await self._store.document(row.creation_id, one.document_id)
            except VaultError as error:
                step.stopped_by = error
                return self._to_retry(row, error, unsure=unsure)
            if content is None:
                lost = await self._store.lost_documents(row.creation_id)
                return replace(row.without_documents(lost, self._clock.now()), maybe_created=unsure)
            documents.append((one, content))
        try:
            created = await api.create(row, documents)
        except TnsError as error:
            if stops_a_round(error) and not isinstance(error, _REFUSALS):
                step.stopped_by = error
            return self._after_failure(row, error, unsure=unsure)
        await self._keep_links(ClientFileKey(row.connection_id, created.uuid), created)
        return row.created_as(created.uuid, created.display_id, self._clock.now())

    async def _keep_links(self, key: ClientFileKey, created: CreatedFile) -> None:
        """What this answer alone may say. The file exists all the same: a vault that refuses costs the links, no more."""
        if created.invited:
            try:
                await self._vault.client_files.put_tokens(key, created.invited)
            except VaultError as error:
                _LOG.warning("the links of a created file are not kept: %s", error.code)

    def _after_failure(self, row: Creation, error: TnsError, *, unsure: bool) -> Creation:
        now = self._clock.now()
        told: dict[str, object] = {"error_code": error.code, "server_message": error.server_message or ""}
        if isinstance(error, _REFUSALS):
            if unsure and isinstance(error, ExternalIdTaken | StateConflict):
                # Perhaps by our own earlier request: looked up before anybody is told.
                told["error_code"] = ExternalIdTaken.code
                return row.moved_to(CreationStatus.OUTCOME_UNKNOWN, now, due_at=now, looks=0, **told)
            return row.moved_to(
                CreationStatus.REFUSED,
                now,
                due_at=None,
                maybe_created=unsure,
                problems=_problems_in(error),
                **told,
            )
        if isinstance(error, CredentialsRefused | RoleForbids | TooManyRequests) or (
            isinstance(error, TransportError) and not error.request_sent
        ):
            return self._to_retry(row, error, unsure=unsure)
        # 5xx, a cut, a timeout, an answer that makes no sense: the server may have acted.
        return row.moved_to(CreationStatus.OUTCOME_UNKNOWN, now, due_at=now, looks=0, **told)

    def _to_retry(self, row: Creation, error: TnsError, *, unsure: bool) -> Creation:
        now = self._clock.now()
        return row.moved_to(
            CreationStatus.RETRY_WAIT,
            now,
            due_at=now + pause_after(row.attempts, error),
            maybe_created=unsure,
            error_code=error.code,
            server_message=error.server_message or "",
        )

    async def _apply(self, moves: Sequence[Move]) -> list[Creation]:
        """The rows that moved; the others were changed by the operator meanwhile, and theirs is right."""
        if not moves:
            return []
        moved = await self._store.update(moves)
        done = [after for _before, after in moves if after.creation_id in moved]
        for before, after in moves:
            if before.status is not after.status and after.creation_id in moved:
                _LOG.info("creation %s: %s -> %s", after.creation_id, before.status.value, after.status.value)
        if done:
            ids = frozenset(one.creation_id for one in done)
            self._bus.publish(CreationsChanged(done[0].connection_id, ids))
        return done


_REFUSALS = (RequestInvalid, AccessForbidden, ClientFileNotFound, StateConflict, ApiMapInvalid)
"""After these the server certainly created nothing, and will not without a person."""


def _problems_in(error: TnsError) -> tuple[FieldProblem, ...]:
    """Beside which field it is to be said."""
    words = error.server_message or ""
    if isinstance(error, ExternalIdTaken):
        return (FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN, words),)
    parameters = error.facts.get("invalid_parameters", "")
    wrong = {"workflow_label": "workflowlabel", "external_id": "externalid"}
    named = [name for name, parameter in wrong.items() if parameter in parameters.casefold().replace("_", "")]
    return tuple(FieldProblem(name, ProblemCode.REFUSED_BY_SERVER, words) for name in named or ["form"])
