"""How a page or picture is shown lighter, with more contrast or inverted: on screen only, its bytes stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST = 100
"""Of brightness and contrast, either way."""
STEP = 10


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``brightness`` and ``contrast`` from -100 to 100, 0 as it is; ``invert`` shows black as white."""

    brightness: int = 0
    contrast: int = 0
    invert: bool = False

    @property
    def is_neutral(self) -> bool:
        return self == NEUTRAL

    def stepped(self, *, brightness: int = 0, contrast: int = 0) -> Adjustment:
        """One or several steps further, as far as it goes."""
        return replace(
            self,
            brightness=_within(self.brightness + brightness * STEP),
            contrast=_within(self.contrast + contrast * STEP),
        )

    def inverted(self) -> Adjustment:
        return replace(self, invert=not self.invert)

    def table(self) -> bytes:
        """What each of the 256 values of a colour becomes.

        Brightness bends the curve, so that neither paper nor ink is lost; contrast turns it about its middle.
        """
        gamma: float = 4.0 ** (-self.brightness / MOST)
        # At 100 only black and white are left but for a few values between; at -100 all is grey.
        slope = 1 + self.contrast / MOST if self.contrast <= 0 else 1 / (1.02 - self.contrast / MOST)
        values = []
        for value in range(256):
            bent: float = (value / 255) ** gamma
            turned = min(1.0, max(0.0, (bent - 0.5) * slope + 0.5))
            values.append(round(255 * (1 - turned if self.invert else turned)))
        return bytes(values)


NEUTRAL = Adjustment()


def _within(value: int) -> int:
    return min(MOST, max(-MOST, value))
