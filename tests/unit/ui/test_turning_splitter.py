"""A splitter that turns: each way keeps its sizes, over a restart too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.qtbot import QtBot

from tns_desktop.ui.widgets.turning_splitter import BELOW, BESIDE, TurningSplitter

pytestmark = pytest.mark.usefixtures("english")


def made(qtbot: QtBot) -> TurningSplitter:
    splitter = TurningSplitter([500, 100], [400, 200])
    qtbot.addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.setHandleWidth(0)
    splitter.resize(600, 600)
    splitter.show()
    splitter.setSizes([500, 100])
    return splitter


def test_each_way_keeps_its_sizes(qtbot: QtBot) -> None:
    splitter = made(qtbot)
    splitter.turn(beside=True)
    assert (splitter.is_beside, splitter.sizes()) == (True, [400, 200])
    splitter.setSizes([450, 150])
    splitter.turn(beside=False)
    assert (splitter.is_beside, splitter.sizes()) == (False, [500, 100])
    splitter.turn(beside=True)
    assert splitter.sizes() == [450, 150]


@pytest.mark.parametrize("beside", [True, False])
def test_both_ways_come_back_whichever_is_shown(qtbot: QtBot, beside: bool) -> None:
    before, after = made(qtbot), made(qtbot)
    before.setSizes([550, 50])
    before.turn(beside=True)
    before.setSizes([300, 300])
    before.turn(beside=beside)
    after.restore(before.states())
    assert (after.is_beside, after.sizes()) == (False, [550, 50])
    after.turn(beside=True)
    assert after.sizes() == [300, 300]


def test_nonsense_and_the_state_of_another_splitter_turn_nothing(qtbot: QtBot) -> None:
    splitter = made(qtbot)
    other = QSplitter()
    qtbot.addWidget(other)
    splitter.restore([other.saveState(), QByteArray(b"nonsense")])
    assert splitter.orientation() == BELOW
    splitter.turn(beside=True)
    assert splitter.orientation() == BESIDE
    assert splitter.sizes() == pytest.approx([400, 200], abs=1)
    splitter.restore([])
    assert splitter.orientation() == BESIDE
