"""Comparing: every document of two archives read and hashed, and the fields of their reports side by side."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from tns_desktop.domain.archive import ArchiveEntry, place_in_pdf
from tns_desktop.domain.archive_comparison import (
    ComparedDocument,
    DocumentChange,
    FieldChange,
    compare_documents,
    compare_fields,
)
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ArchiveError, ArchiveNotAvailable, RenderError
from tns_desktop.domain.verdict import AuditVerdict
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.connections import Connections
from tns_desktop.services.reviews import Reviews


@dataclass(frozen=True, slots=True)
class ArchiveComparison:
    """``before`` and ``after`` are the two archives as they were compared."""

    before: OpenArchive
    after: OpenArchive
    documents: tuple[DocumentChange, ...]
    fields: tuple[FieldChange, ...]

    @property
    def are_the_same_bytes(self) -> bool:
        return self.before.index.sha256 == self.after.index.sha256

    @property
    def are_of_the_same_file(self) -> bool | None:
        """By their reports; None where one of them does not say which file it is of."""
        own, other = self.before.index.report_uuid.casefold(), self.after.index.report_uuid.casefold()
        return own == other if own and other else None


class Comparisons:
    """Reads archives to compare them."""

    def __init__(self, archives: Archives, reviews: Reviews, connections: Connections) -> None:
        self._archives = archives
        self._reviews = reviews
        self._connections = connections

    async def compare(self, before: OpenArchive, after: OpenArchive) -> ArchiveComparison:
        """Raises ArchiveNotAvailable when one of them is another one by now, or VaultError."""
        return ArchiveComparison(
            before,
            after,
            compare_documents(await self.documents_of(before), await self.documents_of(after)),
            # A report of some megabytes takes a second.
            await asyncio.to_thread(_compare_reports_blocking, before, after),
        )

    async def kept_of_the_same_file(self, archive: OpenArchive) -> list[OpenArchive]:
        """Archives of that client file that this computer keeps, whichever connection they are of. Raises VaultError."""
        found = []
        for connection in self._connections.all():
            key = ClientFileKey(connection.connection_id, archive.index.report_uuid)
            try:
                kept = await self._archives.open_kept(key) if key.uuid and key != archive.key else None
            except ArchiveError:
                continue
            if kept is not None:
                found.append(kept)
        return found

    async def documents_of(self, archive: OpenArchive) -> list[ComparedDocument]:
        """Every entry but what PDFs carry: that is within their bytes, and known of some of them only."""
        return [
            ComparedDocument(entry.entry_id, entry.path, entry.size, await self.digest(archive, entry))
            for entry in archive.index.entries
            if place_in_pdf(entry.entry_id) is None
        ]

    async def digest(self, archive: OpenArchive, entry: ArchiveEntry) -> str:
        """SHA-256 in hexadecimal; empty for bytes that cannot be read. Raises ArchiveNotAvailable or VaultError."""
        if not entry.can_be_read:
            return ""
        try:
            return await self._reviews.digest(archive, entry.entry_id)
        except ArchiveNotAvailable:
            raise  # that is not about the document: the archive itself is another one, or gone
        except (ArchiveError, RenderError):
            return ""


def documents_of_verdict(verdict: AuditVerdict) -> list[ComparedDocument]:
    """What a verdict lists, as ``Comparisons.documents_of`` lists an archive."""
    return [
        ComparedDocument(document.entry_id, document.path, document.size, document.sha256)
        for document in verdict.documents
        if place_in_pdf(document.entry_id) is None
    ]


def _compare_reports_blocking(before: OpenArchive, after: OpenArchive) -> tuple[FieldChange, ...]:
    return compare_fields(_report_of(before), _report_of(after))


def _report_of(archive: OpenArchive) -> object:
    try:
        return json.loads(archive.index.report_json or "{}")
    except (ValueError, RecursionError):
        return {}
