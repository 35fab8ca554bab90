"""Icons in one style: line drawings that take the theme's colour."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tns_desktop.ui import theme

_folder: Path | None = None

_SIZES = (16, 20, 24, 32, 48)


def install(folder: Path) -> None:
    """``folder`` holds one SVG an icon. What was drawn of it before stays drawn: another theme asks for other colours."""
    global _folder
    if folder == _folder:
        return
    _folder = folder
    _source.cache_clear()
    _pixmap.cache_clear()


def icon(name: str, role: str = "text") -> QIcon:
    """The icon in the colour that the theme gives ``role``, greyed when its control is off."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, theme.current().colours[role], size), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, theme.current().colours["text_disabled"], size), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A square picture of ``size`` logical pixels."""
    return _pixmap(name, colour, size, ratio)


def application_icon() -> QIcon:
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        made.addPixmap(_pixmap("tns-desktop", "#000000", size, 1.0))
    return made


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    if _folder is None:
        raise RuntimeError("no icons installed")
    return (_folder / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", QColor(colour).name()).encode()))
    drawn = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, drawn.width(), drawn.height()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn
