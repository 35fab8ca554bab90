"""Looks by tokens: a table of colours, one style sheet, a palette made of the same colours."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
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
        return QColor(self.colours[token])

    def palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.colour(token))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text_disabled"))
        return palette


def _colour_of(colours: dict[str, str], placeholder: re.Match[str]) -> str:
    return colours[placeholder[1]]


def load_themes(tokens: str, style: str) -> dict[str, Theme]:
    """Both themes from the texts of the two files. Raises KeyError when the style names a token that is not there."""
    return {
        name: Theme(name, dict(colours), _PLACEHOLDER.sub(partial(_colour_of, colours), style))
        for name, colours in tomllib.loads(tokens).items()
    }


_current: Theme | None = None


def current() -> Theme:
    if _current is None:
        raise RuntimeError("no theme applied")
    return _current


def system_theme_name() -> str:
    hints = QGuiApplication.styleHints()
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"


def apply(application: QApplication, theme: Theme) -> None:
    global _current
    _current = theme
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(theme.palette())
    application.setStyleSheet(theme.style_sheet)


def restyle(widget: QWidget) -> None:
    """After a dynamic property changed: Qt looks at the style sheet again only when asked."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def tabular(font: QFont) -> QFont:
    """``font`` with figures of one width, for ids and dates; fonts without the feature stay as they are."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


def fixed_font() -> QFont:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
