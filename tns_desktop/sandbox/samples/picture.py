"""Drawing for the picture samples: a font that is always there, guilloches, a portrait, and a camera.

The font is Bitstream Vera, which comes with reportlab; a system without fonts draws the same pictures. ``photograph``
lays a flat picture on a desk, seen at an angle, with a shadow, uneven light and grain.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import reportlab
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
PHOTO_SIZE = (1240, 930)

_DESKS = (
    ((92, 62, 40), (142, 102, 70), (5, 160)),
    ((70, 74, 80), (104, 108, 114), (160, 120)),
    ((120, 96, 74), (172, 146, 118), (4, 120)),
)
"""Dark tint, light tint, and the size of the noise that is drawn out into wood or cloth."""


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """``size`` in pixels."""
    name = "VeraBd.ttf" if bold else "Vera.ttf"
    return ImageFont.truetype(Path(reportlab.__file__).parent / "fonts" / name, size)


def spaced(draw: ImageDraw.ImageDraw, at: Point, text: str, *, size: int, step: float, fill: str) -> None:
    """Text in cells of equal width, as machine-readable zones are printed."""
    for place, char in enumerate(text):
        draw.text((at[0] + place * step, at[1]), char, font=font(size, bold=True), fill=fill, anchor="ms")


def guilloche(image: Image.Image, rng: random.Random, tints: Sequence[str]) -> None:
    """Fine interlaced waves, as security papers have."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    for tint in tints:
        phase, length, swing = rng.uniform(0, 6), rng.uniform(180, 320), rng.uniform(14, 30)
        for base in range(-20, height + 20, 15):
            points = [
                (x, base + swing * math.sin(x / length * 6.28 + phase) + swing / 2 * math.sin(x / 71 + base))
                for x in range(0, width + 16, 16)
            ]
            draw.line(points, fill=tint, width=1)


def portrait(rng: random.Random, size: tuple[int, int], *, woman: bool) -> Image.Image:
    """A drawn face, nobody's."""
    width, height = size
    image = Image.new("RGB", size, "#D9DEE3")
    draw = ImageDraw.Draw(image)
    skin = rng.choice(("#E8BE9C", "#D9A47C", "#B97F56", "#8A5A3B", "#F0CDB0"))
    hair = rng.choice(("#2B211B", "#4A3325", "#6E4A2C", "#8C8780", "#A8783F"))
    clothes = rng.choice(("#2F4858", "#5C3B4A", "#3C4A36", "#39405C", "#6B5B4B"))

    def oval(x: float, y: float, rx: float, ry: float, fill: str) -> None:
        draw.ellipse(((x - rx) * width, (y - ry) * height, (x + rx) * width, (y + ry) * height), fill=fill)

    if woman:
        oval(0.5, 0.5, 0.31, 0.37, hair)
        draw.rectangle((0.2 * width, 0.5 * height, 0.8 * width, 0.78 * height), fill=hair)
    oval(0.5, 1.06, 0.47, 0.32, clothes)
    draw.rectangle((0.41 * width, 0.6 * height, 0.59 * width, 0.8 * height), fill=_darker(skin, 0.9))
    oval(0.5, 0.79, 0.1, 0.05, _darker(skin, 0.9))
    oval(0.5, 0.33, 0.255, 0.21, hair)
    oval(0.5, 0.46, 0.225, 0.25, skin)
    oval(0.275, 0.47, 0.03, 0.05, skin)
    oval(0.725, 0.47, 0.03, 0.05, skin)
    fringe = (0.28 * width, 0.16 * height, 0.72 * width, 0.52 * height)
    draw.chord(fringe, 190, 350, fill=hair)
    for x in (0.41, 0.59):
        oval(x, 0.445, 0.036, 0.016, "#FFFFFF")
        oval(x, 0.445, 0.015, 0.015, "#33271F")
        draw.line(
            ((x - 0.05) * width, 0.405 * height, (x + 0.05) * width, 0.4 * height), fill=hair, width=max(width // 60, 2)
        )
    nose = _darker(skin, 0.82)
    draw.line(
        (0.5 * width, 0.46 * height, 0.485 * width, 0.54 * height, 0.515 * width, 0.545 * height), fill=nose, width=2
    )
    draw.line(
        (0.44 * width, 0.605 * height, 0.5 * width, 0.615 * height, 0.56 * width, 0.605 * height),
        fill="#9A5348",
        width=3,
    )
    return image.filter(ImageFilter.GaussianBlur(1.1))


def stamp_specimen(image: Image.Image, *, size: int, angle: float = 24, strength: int = 120) -> None:
    """The diagonal mark, in translucent red."""
    layer = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(layer)
    middle = (image.width / 2, image.height / 2)
    draw.text(middle, "SPECIMEN", font=font(size, bold=True), fill=strength, anchor="mm")
    layer = layer.rotate(angle, resample=Image.Resampling.BILINEAR)
    image.paste(Image.new("RGB", image.size, "#C2352B"), (0, 0), layer)


def photograph(
    flat: Image.Image, rng: random.Random, *, size: tuple[int, int] = PHOTO_SIZE, fill: float = 0.76, radius: int = 42
) -> Image.Image:
    """``flat`` as a telephone would see it on a desk; ``fill`` is its share of the width or height.

    ``radius`` rounds its corners, in pixels of ``flat``.
    """
    width, height = size
    scale = min(width * fill / flat.width, height * fill / flat.height)
    half_width, half_height = flat.width * scale / 2, flat.height * scale / 2
    turn = math.radians(rng.uniform(-4, 4))
    centre = (width / 2 + rng.uniform(-0.02, 0.02) * width, height / 2 + rng.uniform(-0.02, 0.02) * height)
    corners: list[Point] = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        narrower = 1 - (0.035 if y < 0 else 0)
        dx, dy = x * half_width * narrower + rng.uniform(-6, 6), y * half_height + rng.uniform(-6, 6)
        corners.append(
            (
                centre[0] + dx * math.cos(turn) - dy * math.sin(turn),
                centre[1] + dx * math.sin(turn) + dy * math.cos(turn),
            )
        )
    scene = _desk(size, rng)
    _shadow(scene, corners)
    left, top = (int(min(corner[axis] for corner in corners)) for axis in (0, 1))
    right, bottom = (int(max(corner[axis] for corner in corners)) + 1 for axis in (0, 1))
    coefficients = _homography(
        [(x - left, y - top) for x, y in corners],
        [(0, 0), (flat.width, 0), (flat.width, flat.height), (0, flat.height)],
    )
    outline = Image.new("L", flat.size, 0)
    ImageDraw.Draw(outline).rounded_rectangle((2, 2, flat.width - 3, flat.height - 3), radius, fill=255)
    card = flat.copy()
    card.putalpha(outline)
    seen = card.transform(
        (right - left, bottom - top), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR
    )
    scene.paste(seen, (left, top), seen)
    return _grain(_light(scene, rng), rng)


def _desk(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Wood, or grey cloth: streaks of noise drawn out along one direction."""
    dark, light, streaks = rng.choice(_DESKS)
    across, along = streaks
    noise = Image.frombytes("L", (across, along), rng.randbytes(across * along))
    mask = noise.resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, light), Image.new("RGB", size, dark), mask)


def _shadow(scene: Image.Image, corners: Sequence[Point]) -> None:
    small = (scene.width // 8, scene.height // 8)
    mask = Image.new("L", small, 0)
    ImageDraw.Draw(mask).polygon([((x + 14) / 8, (y + 20) / 8) for x, y in corners], fill=150)
    mask = mask.filter(ImageFilter.GaussianBlur(2.4)).resize(scene.size, Image.Resampling.BILINEAR)
    scene.paste((12, 10, 8), (0, 0, *scene.size), mask)


def _light(scene: Image.Image, rng: random.Random) -> Image.Image:
    """A lamp from one corner."""
    ramp = Image.linear_gradient("L").rotate(
        rng.choice((20, 60, -35)), resample=Image.Resampling.BILINEAR, fillcolor=128
    )
    ramp = (
        ramp.crop((40, 40, 216, 216))
        .resize(scene.size, Image.Resampling.BILINEAR)
        .point([170 + v // 3 for v in range(256)])
    )
    return ImageChops.multiply(scene, Image.merge("RGB", (ramp, ramp, ramp)))


def _grain(scene: Image.Image, rng: random.Random) -> Image.Image:
    small = (scene.width // 3, scene.height // 3)
    noise = Image.frombytes("L", small, rng.randbytes(small[0] * small[1])).point([v // 18 for v in range(256)])
    noise = noise.resize(scene.size, Image.Resampling.NEAREST)
    return ImageChops.add(scene, Image.merge("RGB", (noise, noise, noise)), 1.0, -6)


def _homography(seen: Sequence[Point], flat: Sequence[Point]) -> tuple[float, ...]:
    """The eight numbers that take a point of the photograph to a point of the flat picture (Gaussian elimination)."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(8):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return tuple(row[8] for row in rows)


def _darker(colour: str, factor: float) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{int(part * factor):02X}" for part in parts)
