"""Archives: one encrypted file each, beside the database that holds its key.

Dropping the key is what erases an archive; the file that is left is noise. So the key goes first, out of the write-ahead
log too, and whatever file has no row any more is removed when the vault is opened.

The first archive of a file is there as soon as it is complete; the disk is asked to keep it right afterwards. Until it has
confirmed, the row says so (``durable``), and the next opening of the vault reads such a file through before it believes in
it. An archive that takes the place of an older one is on the disk first.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from weakref import WeakSet

from tns_desktop.adapters.vault.blob_reader import BlobReader
from tns_desktop.adapters.vault.blob_writer import EncryptingBlobWriter, WrittenBlob, make_durable_blocking
from tns_desktop.adapters.vault.connection import Database, empty_wal, in_executor
from tns_desktop.adapters.vault.content import column_text, dump_time
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import FOLDER_MODE
from tns_desktop.adapters.vault.reviews import forget_orphans, forget_review
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.adapters.vault.stream import CHUNK_SIZE
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultError
from tns_desktop.domain.retention import DropReason
from tns_desktop.services.ports import Clock, StoredArchive

if TYPE_CHECKING:
    import apsw

_LOG = logging.getLogger(__name__)

BLOBS_FOLDER_NAME = "blobs"
FILE_THREADS = 2
_LET_GO = "DELETE FROM kept_on_purpose WHERE connection_id = ? AND uuid = ?"


class VaultBlobs:
    """The ``BlobStore`` port. Files are written and made durable in threads of their own: the database stays free."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._folder = database.folder / BLOBS_FOLDER_NAME
        self._executor = ThreadPoolExecutor(FILE_THREADS, thread_name_prefix="vault-files")
        self._writers: WeakSet[EncryptingBlobWriter] = WeakSet()

    async def prepare(self) -> None:
        """Makes the folder; forgets rows without a file, or whose file did not reach the disk; removes files without a row."""

        def work(connection: apsw.Connection) -> None:
            try:
                self._folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                present = {path.name: path for path in self._folder.iterdir() if path.is_file()}
            except OSError as error:
                raise from_os_error(error, self._folder) from error
            unconfirmed: list[Any] = connection.execute(
                "SELECT file_name, content_key, size FROM archives WHERE durable = 0"
            ).fetchall()
            for name, content_key, size in unconfirmed:
                self._confirm_or_forget(connection, name, content_key, size)
            named = {name for (name,) in connection.execute("SELECT file_name FROM archives")}
            connection.executemany(
                "DELETE FROM archives WHERE file_name = ?", [(name,) for name in named - present.keys()]
            )
            forget_orphans(connection)
            for name in present.keys() - named:
                self._remove(name)

        await self._database.write(work)

    def _confirm_or_forget(self, connection: apsw.Connection, file_name: str, content_key: bytes, size: int) -> None:
        """Of an archive that the last run had no time to confirm: after a power cut its file may hold anything."""
        path = self._folder / file_name
        try:
            with BlobReader(path, content_key, size) as stream:
                while stream.read(CHUNK_SIZE):
                    pass
            make_durable_blocking(path)
        except (OSError, VaultError):
            connection.execute("DELETE FROM archives WHERE file_name = ?", (file_name,))
        else:
            connection.execute("UPDATE archives SET durable = 1 WHERE file_name = ?", (file_name,))

    async def begin(self, key: ClientFileKey) -> EncryptingBlobWriter:
        writer = EncryptingBlobWriter(self._folder, key, self._record_blocking, self._executor)
        self._writers.add(writer)
        try:
            await in_executor(self._executor, writer.begin_blocking)
        except BaseException:
            await writer.abort()
            raise
        return writer

    async def find(self, key: ClientFileKey) -> StoredArchive | None:
        def work(connection: apsw.Connection) -> StoredArchive | None:
            row = _row_of(connection, key)
            if row is None or not (self._folder / row.file_name).exists():
                return None
            return row.archive

        return await self._database.read(work)

    async def kept(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            try:
                present = {path.name for path in self._folder.iterdir()}
            except OSError as error:
                raise from_os_error(error, self._folder) from error
            rows = connection.execute(
                "SELECT uuid, file_name FROM archives WHERE connection_id = ?", (column_text(connection_id),)
            )
            return frozenset(ClientFileKey(connection_id, uuid) for uuid, file_name in rows if file_name in present)

        return await self._database.read(work)

    async def open(self, key: ClientFileKey, *, sha256: str | None = None) -> BinaryIO | None:
        """Raises VaultDamaged when the file was cut or changed; so does reading, for the bytes it reaches.

        File, its key and its hash are of one row, so what is opened is what has that hash, whatever comes in its place.
        """

        def work(connection: apsw.Connection) -> BlobReader | None:
            row = _row_of(connection, key)
            if row is None or sha256 not in (None, row.archive.sha256):
                return None
            path = self._folder / row.file_name
            return BlobReader(path, row.content_key, row.archive.size) if path.exists() else None

        return cast(BinaryIO | None, await self._database.read(work))

    async def stored(self) -> list[StoredArchive]:
        def work(connection: apsw.Connection) -> list[StoredArchive]:
            rows: list[Any] = connection.execute(
                "SELECT connection_id, uuid, sha256, size, etag, stored_at FROM archives"
            ).fetchall()
            return [
                StoredArchive(ClientFileKey(connection_id, uuid), sha256, size, etag, datetime.fromisoformat(stored_at))
                for connection_id, uuid, sha256, size, etag, stored_at in rows
            ]

        return await self._database.read(work)

    async def drop(self, key: ClientFileKey, reason: DropReason = DropReason.ASKED) -> None:
        """On Windows a file that is still being read stays until the vault is opened next; without its key it is noise."""

        def work(connection: apsw.Connection) -> str | None:
            connection.execute(_LET_GO, key_columns(key))
            row = _row_of(connection, key)
            if row is None:
                return None
            connection.execute(
                "INSERT INTO purge_log (at, connection_id, uuid, sha256, size, reason) VALUES (?, ?, ?, ?, ?, ?)",
                (dump_time(self._clock.now()), *key_columns(key), row.archive.sha256, row.archive.size, reason.value),
            )
            forget_review(connection, key)
            return _delete_row(connection, key)

        file_name = await self._database.write(work)
        if file_name is not None:
            await self._database.read(lambda connection: self._erase(connection, file_name))

    async def keep_on_purpose(self, keys: Iterable[ClientFileKey]) -> None:
        rows = [key_columns(key) for key in keys]
        await self._database.write(
            lambda connection: connection.executemany("INSERT OR IGNORE INTO kept_on_purpose VALUES (?, ?)", rows)
        )

    async def let_go(self, keys: Iterable[ClientFileKey]) -> None:
        rows = [key_columns(key) for key in keys]
        await self._database.write(lambda connection: connection.executemany(_LET_GO, rows))

    async def on_purpose(self, connection_id: str | None = None) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            everywhere = connection_id is None
            rows = connection.execute(
                "SELECT connection_id, uuid FROM kept_on_purpose WHERE ? OR connection_id = ?",
                (everywhere, column_text(connection_id or "")),
            )
            return frozenset(ClientFileKey(found, uuid) for found, uuid in rows)

        return await self._database.read(work)

    async def close(self) -> None:
        """Commits that have begun are carried to their end, on the disk too; other unfinished archives are thrown away."""
        with contextlib.suppress(VaultError):  # closed before
            for writer in list(self._writers):
                await writer.abort()
        await asyncio.to_thread(self._executor.shutdown)

    def _record_blocking(self, blob: WrittenBlob) -> None:
        """Makes a written blob the archive of its file, in place of an older one. Raises OSError or VaultError."""
        archive = blob.archive
        durable = self._database.read_blocking(lambda connection: _row_of(connection, archive.key)) is not None
        if durable:
            make_durable_blocking(self._folder / blob.file_name)

        def work(connection: apsw.Connection) -> str | None:
            older = _delete_row(connection, archive.key)
            connection.execute(
                "INSERT INTO archives (connection_id, uuid, file_name, content_key, sha256, size, etag, stored_at, durable)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *key_columns(archive.key),
                    blob.file_name,
                    blob.content_key,
                    archive.sha256,
                    archive.size,
                    column_text(archive.etag),
                    dump_time(cast(datetime, archive.stored_at)),
                    int(durable),
                ),
            )
            return older

        older = self._database.write_blocking(work)
        if older is not None:
            with contextlib.suppress(VaultError):  # the new archive is stored; the log is emptied with the next change
                self._database.read_blocking(lambda connection: self._erase(connection, older))
        if not durable:
            self._executor.submit(self._confirm_blocking, blob.file_name)

    def _confirm_blocking(self, file_name: str) -> None:
        """Says that the file is on the disk, once it is; until then the next opening of the vault forgets it."""
        try:
            make_durable_blocking(self._folder / file_name)
            self._database.write_blocking(
                lambda connection: connection.execute(
                    "UPDATE archives SET durable = 1 WHERE file_name = ?", (file_name,)
                ).fetchall()
            )
        except (OSError, VaultError) as error:
            # Dropped meanwhile, or a disk in trouble, which the next write will tell.
            _LOG.info("an archive is not confirmed on the disk: %s", type(error).__name__)

    def _erase(self, connection: apsw.Connection, file_name: str) -> None:
        """After its row is gone: takes the key out of the write-ahead log, then the file away."""
        try:
            empty_wal(connection)
        finally:
            self._remove(file_name)

    def _remove(self, file_name: str) -> None:
        with contextlib.suppress(OSError):  # open elsewhere (Windows): the next opening of the vault removes it
            (self._folder / file_name).unlink()


def _row_of(connection: apsw.Connection, key: ClientFileKey) -> WrittenBlob | None:
    row = connection.execute(
        "SELECT file_name, content_key, sha256, size, etag, stored_at FROM archives"
        " WHERE connection_id = ? AND uuid = ?",
        key_columns(key),
    ).fetchone()
    if row is None:
        return None
    file_name, content_key, sha256, size, etag, stored_at = row
    archive = StoredArchive(key, sha256, size, etag, datetime.fromisoformat(stored_at))
    return WrittenBlob(archive, file_name, content_key)


def _delete_row(connection: apsw.Connection, key: ClientFileKey) -> str | None:
    """The file that has lost its key, if there was one."""
    name = connection.execute(
        "DELETE FROM archives WHERE connection_id = ? AND uuid = ? RETURNING file_name", key_columns(key)
    ).get
    return cast(str | None, name)
