"""The port ``ArchiveReader`` for ZIP files."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from tns_desktop.adapters.archive.container import Container
from tns_desktop.adapters.archive.indexer import Indexer
from tns_desktop.adapters.archive.inflate import unreadable
from tns_desktop.adapters.archive.layout import DEFAULT_LAYOUT, ReportLayout
from tns_desktop.adapters.archive.mail import MailContainer
from tns_desktop.adapters.archive.names import clean_name
from tns_desktop.adapters.archive.sniff import SNIFF_BYTES, sniff
from tns_desktop.domain.archive import (
    DEFAULT_LIMITS,
    PDF_STEP,
    ArchiveEntry,
    ArchiveIndex,
    ArchiveLimits,
    DocumentKind,
    EntryProblem,
    EntryRole,
    in_order,
)
from tns_desktop.domain.errors import ArchiveTooLarge, ArchiveTruncated, EntryUnreadable, NotAnArchive, TooManyEntries


class ZipArchiveReader:
    """Lists and unpacks in memory, never to disk. Holds no state: one may serve any number of threads."""

    def __init__(self, limits: ArchiveLimits = DEFAULT_LIMITS, layout: ReportLayout = DEFAULT_LAYOUT) -> None:
        self._limits = limits
        self._layout = layout

    def index_blocking(self, stream: BinaryIO, sha256: str) -> ArchiveIndex:
        """What the archive holds; ``sha256`` is taken as given.

        Raises NotAnArchive (``facts``: ``looks_like``), ArchiveTruncated (``reason``), ArchiveTooLarge (``size``,
        ``limit``, in bytes) and TooManyEntries (a directory too large to read at all).
        """
        self._check_size(stream)
        return Indexer(self._limits, self._layout).build_blocking(stream, sha256)

    def read_blocking(self, stream: BinaryIO, entry_id: str, password: str | None = None) -> bytes:
        """The bytes of one document, for ids as ``index_blocking`` gives them; also of a locked one with its password.

        Raises EntryTooLarge, EntryUnreadable (``facts``: ``name``, ``reason``), EntryEncrypted (``reason``:
        "password_needed", "password_wrong" or "encryption_unsupported"), and what ``index_blocking`` raises.
        """
        self._check_size(stream)
        positions = entry_id.split("/")
        if len(positions) > self._limits.nesting + 1:
            raise _no_such_entry(entry_id)
        container: Container | MailContainer = Container(stream, self._limits)
        for depth, position in enumerate(positions):
            member = container.member(position)
            if member is None:
                raise _no_such_entry(entry_id)
            data = container.unpack_blocking(member, password)
            if depth < len(positions) - 1:
                try:
                    container = self._opened(data)
                except (NotAnArchive, ArchiveTruncated, TooManyEntries) as error:
                    raise unreadable(member, error.code) from error
            elif depth >= self._limits.nesting and self.kind_of(data) is DocumentKind.ZIP:
                raise unreadable(member, EntryProblem.NESTED_TOO_DEEP.value)
        return data

    def _opened(self, data: bytes) -> Container | MailContainer:
        """What lies within an entry, by what its bytes are. Raises NotAnArchive, ArchiveTruncated and TooManyEntries."""
        if self.kind_of(data) is DocumentKind.EMAIL:
            return MailContainer(data, self._limits)
        return Container(io.BytesIO(data), self._limits)

    def kind_of(self, content: bytes) -> DocumentKind:
        return sniff(content[:SNIFF_BYTES], complete=len(content) <= SNIFF_BYTES)

    def attached_entry(self, holder: ArchiveEntry, entry_id: str, name: str, content: bytes | None) -> ArchiveEntry:
        """As an entry of an archive, for a file that is attached to the document ``holder``; None: it could not be read."""
        raw = name.encode("utf-8", "surrogatepass")
        clean = clean_name(raw, is_utf8=True, position=int(entry_id.rpartition(PDF_STEP)[2]))
        problems = set(clean.problems)
        size = len(content) if content is not None else 0
        kind = self.kind_of(content) if content is not None else DocumentKind.UNKNOWN
        if content is None:
            problems.add(EntryProblem.DAMAGED)
        elif size > self._limits.entry_bytes:
            problems.add(EntryProblem.TOO_LARGE)
        if kind in (DocumentKind.ZIP, DocumentKind.EMAIL):
            # What lies within is not looked for: it can be saved and opened by itself.
            problems.add(EntryProblem.NOT_ALL_LISTED)
        return ArchiveEntry(
            entry_id,
            f"{holder.path}/{clean.path}",
            clean.raw_name,
            size,
            size,
            kind,
            EntryRole.SUPPORTING_DOCUMENT if holder.role.is_judged else EntryRole.OTHER,
            in_order(problems),
            zlib.crc32(content) if content is not None else None,
        )

    def _check_size(self, stream: BinaryIO) -> None:
        size = stream.seek(0, 2)
        if size > self._limits.archive_bytes:
            facts = {"size": str(size), "limit": str(self._limits.archive_bytes)}
            raise ArchiveTooLarge(f"{size} bytes", facts=facts)


def _no_such_entry(entry_id: str) -> EntryUnreadable:
    return EntryUnreadable(f"no entry {entry_id!r}", facts={"name": entry_id, "reason": "no_such_entry"})
