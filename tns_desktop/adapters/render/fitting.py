"""How large a page may become, whatever scale was asked for."""

from __future__ import annotations

import math

from tns_desktop.adapters.render.refusals import Damaged, TooLarge

Area = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of a page as it is scaled and turned."""


def whole_size(width: float, height: float, scale: float, rotation: int) -> tuple[int, int]:
    """Width and height in pixels of a page that is scaled and turned by ``rotation`` degrees."""
    across, down = math.ceil(width * scale), math.ceil(height * scale)
    return (down, across) if rotation in (90, 270) else (across, down)


def area_within(area: Area | None, whole: tuple[int, int], max_pixels: int) -> Area:
    """``area``, or all of the page. Raises Damaged for one that is not on the page, TooLarge above ``max_pixels``."""
    left, top, width, height = area if area is not None else (0, 0, *whole)
    if left < 0 or top < 0 or width < 1 or height < 1 or left + width > whole[0] or top + height > whole[1]:
        raise Damaged("page_missing")
    if width * height > max_pixels:
        raise TooLarge("pixels")
    return left, top, width, height


def fitting_scale(width: float, height: float, scale: float, max_pixels: int) -> float:
    """The scale up to ``scale`` at which the page, each side rounded up, has at most ``max_pixels``.

    Raises Damaged for a page without a size and TooLarge when the limit leaves less than a pixel of its shorter side
    (a strip one pixel high and 40 million wide helps nobody).
    """
    if not (math.isfinite(width) and math.isfinite(height)) or width <= 0 or height <= 0:
        raise Damaged("page_size")
    fitting = min(scale, math.sqrt(max_pixels / (width * height)))
    while math.ceil(width * fitting) * math.ceil(height * fitting) > max_pixels:
        fitting *= 0.99
        if min(width, height) * fitting < 1.0:
            raise TooLarge("pixels")
    return fitting
