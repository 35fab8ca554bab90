"""Server rows, as the server last described them, with the full-text index that finds them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.content import column_text, dump_client_file, load_client_file
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.filters import haystack_of, words_of

if TYPE_CHECKING:
    import apsw

HASH_SIZE = 16

_UPSERT = """
INSERT INTO client_files (connection_id, uuid, state, started_at, content, extra, version, row_version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection_id, uuid) DO UPDATE SET
    state = excluded.state, started_at = excluded.started_at, content = excluded.content, extra = excluded.extra,
    version = excluded.version, row_version = excluded.row_version
RETURNING id
"""


class VaultClientFiles:
    """The ``ClientFileStore`` port.

    A file has *changed since it was seen* when what an operator can see of it changed; the raw answer (``extra``) does not
    count. It does count for "the row changed".
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, connection_id: str) -> list[ClientFile]:
        """Oldest start first, without a start date last."""

        def work(connection: apsw.Connection) -> list[ClientFile]:
            rows = connection.execute(
                "SELECT content, extra FROM client_files WHERE connection_id = ?"
                " ORDER BY started_at IS NULL, started_at, uuid",
                (column_text(connection_id),),
            )
            return [self._loaded(content, extra) for content, extra in rows]

        return await self._database.read(work)

    async def replace_state(
        self, connection_id: str, state: ClientFileState, client_files: Sequence[ClientFile]
    ) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            stored = connection.execute(
                "SELECT uuid FROM client_files WHERE connection_id = ? AND state = ?",
                (column_text(connection_id), column_text(state.name)),
            )
            listed = {column_text(client_file.uuid) for client_file in client_files}
            gone = {ClientFileKey(connection_id, uuid) for (uuid,) in stored if uuid not in listed}
            return frozenset(gone) | _store(connection, client_files)

        return await self._database.write(work)

    async def upsert(self, client_files: Sequence[ClientFile]) -> frozenset[ClientFileKey]:
        return await self._database.write(lambda connection: _store(connection, client_files))

    async def forget(self, keys: Iterable[ClientFileKey]) -> None:
        wanted = [_columns(key) for key in keys]

        def work(connection: apsw.Connection) -> None:
            for columns in wanted:
                removed = connection.execute(
                    "DELETE FROM client_files WHERE connection_id = ? AND uuid = ? RETURNING id", columns
                ).fetchall()
                connection.executemany("DELETE FROM client_file_words WHERE rowid = ?", removed)

        await self._database.write(work)

    async def forget_connection(self, connection_id: str) -> None:
        def work(connection: apsw.Connection) -> None:
            removed = connection.execute(
                "DELETE FROM client_files WHERE connection_id = ? RETURNING id", (column_text(connection_id),)
            ).fetchall()
            connection.executemany("DELETE FROM client_file_words WHERE rowid = ?", removed)

        await self._database.write(work)
        await self._database.read(empty_wal)

    async def changed_since_seen(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT uuid FROM client_files WHERE connection_id = ? AND seen_version <> version",
                (column_text(connection_id),),
            )
            return frozenset(ClientFileKey(connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def mark_seen(self, key: ClientFileKey) -> None:
        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE client_files SET seen_version = version WHERE connection_id = ? AND uuid = ?", _columns(key)
            )

        await self._database.write(work)

    async def search(self, connection_id: str, text: str, limit: int = 1000) -> list[ClientFileKey]:
        """The files that hold a word beginning with each word of ``text``, oldest start first; none for no words."""
        query = _fts_query(text)
        if not query:
            return []

        def work(connection: apsw.Connection) -> list[ClientFileKey]:
            rows = connection.execute(
                "SELECT uuid FROM client_files WHERE connection_id = ?"
                " AND id IN (SELECT rowid FROM client_file_words WHERE client_file_words MATCH ?)"
                " ORDER BY started_at IS NULL, started_at, uuid LIMIT ?",
                (column_text(connection_id), query, limit),
            )
            return [ClientFileKey(connection_id, uuid) for (uuid,) in rows]

        return await self._database.read(work)

    def _loaded(self, content: str, extra: bytes) -> ClientFile:
        try:
            return load_client_file(content, extra.decode("utf-8", "surrogatepass"))
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a client file cannot be read", facts={"path": str(self._database.path)}) from error


def _store(connection: apsw.Connection, client_files: Sequence[ClientFile]) -> frozenset[ClientFileKey]:
    changed = set()
    for client_file in client_files:
        columns = _columns(client_file.key)
        content = dump_client_file(client_file)
        extra = client_file.extra.encode("utf-8", "surrogatepass")
        row_version = _hash(content.encode() + b"\0" + extra)
        stored = connection.execute(
            "SELECT row_version FROM client_files WHERE connection_id = ? AND uuid = ?", columns
        ).get
        if stored == row_version:
            continue
        started_at = None if client_file.start_date is None else client_file.start_date.timestamp()
        row_id = connection.execute(
            _UPSERT,
            (
                *columns,
                column_text(client_file.state.name),
                started_at,
                content,
                extra,
                _hash(content.encode()),
                row_version,
            ),
        ).get
        if stored is not None:
            connection.execute("DELETE FROM client_file_words WHERE rowid = ?", (row_id,))
        connection.execute(
            "INSERT INTO client_file_words (rowid, haystack) VALUES (?, ?)",
            (row_id, column_text(haystack_of(client_file))),
        )
        changed.add(client_file.key)
    return frozenset(changed)


def _columns(key: ClientFileKey) -> tuple[str, str]:
    return column_text(key.connection_id), column_text(key.uuid)


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:HASH_SIZE]


def _fts_query(text: str) -> str:
    """``text`` as an FTS5 query: every word quoted, as a prefix. Words without a letter or digit are no words to FTS5."""
    words = [column_text(word) for word in words_of(text) if any(char.isalnum() for char in word)]
    return " ".join('"' + word.replace('"', '""').replace("\0", "") + '"*' for word in words)
