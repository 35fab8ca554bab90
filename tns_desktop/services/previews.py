"""Previews: the path from an entry of an archive to pixels or text, with a small memory of what was read last.

A result is keyed by its document (archive SHA-256 and entry): whoever shows it compares the key with what is on screen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import replace

from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind, place_in_pdf
from tns_desktop.domain.errors import DocumentUnsupported
from tns_desktop.domain.preview import (
    DocumentDescription,
    DocumentKey,
    FoundHits,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.ports import Inspector, Renderer

BYTES_KEPT = 64 * 1024 * 1024
FIND_SECONDS = 0.03
"""One step of a search: short enough for a page turn in between."""


class Previews:
    """Reads documents and has them decoded elsewhere."""

    def __init__(self, archives: Archives, renderer: Renderer, inspector: Inspector) -> None:
        self._archives = archives
        self._inspector = inspector
        self._renderer = renderer
        self._documents: OrderedDict[DocumentKey, RenderDocument] = OrderedDict()
        self._passwords: dict[DocumentKey, str] = {}

    async def start(self) -> None:
        await self._renderer.start()

    async def document(self, archive: OpenArchive, entry_id: str) -> RenderDocument:
        """The bytes of a document, from memory when it was read a moment ago."""
        key = archive.document_key(entry_id)
        document = self._documents.get(key)
        password = self._passwords.get(key)
        if document is None:
            # The archive itself may lock an entry: one password serves both locks.
            document = await self._read(archive, entry_id, password)
            self._remember(document)
        else:
            self._documents.move_to_end(key)
        return replace(document, password=password) if password else document

    async def _read(self, archive: OpenArchive, entry_id: str, password: str | None) -> RenderDocument:
        place, entry = place_in_pdf(entry_id), archive.index.entry(entry_id)
        if place is None or entry is None:
            return await self._archives.read(archive, entry_id, password)
        holder = await self.document(archive, place[0])
        content = await self._inspector.attached_file(holder, place[1])
        return RenderDocument(archive.document_key(entry_id), entry.name, entry.kind, content)

    async def kind(self, archive: OpenArchive, entry: ArchiveEntry) -> DocumentKind:
        """What the document is, by its bytes. Raises EntryEncrypted for a locked one without its password."""
        return (await self.document(archive, entry.entry_id)).kind if entry.is_locked else entry.kind

    async def describe(self, archive: OpenArchive, entry_id: str) -> DocumentDescription:
        return await self._renderer.describe(await self.document(archive, entry_id))

    async def page(
        self,
        archive: OpenArchive,
        entry_id: str,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        area: PixelArea | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> Raster:
        """A page's pixels, or those of an ``area`` of it as it is scaled and turned; adjusted where they are decoded."""
        document = await self.document(archive, entry_id)
        return await self._renderer.render_page(
            document, page, scale=scale, rotation=rotation, area=area, adjustment=adjustment
        )

    async def thumbnail(self, archive: OpenArchive, entry_id: str, page: int, scale: float) -> Raster:
        """A small picture of a page, drawn where no page on screen waits for it."""
        return await self._inspector.thumbnail(await self.document(archive, entry_id), page, scale)

    async def page_text(self, archive: OpenArchive, entry_id: str, page: int) -> PageText:
        """The letters of a page, each with its place, and the page's links."""
        return await self._renderer.page_text(await self.document(archive, entry_id), page)

    async def find(
        self, archive: OpenArchive, entry_id: str, words: str, *, page_count: int, from_page: int
    ) -> AsyncIterator[FoundHits]:
        """Looks for ``words`` from one page on and then from the beginning, and tells what it found as it goes on.

        The decoder is free between two steps, so that pages are still drawn meanwhile.
        """
        document = await self.document(archive, entry_id)
        for first, end in ((from_page, page_count), (0, from_page)):
            while first < end:
                found = await self._renderer.find(document, words, first, end - first, FIND_SECONDS)
                first += max(1, found.searched)
                yield found

    async def text(self, archive: OpenArchive, entry_id: str) -> TextContent:
        document = await self.document(archive, entry_id)
        if not document.kind.is_text:
            raise DocumentUnsupported("not a text", facts={"name": document.name})
        return await self._renderer.extract_text(document)

    def unlock(self, archive: OpenArchive, entry_id: str, password: str) -> None:
        """Keeps a document's password for this session, in memory only."""
        self._passwords[archive.document_key(entry_id)] = password

    def forget_password(self, archive: OpenArchive, entry_id: str) -> None:
        self._passwords.pop(archive.document_key(entry_id), None)

    async def close(self) -> None:
        self._documents.clear()
        self._passwords.clear()
        await self._renderer.close()

    def _remember(self, document: RenderDocument) -> None:
        if len(document.content) > BYTES_KEPT:
            return
        self._documents[document.key] = document
        while sum(len(kept.content) for kept in self._documents.values()) > BYTES_KEPT:
            self._documents.popitem(last=False)
