"""What the parts of a JSON or XML text are, for colours: worked out for the few lines that are in view.

A part of a long text is looked at from wherever the construct that reaches into it begins, as far back as ``LOOK_BACK``
allows. Broken syntax has colours too, as far as it is recognised; colours are a help for the eye and prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from tns_desktop.domain.archive import DocumentKind

LOOK_BACK = 20_000
"""Characters before the part looked at in which a comment, a tag or a string that reaches into it is recognised."""


class Token(StrEnum):
    """``NAME`` is a key of JSON and an attribute of XML; ``ASIDE`` a comment, an instruction, a declaration."""

    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    WORD = "word"
    TAG = "tag"
    ASIDE = "aside"


Coloured = tuple[int, int, Token]
"""Beginning and end, in characters of the text, and what stands there."""

_JSON = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*+(?:"|$))(?P<key>\s*:)?'
    r"|(?P<number>-?\d[\d.eE+-]*)"
    r"|(?P<word>\b(?:true|false|null)\b)",
    re.MULTILINE,
)
_XML = re.compile(
    r"(?P<aside><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))"
    r"|(?P<data><!\[CDATA\[)(?P<held>.*?)(?P<data_end>\]\]>|\Z)"
    r"|(?P<declaration><![^>]*+>?)"
    r"|(?P<tag></?[^\s<>/!?\"'=]++)(?P<inside>(?:[^<>\"'/]++|/(?!>)|\"[^\"]*+\"|'[^']*+')*+)(?P<end>/?>)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=<>/\"']++)\s*+=\s*+(\"[^\"]*+\"|'[^']*+')")
_PAIRS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<", ">"))


def tokens_of(kind: DocumentKind, text: str, begin: int, end: int) -> Iterator[Coloured]:
    """What stands in ``text[begin:end]``, in order and without overlaps; nothing for other kinds."""
    if kind is DocumentKind.JSON:
        found = _json_tokens(text, _line_start(text, begin), end)
    elif kind is DocumentKind.XML:
        found = _xml_tokens(text, _xml_start(text, begin), end)
    else:
        return
    for start, stop, token in found:
        if stop > begin and stop > start:
            yield max(start, begin), min(stop, end), token


def _line_start(text: str, begin: int) -> int:
    lowest = max(0, begin - LOOK_BACK)
    return max(lowest, text.rfind("\n", lowest, begin) + 1)


def _xml_start(text: str, begin: int) -> int:
    """Where the outermost construct begins that is still open at ``begin``; ``begin`` itself where none is."""
    lowest = max(0, begin - LOOK_BACK)
    for opener, closer in _PAIRS:
        opened = text.rfind(opener, lowest, begin)
        if opened >= 0 and text.find(closer, opened + len(opener), begin) < 0:
            return opened
    return begin


def _json_tokens(text: str, begin: int, end: int) -> Iterator[Coloured]:
    for found in _JSON.finditer(text, begin, end):
        if found["string"] is not None:
            yield *found.span("string"), Token.STRING if found["key"] is None else Token.NAME
        elif found["number"] is not None:
            yield *found.span(), Token.NUMBER
        else:
            yield *found.span(), Token.WORD


def _xml_tokens(text: str, begin: int, end: int) -> Iterator[Coloured]:
    for found in _XML.finditer(text, begin, end):
        if found["tag"] is not None:
            yield *found.span("tag"), Token.TAG
            for attribute in _ATTRIBUTE.finditer(text, *found.span("inside")):
                yield *attribute.span(1), Token.NAME
                yield *attribute.span(2), Token.STRING
            if found["end"] is not None:
                yield *found.span("end"), Token.TAG
        elif found["data"] is not None:
            yield *found.span("data"), Token.ASIDE
            yield *found.span("data_end"), Token.ASIDE
        else:
            yield *found.span(), Token.ASIDE
