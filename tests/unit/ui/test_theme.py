"""Both themes have the same tokens, every token that is asked for exists, and what is read can be read (WCAG 2.2 AA)."""

from __future__ import annotations

import re
import tomllib
from itertools import product

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from tests.support.catalogue_keys import PACKAGE
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.domain.connection import Environment
from tns_desktop.domain.review import Mark
from tns_desktop.ui import theme
from tns_desktop.ui.preview import hits
from tns_desktop.ui.state_words import mark_look
from tns_desktop.ui.theme import load_themes
from tns_desktop.ui.views.inspection_words import BAD, GOOD, LOOK

TOKENS = resource_path("themes", "tokens.toml").read_text(encoding="utf-8")
STYLE = resource_path("themes", "style.qss").read_text(encoding="utf-8")
COLOURS: dict[str, dict[str, str]] = tomllib.loads(TOKENS)
NAMES = ("light", "dark")

STATE_TOKENS = ("waiting", "pending", "suspended", "accepted", "rejected", "unknown")
GROUNDS = ("window", "surface", "surface_alt")

TEXT_PAIRS = [
    *product(("text", "text_muted"), GROUNDS),
    ("text", "surface_sunken"),
    ("text_muted", "surface_sunken"),
    ("accent", "surface"),
    ("negative", "surface"),
    ("negative", "window"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("positive_text", "positive"),
    ("positive_text", "positive_hover"),
    ("negative_text", "negative"),
    ("negative_text", "negative_hover"),
    ("selection_text", "selection"),
    ("banner_text", "banner_info"),
    ("banner_text", "banner_warning"),
    ("banner_text", "banner_error"),
    *((f"syntax_{part}", "surface") for part in ("name", "string", "number", "word", "tag")),
    ("accent", "surface_alt"),
    ("snackbar_text", "snackbar"),
    ("snackbar_action", "snackbar"),
    *((f"state_{state}", ground) for state, ground in product(STATE_TOKENS, ("surface", "surface_alt"))),
    *(("environment_text", f"environment_{environment.value}") for environment in Environment),
]
"""What is read in the normal size: at least 4.5 to 1 (WCAG 1.4.3)."""

SHAPE_PAIRS = [
    *product(("focus", "border_strong"), ("window", "surface", "surface_alt")),
    ("snackbar_action", "snackbar"),
    ("accent", "banner_info"),
    ("state_suspended", "banner_warning"),
    ("state_rejected", "banner_error"),
    ("accent", "surface_sunken"),
    ("border_strong", "surface_sunken"),
    ("text_muted", "surface_alt"),
    ("positive", "surface_alt"),
    ("negative", "surface_alt"),
]
"""Edges of controls, the focus, icons, the bar of a progress: at least 3 to 1 (WCAG 1.4.11)."""


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_have_the_same_tokens() -> None:
    assert COLOURS.keys() == set(NAMES)
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for name in NAMES for value in COLOURS[name].values())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(name: str, pair: tuple[str, str]) -> None:
    front, ground = (COLOURS[name][token] for token in pair)
    assert contrast(front, ground) >= 4.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ground", ["surface", "surface_alt", "window"])
def test_marks_states_and_findings_can_be_read_on_every_ground_they_stand_on(name: str, ground: str) -> None:
    """Their words are in the colour of the icon: a mark below its document, a verdict beside it."""
    tokens = {mark_look(mark).token for mark in Mark} | {GOOD[1], LOOK[1], BAD[1]}
    low = {token: contrast(COLOURS[name][token], COLOURS[name][ground]) for token in tokens}
    assert {token: ratio for token, ratio in low.items() if ratio < 4.5} == {}


def _over(colour: QColor, paper: str) -> str:
    """The colour that is seen where a transparent one lies on another."""
    under, share = QColor(paper), colour.alphaF()
    channels = (
        (colour.red(), under.red()),
        (colour.green(), under.green()),
        (colour.blue(), under.blue()),
    )
    return QColor(*(round(top * share + below * (1 - share)) for top, below in channels)).name()


def test_words_that_were_found_can_still_be_read_and_the_present_one_is_told_by_its_edge() -> None:
    """Paper is white and its letters black, in either theme."""
    for filling in (hits.FOUND, hits.PRESENT):
        assert contrast("#000000", _over(filling, "#ffffff")) >= 4.5
    assert contrast(hits.OUTLINE.name(), "#ffffff") >= 3
    assert contrast(hits.OUTLINE.name(), _over(hits.FOUND, "#ffffff")) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_value_s_place_on_the_page_can_be_seen_and_read(name: str) -> None:
    accent = QColor(COLOURS[name]["accent"])
    accent.setAlpha(hits.MARK_ALPHA)
    assert contrast("#000000", _over(accent, "#ffffff")) >= 4.5
    assert contrast(hits.mark_colour(COLOURS[name]["accent"]).name(), "#ffffff") >= 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pair", SHAPE_PAIRS, ids="-on-".join)
def test_shapes_and_the_focus_can_be_seen(name: str, pair: tuple[str, str]) -> None:
    front, ground = (COLOURS[name][token] for token in pair)
    assert contrast(front, ground) >= 3


def test_the_style_sheet_names_only_tokens_that_exist() -> None:
    themes = load_themes(TOKENS, STYLE)
    assert all("{{" not in made.style_sheet for made in themes.values())
    with pytest.raises(KeyError):
        load_themes(TOKENS, "QLabel { color: {{no_such_token}}; }")


def test_no_token_is_unused() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "ui").rglob("*.py"))
    unused = [token for token in COLOURS["light"] if f"{{{{{token}}}}}" not in STYLE and f'"{token}"' not in code]
    assert unused == []


def test_no_colour_stands_outside_the_tokens() -> None:
    """Paper is white and the program's own icon black in every theme; nothing else has a colour of its own."""
    assert re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", STYLE) == []
    coloured = [
        f"{path.name}: {found}"
        for path in sorted((PACKAGE / "ui").rglob("*.py"))
        for found in re.findall(r'"#[0-9a-fA-F]{6}"', path.read_text(encoding="utf-8"))
    ]
    assert coloured == ['icons.py: "#000000"']


@pytest.mark.parametrize("name", NAMES)
def test_the_palette_has_the_colours_of_the_tokens(qapp: QApplication, name: str) -> None:
    made = load_themes(TOKENS, STYLE)[name]
    assert made.palette().color(QPalette.ColorRole.Window).name() == COLOURS[name]["window"]
    assert made.palette().color(QPalette.ColorRole.Highlight).name() == COLOURS[name]["selection"]
    assert made.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == made.colour("text_disabled")


def test_a_changed_property_is_seen_after_restyling(english: QApplication) -> None:
    label = QLabel("x")
    label.ensurePolished()
    before = label.palette().color(QPalette.ColorRole.WindowText)
    label.setProperty("role", "error")
    theme.restyle(label)
    assert label.palette().color(QPalette.ColorRole.WindowText) == theme.current().colour("negative") != before


def test_figures_of_one_width_leave_the_given_font_alone(english: QApplication) -> None:
    font = QFont("DejaVu Sans", 9)
    assert QFont.Tag("tnum") in theme.tabular(font).featureTags()
    assert font.featureTags() == []
