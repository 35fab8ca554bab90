"""One archive being written: encrypted as it arrives, invisible until it is committed.

The receiving thread encrypts and writes; a second one hashes the same chunks meanwhile (``hashlib`` lets other threads run).
Measured with buffers that go round, and a large body read past the HTTP parser (``adapters/api/body_pieces.py``): 200 MB in
1.0 to 1.5 times what curl takes for a plain file; one thread and new memory for each chunk took 2.4 to 3.1 times as long.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tns_desktop.adapters.vault.connection import in_executor
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import FILE_MODE, sync_folder_blocking
from tns_desktop.adapters.vault.stream import CHUNK_SIZE, KEY_SIZE, PREFIX_SIZE, ChunkCipher, SealingWriter
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.ports import StoredArchive

PART_SUFFIX = ".part"
BLOB_SUFFIX = ".bin"
_BUFFERS = 6


@dataclass(frozen=True, slots=True)
class WrittenBlob:
    """A file that is complete, and the only copy of its key."""

    archive: StoredArchive
    file_name: str
    content_key: bytes

    def __repr__(self) -> str:
        return f"<WrittenBlob {self.file_name}>"


class BackgroundDigest:
    """SHA-256 of chunks, worked out in a thread of its own. The ``ChunkHasher`` of one file.

    A few buffers go round: filled by the receiving thread, hashed here while they are encrypted there, then filled again.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vault-digest")
        self._under_way: deque[tuple[bytearray, Future[None]]] = deque()

    def take_buffer(self) -> bytearray:
        """Waits when the hash is several chunks behind."""
        if len(self._under_way) < _BUFFERS:
            return bytearray(CHUNK_SIZE)
        buffer, hashed = self._under_way.popleft()
        hashed.result()
        return buffer

    def hash(self, buffer: bytearray, size: int) -> None:
        hashed = self._thread.submit(self._digest.update, memoryview(buffer)[:size])
        self._under_way.append((buffer, hashed))

    def hexdigest(self) -> str:
        for _buffer, hashed in self._under_way:
            hashed.result()
        return self._digest.hexdigest()

    def close(self) -> None:
        """What was not hashed yet is left; the thread ends with the chunk it has."""
        self._thread.shutdown(wait=False, cancel_futures=True)


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
        self._digest = BackgroundDigest()

    def begin_blocking(self) -> None:
        """Raises DiskFull or VaultReadOnly."""
        with self._lock, self._cleaning_up():
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self._part, flags, FILE_MODE)
            self._file = open(descriptor, "wb", buffering=0)  # noqa: SIM115  (closed by commit or abort)
            self._start(self._file)

    def write_blocking(self, chunk: bytes | memoryview) -> None:
        """Raises DiskFull; the part file is gone then."""
        with self._lock, self._cleaning_up():
            self._opened()
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
        self._digest.close()
        self._digest = BackgroundDigest()
        cipher = ChunkCipher(self._content_key, secrets.token_bytes(PREFIX_SIZE))
        self._sealing = SealingWriter(file, cipher, self._digest)
        self._size = 0

    def _commit_blocking(self, etag: str, at: datetime) -> StoredArchive:
        with self._lock, self._cleaning_up():
            file = self._opened()
            self._sealing.finish()
            file.close()
            self._part.replace(self._blob)
            archive = StoredArchive(self._key, self._digest.hexdigest(), self._size, etag, at)
            self._record(WrittenBlob(archive, self._blob.name, self._content_key))
            self._file = None
            self._digest.close()
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
        self._digest.close()
        with contextlib.suppress(OSError):  # closing flushes, and the disk may be full
            file.close()
        for path in (self._part, self._blob):
            with contextlib.suppress(OSError):  # what is left is removed when the vault is opened next
                path.unlink()


def make_durable_blocking(path: Path) -> None:
    """Asks the disk to keep the file and its name, through a power cut. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    sync_folder_blocking(path.parent)
