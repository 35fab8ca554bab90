"""Parts of pages: which are needed for what is visible, and a bounded memory of those that are there.

A page that would have too many pixels is drawn whole at a smaller scale, at once, and in sharp parts where one looks.
"""

from __future__ import annotations

import math
from collections import OrderedDict

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from tns_desktop.domain.preview import PixelArea

TILE = 512
"""Pixels of a part's side; those at the right and the bottom are smaller."""
WHOLE_PIXELS = 4_000_000
"""Pixels up to which a page is drawn as a whole: about two screens."""
BYTES_KEPT = 64 * 1024 * 1024


def whole_scale(width: float, height: float, scale: float, *, is_picture: bool = False) -> float:
    """The scale at which all of a page is drawn when ``scale`` is wanted. A picture has no more than its own pixels: to
    enlarge it takes the decoder several times as long as to decode it, and the window next to nothing.
    """
    most = math.sqrt(WHOLE_PIXELS / max(1.0, width * height))
    return min(scale, most, 1.0) if is_picture else min(scale, most)


def tile_scale(scale: float, *, is_picture: bool) -> float:
    """The scale of the parts. A picture has no more than its own pixels, and halves of them serve every zoom between."""
    return min(1.0, 2.0 ** math.ceil(math.log2(scale))) if is_picture else scale


def tiles_within(whole: tuple[int, int], visible: QRectF) -> list[PixelArea]:
    """The parts of a page of ``whole`` pixels that touch ``visible`` (in its pixels), from the upper left on."""
    width, height = whole
    left, top = max(0, math.floor(visible.left())), max(0, math.floor(visible.top()))
    right, bottom = min(width, math.ceil(visible.right())), min(height, math.ceil(visible.bottom()))
    return [
        PixelArea(x, y, min(TILE, width - x), min(TILE, height - y))
        for y in range(top // TILE * TILE, bottom, TILE)
        for x in range(left // TILE * TILE, right, TILE)
    ]


def place_of_pixels(rect: QRectF, image: QImage, ratio: float) -> QRectF:
    """Where to paint a page that is ``rect``, on a screen of ``ratio`` pixels a unit: an image that was drawn for just that
    size covers just its own pixels, which is sharp, and a copy. A part of a pixel beside them it would all be smoothed.
    """
    width, height = image.width() / ratio, image.height() / ratio
    if abs(width - rect.width()) * ratio > 1 or abs(height - rect.height()) * ratio > 1:
        return rect
    return QRectF(round(rect.left() * ratio) / ratio, round(rect.top() * ratio) / ratio, width, height)


class Tiles:
    """The parts that are there, by page, scale and area; those that were used longest ago make room."""

    def __init__(self, limit: int = BYTES_KEPT) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[tuple[int, float, PixelArea], QImage] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0

    def has(self, page: int, scale: float, area: PixelArea) -> bool:
        return (page, scale, area) in self._kept

    def put(self, page: int, scale: float, area: PixelArea, image: QImage) -> None:
        replaced = self._kept.pop((page, scale, area), None)
        self._kept[(page, scale, area)] = image
        self._size += image.sizeInBytes() - (0 if replaced is None else replaced.sizeInBytes())
        while self._size > self._limit and len(self._kept) > 1:
            _key, dropped = self._kept.popitem(last=False)
            self._size -= dropped.sizeInBytes()

    def of(self, page: int, scale: float) -> list[tuple[float, PixelArea, QImage]]:
        """The parts of a page to paint one over the other: those of ``scale`` last; these count as used."""
        found = [key for key in self._kept if key[0] == page]
        for key in found:
            if key[1] == scale:
                self._kept.move_to_end(key)
        found.sort(key=lambda key: -abs(math.log(key[1] / scale)))
        return [(kept_scale, area, self._kept[(page, kept_scale, area)]) for _, kept_scale, area in found]
