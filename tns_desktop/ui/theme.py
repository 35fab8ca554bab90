"""Looks by tokens: a table of colours, one style sheet, a palette made of the same colours."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface_alt",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "selection_text",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text_muted",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours. ``name`` is ``light`` or ``dark``."""

    name: str
    colours: dict[str, str]
    style_sheet: str

    def colour(self, token: str) -> QColor:
        return _colour(self.colours[token])

    def palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.colour(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text_disabled"))
        return palette


@cache
def _colour(text: str) -> QColor:
    """Asked for some hundred times a frame; nobody changes a colour that they were given."""
    return QColor(text)


def _value_of(values: dict[str, str], placeholder: re.Match[str]) -> str:
    return values[placeholder[1]]


def load_themes(tokens: str, style: str, folder: str = "") -> dict[str, Theme]:
    """Both themes from the texts of the two files; ``folder`` is where the style's pictures lie.

    Raises KeyError when the style names a token that is not there.
    """
    return {
        name: Theme(
            name,
            dict(colours),
            _PLACEHOLDER.sub(partial(_value_of, {**colours, "theme": name, "folder": folder}), style),
        )
        for name, colours in tomllib.loads(tokens).items()
    }


_current: Theme | None = None
_folder: Path | None = None


def install(folder: Path) -> None:
    """``folder`` holds ``tokens.toml``, the colours, and ``style.qss``, where they go."""
    global _folder
    _folder = folder


def load(name: str) -> Theme:
    """``light``, ``dark``, or ``system`` for what the desktop prefers."""
    if _folder is None:
        raise RuntimeError("no themes installed")
    themes = load_themes(
        (_folder / "tokens.toml").read_text(encoding="utf-8"),
        (_folder / "style.qss").read_text(encoding="utf-8"),
        _folder.as_posix(),
    )
    return themes[system_theme_name() if name == "system" else name]


def current() -> Theme:
    if _current is None:
        raise RuntimeError("no theme applied")
    return _current


@cache
def system_theme_name() -> str:
    """What the desktop prefers, judged by the palette it gave us: asked for the first time before we change that palette.

    ``QStyleHints.colorScheme`` would say it too, but touching any of the ``Qt`` enums costs 15 ms before the first paint, and
    it is "unknown" on desktops that are dark by their palette alone.
    """
    return "dark" if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else "light"


def use(theme: Theme) -> None:
    """Enough for a window without controls."""
    global _current
    _current = theme


def apply(application: QApplication, theme: Theme) -> None:
    use(theme)
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(theme.palette())
    application.setStyleSheet(theme.style_sheet)


def restyle(widget: QWidget) -> None:
    """After a dynamic property changed: Qt looks at the style sheet again only when asked."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark_invalid(field: QWidget, why: str, *, description: str = "") -> None:
    """The field's edge says that something is wrong with what is in it, and a screen reader why; empty: nothing is.

    ``description`` is what the field is described by otherwise.
    """
    field.setProperty("invalid", "true" if why else "false")
    field.setAccessibleDescription(why or description)
    restyle(field)


def tabular(font: QFont) -> QFont:
    """``font`` with figures of one width, for ids and dates; fonts without the feature stay as they are."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


def fixed_font() -> QFont:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
