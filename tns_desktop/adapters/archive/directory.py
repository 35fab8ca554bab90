"""The central directory as records, read with a bound on its size and on the number of records.

Written by hand instead of ``zipfile.ZipFile`` because that (1) refuses a whole archive for one badly encoded name, one
odd extra field or one unknown version, (2) builds an object for every record before anything can be limited
(cpython#153460) and (3) sizes reads by claims (cpython#151307). A test holds the two against each other on sound
archives. Source of the layouts: PKWARE APPNOTE.TXT 6.3, sections 4.3.12 and 4.5.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tns_desktop.adapters.archive.end_record import CENTRAL_SIGNATURE, find_end_record
from tns_desktop.adapters.archive.source import Source
from tns_desktop.domain.errors import ArchiveTruncated, TooManyEntries

LARGEST_DIRECTORY = 64 * 1024 * 1024
"""Bytes of central directory that are read at most; 3,000 records with their names need about 0.5 MB."""

STORED = 0
DEFLATED = 8

FLAG_ENCRYPTED = 0x0001
FLAG_SIZES_FOLLOW = 0x0008
FLAG_STRONG_ENCRYPTION = 0x0040
FLAG_UTF8 = 0x0800
FLAG_MASKED_HEADERS = 0x2000

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_ZIP64_EXTRA = 0x0001
_UNKNOWN_32 = 0xFFFFFFFF
_RECORDS_PER_ENTRY = 4
"""Directories are records but not entries; this many records are walked for each entry that may be shown."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as claimed. Sizes in bytes; ``header_offset`` from the start of the stream; ``dos_time`` as stored."""

    position: int
    name: bytes
    flags: int
    method: int
    crc: int
    dos_time: int
    size: int
    compressed_size: int
    header_offset: int
    host: int
    attributes: int
    malformed: bool = False

    @property
    def is_encrypted(self) -> bool:
        return bool(self.flags & FLAG_ENCRYPTED)

    @property
    def is_directory(self) -> bool:
        """A "directory" that holds data is treated as an entry: nothing may hide behind a slash."""
        return self.size == 0 and self.name.endswith((b"/", b"\\"))


@dataclass(frozen=True, slots=True)
class Directory:
    """``start``: position of the directory in the stream. ``complete`` False: more entries follow than were allowed."""

    records: tuple[Record, ...]
    start: int
    surrounded: bool
    complete: bool


def read_directory(source: Source, max_entries: int) -> Directory:
    """Reads the records of at most ``max_entries`` entries.

    Raises NotAnArchive, ArchiveTruncated and TooManyEntries (a directory of more than ``LARGEST_DIRECTORY`` bytes).
    """
    end = find_end_record(source)
    if end.directory_size > LARGEST_DIRECTORY:
        raise TooManyEntries(
            "central directory too large", facts={"size": str(end.directory_size), "limit": str(LARGEST_DIRECTORY)}
        )
    data = source.read_at(end.directory_start, end.directory_size)
    records, complete = _walk(data, end.base, max_entries)
    # The count has 16 bits in archives without ZIP64 records, and some writers let it wrap around.
    if complete and (len(records) - end.count) & 0xFFFF:
        raise _damaged(f"{len(records)} records instead of {end.count}")
    starts_late = bool(records) and min(record.header_offset for record in records) > 0
    return Directory(records, end.directory_start, end.surrounded or starts_late, complete)


def _walk(data: bytes, base: int, max_entries: int) -> tuple[tuple[Record, ...], bool]:
    records: list[Record] = []
    entries = 0
    at = 0
    while at < len(data):
        record, at = _parse(data, at, len(records), base)
        if not record.is_directory:
            entries += 1
        if entries > max_entries or len(records) >= (max_entries + 1) * _RECORDS_PER_ENTRY:
            return tuple(records), False
        records.append(record)
    return tuple(records), True


def _parse(data: bytes, at: int, position: int, base: int) -> tuple[Record, int]:
    if len(data) - at < _CENTRAL.size:
        raise _damaged("a record is cut off")
    fields = _CENTRAL.unpack_from(data, at)
    signature, made_by, _, flags, method, dos_time, _, crc, compressed, size = fields[:10]
    name_length, extra_length, comment_length, _, _, attributes, offset = fields[10:]
    if signature != CENTRAL_SIGNATURE:
        raise _damaged("a record without its signature")
    name_at = at + _CENTRAL.size
    extra_at = name_at + name_length
    after = extra_at + extra_length + comment_length
    if after > len(data):
        raise _damaged("a record is cut off")
    malformed = False
    if _UNKNOWN_32 in (size, compressed, offset):
        resolved = _read_zip64(data[extra_at : extra_at + extra_length], (size, compressed, offset))
        malformed = resolved is None
        size, compressed, offset = resolved or (size, compressed, offset)
    record = Record(
        position=position,
        name=data[name_at:extra_at],
        flags=flags,
        method=method,
        crc=crc,
        dos_time=dos_time,
        size=size,
        compressed_size=compressed,
        header_offset=offset + base,
        host=made_by >> 8,
        attributes=attributes,
        malformed=malformed,
    )
    return record, after


def _read_zip64(extra: bytes, values: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """Replaces the saturated ones of (size, compressed size, offset); None when the extra field lacks them."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        body = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind != _ZIP64_EXTRA:
            continue
        wide: list[int] = []
        for value in values:
            if value == _UNKNOWN_32:
                if len(body) < 8:
                    return None
                value, body = int.from_bytes(body[:8], "little"), body[8:]
            wide.append(value)
        return wide[0], wide[1], wide[2]
    return None


def _damaged(detail: str) -> ArchiveTruncated:
    """Showing the records before the damage would hide documents from the reviewer: the archive is refused instead."""
    return ArchiveTruncated(f"central directory damaged: {detail}", facts={"reason": "directory_damaged"})
