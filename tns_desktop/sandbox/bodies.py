"""Bytes that can be sent whole or in part: an archive in memory, or a large one in a temporary file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024


class Body(Protocol):
    """``size`` in bytes; ``etag`` is quoted and strong; unless somebody set it, it follows from the bytes."""

    size: int
    etag: str

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``, piecewise. Each piece is read at once, in one thread."""
        ...


class MemoryBody:
    """For archives of usual size."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = len(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.etag = f'"{self.sha256[:32]}"'

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        for position in range(start, stop, CHUNK):
            yield self.content[position : min(position + CHUNK, stop)]


class FileBody:
    """For archives that would be a burden in memory. The file is the body's own and is closed with it."""

    def __init__(self, stream: BinaryIO, etag: str) -> None:
        self._stream = stream
        self.size = stream.seek(0, 2)
        self.etag = etag

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        for position in range(start, stop, CHUNK):
            self._stream.seek(position)
            yield self._stream.read(min(CHUNK, stop - position))

    def close(self) -> None:
        self._stream.close()
