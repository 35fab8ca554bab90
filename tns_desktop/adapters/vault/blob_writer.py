"""One archive being written: encrypted as it arrives, invisible until it is committed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tns_desktop.adapters.vault.connection import FILE_MODE, in_executor
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.stream import KEY_SIZE, PREFIX_SIZE, ChunkCipher, SealingWriter
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.ports import StoredArchive

PART_SUFFIX = ".part"
BLOB_SUFFIX = ".bin"


@dataclass(frozen=True, slots=True)
class WrittenBlob:
    """A file that is complete and on the disk, and the only copy of its key."""

    archive: StoredArchive
    file_name: str
    content_key: bytes

    def __repr__(self) -> str:
        return f"<WrittenBlob {self.file_name}>"


class EncryptingBlobWriter:
    """The ``BlobWriter`` port.

    Bytes come from the receiving thread, ``commit`` and ``abort`` from the loop. A commit that has begun is carried to its
    end in its thread even if its coroutine is cancelled; an abort waits for it and then changes nothing.
    """

    def __init__(
        self, folder: Path, key: ClientFileKey, record: Callable[[WrittenBlob], None], executor: Executor
    ) -> None:
        self._key = key
        self._record = record
        self._executor = executor
        self._lock = threading.Lock()
        self._stem = secrets.token_hex(16)
        self._part = folder / f"{self._stem}{PART_SUFFIX}"
        self._blob = folder / f"{self._stem}{BLOB_SUFFIX}"
        self._file: BinaryIO | None = None

    def begin_blocking(self) -> None:
        """Raises DiskFull or VaultReadOnly."""
        with self._lock, self._cleaning_up():
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = open(os.open(self._part, flags, FILE_MODE), "wb")  # noqa: SIM115  (closed by commit or abort)
            self._start(self._file)

    def write_blocking(self, chunk: bytes) -> None:
        """Raises DiskFull; the part file is gone then."""
        with self._lock, self._cleaning_up():
            self._opened()
            self._digest.update(chunk)
            self._sealing.write(chunk)
            self._size += len(chunk)

    def restart_blocking(self) -> None:
        with self._lock, self._cleaning_up():
            file = self._opened()
            file.seek(0)
            file.truncate()
            self._start(file)

    async def commit(self, *, etag: str, at: datetime) -> StoredArchive:
        """Raises DiskFull or VaultReadOnly; nothing is left behind then, and an older archive of the file is still there."""
        return await in_executor(self._executor, lambda: self._commit_blocking(etag, at))

    async def abort(self) -> None:
        """Removes what was written. Aborting twice, or after a commit, changes nothing."""
        await in_executor(self._executor, self._abort_blocking)

    def _start(self, file: BinaryIO) -> None:
        # A new key at each start: the same nonces may never see other bytes under the same key.
        self._content_key = secrets.token_bytes(KEY_SIZE)
        self._sealing = SealingWriter(file, ChunkCipher(self._content_key, secrets.token_bytes(PREFIX_SIZE)))
        self._digest = hashlib.sha256()
        self._size = 0

    def _commit_blocking(self, etag: str, at: datetime) -> StoredArchive:
        with self._lock, self._cleaning_up():
            file = self._opened()
            self._sealing.finish()
            file.flush()
            os.fsync(file.fileno())
            file.close()
            self._part.replace(self._blob)
            _sync_folder(self._blob.parent)
            archive = StoredArchive(self._key, self._digest.hexdigest(), self._size, etag, at)
            self._record(WrittenBlob(archive, self._blob.name, self._content_key))
            self._file = None
            return archive

    def _abort_blocking(self) -> None:
        with self._lock:
            self._discard()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise VaultError("the archive is no longer being written", facts={"reason": "closed"})
        return self._file

    @contextlib.contextmanager
    def _cleaning_up(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._discard()
            raise from_os_error(error, self._part) from error
        except BaseException:
            self._discard()
            raise

    def _discard(self) -> None:
        file, self._file = self._file, None
        if file is None:  # committed or discarded before
            return
        with contextlib.suppress(OSError):  # closing flushes, and the disk may be full
            file.close()
        for path in (self._part, self._blob):
            with contextlib.suppress(OSError):  # what is left is removed when the vault is opened next
                path.unlink()


def _sync_folder(folder: Path) -> None:
    """Makes the new name durable. Windows cannot open folders and needs no such call."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
