"""Previewed documents as values: what is asked of the decoder and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.formatted import FormattedText


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
class AttachedFiles:
    """Names of the files that a PDF carries, as it has them (believe nothing); ``more``: there are others, unnamed."""

    key: DocumentKey
    names: tuple[str, ...] = ()
    more: bool = False


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


@dataclass(frozen=True, slots=True, order=True)
class PixelArea:
    """A part of a page that is drawn at some scale and turned: in its pixels, from its upper left corner."""

    left: int
    top: int
    width: int
    height: int


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
    """Pixels of one page: 3 bytes a pixel, red-green-blue, rows of ``stride`` bytes, upright, rotated and adjusted as asked.

    ``area`` says which part of the page they are; None for all of it.
    """

    key: DocumentKey
    page: int
    width: int
    height: int
    stride: int
    pixels: bytes = field(repr=False)
    area: PixelArea | None = None
    adjustment: Adjustment = NEUTRAL


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link on a page: where it is, and the address it has or the page (from 0) it leads to."""

    rectangle: PageRectangle
    address: str = field(default="", repr=False)
    page: int | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """The letters of one page in reading order, as the document has them, and its links.

    ``boxes`` has four numbers for each character of ``text``: left, top, width and height, in the units of the page's
    size and upright; all zero for what has no place, such as a line end.
    """

    key: DocumentKey
    page: int
    text: str = field(repr=False)
    boxes: tuple[float, ...] = field(repr=False)
    links: tuple[PageLink, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PageHit:
    """One place where the words that were looked for stand: a rectangle for each line it runs over."""

    page: int
    rectangles: tuple[PageRectangle, ...]


@dataclass(frozen=True, slots=True)
class FoundHits:
    """What a look through ``searched`` pages from ``first_page`` on found; the pages after them were not looked at."""

    key: DocumentKey
    first_page: int
    searched: int
    hits: tuple[PageHit, ...]


@dataclass(frozen=True, slots=True)
class MailPart:
    """One header line's name and value, or one attachment's name and size in bytes."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TextContent:
    """Text of a document, ready to show: XML and JSON indented, an e-mail without its markup.

    ``folds`` are pairs of places in ``text``: where an object, a list or an element of several lines begins and where its
    closing bracket or tag does, by the first of them. ``formatted``: an e-mail's HTML, as far as it is safe.
    """

    key: DocumentKey
    text: str
    truncated: bool = False
    headers: tuple[MailPart, ...] = ()
    attachments: tuple[MailPart, ...] = ()
    kind: DocumentKind = DocumentKind.TEXT
    folds: tuple[int, ...] = field(default=(), repr=False)
    formatted: FormattedText | None = None
