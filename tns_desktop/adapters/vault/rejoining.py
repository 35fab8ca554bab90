"""Database and journal, brought together: which of two accounts of one decision is the later one, and what it may become.

A database can open without complaint and still have lost the last changes: a write-ahead log that is gone or garbled is no
error to SQLite. The journal knows them. What may have reached the server is never put back as something to be sent: its
outcome is looked up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.content import column_text, dump_entry, dump_time, load_entry
from tns_desktop.adapters.vault.journal import JournalContent, JournaledDecision, StepRow
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus

if TYPE_CHECKING:
    import apsw

_MAY_HAVE_LEFT = (OutboxStatus.SENDING, OutboxStatus.SENT)
_BEFORE_SENDING = (OutboxStatus.QUEUED, OutboxStatus.RETRY_WAIT)
_UNFINISHED = "status NOT IN ('confirmed', 'withdrawn')"


def journaled_blocking(connection: apsw.Connection) -> dict[str, JournaledDecision]:
    """What the journal holds once it was written anew: everything unfinished, with its history."""
    rows: list[Any] = connection.execute(f"SELECT decision_id, content FROM decisions WHERE {_UNFINISHED}").fetchall()  # noqa: S608
    found = {}
    for decision_id, content in rows:
        steps = _steps_of(connection, decision_id)
        found[decision_id] = JournaledDecision(content, len(steps), steps)
    return found


def rejoin_blocking(connection: apsw.Connection, journal: JournalContent, now: datetime) -> int:
    """Puts what only the journal knows into the database; how many decisions that were. Inside a transaction."""
    put_back = 0
    for decision_id, journaled in journal.decisions.items():
        known = connection.execute("SELECT count(*) FROM decisions WHERE decision_id = ?", (decision_id,)).get
        if known:
            if journaled.count <= len(_steps_of(connection, decision_id)):
                continue
        elif journaled.entry.status.is_final:  # of a connection that was removed
            continue
        put_in_blocking(connection, safe(journaled, now, in_doubt=not journal.intact))
        put_back += 1
    return put_back


def later_of(stored: JournaledDecision | None, journaled: JournaledDecision | None) -> JournaledDecision | None:
    """Of two accounts of one decision, ``stored`` by a damaged database whose history may have gaps."""
    if stored is None or journaled is None:
        return stored or journaled
    if stored.entry.status.is_final or stored.count > journaled.count:
        return stored
    missing = journaled.count - len(journaled.steps)
    return replace(journaled, steps=stored.steps[:missing] + journaled.steps)


def safe(decision: JournaledDecision, now: datetime, *, in_doubt: bool) -> JournaledDecision:
    """``decision`` as it may be put back: sent or perhaps sent, its outcome is unknown.

    ``in_doubt``: later steps of it may be missing, so one that looks unsent may have been sent.
    """
    entry = decision.entry
    if entry.status not in _MAY_HAVE_LEFT and not (in_doubt and entry.status in _BEFORE_SENDING):
        return decision
    looked_up = replace(
        entry, status=OutboxStatus.OUTCOME_UNKNOWN, maybe_carried_out=True, not_before=None, updated_at=now
    )
    return _with_step(decision, looked_up, now)


def put_in_blocking(connection: apsw.Connection, decision: JournaledDecision) -> None:
    """Stores a decision that was put back, over an earlier account of it. Inside a transaction.

    Of two unfinished decisions on one file, the earlier one had ended, or the later one could not have been made: its end
    was lost, and it counts as taken back.
    """
    entry = decision.entry
    if not entry.status.is_final:
        entry, decision = _make_room(connection, entry, decision)
    connection.execute(
        "INSERT INTO decisions (decision_id, connection_id, uuid, status, decided_at, content) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (decision_id) DO UPDATE SET status = excluded.status, content = excluded.content",
        (
            entry.decision.decision_id,
            *key_columns(entry.key),
            entry.status.value,
            dump_time(entry.decision.decided_at),
            dump_entry(entry),
        ),
    )
    there = len(_steps_of(connection, entry.decision.decision_id))
    first = decision.count - len(decision.steps)
    connection.executemany(
        "INSERT INTO decision_history (decision_id, at, status, error_code) VALUES (?, ?, ?, ?)",
        [(entry.decision.decision_id, *step) for step in decision.steps[max(0, there - first) :]],
    )


def _make_room(
    connection: apsw.Connection, entry: OutboxEntry, decision: JournaledDecision
) -> tuple[OutboxEntry, JournaledDecision]:
    """``entry`` and its account, withdrawn if a later decision on the same file is there; else an earlier one is."""
    other = connection.execute(
        f"SELECT content FROM decisions WHERE connection_id = ? AND uuid = ? AND decision_id <> ? AND {_UNFINISHED}",  # noqa: S608
        (*key_columns(entry.key), entry.decision.decision_id),
    ).get
    if other is None:
        return entry, decision
    rival = load_entry(other)
    if rival.decision.decided_at > entry.decision.decided_at:
        at = rival.decision.decided_at
        decision = _with_step(decision, replace(entry, status=OutboxStatus.WITHDRAWN, updated_at=at), at)
        return decision.entry, decision
    at = entry.decision.decided_at
    steps = _steps_of(connection, rival.decision.decision_id)
    ended = JournaledDecision(other, len(steps), steps)
    put_in_blocking(connection, _with_step(ended, replace(rival, status=OutboxStatus.WITHDRAWN, updated_at=at), at))
    return entry, decision


def _with_step(decision: JournaledDecision, entry: OutboxEntry, at: datetime) -> JournaledDecision:
    step: StepRow = (dump_time(at), entry.status.value, column_text(entry.error_code))
    return JournaledDecision(dump_entry(entry), decision.count + 1, (*decision.steps, step))


def _steps_of(connection: apsw.Connection, decision_id: str) -> tuple[StepRow, ...]:
    rows: list[Any] = connection.execute(
        "SELECT at, status, error_code FROM decision_history WHERE decision_id = ? ORDER BY id", (decision_id,)
    ).fetchall()
    return tuple((at, status, code) for at, status, code in rows)
