"""What the use cases need to look into archives and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, DocumentKind
from tns_desktop.domain.hygiene import Remark
from tns_desktop.domain.preview import (
    AttachedFiles,
    DocumentDescription,
    FoundHits,
    PageRectangle,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.domain.signatures import SignatureReport
from tns_desktop.domain.text_layer import Span, TextLayer


class ArchiveReader(Protocol):
    """Reads ZIP archives in memory; called in a worker thread with a stream of its own."""

    def index_blocking(self, stream: BinaryIO, sha256: str) -> ArchiveIndex:
        """Raises NotAnArchive, ArchiveTruncated, ArchiveTooLarge, TooManyEntries; an entry's problems are in the index."""
        ...

    def read_blocking(self, stream: BinaryIO, entry_id: str, password: str | None = None) -> bytes:
        """Raises EntryTooLarge, EntryUnreadable, EntryEncrypted."""
        ...

    def kind_of(self, content: bytes) -> DocumentKind:
        """By the bytes alone: for an entry that the index could not look into."""
        ...

    def attached_entry(self, holder: ArchiveEntry, entry_id: str, name: str, content: bytes | None) -> ArchiveEntry:
        """A file attached to the document ``holder``, judged as an entry of an archive is: its name made safe, its kind by
        its bytes. ``content`` is None for one that could not be read.
        """
        ...


class Renderer(Protocol):
    """Decodes documents somewhere they can do no harm. Calls may be cancelled; a cancelled one costs the others nothing."""

    async def describe(self, document: RenderDocument) -> DocumentDescription: ...

    async def render_page(
        self,
        document: RenderDocument,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        max_pixels: int = 40_000_000,
        area: PixelArea | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> Raster:
        """``page`` counts from 0; ``scale`` is pixels per PageSize unit; ``rotation`` 0, 90, 180 or 270 degrees clockwise;
        ``area`` is the wanted part of the page as it is scaled and turned, or None for all of it;
        ``adjustment`` changes its colours.
        """
        ...

    async def page_text(self, document: RenderDocument, page: int) -> PageText: ...

    async def find(
        self, document: RenderDocument, words: str, first_page: int, pages: int, seconds: float
    ) -> FoundHits:
        """Looks through up to ``pages`` pages from ``first_page`` on, for about ``seconds``; at least one page."""
        ...

    async def extract_text(self, document: RenderDocument) -> TextContent: ...

    async def forget(self, archive_sha256: str) -> None:
        """Drops everything the decoder still holds of that archive."""
        ...

    async def start(self) -> None:
        """Starts the decoder ahead of the first document; optional."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TrustedRoots:
    """Certificates (DER) the firm trusts. ``unreadable``: names of files that hold none; an empty name is the folder."""

    certificates: tuple[bytes, ...] = ()
    unreadable: tuple[str, ...] = ()


class RootStore(Protocol):
    """Where trusted certificates lie."""

    def load_blocking(self, folder: Path) -> TrustedRoots:
        """What cannot be read is told, never raised."""
        ...


class Inspector(Protocol):
    """Looks into documents beside their pages, somewhere they can do no harm, and without the pages waiting for it.

    Each raises RenderError.
    """

    async def read_layer(self, document: RenderDocument) -> TextLayer:
        """The text of a PDF, page by page; empty pages where there is none."""
        ...

    async def find_places(
        self, document: RenderDocument, page: int, spans: Sequence[Span]
    ) -> tuple[PageRectangle, ...]:
        """Where these characters of a PDF's page (from 0) stand."""
        ...

    async def read_signatures(self, document: RenderDocument, roots: Sequence[bytes]) -> SignatureReport:
        """The signatures of a PDF, validated offline; ``roots`` are trusted certificates in DER."""
        ...

    async def look_inside(self, document: RenderDocument) -> tuple[Remark, ...]:
        """What a document of any kind carries with it."""
        ...

    async def thumbnail(self, document: RenderDocument, page: int, scale: float) -> Raster:
        """A small picture of a page (from 0), upright, at ``scale`` pixels per PageSize unit."""
        ...

    async def attached_files(self, document: RenderDocument) -> AttachedFiles:
        """The names of the files that a PDF carries."""
        ...

    async def attached_file(self, document: RenderDocument, position: int) -> bytes:
        """The bytes of one of them, by its place among the names."""
        ...

    async def close(self) -> None: ...
