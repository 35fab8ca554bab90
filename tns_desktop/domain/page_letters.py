"""The letters of a page by their places: which one is under a point, what is selected between two, where it stands.

Points and rectangles are those of the upright page, in the units of its size, from its upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tns_desktop.domain.preview import PageLink, PageRectangle, PageText

SAME_LINE = 0.4
"""Part of a letter's height that must lie within a line for the letter to belong to it."""
REACH = 0.35
"""How far beside its letters a line still counts as touched, in parts of its height: gaps between words."""
_JOINS = "_'’-"
"""Signs that belong to a word when letters stand on both sides, for a double click."""


@dataclass(slots=True)
class _Line:
    letters: list[int]
    left: float
    top: float
    right: float
    bottom: float


class PageLetters:
    """One page's text. A *caret* is a place between letters: 0 before the first, ``len(text)`` after the last."""

    def __init__(self, page_text: PageText) -> None:
        self.text = page_text.text
        self.links = page_text.links
        self._boxes = page_text.boxes
        self._found: list[_Line] | None = None

    @property
    def is_empty(self) -> bool:
        """True where nothing can be selected: a scan, a blank page."""
        return not self._lines

    def touches(self, x: float, y: float) -> bool:
        """Whether there is text under the point, or a gap between its words."""
        for line in self._lines:
            slack = REACH * (line.bottom - line.top)
            if line.top <= y <= line.bottom and line.left - slack <= x <= line.right + slack:
                return any(
                    left - slack <= x <= left + width + slack
                    for left, _top, width, _height in map(self._box, line.letters)
                )
        return False

    def caret_at(self, x: float, y: float) -> int:
        """The caret nearest to the point: of the nearest line first, then within it."""
        if not self._lines:
            return 0
        line = min(self._lines, key=lambda one: _distance(one, x, y))
        letter = min(line.letters, key=lambda one: self._away(one, x))
        left, _top, width, _height = self._box(letter)
        return letter + (x > left + width / 2)

    def word_at(self, x: float, y: float) -> tuple[int, int]:
        """Begin and end of the word under the point; an empty range where none is."""
        if not self.touches(x, y):
            return 0, 0
        line = min(self._lines, key=lambda one: _distance(one, x, y))
        letter = min(line.letters, key=lambda one: self._away(one, x))
        if not self._in_word(letter):
            return letter, letter + 1
        begin = end = letter
        while begin > 0 and self._in_word(begin - 1):
            begin -= 1
        while end < len(self.text) and self._in_word(end):
            end += 1
        return begin, end

    def copied(self, begin: int, end: int) -> str:
        """What ``[begin, end)`` is on a clipboard: plain lines, without the marks that only the page needs."""
        lines = self.text[begin:end].replace("\r\n", "\n").replace("\r", "\n")
        return lines.replace("\ufffe", "-").replace("\x02", "-").replace("\0", "")

    def rectangles(self, begin: int, end: int) -> Iterator[PageRectangle]:
        """Where ``[begin, end)`` stands: one rectangle for each line it runs over."""
        for line in self._lines:
            boxes = [self._box(letter) for letter in line.letters if begin <= letter < end]
            if boxes:
                left, right = min(box[0] for box in boxes), max(box[0] + box[2] for box in boxes)
                top, bottom = min(box[1] for box in boxes), max(box[1] + box[3] for box in boxes)
                yield PageRectangle(left, top, right - left, bottom - top)

    def link_at(self, x: float, y: float) -> PageLink | None:
        for link in self.links:
            place = link.rectangle
            if place.left <= x <= place.left + place.width and place.top <= y <= place.top + place.height:
                return link
        return None

    # --- inside -------------------------------------------------------------------------------------------------------

    def _box(self, letter: int) -> tuple[float, float, float, float]:
        left, top, width, height = self._boxes[4 * letter : 4 * letter + 4]
        return left, top, width, height

    def _away(self, letter: int, x: float) -> float:
        left, _top, width, _height = self._box(letter)
        return max(left - x, 0.0, x - left - width)

    def _in_word(self, letter: int) -> bool:
        sign = self.text[letter]
        if sign not in _JOINS:
            return sign.isalnum()
        return 0 < letter < len(self.text) - 1 and self.text[letter - 1].isalnum() and self.text[letter + 1].isalnum()

    @property
    def _lines(self) -> list[_Line]:
        """Found when they are first asked for: most pages are turned and never pointed at."""
        if self._found is None:
            self._found = self._in_lines()
        return self._found

    def _in_lines(self) -> list[_Line]:
        lines: list[_Line] = []
        for letter in range(min(len(self.text), len(self._boxes) // 4)):
            left, top, width, height = self._box(letter)
            if width <= 0 or height <= 0:
                continue
            line = lines[-1] if lines else None
            if line is None or self._breaks_before(letter) or not self._is_beside(line.letters[0], top, height):
                lines.append(_Line([letter], left, top, left + width, top + height))
                continue
            line.letters.append(letter)
            line.left, line.right = min(line.left, left), max(line.right, left + width)
            line.top, line.bottom = min(line.top, top), max(line.bottom, top + height)
        return lines

    def _is_beside(self, first: int, top: float, height: float) -> bool:
        """Measured at the first letter of the line: a slanting line would grow to swallow all that is around it."""
        _left, its_top, _width, its_height = self._box(first)
        return min(its_top + its_height, top + height) - max(its_top, top) >= SAME_LINE * height

    def _breaks_before(self, letter: int) -> bool:
        return letter > 0 and self.text[letter - 1] in "\r\n"


def _distance(line: _Line, x: float, y: float) -> tuple[float, float]:
    return max(line.top - y, 0.0, y - line.bottom), max(line.left - x, 0.0, x - line.right)
