"""What a document is, told by its first bytes and never by its name.

A decoder must never be chosen by a name: a "photo" has to be unable to reach the PDF or the XML decoder.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable

from tns_desktop.domain.archive import DocumentKind

SNIFF_BYTES = 4096
"""How much of a document ``sniff`` wants to see."""

_PDF_JUNK = 1024
"""Readers accept that many bytes before ``%PDF-`` (ISO 32000-1, implementation note 13)."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS = frozenset({b"mif1", b"msf1", b"mif2"})
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_TIFF_MAGICS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")
_OFFICE_FIRST_NAMES = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")
"""How an office document begins: a ZIP file by its bytes, one document to the person who reviews it."""

_XML_START = re.compile(r"<(?:\?xml[\s?]|!--|!DOCTYPE\s|[A-Za-z_][\w.:-]*[\s/>])", re.IGNORECASE)
_JSON_START = re.compile(r'(?:\{\s*["}]|\[\s*(?:[\[{"\]]|-?\d+(?:\.\d+)?\s*[,\]]|true\b|false\b|null\b))')
_HEADER_LINE = re.compile(r"([!-9;-~]+):(?:[ \t]|$)")
_HEADER_NAMES = frozenset(
    {
        *("from", "to", "cc", "subject", "date", "received", "return-path", "message-id", "mime-version", "reply-to"),
        *("delivered-to", "sender", "content-type", "content-transfer-encoding", "dkim-signature", "x-mailer"),
    }
)
_HEADERS_NEEDED = 3

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b\x85")
_PRINTABLE_SHARE = 0.97


def sniff(head: bytes, *, complete: bool) -> DocumentKind:
    """The kind of the document that begins with ``head``; ``complete`` says that ``head`` is all of it."""
    if not head:
        return DocumentKind.EMPTY if complete else DocumentKind.UNKNOWN
    for kind, matches in _MAGICS:
        if matches(head):
            return kind
    if head.startswith(_ZIP_MAGICS):
        return DocumentKind.UNKNOWN if _is_office_document(head) else DocumentKind.ZIP
    if b"%PDF-" in head[: _PDF_JUNK + 5]:
        return DocumentKind.PDF
    text = _decode(head, complete)
    return DocumentKind.UNKNOWN if text is None else _kind_of_text(text, complete)


def describe_bytes(head: bytes) -> str:
    """One word for what is not an archive, for ``NotAnArchive.facts``: "html" or a ``DocumentKind`` value."""
    if re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", head, re.I | re.S):
        return "html"
    return sniff(head, complete=len(head) < SNIFF_BYTES).value


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_bmp(head: bytes) -> bool:
    return head[:2] == b"BM" and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BMP_HEADERS


def _is_heic(head: bytes) -> bool:
    """A HEIF box with a brand of HEVC images; AVIF wears ``mif1`` too and is none."""
    if head[4:8] != b"ftyp":
        return False
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    return bool(brands & _HEIC_BRANDS) or (bool(brands & _HEIF_BRANDS) and not brands & {b"avif", b"avis"})


def _starts_with(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


_MAGICS: tuple[tuple[DocumentKind, Callable[[bytes], bool]], ...] = (
    (DocumentKind.PDF, _starts_with(b"%PDF-")),
    (DocumentKind.JPEG, _starts_with(b"\xff\xd8\xff")),
    (DocumentKind.PNG, _starts_with(b"\x89PNG\r\n\x1a\n")),
    (DocumentKind.TIFF, _starts_with(*_TIFF_MAGICS)),
    (DocumentKind.GIF, _starts_with(b"GIF87a", b"GIF89a")),
    (DocumentKind.WEBP, _is_webp),
    (DocumentKind.HEIC, _is_heic),
    (DocumentKind.BMP, _is_bmp),
)


def _is_office_document(head: bytes) -> bool:
    name_length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + name_length].startswith(_OFFICE_FIRST_NAMES)


def _decode(head: bytes, complete: bool) -> str | None:
    """The text that ``head`` is in UTF-8, UTF-16 with a mark, or Windows-1252; None when it is none."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return _text_or_none(head[len(mark) :], encoding, complete)
    text = _text_or_none(head, "utf-8", complete)
    return text if text is not None else _text_or_none(head, "cp1252", complete)


def _text_or_none(data: bytes, encoding: str, complete: bool) -> str | None:
    try:
        # Not final: the cut at the end of the sample may stand in the middle of a character.
        text = codecs.getincrementaldecoder(encoding)("strict").decode(data, complete)
    except UnicodeDecodeError:
        return None
    printable = sum(1 for character in text if character.isprintable() or character in _TEXT_CONTROLS)
    return text if "\x00" not in text and printable >= len(text) * _PRINTABLE_SHARE else None


def _kind_of_text(text: str, complete: bool) -> DocumentKind:
    body = text.lstrip()
    if _XML_START.match(body):
        return DocumentKind.XML
    if _JSON_START.match(body) and (not complete or _is_json(body)):
        return DocumentKind.JSON
    return DocumentKind.EMAIL if _is_email(text) else DocumentKind.TEXT


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_email(text: str) -> bool:
    """An RFC 5322 header block: every line a header or its continuation, several of them well known."""
    lines = text.splitlines()
    if lines and lines[0].startswith("From "):
        lines = lines[1:]
    known: set[str] = set()
    for number, line in enumerate(lines):
        if number > 0 and line[:1] in (" ", "\t"):
            continue
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        known.add(match.group(1).lower())
        if len(known & _HEADER_NAMES) >= _HEADERS_NEEDED:
            return True
    return False
