"""Indents JSON without changing it: order, duplicate keys and the spelling of numbers are evidence. Decoder only."""

from __future__ import annotations

import json
import re
import time

DEEPEST = 64
"""Levels of nesting that are still indented; deeper ones are shown as they are."""
INDENT = "  "
INDENT_SECONDS = 4.0
"""What takes longer is shown as it is: a text that comes late is worse than one that is not indented."""
LOOK_EVERY = 4096

_LEXEME = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_LINES = ["\n" + INDENT * depth for depth in range(DEEPEST + 1)]
_OPENING = frozenset("[{")
_BEFORE_A_LINE = frozenset("[{,")


def pretty_json(text: str, limit: int, seconds: float = INDENT_SECONDS) -> str | None:
    """``text`` indented, or None when it is no JSON, too deep, would become longer than ``limit`` characters, or takes
    longer than ``seconds``.
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _indented(text, limit, time.monotonic() + seconds)


def _indented(text: str, limit: int, ends: float) -> str | None:
    pieces: list[str] = []
    length = depth = 0
    previous = ""
    for found in _LEXEME.finditer(text):
        lexeme = found[0]
        first = lexeme[0]
        if first in "]}":
            depth -= 1
            piece = lexeme if previous in _OPENING else _LINES[depth] + lexeme
        else:
            piece = _readable(lexeme) if first == '"' else ": " if first == ":" else lexeme
            if previous in _BEFORE_A_LINE:
                piece = _LINES[depth] + piece
            if first in "[{":
                depth += 1
                if depth > DEEPEST:
                    return None
        previous = lexeme
        pieces.append(piece)
        length += len(piece)
        if length > limit or (len(pieces) % LOOK_EVERY == 0 and time.monotonic() > ends):
            return None
    return "".join(pieces)


def _readable(string: str) -> str:
    """A string with its \\u escapes spelt out, still as JSON."""
    return json.dumps(json.loads(string), ensure_ascii=False) if "\\" in string else string
