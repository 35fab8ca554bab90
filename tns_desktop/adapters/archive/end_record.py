"""Finding where an archive's central directory is, and whether there is one.

The end-of-central-directory record closes a ZIP file, may be followed by a comment of 64 KiB, and the comment may hold
anything, another such record included. A record counts only when a central directory really stands where it says.
Source of the layouts: PKWARE APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tns_desktop.adapters.archive.sniff import describe_bytes
from tns_desktop.adapters.archive.source import Source
from tns_desktop.domain.errors import ArchiveTruncated, NotAnArchive

LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
END_SIGNATURE = b"PK\x05\x06"
END64_SIGNATURE = b"PK\x06\x06"
LOCATOR64_SIGNATURE = b"PK\x06\x07"

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_LONGEST_COMMENT = 0xFFFF


@dataclass(frozen=True, slots=True)
class EndRecord:
    """Where the central directory is. Positions and sizes are in bytes, from the start of the stream.

    ``base`` is what has to be added to the offsets in the directory (data stands before the archive); ``count`` is the
    claimed number of records. ``surrounded``: bytes before, behind or between that do not belong to this archive.
    """

    directory_start: int
    directory_size: int
    base: int
    count: int
    surrounded: bool


def find_end_record(source: Source) -> EndRecord:
    """The last end record that points at a directory and closes the stream; else the last that points at one.

    Raises NotAnArchive (``facts``: ``looks_like``) and ArchiveTruncated (``facts``: ``reason``).
    """
    tail_start = max(0, source.size - _END.size - _LONGEST_COMMENT)
    tail = source.read_at(tail_start, source.size - tail_start)
    behind: EndRecord | None = None
    closing_seen = False
    for offset in _occurrences_from_the_end(tail, END_SIGNATURE):
        if offset + _END.size > len(tail):
            continue
        comment_length = int.from_bytes(tail[offset + 20 : offset + 22], "little")
        closes_stream = offset + _END.size + comment_length == len(tail)
        closing_seen = closing_seen or closes_stream
        record = _resolve(source, tail_start + offset, tail[offset : offset + _END.size], closes_stream)
        if record is None:
            continue
        if closes_stream:
            # One in its comment that works as well: other programs take that one, and see another archive.
            return record if behind is None else replace(record, surrounded=True)
        behind = behind or record
    if behind is None:
        raise _why_none(source, closing_seen)
    return behind


def _occurrences_from_the_end(data: bytes, needle: bytes) -> Iterator[int]:
    position = data.rfind(needle)
    while position >= 0:
        yield position
        position = data.rfind(needle, 0, position + len(needle) - 1)


def _resolve(source: Source, position: int, raw: bytes, closes_stream: bool) -> EndRecord | None:
    """The end record at ``position`` if a directory stands where it says; None otherwise."""
    _, disk, directory_disk, _, count, size, offset, _ = _END.unpack(raw)
    directory_end = position
    if (found := _find_end64(source, position)) is not None:
        directory_end, (count64, size64, offset64) = found
        count = count64 if count == 0xFFFF else count
        size = size64 if size == 0xFFFFFFFF else size
        offset = offset64 if offset == 0xFFFFFFFF else offset
    elif (disk, directory_disk) != (0, 0):
        return None
    adjacent = directory_end - size - offset
    for base in dict.fromkeys((adjacent, 0)):
        start = offset + base
        if base < 0 or start + size > directory_end:
            continue
        is_empty = size == 0 and count == 0
        if is_empty or (size > 0 and source.read_at(start, 4) == CENTRAL_SIGNATURE):
            surrounded = base > 0 or start + size != directory_end or not closes_stream
            return EndRecord(start, size, base, count, surrounded)
    return None


def _find_end64(source: Source, position: int) -> tuple[int, tuple[int, int, int]] | None:
    """(position, (count, directory size, directory offset)) of the ZIP64 record that belongs to an end record."""
    locator_at = position - _LOCATOR64.size
    locator = source.read_at(locator_at, _LOCATOR64.size)
    if len(locator) < _LOCATOR64.size or not locator.startswith(LOCATOR64_SIGNATURE):
        return None
    claimed_at = _LOCATOR64.unpack(locator)[2]
    for start in (locator_at - _END64.size, claimed_at):
        raw = source.read_at(start, _END64.size)
        if len(raw) == _END64.size and raw.startswith(END64_SIGNATURE) and start < locator_at:
            *_, count, size, offset = _END64.unpack(raw)
            return start, (count, size, offset)
    return None


def _why_none(source: Source, closing_seen: bool) -> NotAnArchive | ArchiveTruncated:
    head = source.read_at(0, 4096)
    if head.startswith((LOCAL_SIGNATURE, END_SIGNATURE)) or closing_seen:
        reason = "directory_missing" if closing_seen else "end_missing"
        return ArchiveTruncated(f"central directory not found: {reason}", facts={"reason": reason})
    looks_like = describe_bytes(head)
    return NotAnArchive(f"not a ZIP archive but {looks_like}", facts={"looks_like": looks_like})
