"""Bounded reads from the stream of an archive.

Every number that an archive gives (offsets, lengths) may be forged. Reading through this class cuts each request to
what the stream really has, so that no buffer is ever sized by a claim (compare cpython#151307).
"""

from __future__ import annotations

from typing import BinaryIO


class Source:
    """A seekable stream of known size, in bytes, read by position."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = stream.seek(0, 2)

    def read_at(self, position: int, count: int) -> bytes:
        """At most ``count`` bytes from ``position``; fewer, or none, where the stream ends."""
        wanted = min(count, self.size - position)
        if position < 0 or wanted <= 0:
            return b""
        self._stream.seek(position)
        data = self._stream.read(wanted)
        if len(data) in (0, wanted):
            return data
        pieces = [data]
        missing = wanted - len(data)
        while missing > 0 and (piece := self._stream.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)
