"""Every mode Pillow may decode to, as plain RGB on white paper. Runs in the decoder only."""

from __future__ import annotations

from PIL import Image

from tns_desktop.adapters.render.refusals import Unsupported

WHITE = (255, 255, 255)
WITH_ALPHA = frozenset({"RGBA", "RGBa", "LA", "La", "PA"})


KEPT_AS_THEY_ARE = frozenset({"L", "RGB", "CMYK"})
"""Modes of which any part can be scaled and flattened by itself, with the same result."""


def kept_form(image: Image.Image) -> Image.Image:
    """``image`` in a mode from which parts can be cut; without a copy where it has such a mode already."""
    if image.mode in KEPT_AS_THEY_ARE and "transparency" not in image.info:
        return image
    if image.mode == "1":
        return image.convert("L")  # bilevel pixels cannot be averaged
    return flatten(image)


def flatten(image: Image.Image) -> Image.Image:
    """``image`` in mode RGB, transparency over white. Raises Unsupported for a colour model Pillow cannot convert."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode in WITH_ALPHA or "transparency" in image.info:
        upper = image.convert("RGBA")
        paper = Image.new("RGB", upper.size, WHITE)
        paper.paste(upper, mask=upper.getchannel("A"))
        return paper
    if image.mode.startswith("I;16"):
        return _scaled(image.convert("I"), 65_535.0)
    if image.mode == "I":
        highest = _extrema(image)[1]
        return _scaled(image, 255.0 if highest <= 255 else 65_535.0 if highest <= 65_535 else 2.0**31 - 1)
    if image.mode == "F":
        lowest, highest = _extrema(image)
        span = highest - lowest
        if not 0.0 < span < float("inf"):
            return image.convert("L").convert("RGB")
        return image.point(lambda value: value * (255.0 / span) + (-lowest * 255.0 / span)).convert("L").convert("RGB")
    try:
        return image.convert("RGB")
    except ValueError as error:
        raise Unsupported("colour_model") from error


def _scaled(image: Image.Image, highest: float) -> Image.Image:
    # Pillow's own conversion cuts values off at 255: a 16-bit scan would come out white.
    return image.point(lambda value: value * (255.0 / highest) + 0.0).convert("L").convert("RGB")


def _extrema(image: Image.Image) -> tuple[float, float]:
    lowest, highest = image.getextrema()
    if isinstance(lowest, tuple) or isinstance(highest, tuple):
        raise Unsupported("colour_model")
    return float(lowest), float(highest)
