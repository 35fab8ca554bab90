"""What was looked for and found in a document: every place marked on its page, one of them the present one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tns_desktop.domain.preview import PageHit, PageRectangle, PageSize
from tns_desktop.ui import theme

FOUND = QColor(255, 214, 0, 110)
PRESENT = QColor(255, 120, 0, 130)
OUTLINE = QColor(176, 60, 0)
"""On paper, which is white in both themes; the present one also has an outline, so that colour does not stand alone."""
MARK_ALPHA = 56
DARKEST_NEEDED = 0.45
"""Lightness of an edge on white paper: three to one for every hue the themes have."""

PlaceOf = Callable[[int, PageRectangle], QRectF]


class Hits:
    """Found places in the order of the document, whatever order they came in."""

    def __init__(self) -> None:
        self._by_page: dict[int, list[PageHit]] = {}
        self._present: PageHit | None = None
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    @property
    def present(self) -> PageHit | None:
        return self._present

    @property
    def position(self) -> int:
        """Which one the present one is, from 1; 0 when there is none."""
        present = self._present
        if present is None:
            return 0
        before = sum(len(hits) for page, hits in self._by_page.items() if page < present.page)
        return before + next(place for place, hit in enumerate(self._by_page[present.page], 1) if hit is present)

    def clear(self) -> None:
        self._by_page.clear()
        self._present = None
        self._count = 0

    def add(self, hits: Iterable[PageHit]) -> None:
        for hit in hits:
            self._by_page.setdefault(hit.page, []).append(hit)
            self._count += 1
            if self._present is None:
                self._present = hit

    def step(self, by: int) -> PageHit | None:
        """The one after (or, with -1, before) the present one; around the ends."""
        every = [hit for page in sorted(self._by_page) for hit in self._by_page[page]]
        if every:
            self._present = every[(self.position - 1 + by) % len(every)]
        return self._present

    def paint(self, painter: QPainter, page: int, place_of: PlaceOf) -> None:
        for hit in self._by_page.get(page, ()):
            present = hit is self._present
            painter.setPen(QPen(OUTLINE, 2) if present else Qt.PenStyle.NoPen)
            painter.setBrush(PRESENT if present else FOUND)
            for rectangle in hit.rectangles:
                painter.drawRect(place_of(page, rectangle).adjusted(-1, -1, 1, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def mark_colour(accent: QColor | str) -> QColor:
    """The accent as an edge on paper, which is white in the dark theme too: darkened until it can be seen there."""
    colour = QColor(accent)
    while colour.lightnessF() > DARKEST_NEEDED:
        colour = colour.darker(115)
    return colour


def paint_marks(painter: QPainter, places: Iterable[QRectF]) -> None:
    """Places that somebody pointed out, other than by looking for words."""
    accent = theme.current().colour("accent")
    colour, filling = mark_colour(accent), QColor(accent)
    filling.setAlpha(MARK_ALPHA)
    painter.setPen(QPen(colour, 2))
    painter.setBrush(filling)
    for place in places:
        painter.drawRoundedRect(place.adjusted(-2, -2, 2, 2), 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def turned(rectangle: PageRectangle, size: PageSize, rotation: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of a place of the upright page once the page is turned by ``rotation`` degrees."""
    left, top, width, height = rectangle.left, rectangle.top, rectangle.width, rectangle.height
    if rotation == 90:
        return size.height - top - height, left, height, width
    if rotation == 180:
        return size.width - left - width, size.height - top - height, width, height
    if rotation == 270:
        return top, size.width - left - width, height, width
    return left, top, width, height
