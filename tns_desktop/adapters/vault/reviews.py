"""Marks of single documents, kept as long as the archive they were made on, and not a moment longer.

A mark is written only while that very archive is stored: one that is dropped in between takes the mark with it, whichever
came first. What was seen of an archive (``evidence``) has the same life; both go by ``forget_review``, in the transaction that
drops an archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.content import column_text
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.review import DocumentMark, KeptMark, Mark, ProblemReason

if TYPE_CHECKING:
    import apsw

_OF_ARCHIVES = ("document_marks", "page_views")
_PUT = (
    "INSERT INTO document_marks (connection_id, uuid, archive_sha256, entry_id, content, content_sha256, judged)"
    " SELECT connection_id, uuid, sha256, ?, ?, ?, ? FROM archives WHERE connection_id = ? AND uuid = ? AND sha256 = ?"
    " ON CONFLICT DO UPDATE SET content = excluded.content, content_sha256 = excluded.content_sha256,"
    " judged = excluded.judged"
)


class VaultReviews:
    """The ``ReviewStore`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, key: ClientFileKey) -> list[KeptMark]:
        def work(connection: apsw.Connection) -> list[KeptMark]:
            rows: list[Any] = connection.execute(
                "SELECT archive_sha256, entry_id, content FROM document_marks"
                " WHERE connection_id = ? AND uuid = ? ORDER BY archive_sha256, entry_id",
                key_columns(key),
            ).fetchall()
            return [self._loaded(*row) for row in rows]

        return await self._database.read(work)

    async def put(self, key: ClientFileKey, kept: KeptMark) -> bool:
        return await self._database.write(lambda connection: _put(connection, key, kept))

    async def replace(self, key: ClientFileKey, archive_sha256: str, kept: Iterable[KeptMark]) -> None:
        marks = list(kept)

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "DELETE FROM document_marks WHERE connection_id = ? AND uuid = ? AND archive_sha256 <> ?",
                (*key_columns(key), archive_sha256),
            )
            for mark in marks:
                _put(connection, key, mark)

        await self._database.write(work)
        await self._database.read(empty_wal)

    async def begun(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT DISTINCT uuid FROM document_marks WHERE connection_id = ? AND judged = 1",
                (column_text(connection_id),),
            )
            return frozenset(ClientFileKey(connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def with_same_bytes(self, key: ClientFileKey, content_sha256: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT DISTINCT uuid FROM document_marks"
                " WHERE connection_id = ? AND content_sha256 = ? AND content_sha256 <> '' AND uuid <> ?",
                (column_text(key.connection_id), content_sha256, column_text(key.uuid)),
            )
            return frozenset(ClientFileKey(key.connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def forget_connection(self, connection_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM document_marks WHERE connection_id = ?", (column_text(connection_id),)
            ).fetchall()
        )
        await self._database.read(empty_wal)

    def _loaded(self, archive_sha256: str, entry_id: str, content: str) -> KeptMark:
        try:
            stored = json.loads(content)
            return KeptMark(archive_sha256, entry_id, stored["path"], stored["size"], load_mark(stored))
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a mark cannot be read", facts={"path": str(self._database.path)}) from error


def forget_review(connection: apsw.Connection, key: ClientFileKey) -> None:
    """Every mark of the file and what was seen of it, with the archive that goes in the same transaction."""
    for table in _OF_ARCHIVES:
        connection.execute(f"DELETE FROM {table} WHERE connection_id = ? AND uuid = ?", key_columns(key))  # noqa: S608


def forget_orphans(connection: apsw.Connection) -> None:
    """The same of archives that were lost without being dropped: with their bytes, nobody can say any more what it is about."""
    for table in _OF_ARCHIVES:
        connection.execute(
            f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM archives"  # noqa: S608
            f" WHERE archives.connection_id = {table}.connection_id AND archives.uuid = {table}.uuid)"
        )


def dump_mark(mark: DocumentMark) -> dict[str, object]:
    """A mark as plain values."""
    return {
        "mark": mark.mark.value,
        "reason": mark.reason.value if mark.reason is not None else "",
        "words": mark.words,
        "displayed": mark.displayed,
        "content_sha256": mark.content_sha256,
    }


def load_mark(stored: dict[str, Any]) -> DocumentMark:
    """The other way. Raises ValueError, KeyError or TypeError."""
    reason = stored["reason"]
    return DocumentMark(
        Mark(stored["mark"]),
        ProblemReason(reason) if reason else None,
        stored["words"],
        stored["displayed"],
        stored["content_sha256"],
    )


def _put(connection: apsw.Connection, key: ClientFileKey, kept: KeptMark) -> bool:
    mark = kept.mark
    content = json.dumps(
        {**dump_mark(mark), "path": kept.path, "size": kept.size}, separators=(",", ":"), sort_keys=True
    )
    connection.execute(
        _PUT,
        (
            kept.entry_id,
            content,
            mark.content_sha256,
            int(mark.mark.is_judgement),
            *key_columns(key),
            kept.archive_sha256,
        ),
    )
    return connection.changes() == 1
