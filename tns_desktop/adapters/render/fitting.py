"""How large a page may become, whatever scale was asked for."""

from __future__ import annotations

import math

from tns_desktop.adapters.render.refusals import Damaged, TooLarge


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
