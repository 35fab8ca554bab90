"""Every scene can be drawn in both languages: nothing blank, clipped or without a name, nothing said twice in the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.screens.__main__ import main
from tests.screens.scenes import SCENES, staged
from tns_desktop.ui.i18n import LANGUAGES

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("This plugin does not support")]

FEWEST_COLOURS = 24
"""A window with text on it has more shades than this already by the smoothing of its letters."""


def _shades(image: QImage) -> int:
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_drawn_whole_and_everything_that_takes_the_focus_has_a_name(
    qapp: QApplication, name: str, language: str
) -> None:
    # One theme a language: clipping does not depend on colours, and both are drawn.
    stage = staged(name, language, "light" if language == "fr" else "dark")
    try:
        assert _shades(stage.picture().toImage()) > FEWEST_COLOURS
        assert stage.clipped() == []
        assert stage.nameless() == []
    finally:
        stage.close()


def test_the_command_writes_every_theme_and_language(qapp: QApplication, tmp_path: Path) -> None:
    assert main([str(tmp_path / "pictures"), "welcome"]) == 0
    assert sorted(file.name for file in (tmp_path / "pictures").iterdir()) == [
        "welcome-dark-en.png",
        "welcome-dark-fr.png",
        "welcome-light-en.png",
        "welcome-light-fr.png",
    ]


@pytest.mark.parametrize(("words", "said"), [([], "FOLDER"), (["pictures", "no-such-scene"], "no-such-scene")])
def test_the_command_explains_itself(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err
