"""Archives for tests: sound ones, and such as no library would write.

Every field of a record can be forged apart from what it should say. Source of the layouts: PKWARE APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tns_desktop.adapters.archive.zipcrypto import ZipCrypto

STORED = 0
DEFLATED = 8
ENCRYPTED = 0x0001
SIZES_FOLLOW = 0x0008
UTF8 = 0x0800

SAMPLE_PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
SAMPLE_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(64) + b"\xff\xd9"


@dataclass(frozen=True)
class Part:
    """One entry. What is None is what it should be; sizes in bytes.

    ``local_…`` forge the local header only, the others both places, ``central_…`` the directory only. ``packed``
    replaces the compressed bytes. ``at`` moves what the directory says of the header's place. ``listed_only``: the
    directory lists it, no bytes of its own are written.
    """

    name: bytes
    data: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    compressed_size: int | None = None
    crc: int | None = None
    host: int = 3
    attributes: int = 0o100644 << 16
    dos_time: int = 0x6000
    version: int = 20
    local_name: bytes | None = None
    local_size: int | None = None
    local_extra: bytes = b""
    local_method: int | None = None
    central_name: bytes | None = None
    central_extra: bytes = b""
    at: int | None = None
    listed_only: bool = False

    def pack(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflate(self.data) if self.method == DEFLATED else self.data


@dataclass(frozen=True)
class Shape:
    """What surrounds the entries. ``count``, ``directory_size`` and ``directory_offset`` forge the end record."""

    prefix: bytes = b""
    suffix: bytes = b""
    comment: bytes = b""
    gap: bytes = b""
    count: int | None = None
    directory_size: int | None = None
    directory_offset: int | None = None
    zip64: bool = False
    copies: int = field(default=1)
    """How often the directory lists the parts."""


PLAIN = Shape()


def build_zip(parts: Sequence[Part], shape: Shape = PLAIN) -> bytes:
    """The archive of ``parts``, in that order."""
    body = bytearray()
    central = bytearray()
    for part in parts:
        packed = part.pack()
        offset = len(body) if part.at is None else part.at
        if not part.listed_only:
            body += _local(part, packed) + packed
        central += _central(part, packed, offset, shape.zip64)
    directory = bytes(central) * shape.copies
    count = len(parts) * shape.copies if shape.count is None else shape.count
    start = len(body) + len(shape.gap) if shape.directory_offset is None else shape.directory_offset
    size = len(directory) if shape.directory_size is None else shape.directory_size
    end = b""
    if shape.zip64:
        end += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
        end += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        count, size, start = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    short_count = count & 0xFFFF
    end += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, short_count, short_count, size, start, len(shape.comment))
    return shape.prefix + bytes(body) + shape.gap + directory + end + shape.comment + shape.suffix


def good_zip(**extra: bytes) -> bytes:
    """A small client archive; ``extra`` adds entries."""
    parts = [
        Part(b"report.json", sample_report()),
        Part(b"signed/contrat.pdf", SAMPLE_PDF),
        Part(b"documents/identity.jpg", SAMPLE_JPEG, method=STORED),
    ]
    parts += [Part(name.encode(), data) for name, data in extra.items()]
    return build_zip(parts)


def sample_report(uuid: str = "c0ffee00-0000-4000-8000-000000000001", **client_file: Any) -> bytes:
    """A report.json of version 6 with the fields that are known."""
    content = {
        "date": "2026-11-02T10:00:00Z",
        "clientFile": {
            "uuid": uuid,
            "id": "F-2026-0001",
            "state": "WAITING",
            "startDate": "2026-11-01T09:00:00Z",
            "participants": [{"uuid": "p-1", "type": "holder", "lastName": "Müller", "firstName": "Zoé"}],
            **client_file,
        },
    }
    return json.dumps(content, ensure_ascii=False).encode()


def deflate(data: bytes) -> bytes:
    """A raw deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def locked_part(name: bytes, data: bytes, password: bytes, *, method: int = DEFLATED) -> Part:
    """An entry under traditional ZIP encryption."""
    clear = deflate(data) if method == DEFLATED else data
    crc = zlib.crc32(data)
    cipher = _Encrypter(password)
    packed = cipher.encrypt(bytes(range(11)) + bytes([crc >> 24]) + clear)
    return Part(name, data, method=method, flags=ENCRYPTED, packed=packed)


class BehindHole(io.BytesIO):
    """``data`` behind ``hole`` zero bytes that take no memory."""

    def __init__(self, hole: int, data: bytes) -> None:
        super().__init__(data)
        self._hole = hole
        self._position = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        end = self._hole + self.getbuffer().nbytes
        self._position = offset + {0: 0, 1: self._position, 2: end}[whence]
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        end = self._hole + self.getbuffer().nbytes
        wanted = max(0, end - self._position if size is None or size < 0 else min(size, end - self._position))
        zeros = bytes(min(wanted, max(0, self._hole - self._position)))
        super().seek(max(0, self._position - self._hole))
        self._position += wanted
        return zeros + super().read(wanted - len(zeros))


class Dripping(io.BytesIO):
    """Gives 7 bytes a read at most, as a raw stream may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))


class Unseekable(io.BytesIO):
    """Makes the standard library write sizes behind the data, as a server does that streams an archive."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


class _Encrypter(ZipCrypto):
    """Encrypting is decrypting with the key stream found byte by byte: c = p xor k, and the keys follow p."""

    def encrypt(self, data: bytes) -> bytes:
        locked = bytearray()
        for byte in data:
            keys = self._keys
            stream = self.decrypt(b"\x00")[0]
            self._keys = keys
            locked.append(byte ^ stream)
            self.decrypt(bytes(locked[-1:]))
        return bytes(locked)


def _local(part: Part, packed: bytes) -> bytes:
    name = part.name if part.local_name is None else part.local_name
    size = _or(part.local_size, _or(part.size, len(part.data)))
    compressed = _or(part.compressed_size, len(packed))
    crc = _or(part.crc, zlib.crc32(part.data))
    if part.flags & SIZES_FOLLOW:
        size = compressed = crc = 0
    return (
        struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            part.version,
            part.flags,
            _or(part.local_method, part.method),
            part.dos_time,
            0x5B61,
            crc,
            min(compressed, 0xFFFFFFFF),
            min(size, 0xFFFFFFFF),
            len(name),
            len(part.local_extra),
        )
        + name
        + part.local_extra
    )


def _central(part: Part, packed: bytes, offset: int, zip64: bool) -> bytes:
    name = part.name if part.central_name is None else part.central_name
    size = _or(part.size, len(part.data))
    compressed = _or(part.compressed_size, len(packed))
    extra = part.central_extra
    if zip64:
        extra += struct.pack("<2H3Q", 1, 24, size, compressed, offset)
        size = compressed = offset = 0xFFFFFFFF
    return (
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            part.host << 8 | part.version,
            part.version,
            part.flags,
            part.method,
            part.dos_time,
            0x5B61,
            _or(part.crc, zlib.crc32(part.data)),
            compressed,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            part.attributes,
            offset,
        )
        + name
        + extra
    )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
