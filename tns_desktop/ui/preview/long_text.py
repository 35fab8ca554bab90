"""A document's text and what an editor has of it: which place in the one is which in the other.

Qt counts in units of UTF-16, Python in characters. A line that is too long to be laid out while one waits is broken for
the eye; such a break is none of the document's, and is not in what is copied.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

PIECE = 32_768
"""Characters handed over at once: what an editor takes in some ten milliseconds."""
LONGEST_LINE = 4_000
"""Characters of one line on screen."""

_WIDE = re.compile("[\U00010000-\U0010ffff]")


class LongText:
    """Handed over piece by piece. Offsets are characters of ``text``, places are Qt's."""

    def __init__(self, text: str, *, longest_line: int | None = None) -> None:
        self.text = text
        self._longest_line = LONGEST_LINE if longest_line is None else longest_line
        self._taken = 0
        self._line_start = 0
        self._wide: list[int] = []
        self._breaks: list[int] = []

    @property
    def taken(self) -> int:
        """Characters handed over so far."""
        return self._taken

    @property
    def is_complete(self) -> bool:
        return self._taken == len(self.text)

    def next_piece(self) -> str:
        """What the editor is to add to its end."""
        start = self._taken
        end = min(len(self.text), start + PIECE)
        piece = self.text[start:end]
        if not piece.isascii():
            self._wide += [start + found.start() for found in _WIDE.finditer(piece)]
        self._taken = end
        lines = piece.split("\n")
        if start - self._line_start + len(lines[0]) > self._longest_line or max(map(len, lines)) > self._longest_line:
            return self._broken(start, lines)
        if len(lines) > 1:
            self._line_start = end - len(lines[-1])
        return piece

    def _broken(self, start: int, lines: list[str]) -> str:
        shown: list[str] = []
        at = start
        for number, line in enumerate(lines):
            if number:
                shown.append("\n")
                at += 1
                self._line_start = at
            stop = at + len(line)
            while stop - self._line_start > self._longest_line:
                here = self._line_start + self._longest_line
                shown.append(self.text[at:here] + "\n")
                self._breaks.append(here)
                self._line_start = at = here
            shown.append(self.text[at:stop])
            at = stop
        return "".join(shown)

    def place(self, offset: int) -> int:
        """Where a character is in the editor."""
        return offset + bisect_left(self._wide, offset) + bisect_right(self._breaks, offset)

    def offset(self, place: int) -> int:
        """Which character is at a place; the one before it for the second half of one that takes two."""
        if not self._wide and not self._breaks:
            return min(place, len(self.text))
        low, high = 0, min(place, len(self.text))
        while low < high:
            middle = (low + high + 1) // 2
            if self.place(middle) <= place:
                low = middle
            else:
                high = middle - 1
        return low

    def between(self, first: int, last: int) -> str:
        """The document's text between two places."""
        return self.text[self.offset(first) : self.offset(last)]
