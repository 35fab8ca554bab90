"""What can be told about every entry before a single byte is unpacked.

The order matters: an entry that is blocked here is never inflated, whatever is asked for later.
"""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tns_desktop.adapters.archive.directory import DEFLATED, FLAG_UTF8, STORED, Directory, Record
from tns_desktop.adapters.archive.names import clean_name
from tns_desktop.adapters.archive.zipcrypto import HEADER_BYTES
from tns_desktop.domain.archive import ArchiveLimits, EntryProblem

LOCAL_HEADER_BYTES = 30

_HOST_FAT = 0
_HOST_NTFS = 10
_REPARSE_POINT = 0x400


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of one archive, judged by the directory alone. ``ends_before``: where the next thing begins."""

    record: Record
    path: str
    raw_name: str
    problems: frozenset[EntryProblem]
    ends_before: int


def survey(directory: Directory, limits: ArchiveLimits) -> tuple[Member, ...]:
    """Every entry that is not a directory, in the order of the archive, with the problems its record shows."""
    records = directory.records
    # What claims to reach into the directory is blocked for that; it must not take honest neighbours with it.
    overlapping = _overlapping([record for record in records if _end(record) <= directory.start])
    boundaries = _boundaries(records, directory.start)
    members: list[Member] = []
    for record in records:
        if record.is_directory:
            continue
        name = clean_name(record.name, is_utf8=bool(record.flags & FLAG_UTF8), position=record.position)
        problems = set(name.problems) | _problems_of_record(record, limits)
        if record.name.endswith((b"/", b"\\")):
            problems.add(EntryProblem.DECEPTIVE_NAME)
        if record.position in overlapping or _end(record) > directory.start:
            problems.add(EntryProblem.OVERLAPS)
        if record.header_offset < 0 or record.header_offset >= directory.start or record.malformed:
            problems.add(EntryProblem.DAMAGED)
        members.append(Member(record, name.path, name.raw_name, frozenset(problems), boundaries[record.position]))
    return _mark_duplicates(members)


def is_ratio_too_high(produced: int, compressed: int, limits: ArchiveLimits) -> bool:
    """The ratio rule, for claims and for what was really produced alike. Sizes in bytes."""
    return produced > limits.ratio_free_bytes and produced > limits.ratio * compressed


def _problems_of_record(record: Record, limits: ArchiveLimits) -> set[EntryProblem]:
    problems: set[EntryProblem] = set()
    if record.is_encrypted:
        problems.add(EntryProblem.ENCRYPTED)
    elif record.method not in (STORED, DEFLATED):
        problems.add(EntryProblem.UNSUPPORTED_COMPRESSION)
    if record.size > limits.entry_bytes:
        problems.add(EntryProblem.TOO_LARGE)
    if is_ratio_too_high(record.size, record.compressed_size, limits):
        problems.add(EntryProblem.RATIO_TOO_HIGH)
    header = HEADER_BYTES if record.is_encrypted else 0
    if record.method == STORED and record.compressed_size != record.size + header:
        problems.add(EntryProblem.DAMAGED)
    if _is_special(record):
        problems.add(EntryProblem.LINK)
    return problems


def _is_special(record: Record) -> bool:
    """Symbolic links, devices, pipes, sockets, reparse points: anything but a plain file.

    The upper half of the attributes is a Unix mode on whatever host it was written: a forged host must not hide a link.
    """
    kind = stat.S_IFMT(record.attributes >> 16)
    if kind not in (0, stat.S_IFREG) and not (kind == stat.S_IFDIR and record.size == 0):
        return True
    return record.host in (_HOST_FAT, _HOST_NTFS) and bool(record.attributes & _REPARSE_POINT)


def _end(record: Record) -> int:
    """Where the entry ends if it is as short as it can be: its header, its name and its data."""
    return record.header_offset + LOCAL_HEADER_BYTES + len(record.name) + record.compressed_size


def _overlapping(records: Sequence[Record]) -> frozenset[int]:
    """Positions of all records whose bytes are shared with another's (the better zip bomb of D. Fifield, 2019)."""
    shared: set[int] = set()
    longest: Record | None = None
    longest_end = -1
    for record in sorted(records, key=lambda each: each.header_offset):
        if longest is not None and record.header_offset < longest_end:
            shared.update((record.position, longest.position))
        if _end(record) > longest_end:
            longest, longest_end = record, _end(record)
    return frozenset(shared)


def _boundaries(records: Sequence[Record], directory_start: int) -> dict[int, int]:
    """For each record the position where the next header, or the directory, begins."""
    boundaries: dict[int, int] = {}
    following = directory_start
    for record in sorted(records, key=lambda each: each.header_offset, reverse=True):
        boundaries[record.position] = following
        following = min(following, record.header_offset)
    return boundaries


def _mark_duplicates(members: Sequence[Member]) -> tuple[Member, ...]:
    counts = Counter(member.path for member in members)
    if len(counts) == len(members):
        return tuple(members)
    duplicate = frozenset({EntryProblem.DUPLICATE_NAME})
    return tuple(
        Member(each.record, each.path, each.raw_name, each.problems | duplicate, each.ends_before)
        if counts[each.path] > 1
        else each
        for each in members
    )
