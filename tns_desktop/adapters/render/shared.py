"""Memory that the desk and the decoder share, so that a page of pixels is not pushed through a pipe.

The desk makes it, of a size that cannot change any more (the decoder could otherwise cut it while the desk reads), and
copies what it was promised before it looks at it. Linux only; elsewhere pixels travel in the answer's payload.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable

SHARED_SIZE = 128 * 1024 * 1024
"""Bytes; pages are only taken from the system once they are written to. Larger rasters go through the pipe."""
KEPT_SIZE = 32 * 1024 * 1024
"""Bytes that stay allocated between two pages, because asking the system for memory costs as much as copying."""
TRANSLATED_SIZE = 1024 * 1024
"""Bytes copied at once to be translated: little memory, and it stays in the processor's."""

Allocate = Callable[[int], memoryview]
"""Room for so many bytes of pixels, which the caller fills to the last one."""


class SharedPixels:
    """The desk's end. Raises OSError where the system cannot do it."""

    def __init__(self, size: int = SHARED_SIZE) -> None:
        if sys.platform != "linux":
            raise OSError("no sealed memory on this system")
        import fcntl

        self.descriptor = os.memfd_create("tns-pixels", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self.descriptor, size)
            fcntl.fcntl(self.descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            self._memory = mmap.mmap(self.descriptor, size, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        except OSError:
            os.close(self.descriptor)
            raise
        self.size = size

    def take(self, length: int) -> bytes:
        """A copy of the first ``length`` bytes, which the decoder cannot change any more."""
        taken = self._memory[:length]
        if length > KEPT_SIZE:
            self.clear()
        return taken

    def clear(self) -> None:
        """Gives the pages back to the system; what they held is gone."""
        self._memory.madvise(mmap.MADV_REMOVE)

    def close(self) -> None:
        self._memory.close()
        os.close(self.descriptor)


class Canvas:
    """The decoder's end: where the pixels of one answer go."""

    def __init__(self) -> None:
        self._memory: mmap.mmap | None = None
        self._private: bytearray | None = None

    def attach(self, descriptor: int, size: int) -> None:
        """Maps the desk's memory; the descriptor is the same for the life of the process."""
        if self._memory is None:
            self._memory = mmap.mmap(descriptor, size)

    def allocate(self, length: int) -> memoryview:
        """Shared memory where there is enough, else some of our own."""
        self._private = None
        if self._memory is not None and length <= len(self._memory):
            return memoryview(self._memory)[:length]
        self._private = bytearray(length)
        return memoryview(self._private)

    def translate(self, length: int, table: bytes) -> None:
        """Replaces each of the ``length`` bytes that were filled by its value in ``table``, a part at a time."""
        whole = self._private if self._private is not None else self._memory
        assert whole is not None
        with memoryview(whole) as filled:
            for start in range(0, length, TRANSLATED_SIZE):
                part = filled[start : min(length, start + TRANSLATED_SIZE)]
                part[:] = bytes(part).translate(table)
                part.release()

    def take_payload(self) -> bytearray | None:
        """The pixels that have to travel in the answer; None when they are in the shared memory."""
        private, self._private = self._private, None
        return private
