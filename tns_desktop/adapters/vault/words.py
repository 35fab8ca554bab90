"""Full-text search: words of the client files' data and of their documents, in the encrypted database.

Words of a row that has changed are written later, in small steps, so that a listing is stored in half the time. Whoever
searches first makes up for what is missing: a search is never wrong, at worst it waits once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.content import column_text, load_client_file
from tns_desktop.adapters.vault.rows import key_columns, politely
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.filters import fold, searchable_text, words_of
from tns_desktop.domain.search import DocumentText, FoundDocument, SearchResult
from tns_desktop.services.ports import StoredArchive

if TYPE_CHECKING:
    import apsw

ROWS_A_STEP = 300
"""Rows whose words are written in one transaction: some 15 ms in which a decision waits for its turn."""

_OF_DATA = (
    "SELECT f.uuid FROM client_file_words AS w JOIN client_files AS f ON f.id = w.rowid"
    " WHERE client_file_words MATCH ? AND f.connection_id = ? LIMIT ?"
)
_OF_DOCUMENTS = (
    "SELECT d.uuid, d.entry_id, d.name FROM document_words AS w JOIN documents AS d ON d.id = w.rowid"
    " WHERE document_words MATCH ? AND d.connection_id = ? ORDER BY d.id LIMIT ?"
)
_NO_LIMIT = -1

Documents = dict[str, list[FoundDocument]]
"""By the uuid of the file."""


class VaultSearch:
    """The ``SearchIndex`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, connection_id: str, text: str, most: int = 5_000) -> SearchResult:
        """The files that hold a word beginning with each word of ``text``, in their data or in their documents."""
        words = _fts_words(text)
        if not words:
            return SearchResult()
        while await self.catch_up():
            pass
        return await self._database.read(lambda connection: _found(connection, connection_id, words, most))

    async def catch_up(self) -> bool:
        """Writes the words of some rows that have none yet; False when there was nothing to do."""

        def is_behind(connection: apsw.Connection) -> bool:
            return connection.execute("SELECT 1 FROM client_files WHERE words = 0 LIMIT 1").get is not None

        if not await self._database.read(is_behind):
            return False
        await self._database.write(self._write_some_words)
        return True

    async def without_words(self, most: int = 1) -> list[StoredArchive]:
        """Archives whose documents have not been read for their words, newest first."""

        def work(connection: apsw.Connection) -> list[StoredArchive]:
            rows = connection.execute(
                "SELECT connection_id, uuid, sha256, size, etag FROM archives WHERE words = 0"
                " ORDER BY stored_at DESC LIMIT ?",
                (most,),
            )
            return [
                StoredArchive(ClientFileKey(connection_id, uuid), sha256, size, etag)
                for connection_id, uuid, sha256, size, etag in rows
            ]

        return await self._database.read(work)

    async def put_documents(self, archive: StoredArchive, documents: Sequence[DocumentText]) -> bool:
        """The texts of an archive, in place of earlier ones. False, and nothing is written, when the vault no longer
        holds exactly this archive.
        """
        columns = key_columns(archive.key)
        texts = [(item, fold(item.text)) for item in documents]

        def work(connection: apsw.Connection) -> bool:
            marked = connection.execute(
                "UPDATE archives SET words = 1 WHERE connection_id = ? AND uuid = ? AND sha256 = ? RETURNING 1",
                (*columns, archive.sha256),
            ).get
            if marked is None:
                return False
            connection.execute("DELETE FROM documents WHERE connection_id = ? AND uuid = ?", columns)
            for item, text in texts:
                row_id = connection.execute(
                    "INSERT OR REPLACE INTO documents (connection_id, uuid, entry_id, name) VALUES (?, ?, ?, ?)"
                    " RETURNING id",
                    (*columns, column_text(item.entry_id), column_text(item.name)),
                ).get
                connection.execute(
                    "INSERT INTO document_words (rowid, text) VALUES (?, ?)", (row_id, column_text(text))
                )
            return True

        return await self._database.write(work)

    def _write_some_words(self, connection: apsw.Connection) -> None:
        rows: list[Any] = connection.execute(
            "SELECT f.id, c.content FROM client_files AS f JOIN client_file_contents AS c ON c.id = f.id"
            " WHERE f.words = 0 LIMIT ?",
            (ROWS_A_STEP,),
        ).fetchall()
        try:
            texts = [(row_id, column_text(searchable_text(load_client_file(content, "")))) for row_id, content in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a client file cannot be read", facts={"path": str(self._database.path)}) from error
        ids = [(row_id,) for row_id, _content in rows]
        connection.executemany("DELETE FROM client_file_words WHERE rowid = ?", politely(ids))
        connection.executemany("INSERT INTO client_file_words (rowid, haystack) VALUES (?, ?)", politely(texts))
        connection.executemany("UPDATE client_files SET words = 1 WHERE id = ?", politely(ids))


def _found(connection: apsw.Connection, connection_id: str, words: list[str], most: int) -> SearchResult:
    of_data = _uuids(connection, connection_id, " ".join(words), most + 1)
    files: dict[str, FoundDocument | None] = dict.fromkeys(of_data)
    by_word = [_documents(connection, connection_id, word, most + 1) for word in words]
    candidates = set().union(*by_word) - files.keys()
    for word, documents in zip(words, by_word, strict=True):
        if candidates - documents.keys():  # their documents do not have the word: perhaps their data has
            candidates &= documents.keys() | set(_uuids(connection, connection_id, word, _NO_LIMIT))
    for uuid in sorted(candidates):
        files[uuid] = _best([documents.get(uuid, []) for documents in by_word])
    shown = list(files.items())[:most]
    return SearchResult(
        {ClientFileKey(connection_id, uuid): document for uuid, document in shown}, len(shown) == len(files)
    )


def _uuids(connection: apsw.Connection, connection_id: str, query: str, most: int) -> list[str]:
    return [uuid for (uuid,) in connection.execute(_OF_DATA, (query, column_text(connection_id), most))]


def _documents(connection: apsw.Connection, connection_id: str, word: str, most: int) -> Documents:
    found: Documents = {}
    for uuid, entry_id, name in connection.execute(_OF_DOCUMENTS, (word, column_text(connection_id), most)):
        found.setdefault(uuid, []).append(FoundDocument(entry_id, name))
    return found


def _best(by_word: Sequence[list[FoundDocument]]) -> FoundDocument:
    """The document with the most of the words; of several, the first in the archive."""
    counts: dict[FoundDocument, int] = {}
    for documents in by_word:
        for document in documents:
            counts[document] = counts.get(document, 0) + 1
    return max(counts, key=lambda document: counts[document])


def _fts_words(text: str) -> list[str]:
    """FTS5 phrases: every word quoted, as a prefix. Words without a letter or digit are no words to FTS5."""
    words = [column_text(word) for word in words_of(text) if any(char.isalnum() for char in word)]
    return ['"' + word.replace('"', '""').replace("\0", "") + '"*' for word in words]
