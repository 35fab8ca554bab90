"""Client files that are to be created: their rows, the documents that go along, and what became of each.

A row is stored whole, as JSON, and changed only from the exact text that the caller last saw. Many are moved in one
transaction: a thousand creations must not wait a thousand times for the disk. Every change is in the journal too
(``journaled``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.content import column_text, dump_time
from tns_desktop.adapters.vault.creation_content import dump_creation, load_creation
from tns_desktop.adapters.vault.creation_rejoining import (
    INSERT,
    STEP,
    changing_columns,
    lost_documents_blocking,
    row_columns,
    step_columns,
)
from tns_desktop.adapters.vault.journal import JournaledCreation
from tns_desktop.adapters.vault.journaled import JournaledDatabase, Note
from tns_desktop.domain.creation import LEGAL_CREATION_STEPS, Creation, CreationStatus
from tns_desktop.domain.errors import IllegalTransition, VaultDamaged
from tns_desktop.domain.new_client_file import NewDocument, remembered
from tns_desktop.services.ports import Clock, Move

if TYPE_CHECKING:
    import apsw

_UPDATE = (
    "UPDATE creations SET external_id = ?, status = ?, due_at = ?, content = ? WHERE creation_id = ? AND content = ?"
)
_REVISION = (
    "INSERT INTO creation_revisions (creation_id, revision) VALUES (?, 1)"
    " ON CONFLICT (creation_id) DO UPDATE SET revision = revision + 1 RETURNING revision"
)
_SHOWN_FIRST = (
    CreationStatus.CONFLICT,
    CreationStatus.REFUSED,
    CreationStatus.DRAFT,
    CreationStatus.OUTCOME_UNKNOWN,
    CreationStatus.SENDING,
    CreationStatus.RETRY_WAIT,
    CreationStatus.QUEUED,
    CreationStatus.CREATED,
    CreationStatus.WITHDRAWN,
)
_LONGEST_PAUSE = timedelta(seconds=3700)
"""What is due later than any grace period or pause is due now: the clock was set back meanwhile."""
_IDS_A_QUERY = 500


class VaultCreations:
    """The ``CreationStore`` port."""

    def __init__(self, journaled: JournaledDatabase, clock: Clock) -> None:
        self._database = journaled.database
        self._journaled = journaled
        self._clock = clock

    async def insert(self, creations: Sequence[Creation]) -> None:
        def work(connection: apsw.Connection, note: Note) -> None:
            rows = [row_columns(one) for one in creations]
            connection.executemany(INSERT, rows)
            connection.executemany(STEP, (self._step(one) for one in creations))
            for one, (_external_id, _status, _due_at, content, *_rest) in zip(creations, rows, strict=True):
                self._note(connection, one, str(content), note)

        await self._journaled.write(work)

    async def update(self, moves: Sequence[Move]) -> frozenset[str]:
        def work(connection: apsw.Connection, note: Note) -> frozenset[str]:
            return frozenset(
                after.creation_id for before, after in moves if self._move(connection, before, after, note)
            )

        for before, after in moves:
            refuse_illegal(before, after)
        return await self._journaled.write(work)

    async def attach(self, move: Move, document: NewDocument, content: bytes) -> bool:
        before, after = move
        refuse_illegal(before, after)

        def work(connection: apsw.Connection, note: Note) -> bool:
            if not self._move(connection, before, after, note):
                return False
            connection.execute(
                "INSERT OR REPLACE INTO creation_documents (creation_id, document_id, content) VALUES (?, ?, ?)",
                (after.creation_id, document.document_id, content),
            )
            return True

        return await self._journaled.write(work)

    async def lost_documents(self, creation_id: str) -> frozenset[str]:
        creation = await self.get(creation_id)
        if creation is None or not creation.documents:
            return frozenset()
        return await self._database.read(lambda connection: lost_documents_blocking(connection, creation))

    async def document(self, creation_id: str, document_id: str) -> bytes | None:
        return await self._database.read(
            lambda connection: (
                connection.execute(
                    "SELECT content FROM creation_documents WHERE creation_id = ? AND document_id = ?",
                    (creation_id, document_id),
                ).get
            )
        )

    async def get(self, creation_id: str) -> Creation | None:
        found = await self._select("WHERE creation_id = ?", (creation_id,))
        return found[0] if found else None

    async def due(self, connection_id: str, now: datetime, most: int, *, hastened: bool = False) -> list[Creation]:
        """Each clause by itself, so that an index answers: of a hundred thousand rows that wait, a few are read."""
        found: dict[str, Creation] = {}
        clauses = ["due_at <= :now", "due_at > :never", *(["status = 'retry_wait'"] if hastened else [])]
        values: dict[str, str | int] = {
            "connection": column_text(connection_id),
            "now": dump_time(now),
            "never": dump_time(now + _LONGEST_PAUSE),
            "most": most,
        }
        for clause in clauses:
            rows = await self._select(
                "INDEXED BY creations_by_due"
                f" WHERE due_at <> '' AND connection_id = :connection AND {clause} ORDER BY due_at LIMIT :most",
                values,
            )
            found |= {one.creation_id: one for one in rows}
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda one: one.due_at or now)[:most]

    async def next_due(self) -> dict[str, datetime]:
        def work(connection: apsw.Connection) -> dict[str, datetime]:
            found: dict[str, datetime] = {}
            last = ""
            while True:  # from connection to connection through the index, never through the rows
                row = connection.execute(
                    "SELECT connection_id, due_at FROM creations INDEXED BY creations_by_due"
                    " WHERE due_at <> '' AND connection_id > ? ORDER BY connection_id, due_at LIMIT 1",
                    (last,),
                ).fetchone()
                if row is None:
                    return found
                last = str(row[0])
                found[last] = datetime.fromisoformat(str(row[1]))

        return await self._database.read(work)

    async def stranded(self) -> list[Creation]:
        return await self._select("WHERE status = 'sending'", ())

    async def recent(self, limit: int = 1000) -> list[Creation]:
        """By status, so that an index answers: a hundred thousand rows are not sorted for the sake of a thousand."""
        found: list[Creation] = []
        for status in _SHOWN_FIRST:
            if (left := limit - len(found)) > 0:
                clause = "WHERE status = ? ORDER BY created_at DESC, line DESC LIMIT ?"
                found += await self._select(clause, (status.value, left))
        return sorted(found, key=lambda one: (one.created_at, one.line), reverse=True)

    async def counts(self, batch: str = "") -> dict[CreationStatus, int]:
        clause, values = ("WHERE batch = ? AND batch <> ''", (batch,)) if batch else ("", ())
        rows = await self._database.read(
            lambda connection: connection.execute(
                f"SELECT status, count(*) FROM creations {clause} GROUP BY status",  # noqa: S608  (our own clauses)
                values,
            ).fetchall()
        )
        return {CreationStatus(str(status)): int(str(count)) for status, count in rows}

    async def unfinished_of(self, connection_id: str) -> int:
        return await self._database.read(
            lambda connection: (
                connection.execute(
                    "SELECT count(*) FROM creations WHERE connection_id = ?"
                    " AND status NOT IN ('draft', 'created', 'withdrawn')",
                    (column_text(connection_id),),
                ).get
            )
        )

    async def batch(self, batch: str) -> list[Creation]:
        return await self._select("WHERE batch = ? AND batch <> '' ORDER BY line", (batch,))

    async def taken(self, connection_id: str, external_ids: Collection[str], *, but: str = "") -> frozenset[str]:
        wanted = [column_text(one) for one in external_ids if one]

        def work(connection: apsw.Connection) -> frozenset[str]:
            found: set[str] = set()
            for start in range(0, len(wanted), _IDS_A_QUERY):
                some = wanted[start : start + _IDS_A_QUERY]
                marks = ", ".join("?" * len(some))
                for clause, values in (
                    ("FROM client_files WHERE external_id <> ''", ()),
                    ("FROM creations WHERE status <> 'withdrawn' AND creation_id <> ?", (but,)),
                ):
                    rows = connection.execute(
                        f"SELECT external_id {clause} AND connection_id = ? AND external_id IN ({marks})",
                        (*values, column_text(connection_id), *some),
                    )
                    found |= {external_id for (external_id,) in rows}
            return frozenset(found)

        return await self._database.read(work)

    async def known_columns(self) -> dict[str, str]:
        rows = await self._database.read(
            lambda connection: connection.execute("SELECT name, field FROM import_columns").fetchall()
        )
        return {str(name): str(field) for name, field in rows}

    async def remember_columns(self, columns: Mapping[str, str]) -> None:
        def work(connection: apsw.Connection) -> None:
            connection.executemany(
                "INSERT OR REPLACE INTO import_columns (name, field) VALUES (?, ?)",
                [(column_text(name), field) for name, field in columns.items()],
            )

        await self._database.write(work)

    async def forget_connection(self, connection_id: str) -> None:
        def work(connection: apsw.Connection) -> None:
            for table in ("creation_documents", "creation_history", "creation_revisions"):
                connection.execute(
                    f"DELETE FROM {table} WHERE creation_id IN"  # noqa: S608
                    " (SELECT creation_id FROM creations WHERE connection_id = ?)",
                    (column_text(connection_id),),
                )
            connection.execute("DELETE FROM creations WHERE connection_id = ?", (column_text(connection_id),))

        await self._journaled.forget(work)

    async def history(self, creation_id: str) -> list[tuple[datetime, CreationStatus, str]]:
        """When it became what, and why; first step first."""
        rows = await self._database.read(
            lambda connection: connection.execute(
                "SELECT at, status, error_code FROM creation_history WHERE creation_id = ? ORDER BY step",
                (creation_id,),
            ).fetchall()
        )
        return [(datetime.fromisoformat(str(at)), CreationStatus(str(status)), str(code)) for at, status, code in rows]

    async def _select(self, clause: str, values: tuple[str | int, ...] | dict[str, str | int]) -> list[Creation]:
        def work(connection: apsw.Connection) -> list[Creation]:
            rows = connection.execute(f"SELECT content FROM creations {clause}", values)  # noqa: S608  (our own clauses)
            return [self._loaded(content) for (content,) in rows]

        return await self._database.read(work)

    def _loaded(self, content: str) -> Creation:
        try:
            return load_creation(content)
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a creation cannot be read", facts={"path": str(self._database.path)}) from error

    def _move(self, connection: apsw.Connection, before: Creation, after: Creation, note: Note) -> bool:
        columns = changing_columns(after)
        connection.execute(_UPDATE, (*columns, after.creation_id, dump_creation(before)))
        if connection.changes() != 1:
            return False
        if after.status.is_final:
            connection.execute("DELETE FROM creation_documents WHERE creation_id = ?", (after.creation_id,))
        elif after.documents != before.documents:
            for document_id in {one.document_id for one in before.documents} - {
                one.document_id for one in after.documents
            }:
                connection.execute(
                    "DELETE FROM creation_documents WHERE creation_id = ? AND document_id = ?",
                    (after.creation_id, document_id),
                )
        if after.status is not before.status:
            connection.execute(STEP, self._step(after))
        self._note(connection, after, columns[-1], note)
        return True

    def _note(self, connection: apsw.Connection, creation: Creation, content: str, note: Note) -> None:
        name = creation.creation_id
        revision = connection.execute(_REVISION, (name,)).get
        note(JournaledCreation(name, content, revision, creation.status.is_final))
        if creation.status.is_final:
            connection.execute("DELETE FROM creation_revisions WHERE creation_id = ?", (name,))

    def _step(self, creation: Creation) -> tuple[str, str, str, str, str]:
        return step_columns(creation, creation.updated_at or self._clock.now())


def refuse_illegal(before: Creation, after: Creation) -> None:
    """What is on its way is not rewritten, and no row goes a way that is not drawn. Raises IllegalTransition."""
    legal = after.status is before.status or after.status in LEGAL_CREATION_STEPS[before.status]
    slimmed = after.status is CreationStatus.CREATED and after.new == remembered(before.new)
    rewritten = after.new != before.new and not before.can_be_changed and not slimmed
    if legal and not rewritten and after.creation_id == before.creation_id:
        return
    raise IllegalTransition(
        f"{before.creation_id}: {before.status} -> {after.status}",
        facts={"before": before.status.value, "after": after.status.value},
    )
