"""Every icon that is named exists, every picture can be drawn, and takes the theme's colour."""

from __future__ import annotations

import ast

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QIcon
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from tests.support.catalogue_keys import parsed
from tests.support.files import an_entry
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.domain.client_file import ClientFileState, KnownState
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.ui import icons
from tns_desktop.ui.actions import ACTIONS
from tns_desktop.ui.state_words import pending_look, state_look
from tns_desktop.ui.views.welcome import DOORS

FILES = {
    file.name.removesuffix(".svg"): file.read_text(encoding="utf-8")
    for file in resource_path("icons").iterdir()
    if file.name.endswith(".svg")
}
LEVELS = frozenset({"info", "warning", "error"})
"""First words of a banner's message, where an empty state's begins with an icon."""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _literal(node: ast.Call, position: int) -> str:
    argument = node.args[position] if len(node.args) > position else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def _written_out() -> dict[str, str]:
    """Icons named where they are drawn, with the place."""
    found: dict[str, str] = {}
    for path, tree in parsed():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node)
            if called in ("icon", "pixmap", "_pixmap"):
                name = _literal(node, 0)
            elif called == "Look":
                name = _literal(node, 1)
            elif called == "show_message" and _literal(node, 0) not in LEVELS and len(node.args) > 1:
                name = _literal(node, 0)
            else:
                continue
            if name:
                found[name] = f"{path.name}:{node.lineno}"
    return found


def _from_tables() -> set[str]:
    return {
        *(spec.icon for spec in ACTIONS if spec.icon),
        *(icon for _door, icon in DOORS),
        *(state_look(ClientFileState(name)).icon for name in (*KnownState, "ARCHIVING")),
        *(pending_look(an_entry(status=status)).icon for status in OutboxStatus),
    }


def test_every_icon_that_is_named_exists() -> None:
    assert {name: place for name, place in _written_out().items() if name not in FILES} == {}
    assert _from_tables() - FILES.keys() == set()


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_picture_can_be_drawn(english: QApplication, name: str) -> None:
    renderer = QSvgRenderer(QByteArray(FILES[name].replace("currentColor", "#123456").encode()))
    assert renderer.isValid()
    image = icons.pixmap(name, "#123456", 24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"tns-desktop"}))
def test_every_picture_takes_the_theme_s_colour(name: str) -> None:
    assert "currentColor" in FILES[name]
    assert "#" not in FILES[name]


def test_an_icon_that_does_not_exist_is_an_error(english: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#000000", 16)


def test_an_icon_is_grey_when_its_control_is_off(english: QApplication) -> None:
    icon = icons.icon("check")
    on = icon.pixmap(24, 24, QIcon.Mode.Normal).toImage()
    off = icon.pixmap(24, 24, QIcon.Mode.Disabled).toImage()
    assert on != off
