"""What a page view asks for, and how it fits pages to its size."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.preview import DocumentKey, PixelArea


class Fit(StrEnum):
    WIDTH = "width"
    PAGE = "page"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``scale`` is device pixels per unit of the page's size; ``area`` a part of the page at that scale, None for all.

    ``adjustment`` is made where the page is decoded: a large one would hold the window.
    """

    key: DocumentKey
    page: int
    scale: float
    rotation: int
    area: PixelArea | None = None
    adjustment: Adjustment = NEUTRAL


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is shown: turned, fitted or zoomed, adjusted."""

    rotation: int = 0
    fit: Fit = Fit.WIDTH
    zoom: float = 1.0
    adjustment: Adjustment = NEUTRAL
