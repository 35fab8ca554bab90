"""Where a JSON or XML text can be folded: objects, lists, elements and comments of three to 2,000 lines. Decoder only.

Worked out on the text as it is shown, indented or not, so that one rule serves both.
"""

from __future__ import annotations

import re
import time
from array import array

from tns_desktop.adapters.render.protocol import FOLDS_LIMIT

FEWEST_LINES = 2
"""Lines from the first to the last; with one less there is nothing between them to fold away."""
MOST_LINES = 2_000
"""Lines that fold together. Qt lays out hidden lines too: of more, the window would feel it; the parts in it fold."""
FOLD_SECONDS = 2.0
"""What is not found by then is not folded: the text itself must not wait."""
LOOK_EVERY = 4096
DEEPEST_REPAIR = 64
"""Elements that may be unclosed inside one that is closed."""

_JSON = re.compile(r'[{}\[\]\n]|"(?:[^"\\\n]|\\.)*+"')
_XML = re.compile(
    # What is never closed reaches to the end: looked for again from each beginning, it would take the square of the time.
    r"\n|<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<![^>]*+(?:>|\Z)"
    r"|<(/?)([^\s<>/!?\"'=]++)(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>",
    re.DOTALL,
)
_OPENERS = {"}": "{", "]": "["}


def folds_of(text: str, kind: str) -> array[int]:
    """Pairs of numbers, by the first of them: where the opening bracket or tag begins, and where the closing one does."""
    pairs = _json_folds(text) if kind == "json" else _xml_folds(text) if kind == "xml" else []
    pairs.sort()
    return array("I", [number for pair in pairs[:FOLDS_LIMIT] for number in pair])


def _json_folds(text: str) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int, int]] = []
    line = 0
    ends = time.monotonic() + FOLD_SECONDS
    for count, found in enumerate(_JSON.finditer(text), 1):
        if count % LOOK_EVERY == 0 and time.monotonic() > ends:
            break
        one = found[0]
        if one == "\n":
            line += 1
        elif one in "{[":
            opened.append((one, found.start(), line))
        elif one in "}]" and opened and opened[-1][0] == _OPENERS[one]:
            _, start, first = opened.pop()
            if FEWEST_LINES <= line - first <= MOST_LINES:
                pairs.append((start, found.start()))
    return pairs


def _xml_folds(text: str) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int, int]] = []
    line = 0
    ends = time.monotonic() + FOLD_SECONDS
    for count, found in enumerate(_XML.finditer(text), 1):
        if count % LOOK_EVERY == 0 and time.monotonic() > ends:
            break
        if found[0] == "\n":
            line += 1
            continue
        closes, name = found[1], found[2]
        before, line = line, line + text.count("\n", found.start(), found.end())
        if name is None:
            if FEWEST_LINES <= line - before <= MOST_LINES:
                pairs.append((found.start(), found.end() - 1))
        elif not closes and not found[0].endswith("/>"):
            opened.append((name, found.start(), before))
        elif closes:
            match = _last_named(opened, name)
            if match is not None:
                _, start, first = opened[match]
                del opened[match:]
                if FEWEST_LINES <= before - first <= MOST_LINES:
                    pairs.append((start, found.start()))
    return pairs


def _last_named(opened: list[tuple[str, int, int]], name: str) -> int | None:
    """The innermost open element of that name, not too far out."""
    for position in range(len(opened) - 1, max(-1, len(opened) - 1 - DEEPEST_REPAIR), -1):
        if opened[position][0] == name:
            return position
    return None
