"""Every action comes with a key, no key means two things in one place, and the help lists all of them."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from tests.support.windows import delete, run_in_qt, until
from tns_desktop.ui.actions import ACTIONS, Actions, Place, canonical, key_map, key_of, keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.help_dialog import HelpDialog


def test_every_action_has_a_key_that_qt_understands(english: QApplication) -> None:
    for spec in ACTIONS:
        assert spec.keys, spec.action_id
        for key in spec.keys:
            assert canonical(key) == key, f"{spec.action_id}: {key}"


def test_no_key_means_two_things(english: QApplication) -> None:
    counts = Counter((spec.place.area, key) for spec in ACTIONS for key in spec.keys)
    assert [key for key, times in counts.items() if times > 1] == []


def test_no_action_is_there_twice() -> None:
    assert len({spec.action_id for spec in ACTIONS}) == len(ACTIONS)


def test_the_window_s_actions_carry_the_table_s_keys_and_say_them(language: str) -> None:
    window = QMainWindow()
    actions = Actions(window)
    for spec in ACTIONS:
        action = actions[spec.action_id]
        in_window = not spec.where_focused and spec.place is not Place.DIALOG
        assert (action in window.actions()) is in_window
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(key).toString() for key in spec.keys]
        assert action.text() == tr(f"action.{spec.action_id}")
        assert key_of(action) in action.toolTip()
        assert action.icon().isNull() is (not spec.icon)


def test_an_unknown_action_is_an_error(english: QApplication) -> None:
    with pytest.raises(KeyError):
        Actions(QMainWindow())["no_such_action"]


def test_the_help_lists_every_action_with_all_its_keys(language: str) -> None:
    window = QMainWindow()
    actions = Actions(window)
    dialog = HelpDialog(actions)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    for spec in ACTIONS:
        assert tr(f"action.{spec.action_id}") in texts
        assert any(all(key in text for key in keys_of(actions[spec.action_id])) for text in texts), spec.action_id


# --- keys of one's own ------------------------------------------------------------------------------------------------


def test_keys_of_one_s_own_are_taken_over_and_said_at_once(english: QApplication) -> None:
    window = QMainWindow()
    actions = Actions(window)
    told: list[None] = []
    actions.keys_changed.connect(lambda: told.append(None))
    actions.use(key_map({"next_file": ["Ctrl+Down", "T"], "rotate": []}))
    assert keys_of(actions["next_file"]) == ["Ctrl+Down", "T"]
    assert actions["next_file"].toolTip() == "Next file (Ctrl+Down)"
    assert keys_of(actions["rotate"]) == []
    assert actions["rotate"].toolTip() == "Rotate"
    actions.use(key_map({}))
    assert keys_of(actions["next_file"]) == ["J"]
    assert len(told) == 2


@pytest.mark.parametrize(
    "broken",
    [
        *("Ctrl+X", 7, {"a": 1}, ["Nonsense"], ["Ctrl+K, Ctrl+C"], [3], [""], ["Escape"], ["Tab"], ["Return"]),
        *(["Ctrl+Alt+E"], ["Shift+?"], ["Num+1"], ["Space"], ["Up"], ["J", "Nonsense"]),
    ],
)
def test_an_entry_that_is_none_is_ignored_for_its_action_only(english: QApplication, broken: object) -> None:
    effect = key_map({"next_file": broken, "previous_file": ["y"], "no_such_action": ["Z"]}).in_effect()
    assert effect["next_file"] == ("J",)
    assert effect["previous_file"] == ("Y",)
    assert "no_such_action" not in effect


def test_a_key_chosen_by_hand_is_not_lost_to_another_action_s_default(english: QApplication) -> None:
    effect = key_map({"quit": ["J"]}).in_effect()
    assert effect["quit"] == ("J",)
    assert effect["next_file"] == ()


def test_the_help_says_which_action_has_no_key(english: QApplication) -> None:
    window = QMainWindow()
    actions = Actions(window)
    actions.use(key_map({"rotate": []}))
    dialog = HelpDialog(actions)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert texts.count(tr("help.no_key")) == 1
    assert texts[texts.index(tr("help.no_key")) + 1] == tr("action.rotate")


def test_letters_go_to_the_field_that_has_the_keyboard_whatever_they_do_elsewhere(english: QApplication) -> None:
    async def scenario() -> None:
        window = QMainWindow()
        actions = Actions(window)
        fired: list[str] = []
        for spec in ACTIONS:
            actions[spec.action_id].triggered.connect(lambda _checked=False, name=spec.action_id: fired.append(name))
        actions.use(key_map({"accept": ["y"], "quit": ["Shift+Q"], "reject": ["Delete"], "skip": ["End"]}))
        field, text, rows = QLineEdit(), QPlainTextEdit(), QListWidget()
        holder = QWidget()
        column = QVBoxLayout(holder)
        for widget in (field, text, rows):
            column.addWidget(widget)
        window.setCentralWidget(holder)
        window.show()
        window.activateWindow()
        await until(window.isActiveWindow)
        for widget in (field, text):
            widget.setFocus()
            QTest.keyClicks(widget, "yes?Q/0+")
            QTest.keyClick(widget, Qt.Key.Key_Delete)
            QTest.keyClick(widget, Qt.Key.Key_End)
        assert (field.text(), text.toPlainText()) == ("yes?Q/0+", "yes?Q/0+")
        assert fired == []
        rows.setFocus()
        QTest.keyClick(rows, Qt.Key.Key_Y)
        QTest.keyClick(rows, Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
        assert fired == ["accept", "quit"]
        delete(window)

    run_in_qt(english, scenario)
