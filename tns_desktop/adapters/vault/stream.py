"""The cipher of one archive file: AES-256-GCM in chunks, the STREAM construction.

Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (2015): each
chunk's nonce is a random prefix, the chunk's number and a flag on the last one. Chunks cannot be moved, dropped or added,
a file cut at a chunk's edge is noticed, and any chunk can be read alone.

File: header (magic, version, chunk size, nonce prefix; authenticated with every chunk), then the chunks, each 16 bytes
longer than its clear text. There is always a last chunk, if need be an empty one. A key serves one file only.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from tns_desktop.domain.errors import VaultDamaged

MAGIC = b"TNSB"
VERSION = 1
CHUNK_SIZE = 1024 * 1024
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

    def seal(self, number: int, clear: bytes | bytearray | memoryview, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(number, last), clear, self.header)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Raises VaultDamaged when the chunk is not what was written there."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(self._nonce(number, last), sealed, self.header)
        except InvalidTag:
            raise VaultDamaged(f"chunk {number} of the archive file was changed") from None

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


class SealingWriter:
    """Writes clear bytes to ``file`` as sealed chunks. Not for several threads at once."""

    def __init__(self, file: BinaryIO, cipher: ChunkCipher) -> None:
        self._file = file
        self._cipher = cipher
        self._waiting = bytearray()
        self._number = 0
        file.write(cipher.header)

    def write(self, clear: bytes) -> None:
        self._waiting += clear
        size = self._cipher.chunk_size
        # A full chunk waits for the byte after it: only then is it certain not to be the last one.
        while len(self._waiting) > size:
            with memoryview(self._waiting) as view:
                sealed = self._cipher.seal(self._number, view[:size], last=False)
            self._file.write(sealed)
            self._number += 1
            del self._waiting[:size]

    def finish(self) -> None:
        self._file.write(self._cipher.seal(self._number, bytes(self._waiting), last=True))
        self._waiting.clear()
