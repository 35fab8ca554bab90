"""Indents JSON without changing it: order, duplicate keys and the spelling of numbers are evidence. Decoder only."""

from __future__ import annotations

import json
import re

DEEPEST = 64
"""Levels of nesting that are still indented; deeper ones are shown as they are."""
INDENT = "  "

_LEXEME = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def pretty_json(text: str, limit: int) -> str | None:
    """``text`` indented, or None when it is no JSON, too deep, or would become longer than ``limit`` characters."""
    if _depth(text) > DEEPEST:
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _indented(text, limit)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _LEXEME.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _indented(text: str, limit: int) -> str | None:
    pieces: list[str] = []
    length = depth = 0
    previous = ""
    for found in _LEXEME.finditer(text):
        lexeme = found[0]
        closes = lexeme in "]}"
        depth -= closes
        line_break = (closes and previous not in "[{") or (not closes and previous in "[{,")
        piece = "\n" + INDENT * depth if line_break and previous else ""
        piece += _readable(lexeme) if lexeme.startswith('"') else ": " if lexeme == ":" else lexeme
        depth += lexeme in "[{"
        previous = lexeme
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            return None
    return "".join(pieces)


def _readable(string: str) -> str:
    """A string with its \\u escapes spelt out, still as JSON."""
    return json.dumps(json.loads(string), ensure_ascii=False) if "\\" in string else string
