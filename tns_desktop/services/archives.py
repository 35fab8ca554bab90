"""Archives: from the vault at once, else from the server into the vault; then indexed and read in memory.

What is on screen is always tied to bytes: an ``OpenArchive`` carries the SHA-256 of what was indexed, and documents are
read from that archive or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from tns_desktop.domain.archive import ArchiveIndex, ArchiveProblem
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ArchiveNotAvailable, EntryUnreadable
from tns_desktop.domain.pace import Pace
from tns_desktop.domain.preview import DocumentKey, RenderDocument
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import ArchiveProgressed, ArchiveStored, ClientFilesChanged, EventBus
from tns_desktop.services.ports import ArchiveReader, Clock, Progress, StoredArchive, Vault
from tns_desktop.services.remembered import Remembered
from tns_desktop.services.whole_file import write_whole_blocking

T = TypeVar("T")

INDEXES_KEPT = 32
_HASH_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By which a file on disk is known again: when it was changed, in nanoseconds, and its size in bytes."""

    changed_at: int
    size: int


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive that can be looked at. ``path`` is set for one that was opened from disk, without a connection."""

    stored: StoredArchive
    index: ArchiveIndex
    path: Path | None = None
    stamp: FileStamp | None = None

    @property
    def key(self) -> ClientFileKey:
        return self.stored.key

    def document_key(self, entry_id: str) -> DocumentKey:
        return DocumentKey(self.index.sha256, entry_id)

    @property
    def is_of_its_client_file(self) -> bool:
        return ArchiveProblem.REPORT_OF_ANOTHER_FILE not in self.index.problems


@dataclass(eq=False, slots=True)
class _Transfer:
    """A fetch under way and how many wait for it."""

    task: asyncio.Task[StoredArchive]
    pace: Pace | None = None
    waiting: int = 0

    async def stopped(self) -> None:
        """Ends it, if it has not ended by itself, and waits until nothing of it is left."""
        if not self.task.done():
            self.task.cancel()
            await asyncio.wait({self.task})
        if not self.task.cancelled():
            self.task.exception()  # fetched, so that nobody reports it as lost


class Archives:
    """Fetches, opens and reads archives."""

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        reader: ArchiveReader,
        bus: EventBus,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._connections = connections
        self._vault = vault
        self._reader = reader
        self._bus = bus
        self._clock = clock
        self._pool = pool
        self._transfers: dict[ClientFileKey, _Transfer] = {}
        self._indexes = Remembered[ArchiveIndex](INDEXES_KEPT)

    async def open(self, key: ClientFileKey, *, pace: Pace | None = None) -> OpenArchive:
        """From the vault, or fetched first. Raises TransportError, ServerError, ArchiveError or VaultError.

        ``pace``: nobody waits for it, so it may take its time. As soon as somebody does, who gives none, that of a transfer
        under way is lifted. Cancelling it stops a transfer and leaves nothing behind.
        """
        stored = await self._vault.blobs.find(key)
        if stored is None:
            stored = await self._fetched_once(key, pace)
        return await self._opened(stored)

    async def open_kept(self, key: ClientFileKey) -> OpenArchive | None:
        """From the vault only; None when it is not here. Raises ArchiveError or VaultError."""
        stored = await self._vault.blobs.find(key)
        return await self._opened(stored) if stored is not None else None

    async def open_stored(self, stored: StoredArchive) -> OpenArchive:
        """An archive that the vault holds, and no other: nothing is fetched. Raises ArchiveError or VaultError."""
        return await self._opened(stored)

    async def fetch(self, key: ClientFileKey, *, pace: Pace | None = None) -> StoredArchive:
        """Streams the archive into the vault, encrypted; an older one of the same file is replaced at the end."""
        api = await self._connections.api_for(key.connection_id)
        writer = await self._vault.blobs.begin(key)
        try:
            receipt = await api.download_archive(key.uuid, writer, self._reporter(key), pace)
            stored = await writer.commit(etag=receipt.etag, at=self._clock.now())
        except BaseException:
            await asyncio.shield(asyncio.ensure_future(writer.abort()))
            raise
        self._bus.publish(ArchiveStored(key))
        self._bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))
        return stored

    async def _fetched_once(self, key: ClientFileKey, pace: Pace | None) -> StoredArchive:
        """One transfer a file, however many wait for it; it stops when the last of them has gone."""
        transfer = self._transfers.get(key)
        if transfer is None:
            work = asyncio.ensure_future(self.fetch(key, pace=pace))
            transfer = self._transfers[key] = _Transfer(work, pace)
        elif pace is None and transfer.pace is not None:
            transfer.pace.lift()
        transfer.waiting += 1
        try:
            return await asyncio.shield(transfer.task)
        finally:
            transfer.waiting -= 1
            if transfer.waiting == 0:
                if self._transfers.get(key) is transfer:
                    del self._transfers[key]
                await transfer.stopped()

    async def is_outdated(self, archive: OpenArchive) -> bool:
        """Asks the server whether the archive is another one by now; False where it cannot tell."""
        if archive.path is not None:
            return False
        api = await self._connections.api_for(archive.key.connection_id)
        now = await api.archive_now(archive.key.uuid)
        return now.is_another_than(archive.stored.etag, archive.stored.size)

    async def open_from_disk(self, path: Path) -> OpenArchive:
        """An archive that somebody has as a file: read where it lies, never copied, no connection needed."""
        stamp, index = await self._in_pool(lambda: self._index_path_blocking(path))
        stored = StoredArchive(ClientFileKey("", index.sha256), index.sha256, index.size, stored_at=None)
        return OpenArchive(stored, index, path, stamp)

    async def is_as_opened(self, archive: OpenArchive) -> bool:
        """Whether an archive from disk is still the file that was opened; False where that cannot be told."""
        path, stamp = archive.path, archive.stamp
        return path is not None and await self._in_pool(lambda: _stamp_at_blocking(path)) == stamp

    async def read(self, archive: OpenArchive, entry_id: str, password: str | None = None) -> RenderDocument:
        """One document's bytes, in memory, tied to its archive. Raises ArchiveError or VaultError."""
        entry = archive.index.entry(entry_id)
        if entry is None:
            raise EntryUnreadable("no such entry", facts={"name": entry_id})
        if archive.path is not None:
            path, stamp = archive.path, archive.stamp
            content = await self._in_pool(lambda: self._read_path_blocking(path, stamp, entry_id, password))
        else:
            stream = await self._stream_of(archive.stored)
            content = await self._in_pool(lambda: self._read_blocking(stream, entry_id, password))
        kind = self._reader.kind_of(content) if entry.is_locked else entry.kind
        return RenderDocument(archive.document_key(entry_id), entry.name, kind, content)

    async def stream(self, archive: OpenArchive) -> BinaryIO:
        """The bytes of an archive of the vault, and of no other one; for one thread, which closes it.

        Raises ArchiveNotAvailable or VaultError.
        """
        return await self._stream_of(archive.stored)

    async def save_copy(self, document: RenderDocument, target: Path) -> None:
        """Writes one document in clear, because the operator asked for it. Raises DiskFull or VaultReadOnly."""
        await self._in_pool(lambda: write_whole_blocking(target, document.content))

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _opened(self, stored: StoredArchive) -> OpenArchive:
        index = self._indexes.get(stored.sha256)
        if index is None:
            stream = await self._stream_of(stored)
            index = await self._in_pool(lambda: self._index_blocking(stream, stored.sha256))
            self._indexes.put(stored.sha256, index)
        if index.report_uuid and index.report_uuid.casefold() != stored.key.uuid.casefold():
            index = replace(index, problems=(*index.problems, ArchiveProblem.REPORT_OF_ANOTHER_FILE))
        return OpenArchive(stored, index)

    async def _stream_of(self, stored: StoredArchive) -> BinaryIO:
        """The stored bytes, provided that the vault still holds the ones that were indexed."""
        stream = await self._vault.blobs.open(stored.key, sha256=stored.sha256)
        if stream is None:
            raise ArchiveNotAvailable("replaced or dropped meanwhile", facts={"name": stored.key.uuid})
        return stream

    def _index_blocking(self, stream: BinaryIO, sha256: str) -> ArchiveIndex:
        with stream:
            return self._reader.index_blocking(stream, sha256)

    def _read_blocking(self, stream: BinaryIO, entry_id: str, password: str | None) -> bytes:
        with stream:
            return self._reader.read_blocking(stream, entry_id, password)

    def _index_path_blocking(self, path: Path) -> tuple[FileStamp, ArchiveIndex]:
        with _opened_blocking(path) as stream:
            stamp = _stamp_of(stream)
            index = self._reader.index_blocking(stream, _hash_blocking(stream))
            _refuse_changed(stream, stamp, path)
            return stamp, index

    def _read_path_blocking(self, path: Path, stamp: FileStamp | None, entry_id: str, password: str | None) -> bytes:
        with _opened_blocking(path) as stream:
            content = self._reader.read_blocking(stream, entry_id, password)
            _refuse_changed(stream, stamp, path)
            return content

    def _reporter(self, key: ClientFileKey) -> Progress:
        loop = asyncio.get_running_loop()

        def report(received: int, total: int | None) -> None:
            event = ArchiveProgressed(key, received, total)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._bus.publish, event)

        return report

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


@contextlib.contextmanager
def _opened_blocking(path: Path) -> Iterator[BinaryIO]:
    """The file, for as long as it takes. Raises ArchiveNotAvailable, also when the disk fails half way."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise ArchiveNotAvailable(str(error), facts={"name": path.name}) from error


def _stamp_of(stream: BinaryIO) -> FileStamp:
    status = os.fstat(stream.fileno())
    return FileStamp(status.st_mtime_ns, status.st_size)


def _stamp_at_blocking(path: Path) -> FileStamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStamp(status.st_mtime_ns, status.st_size)


def _refuse_changed(stream: BinaryIO, stamp: FileStamp | None, path: Path) -> None:
    """Bytes of another archive must not show under the names of this one."""
    if _stamp_of(stream) != stamp:
        raise ArchiveNotAvailable("the file has changed on the disk", facts={"name": path.name})


def _hash_blocking(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_HASH_STEP):
        digest.update(chunk)
    return digest.hexdigest()
