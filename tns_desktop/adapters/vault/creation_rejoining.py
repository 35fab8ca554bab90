"""Creations in database and journal, brought together: which account is the later one, and what it may become.

The same rules as for decisions (``rejoining``). What may have reached the server is looked up before anything is sent. What
certainly has not left, and lacks documents that only the database had, waits for a person, who is told which ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.content import column_text, dump_time
from tns_desktop.adapters.vault.creation_content import dump_creation, load_creation
from tns_desktop.adapters.vault.journal import JournalContent, JournaledCreation
from tns_desktop.domain.creation import Creation, CreationStatus

if TYPE_CHECKING:
    import apsw

FINISHED = "('created', 'withdrawn')"
_OPEN = ", ".join(f"'{one.value}'" for one in CreationStatus if not one.is_final)
"""Named one by one, so that the index by status answers: most rows are finished."""
_ROW = (
    "INSERT INTO creations (external_id, status, due_at, content, creation_id, connection_id, batch, line, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (creation_id) DO UPDATE SET"
    " external_id = excluded.external_id, status = excluded.status, due_at = excluded.due_at, content = excluded.content"
)
INSERT = _ROW.partition(" ON CONFLICT")[0]
STEP = (
    "INSERT INTO creation_history (creation_id, step, at, status, error_code)"
    " SELECT ?, (SELECT count(*) FROM creation_history WHERE creation_id = ?), ?, ?, ?"
)
_ACCOUNT = (
    "SELECT creation_id, content, coalesce(revision, 0) FROM creations LEFT JOIN creation_revisions USING (creation_id)"
)
_UNREADABLE = (ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What is not finished after a recovery, drafts too; ``incomplete`` of them lack documents."""

    unfinished: int
    incomplete: int


def changing_columns(creation: Creation) -> tuple[str, str, str, str]:
    """The columns that change with a row: external identifier, status, when it is due, the row itself."""
    due = creation.due_at if creation.status.is_under_way else None
    return (
        column_text(creation.new.external_id),
        creation.status.value,
        "" if due is None else dump_time(due),
        dump_creation(creation),
    )


def row_columns(creation: Creation) -> tuple[str | int, ...]:
    """All of them, as ``INSERT`` wants them."""
    return (
        *changing_columns(creation),
        creation.creation_id,
        column_text(creation.connection_id),
        creation.batch,
        creation.line,
        dump_time(creation.created_at),
    )


def step_columns(creation: Creation, at: datetime) -> tuple[str, str, str, str, str]:
    """As ``STEP`` wants them."""
    return (
        creation.creation_id,
        creation.creation_id,
        dump_time(at),
        creation.status.value,
        column_text(creation.error_code),
    )


def journaled_creations_blocking(connection: apsw.Connection) -> dict[str, JournaledCreation]:
    """What the journal holds of them once it was written anew: everything that is not finished."""
    return _accounts(connection, f"status IN ({_OPEN})")


def rejoin_creations_blocking(
    connection: apsw.Connection, journal: JournalContent, stored: Mapping[str, JournaledCreation], now: datetime
) -> int:
    """Puts what only the journal knows into the database, which has ``stored``; how many creations that were. Inside a
    transaction.
    """
    put_back = []
    for name, journaled in journal.creations.items():
        if stored.get(name) == journaled:
            continue
        row: Any = connection.execute(
            "SELECT status, coalesce(revision, 0) FROM creations LEFT JOIN creation_revisions USING (creation_id)"
            " WHERE creation_id = ?",
            (name,),
        ).fetchone()
        if row is not None and (CreationStatus(row[0]).is_final or journaled.count <= row[1]):
            continue
        creation = _readable(journaled)
        if creation is None or (row is None and creation.status.is_final):  # of a connection that was removed
            continue
        _put_in(connection, _safe(creation, now, in_doubt=not journal.intact), journaled.count, now)
        put_back.append(name)
    _ask_for_documents(connection, put_back, now)
    return len(put_back)


def rebuild_creations_blocking(connection: apsw.Connection, journal: JournalContent, now: datetime) -> Rebuilt:
    """After a recovery: the rows that could be read are in ``connection``; those of the journal come to them, each as its later
    account has it. Inside a transaction.

    Nothing is certain here, not even by a whole journal: one that was cut between two records looks whole. A decision that is
    sent once more finds its file decided; a creation might make a second file, so each of them is looked up first. A row that
    cannot be read any more is left out of what is offered; it would only stop everything else.
    """
    rows = _accounts(connection, f"status NOT IN {FINISHED}")
    for name, row in rows.items():
        if _readable(row) is None:
            connection.execute("DELETE FROM creations WHERE creation_id = ?", (name,))
    finished = {
        name
        for (name,) in connection.execute(f"SELECT creation_id FROM creations WHERE status IN {FINISHED}")  # noqa: S608
    }
    for name, row in _later(rows, journal.creations, but=finished).items():
        creation = _readable(row)
        if creation is None or (creation.status.is_final and name not in rows):
            continue
        _put_in(connection, _safe(creation, now, in_doubt=True), row.count, now)
    # Nobody would ask for these any more, nor forget them with their connection.
    for table in ("creation_documents", "creation_revisions"):
        connection.execute(f"DELETE FROM {table} WHERE creation_id NOT IN (SELECT creation_id FROM creations)")  # noqa: S608
    unfinished = journaled_creations_blocking(connection)
    incomplete = sum(bool(lost_documents_blocking(connection, row.creation)) for row in unfinished.values())
    return Rebuilt(len(unfinished), incomplete)


def lost_documents_blocking(connection: apsw.Connection, creation: Creation) -> frozenset[str]:
    """Documents of it whose bytes are not here, by identifier."""
    there = {
        document_id
        for (document_id,) in connection.execute(
            "SELECT document_id FROM creation_documents WHERE creation_id = ?", (creation.creation_id,)
        )
    }
    return frozenset(one.document_id for one in creation.documents if one.document_id not in there)


def _accounts(connection: apsw.Connection, which: str) -> dict[str, JournaledCreation]:
    rows: list[Any] = connection.execute(f"{_ACCOUNT} WHERE {which}").fetchall()
    return {name: JournaledCreation(name, str(content), count) for name, content, count in rows}


def _later(
    stored: Mapping[str, JournaledCreation], journaled: Mapping[str, JournaledCreation], *, but: Iterable[str]
) -> dict[str, JournaledCreation]:
    found = dict(stored)
    for name, row in journaled.items():
        known = found.get(name)
        # Of the same age the journal's: a row of the database whose count was lost counts as never changed.
        if known is None or row.count >= known.count or _readable(known) is None:
            found[name] = row
    for name in but:
        found.pop(name, None)
    return found


def _safe(creation: Creation, now: datetime, *, in_doubt: bool) -> Creation:
    """As it may be put back: sent or perhaps sent, its outcome is unknown.

    ``in_doubt``: later steps of it may be missing, so one that looks unsent may have been sent.
    """
    if creation.status.is_final or (creation.status is not CreationStatus.SENDING and not in_doubt):
        return creation
    if not creation.status.is_under_way:
        return replace(creation, maybe_created=True)
    return replace(creation, status=CreationStatus.OUTCOME_UNKNOWN, maybe_created=True, due_at=now, looks=0)


def _put_in(connection: apsw.Connection, creation: Creation, count: int, now: datetime) -> None:
    """Stores it over an earlier account of it."""
    connection.execute(_ROW, row_columns(creation))
    if creation.status.is_final:
        for table in ("creation_documents", "creation_revisions"):
            connection.execute(f"DELETE FROM {table} WHERE creation_id = ?", (creation.creation_id,))  # noqa: S608
    else:
        connection.execute(
            "INSERT OR REPLACE INTO creation_revisions (creation_id, revision) VALUES (?, ?)",
            (creation.creation_id, count),
        )
    last = connection.execute(
        "SELECT status FROM creation_history WHERE creation_id = ? ORDER BY step DESC LIMIT 1", (creation.creation_id,)
    ).get
    if last != creation.status.value:
        connection.execute(STEP, step_columns(creation, now))


def _ask_for_documents(connection: apsw.Connection, names: Iterable[str], now: datetime) -> None:
    """What has certainly not left and is not whole any more waits for a person. What may have left is looked up first."""
    for name in names:
        content: Any = connection.execute("SELECT content FROM creations WHERE creation_id = ?", (name,)).get
        creation = load_creation(content)
        certain = creation.status.is_under_way and not creation.maybe_created
        if certain and (lost := lost_documents_blocking(connection, creation)):
            waiting = creation.without_documents(lost, now)
            connection.execute(_ROW, row_columns(waiting))
            connection.execute(STEP, step_columns(waiting, now))


def _readable(row: JournaledCreation) -> Creation | None:
    try:
        return row.creation
    except _UNREADABLE:
        return None
