"""Decisions on their way: the rows that must never be lost.

A row is stored whole, as JSON, and changed only from the exact text that the caller last saw: of two that try to move the
same row, one learns that it came too late. Each step is added to a history in the same transaction, and to the journal
(``journaled``) before that transaction is committed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.content import column_text, dump_entry, dump_time, load_entry
from tns_desktop.adapters.vault.journal import JournaledDecision, StepRow
from tns_desktop.adapters.vault.journaled import JournaledDatabase, Note
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import LEGAL_TRANSITIONS, OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import (
    AlreadyDecided,
    DecisionsUnfinished,
    IllegalTransition,
    VaultDamaged,
)
from tns_desktop.services.ports import Clock

if TYPE_CHECKING:
    import apsw


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a decision's history: when it became what, and why. ``at`` is aware, UTC."""

    at: datetime
    status: OutboxStatus
    error_code: str = ""


class VaultOutbox:
    """The ``Outbox`` port. Every change is on the disk, twice, when the call returns."""

    def __init__(self, journaled: JournaledDatabase, clock: Clock) -> None:
        self._database = journaled.database
        self._journaled = journaled
        self._clock = clock

    async def insert(self, entry: OutboxEntry) -> None:
        """Raises AlreadyDecided for a second unfinished decision on one client file, and for a decision_id in use."""

        def work(connection: apsw.Connection, note: Note) -> None:
            decision = entry.decision
            columns = (column_text(entry.key.connection_id), column_text(entry.key.uuid))
            taken = connection.execute(
                "SELECT decision_id FROM decisions WHERE decision_id = ?"
                " OR (connection_id = ? AND uuid = ? AND status NOT IN ('confirmed', 'withdrawn'))",
                (decision.decision_id, *columns),
            ).get
            if taken is not None:
                raise AlreadyDecided("a decision is on its way", facts={"decision_id": taken, "uuid": entry.key.uuid})
            connection.execute(
                "INSERT INTO decisions (decision_id, connection_id, uuid, status, decided_at, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    decision.decision_id,
                    *columns,
                    entry.status.value,
                    dump_time(decision.decided_at),
                    dump_entry(entry),
                ),
            )
            self._add_step(connection, entry, note)

        await self._journaled.write(work)

    async def update(self, entry: OutboxEntry, *, expected: OutboxEntry) -> None:
        """Raises IllegalTransition; ``facts`` hold ``before``, ``after`` and the reason: illegal, stale or unknown row."""

        def work(connection: apsw.Connection, note: Note) -> None:
            refusal = _refusal(entry, expected)
            if refusal:
                raise _illegal(refusal, entry, expected)
            connection.execute(
                "UPDATE decisions SET status = ?, content = ? WHERE decision_id = ? AND content = ?",
                (entry.status.value, dump_entry(entry), entry.decision.decision_id, dump_entry(expected)),
            )
            if connection.changes() != 1:
                raise _illegal("stale", entry, expected)
            self._add_step(connection, entry, note)

        await self._journaled.write(work)

    async def get(self, decision_id: str) -> OutboxEntry | None:
        found = await self._select("WHERE decision_id = ?", (decision_id,))
        return found[0] if found else None

    async def unfinished(self) -> list[OutboxEntry]:
        return await self._select("WHERE status NOT IN ('confirmed', 'withdrawn') ORDER BY decided_at, rowid", ())

    async def all(self, limit: int = 1000) -> list[OutboxEntry]:
        return await self._select("ORDER BY decided_at DESC, rowid DESC LIMIT ?", (limit,))

    async def of(self, keys: Collection[ClientFileKey]) -> list[OutboxEntry]:
        wanted = {key_columns(key) for key in keys}

        def work(connection: apsw.Connection) -> list[OutboxEntry]:
            rows = connection.execute(
                "SELECT connection_id, uuid, content FROM decisions ORDER BY decided_at DESC, rowid DESC"
            )
            return [self._loaded(content) for *key, content in rows if tuple(key) in wanted]

        return await self._database.read(work) if wanted else []

    async def forget_connection(self, connection_id: str) -> None:
        def work(connection: apsw.Connection) -> None:
            of_it = (column_text(connection_id),)
            unfinished = connection.execute(
                "SELECT count(*) FROM decisions WHERE connection_id = ? AND status NOT IN ('confirmed', 'withdrawn')",
                of_it,
            ).get
            if unfinished:
                raise DecisionsUnfinished("decisions are under way", facts={"count": str(unfinished)})
            connection.execute(
                "DELETE FROM decision_history WHERE decision_id IN"
                " (SELECT decision_id FROM decisions WHERE connection_id = ?)",
                of_it,
            )
            connection.execute("DELETE FROM decisions WHERE connection_id = ?", of_it)

        await self._journaled.forget(work)

    async def history(self, decision_id: str) -> list[Step]:
        """Every step of a decision, first one first."""

        def work(connection: apsw.Connection) -> list[Step]:
            rows = connection.execute(
                "SELECT at, status, error_code FROM decision_history WHERE decision_id = ? ORDER BY id", (decision_id,)
            )
            return [
                Step(datetime.fromisoformat(at), OutboxStatus(status), error_code) for at, status, error_code in rows
            ]

        return await self._database.read(work)

    async def _select(self, clause: str, values: tuple[str | int, ...]) -> list[OutboxEntry]:
        def work(connection: apsw.Connection) -> list[OutboxEntry]:
            rows = connection.execute(f"SELECT content FROM decisions {clause}", values)  # noqa: S608  (our own clauses)
            return [self._loaded(content) for (content,) in rows]

        return await self._database.read(work)

    def _loaded(self, content: str) -> OutboxEntry:
        try:
            return load_entry(content)
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a decision cannot be read", facts={"path": str(self._database.path)}) from error

    def _add_step(self, connection: apsw.Connection, entry: OutboxEntry, note: Note) -> None:
        decision_id = entry.decision.decision_id
        step: StepRow = (
            dump_time(entry.updated_at or self._clock.now()),
            entry.status.value,
            column_text(entry.error_code),
        )
        connection.execute(
            "INSERT INTO decision_history (decision_id, at, status, error_code) VALUES (?, ?, ?, ?)",
            (decision_id, *step),
        )
        count = connection.execute("SELECT count(*) FROM decision_history WHERE decision_id = ?", (decision_id,)).get
        note(JournaledDecision(dump_entry(entry), count, (step,)))


def _refusal(entry: OutboxEntry, expected: OutboxEntry) -> str:
    """Why ``expected`` may not become ``entry``, or an empty text. What was decided is never rewritten."""
    if entry.decision != expected.decision:
        return "other_decision"
    if entry.status is not expected.status and entry.status not in LEGAL_TRANSITIONS[expected.status]:
        return "illegal"
    return ""


def _illegal(reason: str, entry: OutboxEntry, expected: OutboxEntry) -> IllegalTransition:
    return IllegalTransition(
        f"{entry.decision.decision_id}: {expected.status} -> {entry.status} ({reason})",
        facts={"before": expected.status.value, "after": entry.status.value, "reason": reason},
    )
