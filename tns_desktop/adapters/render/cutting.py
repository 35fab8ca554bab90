"""Cuts a part out of a decoded frame: scaled, upright and turned, without ever turning the whole. Runs in the decoder only.

The frame stays as it is stored. The wanted part is looked up in it, scaled, and only then made upright and turned.
"""

from __future__ import annotations

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
_SWAPPING = frozenset(
    {
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
    }
)


def cut_out(frame: Image.Image, orientation: int, rotation: int, area: Area, whole: tuple[int, int]) -> Image.Image:
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
        part = frame  # all of it, as it is
    else:
        part = frame.resize(size, Image.Resampling.BICUBIC, box=source, reducing_gap=2.0)
    for step in steps:
        part = part.transpose(step)
    return part


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
