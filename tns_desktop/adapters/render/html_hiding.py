"""How HTML hides text from its reader: by an attribute, by style, by colour. Runs in the decoder only.

Only what a tag says of itself is looked at. Text that a style sheet hides is shown as any other: no style is applied.
"""

from __future__ import annotations

import re

SMALLEST_SIZE = 2.0
"""Pixels or points of letters that can be told from a line."""
FAR_AWAY = 500.0
"""Pixels beyond an edge where nobody looks."""

MOST_ALIKE = 30
"""Of 765 steps between black and white."""

_NUMBER = r"(-?\d*\.?\d+)"
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?<![-\w])color\s*:\s*transparent"
    r"|(?<![-\w])opacity\s*:\s*(?:0+(?:\.0*)?|\.0+)(?![.\d])"
    r"|max-height\s*:\s*0(?![.\d])|max-width\s*:\s*0(?![.\d])"
)
_SIZE = re.compile(rf"font-size\s*:\s*{_NUMBER}\s*(px|pt|em|rem|%)?")
_AWAY = re.compile(rf"(?:text-indent|(?<![-\w])(?:left|top|margin-left))\s*:\s*{_NUMBER}\s*(?:px|pt)")
_FORE = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)")
_BACK = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_STYLE_LIMIT = 4_000
_NAMES = {"white": "ffffff", "black": "000000"}


def is_hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "")[:_STYLE_LIMIT].lower()
    if "hidden" in attributes or _HIDING.search(style):
        return True
    return any(float(found[1]) <= -FAR_AWAY for found in _AWAY.finditer(style))


def is_tiny(attributes: dict[str, str], around: bool) -> bool:
    """Whether letters are too small to be seen; ``around``: whether those of the element around are."""
    size = _SIZE.search(attributes.get("style", "")[:_STYLE_LIMIT].lower())
    if size is None:
        return around
    value, unit = float(size[1]), size[2]
    if unit in ("em", "%"):
        return around or value <= (0.1 if unit == "em" else 10)
    return value <= (0.1 if unit == "rem" else SMALLEST_SIZE)


def alike(fore: str, back: str) -> bool:
    """Whether letters of that colour cannot be told from their ground."""
    parts = [abs(int(fore[at : at + 2], 16) - int(back[at : at + 2], 16)) for at in (0, 2, 4)]
    return sum(parts) <= MOST_ALIKE


def colours_of(attributes: dict[str, str]) -> tuple[str | None, str | None]:
    """The colour of the letters and of the ground, where the tag sets them."""
    style = attributes.get("style", "")[:_STYLE_LIMIT].lower()
    fore, back = _FORE.search(style), _BACK.search(style)
    return (
        _colour(fore[1] if fore is not None else attributes.get("color", "")),
        _colour(back[1] if back is not None else attributes.get("bgcolor", "")),
    )


def _colour(text: str) -> str | None:
    """Six hexadecimal digits, for what is written as most mails write it."""
    text = text.strip().lower()[:60]
    rgb = _RGB.match(text)
    if rgb is not None:
        return "".join(f"{min(255, int(part[:4])):02x}" for part in rgb.groups())
    found = re.match(r"#?([0-9a-f]{6}|[0-9a-f]{3})\b", text)
    if found is not None:
        digits = found[1]
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return _NAMES.get(text.split(" ")[0])
