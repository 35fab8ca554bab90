"""Files attached to a PDF, as documents of its archive: listed when the PDF is on screen, read when they are opened.

They are unpacked by the second decoder, one at a time and within bounds; a file that breaks it is listed as damaged.
"""

from __future__ import annotations

from dataclasses import replace

from tns_desktop.domain.archive import (
    DEFAULT_LIMITS,
    PDF_STEP,
    ArchiveEntry,
    DocumentKind,
    EntryProblem,
    in_order,
    place_in_pdf,
)
from tns_desktop.domain.errors import DocumentLocked, RenderError
from tns_desktop.domain.preview import RenderDocument
from tns_desktop.domain.review import Review
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.ports import ArchiveReader, Inspector
from tns_desktop.services.previews import Previews

MOST_FILES = 100
MOST_BYTES = 128 * 1024 * 1024
"""Of all files of one PDF that are unpacked to be listed."""
MOST_FAILURES = 5
"""Each may have cost a decoder: a PDF that goes on breaking it is left alone."""


class EnclosedFiles:
    """Makes the files of PDFs known."""

    def __init__(self, previews: Previews, inspector: Inspector, reader: ArchiveReader) -> None:
        self._previews = previews
        self._inspector = inspector
        self._reader = reader

    async def look_within(self, archive: OpenArchive, entry_id: str) -> OpenArchive:
        """The same archive with the files known that this PDF carries; itself when it is none, or carries none.

        Raises RenderError, ArchiveError or VaultError when the PDF cannot be read.
        """
        holder = archive.index.entry(entry_id)
        if holder is None or holder.kind is not DocumentKind.PDF or not holder.can_be_read:
            return archive
        document = await self._previews.document(archive, entry_id)
        attached = await self._inspector.attached_files(document)
        if not attached.names:
            return archive
        entries: list[ArchiveEntry] = []
        more = attached.more
        if entry_id.count("/") < DEFAULT_LIMITS.nesting:
            entries = await self._listed(holder, document, attached.names[:MOST_FILES])
        if more or len(entries) < len(attached.names):
            problems = {*holder.problems, EntryProblem.NOT_ALL_LISTED}
            holder = replace(holder, problems=in_order(problems))
        return replace(archive, index=archive.index.with_attached(holder, entries))

    async def look_within_all(self, archive: OpenArchive, review: Review) -> OpenArchive:
        """The same archive with every file known on which there is a mark: none is forgotten because its PDF is closed.

        Raises what ``look_within`` raises.
        """
        for holder in holders_of(review):
            archive = await self.look_within(archive, holder)
        return archive

    async def _listed(
        self, holder: ArchiveEntry, document: RenderDocument, names: tuple[str, ...]
    ) -> list[ArchiveEntry]:
        entries: list[ArchiveEntry] = []
        room, failures = MOST_BYTES, 0
        for position, name in enumerate(names):
            content: bytes | None = None
            try:
                content = await self._inspector.attached_file(document, position)
            except DocumentLocked:
                raise
            except RenderError:
                failures += 1
            room -= len(content or b"")
            if room < 0 or failures > MOST_FAILURES:
                break
            entry_id = f"{holder.entry_id}{PDF_STEP}{position}"
            entries.append(self._reader.attached_entry(holder, entry_id, name, content))
        return entries


def holders_of(review: Review) -> tuple[str, ...]:
    """Entry ids of the PDFs with a marked file that is not known yet, outermost first."""
    known = {entry.entry_id for entry in review.index.entries}
    holders: set[str] = set()
    for entry_id in review.marks:
        place = place_in_pdf(entry_id)
        while place is not None and entry_id not in known:
            holders.add(place[0])
            entry_id = place[0]
            place = place_in_pdf(entry_id)
    return tuple(sorted(holders, key=lambda each: each.count("/")))
