"""Texts, XML and JSON, decoded and indented to be read. Runs in the decoder only.

What cannot be indented safely (a DTD, deep nesting, broken syntax) is shown as it is: a preview never refuses a text.
"""

from __future__ import annotations

import codecs
import re

from tns_desktop.adapters.render.pretty_json import pretty_json
from tns_desktop.adapters.render.pretty_xml import pretty_xml
from tns_desktop.adapters.render.protocol import LONG_TEXT_LIMIT
from tns_desktop.adapters.render.visible import clip, make_visible

MOST_BYTES_PER_CHARACTER = 4
# UTF-32 before UTF-16: its little-endian mark begins with the other's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,100}\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_INDENT = {"json": pretty_json, "xml": pretty_xml}
_XML_ENCODINGS = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii"})
"""Single-byte encodings an XML declaration may ask for (names as ``codecs.lookup`` gives them)."""


def read_text(content: bytes, kind: str) -> tuple[str, bool]:
    """Text to show, at most LONG_TEXT_LIMIT characters, and whether anything was left out. ``kind``: text, xml or json."""
    raw, complete = decode(
        content, LONG_TEXT_LIMIT + 1, declared=_declared_encoding(content) if kind == "xml" else None
    )
    text, truncated = clip(raw, LONG_TEXT_LIMIT)
    truncated = truncated or not complete
    indent = _INDENT.get(kind)
    indented = indent(text, LONG_TEXT_LIMIT) if indent is not None and not truncated else None
    text = text if indented is None else indented
    shown, cut = clip(make_visible(text), LONG_TEXT_LIMIT)
    return shown, truncated or cut


def decode(content: bytes, limit: int, declared: str | None = None) -> tuple[str, bool]:
    """The first characters of ``content``, at least ``limit`` where there are as many, and whether that is all of it.

    The encoding is the byte order mark's, else the declared one, else UTF-8 if the bytes allow it, else UTF-16 if
    every other byte is zero, else Windows-1252.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_start(content[len(mark) :], encoding, limit, errors="replace")
    if declared is not None:
        return _decode_start(content, declared, limit, errors="replace")
    wide = _utf16_without_mark(content[:4096])
    if wide is not None:
        return _decode_start(content, wide, limit, errors="replace")
    try:
        return _decode_start(content, "utf-8", limit, errors="strict")
    except UnicodeDecodeError:
        return _decode_start(content, "cp1252", limit, errors="replace")


def _decode_start(content: bytes, encoding: str, limit: int, *, errors: str) -> tuple[str, bool]:
    start = content[: limit * MOST_BYTES_PER_CHARACTER]
    complete = len(start) == len(content)
    # Incrementally: the cut may go through the middle of a character, which is no error.
    return codecs.getincrementaldecoder(encoding)(errors).decode(start, final=complete), complete


def _utf16_without_mark(sample: bytes) -> str | None:
    even, odd = sample[0::2], sample[1::2]
    if len(odd) < 2:
        return None
    if odd.count(0) > len(odd) // 2 and even.count(0) < len(even) // 10 + 1:
        return "utf-16-le"
    if even.count(0) > len(even) // 2 and odd.count(0) < len(odd) // 10 + 1:
        return "utf-16-be"
    return None


def _declared_encoding(content: bytes) -> str | None:
    found = _XML_ENCODING.match(content[:300])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return name if name in _XML_ENCODINGS else None
