"""Cuts a part out of a decoded frame: scaled, upright and turned, without ever turning the whole. Runs in the decoder only.

The frame stays as it is stored. The wanted part is looked up in it, scaled, and only then made upright and turned.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from tns_desktop.adapters.render.fitting import Area

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of a side."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture of each EXIF orientation upright (CIPA DC-008, tag 274)."""
CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow turns anticlockwise."""
REDUCING = Image.Resampling.HAMMING
"""To make a picture smaller: as sharp as BICUBIC by Pillow's own comparison of its filters, in half of the time."""
_SWAPPING = frozenset(
    {
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
    }
)


class Cut:
    """A part of a page as it is stored, and the steps that make it upright and turn it: they are made a strip at a time."""

    def __init__(self, stored: Image.Image, steps: Sequence[Image.Transpose]) -> None:
        self.stored = stored
        self._steps = steps
        swaps = sum(step in _SWAPPING for step in steps) % 2
        self.width, self.height = (stored.height, stored.width) if swaps else stored.size

    @property
    def is_turned(self) -> bool:
        """Whether it is looked at otherwise than it is stored."""
        return bool(self._steps)

    def strip(self, top: int, bottom: int) -> Image.Image:
        """The rows from ``top`` up to ``bottom``, as they are looked at."""
        box: Box = (0.0, top / self.height, 1.0, bottom / self.height)
        for step in reversed(self._steps):
            box = _before(step, box)
        across, down = self.stored.size
        left, upper, right, lower = (round(place * side) for place, side in zip(box, (across, down) * 2, strict=True))
        strip = self.stored.crop((left, upper, right, lower))
        for step in self._steps:
            strip = strip.transpose(step)
        return strip


def cut_out(frame: Image.Image, orientation: int, rotation: int, area: Area, whole: tuple[int, int]) -> Cut:
    """The pixels of ``area`` of a page that measures ``whole``, once it is upright and turned by ``rotation``."""
    steps = [step for step in (UPRIGHT.get(orientation), CLOCKWISE.get(rotation)) if step is not None]
    left, top, width, height = area
    box: Box = (left / whole[0], top / whole[1], (left + width) / whole[0], (top + height) / whole[1])
    size = width, height
    for step in reversed(steps):
        box = _before(step, box)
        if step in _SWAPPING:
            size = size[1], size[0]
    across, down = frame.size
    source = box[0] * across, box[1] * down, box[2] * across, box[3] * down
    if (area[:2], size) == ((0, 0), frame.size) and area[2:] == whole:
        return Cut(frame, steps)  # all of it, as it is
    shrinks = source[2] - source[0] >= size[0] and source[3] - source[1] >= size[1]
    filter_ = REDUCING if shrinks else Image.Resampling.BICUBIC
    return Cut(frame.resize(size, filter_, box=source, reducing_gap=2.0), steps)


def _before(step: Image.Transpose, box: Box) -> Box:
    """Where ``box`` was before ``step``: Pillow's transpositions, undone."""
    left, top, right, bottom = box
    return {
        Image.Transpose.FLIP_LEFT_RIGHT: (1 - right, top, 1 - left, bottom),
        Image.Transpose.FLIP_TOP_BOTTOM: (left, 1 - bottom, right, 1 - top),
        Image.Transpose.ROTATE_180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        Image.Transpose.TRANSPOSE: (top, left, bottom, right),
        Image.Transpose.TRANSVERSE: (1 - bottom, 1 - right, 1 - top, 1 - left),
        # Anticlockwise by 90°: what was at the right is at the top.
        Image.Transpose.ROTATE_90: (1 - bottom, left, 1 - top, right),
        Image.Transpose.ROTATE_270: (top, 1 - right, bottom, 1 - left),
    }[step]
