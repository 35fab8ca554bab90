"""Previewed documents as values: what is asked of the decoder and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from tns_desktop.domain.archive import DocumentKind


@dataclass(frozen=True, slots=True, order=True)
class DocumentKey:
    """Which document of which archive bytes. Results are matched by it, so that a late one is never shown elsewhere."""

    archive_sha256: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class RenderDocument:
    """A document on its way to the decoder. ``password`` opens it, if it needs one; it is kept for the session only."""

    key: DocumentKey
    name: str
    kind: DocumentKind
    content: bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page, upright: PDF points (1/72 inch) for a PDF, pixels for an image."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageRectangle:
    """A place on an upright page: in the units of its PageSize, from the page's upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DocumentDescription:
    """What the decoder found out on opening a document."""

    key: DocumentKey
    kind: DocumentKind
    pages: tuple[PageSize, ...] = ()
    truncated_pages: bool = False
    """True when the document has more pages than are described."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Pixels of one page: 3 bytes a pixel, blue-green-red, rows of ``stride`` bytes, upright and rotated as asked."""

    key: DocumentKey
    page: int
    width: int
    height: int
    stride: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailPart:
    """One header line's name and value, or one attachment's name and size in bytes."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TextContent:
    """Text of a document, ready to show: XML and JSON indented, an e-mail without its markup."""

    key: DocumentKey
    text: str
    truncated: bool = False
    headers: tuple[MailPart, ...] = ()
    attachments: tuple[MailPart, ...] = ()
