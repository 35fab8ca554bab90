"""A stored archive as a seekable stream of its clear bytes, decrypted chunk by chunk as it is read."""

from __future__ import annotations

import io
import os
from collections import OrderedDict
from pathlib import Path

from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.stream import HEADER_SIZE, TAG_SIZE, ChunkCipher
from tns_desktop.domain.errors import VaultDamaged

CACHED_CHUNKS = 16


class BlobReader(io.BufferedIOBase):
    """For one thread. ``read`` returns exactly what was asked for, less only at the end.

    ``read`` raises VaultDamaged when a chunk was changed, the constructor when the file has not the expected size.
    """

    def __init__(self, path: Path, key: bytes, size: int) -> None:
        super().__init__()
        self._path = path
        self._size = size
        self._position = 0
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise from_os_error(error, path) from error
        try:
            self._cipher = ChunkCipher.from_header(key, self._file.read(HEADER_SIZE))
            self._last = max(0, size - 1) // self._cipher.chunk_size
            expected = HEADER_SIZE + size + (self._last + 1) * TAG_SIZE
            if os.fstat(self._file.fileno()).st_size != expected:
                raise VaultDamaged("the archive file has another size", facts={"path": str(path)})
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<BlobReader {self._path.name}, {self._size} bytes>"

    def read(self, size: int | None = -1, /) -> bytes:
        self._must_be_open()
        left = max(0, self._size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        parts = []
        while wanted:
            number, offset = divmod(self._position, self._cipher.chunk_size)
            part = self._chunk(number)[offset : offset + wanted]
            parts.append(part)
            self._position += len(part)
            wanted -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def readable(self) -> bool:
        self._must_be_open()
        return True

    def seekable(self) -> bool:
        self._must_be_open()
        return True

    def tell(self) -> int:
        self._must_be_open()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._must_be_open()
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise ValueError("before the beginning")
        self._position = origin + offset
        return self._position

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._chunks.clear()
        super().close()

    def _must_be_open(self) -> None:
        if self.closed:
            raise ValueError("the stream is closed")

    def _chunk(self, number: int) -> bytes:
        cached = self._chunks.get(number)
        if cached is not None:
            self._chunks.move_to_end(number)
            return cached
        sealed_size = self._cipher.chunk_size + TAG_SIZE
        try:
            self._file.seek(HEADER_SIZE + number * sealed_size)
            sealed = self._file.read(sealed_size)
        except OSError as error:
            raise from_os_error(error, self._path) from error
        clear = self._cipher.open(number, sealed, last=number == self._last)
        expected = self._cipher.chunk_size if number < self._last else self._size - number * self._cipher.chunk_size
        if len(clear) != expected:
            raise VaultDamaged("the archive file has another size", facts={"path": str(self._path)})
        self._chunks[number] = clear
        if len(self._chunks) > CACHED_CHUNKS:
            self._chunks.popitem(last=False)
        return clear
