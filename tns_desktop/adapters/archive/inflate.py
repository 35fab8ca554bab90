"""Unpacking one entry in bounded steps.

Written by hand instead of ``zipfile.ZipExtFile`` because that cuts what it produces at the claimed size without a word,
decompresses bzip2 and LZMA without any bound (cpython#156002, corrected in 3.15 only) and cannot stop on a ratio. Only
"stored" and "deflated" are read: LZMA allocates a dictionary of whatever size the archive claims, and what the server
makes uses neither.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tns_desktop.adapters.archive.directory import FLAG_ENCRYPTED, FLAG_SIZES_FOLLOW, STORED
from tns_desktop.adapters.archive.end_record import LOCAL_SIGNATURE
from tns_desktop.adapters.archive.source import Source
from tns_desktop.adapters.archive.survey import LOCAL_HEADER_BYTES, Member, is_ratio_too_high
from tns_desktop.domain.archive import ArchiveLimits
from tns_desktop.domain.errors import EntryTooLarge, EntryUnreadable

READ_STEP = 64 * 1024
PRODUCE_STEP = 256 * 1024

_LOCAL = struct.Struct("<4s5H3L2H")
_UNKNOWN_32 = 0xFFFFFFFF
_USUAL_EXTRA = 64
_PEEK_SLACK = 512
"""Bytes by which deflated data may be longer than what it unpacks to, generously."""

Decrypt = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Peek:
    """The beginning of a document; ``complete`` when it is all of it."""

    head: bytes
    complete: bool


def locate_data_blocking(source: Source, member: Member) -> int:
    """The position of the entry's data, after its local header was held against the directory.

    Raises EntryUnreadable (``facts``: ``name``, ``reason``) when the two disagree: other programs might go by the other.
    """
    record = member.record
    raw = source.read_at(record.header_offset, LOCAL_HEADER_BYTES + len(record.name) + _USUAL_EXTRA)
    if len(raw) < LOCAL_HEADER_BYTES or not raw.startswith(LOCAL_SIGNATURE):
        raise unreadable(member, "local_header_missing")
    _, _, flags, method, _, _, crc, compressed, size, name_length, extra_length = _LOCAL.unpack_from(raw)
    name = raw[LOCAL_HEADER_BYTES : LOCAL_HEADER_BYTES + len(record.name)]
    if name_length != len(record.name) or name != record.name:
        raise unreadable(member, "local_name_differs")
    if method != record.method or (flags ^ record.flags) & FLAG_ENCRYPTED:
        raise unreadable(member, "local_header_differs")
    may_be_zero = bool(flags & FLAG_SIZES_FOLLOW)
    pairs = ((size, record.size), (compressed, record.compressed_size), (crc, record.crc))
    for number, (local, central) in enumerate(pairs):
        is_deferred = (may_be_zero and local == 0) or (number < 2 and local == _UNKNOWN_32)
        if local != central and not is_deferred:
            raise unreadable(member, "local_sizes_differ")
    start: int = record.header_offset + LOCAL_HEADER_BYTES + name_length + extra_length
    if start + record.compressed_size > member.ends_before:
        raise unreadable(member, "overlaps")
    return start


def peek_blocking(source: Source, member: Member, count: int) -> Peek:
    """The first ``count`` bytes at most. Raises EntryUnreadable; a document that fits in is checked in full."""
    start = locate_data_blocking(source, member)
    record = member.record
    if record.method == STORED:
        peek = Peek(source.read_at(start, min(record.compressed_size, count)), record.compressed_size <= count)
    else:
        packed = source.read_at(start, min(record.compressed_size, count + _PEEK_SLACK))
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            head = inflater.decompress(packed, count)
        except zlib.error as error:
            raise unreadable(member, "data_damaged") from error
        took_all = not inflater.unconsumed_tail and len(packed) == record.compressed_size
        if took_all and not inflater.eof and len(head) < count:
            raise unreadable(member, "data_cut")
        peek = Peek(head, inflater.eof)
    if peek.complete:
        _verify(member, len(peek.head), zlib.crc32(peek.head))
    return peek


def unpack_blocking(
    source: Source, member: Member, limits: ArchiveLimits, *, decrypt: Decrypt | None = None, skip: int = 0
) -> bytes:
    """The whole document.

    ``skip`` bytes at the start of the data are the encryption's own. Raises EntryTooLarge (``facts``: ``reason`` "size"
    or "ratio", ``limit`` in bytes) and EntryUnreadable; nothing is produced beyond a limit but one step of
    ``PRODUCE_STEP`` bytes.
    """
    record = member.record
    start = locate_data_blocking(source, member) + skip
    packed = _read_steps(source, member, start, record.compressed_size - skip, decrypt)
    pieces = packed if record.method == STORED else _inflate(member, packed)
    # BytesIO hands its buffer over without a copy, which a joined list of pieces could not.
    buffer = io.BytesIO()
    produced = 0
    crc = 0
    for piece in pieces:
        produced += len(piece)
        if produced > limits.entry_bytes:
            raise too_large(member, "size", limits.entry_bytes)
        if is_ratio_too_high(produced, record.compressed_size, limits):
            raise too_large(member, "ratio", limits.ratio * record.compressed_size)
        if produced > record.size:
            raise unreadable(member, "size_differs")
        crc = zlib.crc32(piece, crc)
        buffer.write(piece)
    _verify(member, produced, crc)
    return buffer.getvalue()


def unreadable(member: Member, reason: str) -> EntryUnreadable:
    """The error for one damaged entry; ``reason`` is a stable word for logs and tests."""
    return EntryUnreadable(f"entry {member.record.position}: {reason}", facts={"name": member.path, "reason": reason})


def too_large(member: Member, reason: str, limit: int) -> EntryTooLarge:
    """The error for an entry over a limit, in bytes."""
    return EntryTooLarge(
        f"entry {member.record.position}: {reason}",
        facts={"name": member.path, "reason": reason, "limit": str(limit), "size": str(member.record.size)},
    )


def _read_steps(source: Source, member: Member, start: int, count: int, decrypt: Decrypt | None) -> Iterator[bytes]:
    if count < 0:
        raise unreadable(member, "data_cut")
    end = start + count
    while start < end:
        piece = source.read_at(start, min(READ_STEP, end - start))
        if not piece:
            raise unreadable(member, "data_cut")
        start += len(piece)
        yield piece if decrypt is None else decrypt(piece)


def _inflate(member: Member, packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            waiting = piece
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, PRODUCE_STEP)
                waiting = inflater.unconsumed_tail
        while not inflater.eof and (rest := inflater.decompress(b"", PRODUCE_STEP)):
            yield rest
    except zlib.error as error:
        raise unreadable(member, "data_damaged") from error
    if not inflater.eof:
        raise unreadable(member, "data_cut")


def _verify(member: Member, produced: int, crc: int) -> None:
    if produced != member.record.size:
        raise unreadable(member, "size_differs")
    if crc != member.record.crc:
        raise unreadable(member, "checksum_differs")
