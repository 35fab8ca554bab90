"""Indents XML. Documents with a DTD are not touched: no entity is ever expanded here. Runs in the decoder only."""

from __future__ import annotations

import time
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

DEEPEST = 64
"""Levels of nesting that are still indented; deeper ones are shown as they are."""
INDENT = "  "
INDENT_SECONDS = 4.0
"""What takes longer is shown as it is: a text that comes late is worse than one that is not indented."""
LOOK_EVERY = 4096


class _Refused(Exception):
    """It will be shown as it is."""


def pretty_xml(text: str, limit: int, seconds: float = INDENT_SECONDS) -> str | None:
    """``text`` indented, or None when it has a DTD, is broken, too deep, would become longer than ``limit``, or takes
    longer than ``seconds``.
    """
    printer = _Printer(limit, time.monotonic() + seconds)
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.XmlDeclHandler = printer.declaration
    parser.StartDoctypeDeclHandler = printer.doctype
    parser.EntityDeclHandler = printer.doctype
    parser.StartElementHandler = printer.start
    parser.EndElementHandler = printer.end
    parser.CharacterDataHandler = printer.characters
    parser.CommentHandler = printer.comment
    parser.ProcessingInstructionHandler = printer.instruction
    try:
        parser.Parse(text, True)
        return printer.result()
    except (_Refused, expat.ExpatError):
        return None


class _Printer:
    """Writes the parser's events, one element a line; an element that holds only text stays on one line."""

    def __init__(self, limit: int, ends: float) -> None:
        self._limit = limit
        self._ends = ends
        self._pieces: list[str] = []
        self._length = 0
        self._text: list[str] = []
        self._has_children: list[bool] = []

    def declaration(self, version: str, _encoding: str | None, standalone: int) -> None:
        # The encoding is left out: what is shown has none.
        suffix = {0: ' standalone="no"', 1: ' standalone="yes"'}.get(standalone, "")
        self._line(f'<?xml version="{version}"{suffix}?>')

    def doctype(self, *_details: object) -> NoReturn:
        raise _Refused

    def start(self, name: str, attributes: list[str]) -> None:
        self._child()
        if len(self._has_children) >= DEEPEST:
            raise _Refused
        pairs = zip(attributes[0::2], attributes[1::2], strict=True)
        self._line(f"<{name}" + "".join(f" {key}={quoteattr(value)}" for key, value in pairs) + ">")
        self._has_children.append(False)

    def end(self, name: str) -> None:
        text = escape("".join(self._text))
        if self._has_children.pop():
            self._flush()
            self._line(f"</{name}>")
        else:
            self._text.clear()
            self._add(f"{text}</{name}>")

    def characters(self, text: str) -> None:
        self._text.append(text)

    def comment(self, text: str) -> None:
        self._child()
        self._line(f"<!--{text}-->")

    def instruction(self, target: str, data: str) -> None:
        self._child()
        self._line(f"<?{target} {data}?>")

    def result(self) -> str:
        return "".join(self._pieces)

    def _child(self) -> None:
        if self._has_children:
            self._has_children[-1] = True
        self._flush()

    def _flush(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._line(escape(text))

    def _line(self, piece: str) -> None:
        self._add(("\n" if self._pieces else "") + INDENT * len(self._has_children) + piece)

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > self._limit:
            raise _Refused
        if len(self._pieces) % LOOK_EVERY == 0 and time.monotonic() > self._ends:
            raise _Refused
