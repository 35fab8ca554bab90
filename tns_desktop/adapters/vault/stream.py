"""The cipher of one archive file: AES-256-GCM in chunks, the STREAM construction.

Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (2015): each
chunk's nonce is a random prefix, the chunk's number and a flag on the last one. Chunks cannot be moved, dropped or added,
a file cut at a chunk's edge is noticed, and any chunk can be read alone.

File: header (magic, version, chunk size, nonce prefix; authenticated with every chunk), then the chunks, each 16 bytes
longer than its clear text. There is always a last chunk, if need be an empty one. A key serves one file only.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Protocol

from tns_desktop.domain.errors import VaultDamaged

MAGIC = b"TNSB"
VERSION = 1
CHUNK_SIZE = 256 * 1024
"""Small enough that a chunk is still in the processor's cache when it is encrypted and written; files say their own."""
KEY_SIZE = 32
TAG_SIZE = 16
PREFIX_SIZE = 7
_HEADER = struct.Struct(">4sBI7s")
HEADER_SIZE = _HEADER.size
MAX_CHUNK_SIZE = 64 * 1024 * 1024
"""A header that claims more than this is damaged; the tag would say so only after the memory was taken."""


class ChunkCipher:
    """Encrypts or decrypts the chunks of one file."""

    def __init__(self, key: bytes, prefix: bytes, chunk_size: int = CHUNK_SIZE) -> None:
        # Imported late: loading OpenSSL costs start-up time.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)
        self._prefix = prefix
        self.chunk_size = chunk_size
        self.header = _HEADER.pack(MAGIC, VERSION, chunk_size, prefix)

    @classmethod
    def from_header(cls, key: bytes, header: bytes) -> ChunkCipher:
        """Raises VaultDamaged for a header that no version of this module wrote."""
        try:
            magic, version, chunk_size, prefix = _HEADER.unpack(header)
        except struct.error:
            raise VaultDamaged("the archive file is cut off") from None
        if magic != MAGIC or version != VERSION or not 0 < chunk_size <= MAX_CHUNK_SIZE:
            raise VaultDamaged("the archive file's header is damaged")
        return cls(key, prefix, chunk_size)

    def seal_into(self, number: int, clear: memoryview, sealed: memoryview, *, last: bool) -> None:
        """``sealed`` is TAG_SIZE bytes longer than ``clear``."""
        self._cipher.encrypt_into(self._nonce(number, last), clear, self.header, sealed)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Raises VaultDamaged when the chunk is not what was written there."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(self._nonce(number, last), sealed, self.header)
        except InvalidTag:
            raise VaultDamaged(f"chunk {number} of the archive file was changed") from None

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class ChunkHasher(Protocol):
    """Lends the buffers in which chunks are collected, and hashes them, perhaps later, before they are lent again."""

    def take_buffer(self) -> bytearray: ...

    def hash(self, buffer: bytearray, size: int) -> None: ...


class SealingWriter:
    """Writes clear bytes to ``file`` (unbuffered) as sealed chunks. Not for several threads at once.

    Memory is taken once and used again: giving a megabyte back to the system and asking for it anew, for each chunk, costs
    more than encrypting it.
    """

    def __init__(self, file: BinaryIO, cipher: ChunkCipher, hasher: ChunkHasher) -> None:
        self._file = file
        self._cipher = cipher
        self._hasher = hasher
        self._buffer = hasher.take_buffer()
        self._filled = 0
        self._sealed = memoryview(bytearray(cipher.chunk_size + TAG_SIZE))
        self._number = 0
        self._write_all(memoryview(cipher.header))

    def write(self, clear: bytes | memoryview) -> None:
        rest = memoryview(clear)
        while rest:
            # A full chunk waits for the byte after it: only then is it certain not to be the last one.
            if self._filled == self._cipher.chunk_size:
                self._seal(last=False)
                self._buffer = self._hasher.take_buffer()
                self._filled = 0
            end = min(self._filled + len(rest), self._cipher.chunk_size)
            taken = end - self._filled
            self._buffer[self._filled : end] = rest[:taken]
            self._filled = end
            rest = rest[taken:]

    def finish(self) -> None:
        self._seal(last=True)

    def _seal(self, *, last: bool) -> None:
        self._hasher.hash(self._buffer, self._filled)
        sealed = self._sealed[: self._filled + TAG_SIZE]
        self._cipher.seal_into(self._number, memoryview(self._buffer)[: self._filled], sealed, last=last)
        self._number += 1
        self._write_all(sealed)

    def _write_all(self, data: memoryview) -> None:
        """A plain file may take less than it is given; the next write then says why."""
        while data:
            data = data[self._file.write(data) :]
