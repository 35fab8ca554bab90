"""One ZIP file, opened: the outer archive or one that lies within another."""

from __future__ import annotations

from typing import BinaryIO

from tns_desktop.adapters.archive.directory import (
    DEFLATED,
    FLAG_MASKED_HEADERS,
    FLAG_SIZES_FOLLOW,
    FLAG_STRONG_ENCRYPTION,
    STORED,
    read_directory,
)
from tns_desktop.adapters.archive.inflate import (
    Peek,
    locate_data_blocking,
    peek_blocking,
    too_large,
    unpack_blocking,
    unreadable,
)
from tns_desktop.adapters.archive.sniff import SNIFF_BYTES
from tns_desktop.adapters.archive.source import Source
from tns_desktop.adapters.archive.survey import Member, survey
from tns_desktop.adapters.archive.zipcrypto import HEADER_BYTES, ZipCrypto
from tns_desktop.domain.archive import ArchiveLimits, EntryProblem
from tns_desktop.domain.errors import EntryEncrypted, EntryTooLarge, EntryUnreadable

_PASSWORD_ENCODINGS = ("utf-8", "cp1252", "cp850")
"""The format names none: what Linux, Windows and DOS programs use in western Europe, in that order."""


class Container:
    """Raises NotAnArchive, ArchiveTruncated and TooManyEntries when it is made. For one thread."""

    def __init__(self, stream: BinaryIO, limits: ArchiveLimits, *, max_entries: int | None = None) -> None:
        self._limits = limits
        self._source = Source(stream)
        directory = read_directory(self._source, limits.entries if max_entries is None else max_entries)
        self.size = self._source.size
        self.is_complete = directory.complete
        self.is_surrounded = directory.surrounded
        self.members = survey(directory, limits)

    def member(self, position: str) -> Member | None:
        """The entry at that position of the directory; None when there is none."""
        return next((member for member in self.members if str(member.record.position) == position), None)

    def peek_blocking(self, member: Member) -> Peek:
        """The first bytes of an entry that nothing blocks. Raises EntryUnreadable."""
        return peek_blocking(self._source, member, SNIFF_BYTES)

    def unpack_blocking(self, member: Member, password: str | None = None) -> bytes:
        """The whole document. Raises EntryTooLarge, EntryUnreadable and EntryEncrypted."""
        _refuse_blocked(member, self._limits)
        if not member.record.is_encrypted:
            return unpack_blocking(self._source, member, self._limits)
        if password is None:
            raise _encrypted(member, "password_needed")
        return self._unlock_blocking(member, password)

    def _unlock_blocking(self, member: Member, password: str) -> bytes:
        record = member.record
        if record.flags & (FLAG_STRONG_ENCRYPTION | FLAG_MASKED_HEADERS) or record.method not in (STORED, DEFLATED):
            # WinZip's AES is method 99; it needs a library that is not a dependency.
            raise _encrypted(member, "encryption_unsupported")
        start = locate_data_blocking(self._source, member)
        header = self._source.read_at(start, min(HEADER_BYTES, record.compressed_size))
        if len(header) < HEADER_BYTES:
            raise unreadable(member, "data_cut")
        expected = record.dos_time >> 8 if record.flags & FLAG_SIZES_FOLLOW else record.crc >> 24
        for candidate in _password_bytes(password):
            cipher = ZipCrypto(candidate)
            if cipher.decrypt(header)[-1] != expected:
                continue
            try:
                return unpack_blocking(self._source, member, self._limits, decrypt=cipher.decrypt, skip=HEADER_BYTES)
            except (EntryUnreadable, EntryTooLarge):
                # One wrong password in 256 passes the check byte; what it "decrypts" is noise.
                continue
        raise _encrypted(member, "password_wrong")


def _password_bytes(password: str) -> tuple[bytes, ...]:
    found: dict[bytes, None] = {}
    for encoding in _PASSWORD_ENCODINGS:
        try:
            found[password.encode(encoding)] = None
        except UnicodeEncodeError:
            continue
    return tuple(found)


def _refuse_blocked(member: Member, limits: ArchiveLimits) -> None:
    if EntryProblem.TOO_LARGE in member.problems:
        raise too_large(member, "size", limits.entry_bytes)
    if EntryProblem.RATIO_TOO_HIGH in member.problems:
        raise too_large(member, "ratio", limits.ratio * member.record.compressed_size)
    for problem in EntryProblem:
        if problem in member.problems and problem.blocks_reading:
            raise unreadable(member, problem.value)


def _encrypted(member: Member, reason: str) -> EntryEncrypted:
    return EntryEncrypted(f"entry {member.record.position}: {reason}", facts={"name": member.path, "reason": reason})
