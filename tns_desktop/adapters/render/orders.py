"""What the desk asks of the decoder about a page, as values that are checked before they travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tns_desktop.adapters.render.protocol import LETTERS_LIMIT
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.finding import pattern_for
from tns_desktop.domain.preview import PixelArea

NOTHING = "(?!)"
"""The pattern that matches nowhere."""
BYTES_A_LETTER = 20
"""Four numbers of four bytes, and a character of UTF-8."""


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """Which page, at how many pixels a unit, turned by how many degrees clockwise, with at most how many pixels; all of it
    or an area of the turned page; and how its colours are adjusted.
    """

    page: int
    scale: float
    rotation: int
    max_pixels: int
    area: PixelArea | None = None
    adjustment: Adjustment = NEUTRAL

    def __post_init__(self) -> None:
        if self.page < 0 or not 0 < self.scale < 1e6 or self.rotation not in (0, 90, 180, 270) or self.max_pixels < 1:
            raise ValueError("page, scale, rotation or max_pixels out of range")
        area = self.area
        if area is not None and (area.left < 0 or area.top < 0 or area.width < 1 or area.height < 1):
            raise ValueError("an area that is nowhere")

    @property
    def payload_limit(self) -> int:
        """Bytes the pixels may have; rows are packed."""
        return self.max_pixels * 3

    def as_request(self) -> dict[str, Any]:
        area = self.area
        return {
            "page": self.page,
            "scale": self.scale,
            "rotation": self.rotation,
            "max_pixels": self.max_pixels,
            "area": None if area is None else [area.left, area.top, area.width, area.height],
            # The decoder knows nothing of ours: what each value of a colour becomes is all that it needs.
            "colours": None if self.adjustment.is_neutral else self.adjustment.table().hex(),
        }


@dataclass(frozen=True, slots=True)
class LettersOrder:
    """The letters of which page."""

    page: int

    @property
    def payload_limit(self) -> int:
        return LETTERS_LIMIT * BYTES_A_LETTER

    def as_request(self) -> dict[str, Any]:
        return {"page": self.page}


@dataclass(frozen=True, slots=True)
class FindOrder:
    """Which words, in how many pages from which one on, for how many seconds."""

    words: str
    page: int
    pages: int
    seconds: float

    @property
    def payload_limit(self) -> int:
        return 0

    def as_request(self) -> dict[str, Any]:
        # The decoder knows nothing of ours: it gets a pattern, of which it needs to know nothing either.
        pattern = pattern_for(self.words)
        return {
            "pattern": NOTHING if pattern is None else pattern.pattern,
            "page": self.page,
            "pages": self.pages,
            "seconds": self.seconds,
        }


Order = RenderOrder | LettersOrder | FindOrder
