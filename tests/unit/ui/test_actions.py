"""Every action has a key, no key means two things, and the help lists all of them."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tns_desktop.ui.actions import ACTIONS, Actions, all_keys_of, keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.help_dialog import HelpDialog


def test_every_action_has_a_key_that_qt_understands(english: QApplication) -> None:
    for spec in ACTIONS:
        assert spec.keys, spec.action_id
        for key in spec.keys:
            assert not QKeySequence(key).isEmpty(), f"{spec.action_id}: {key}"
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText), f"{spec.action_id}: {key}"


def test_no_key_means_two_things(english: QApplication) -> None:
    counts = Counter(
        QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) for spec in ACTIONS for key in spec.keys
    )
    assert [key for key, times in counts.items() if times > 1] == []


def test_no_action_is_there_twice() -> None:
    assert len({spec.action_id for spec in ACTIONS}) == len(ACTIONS)


def test_the_window_s_actions_carry_the_table_s_keys_and_say_them(language: str) -> None:
    window = QMainWindow()
    actions = Actions(window)
    for spec in ACTIONS:
        action = actions[spec.action_id]
        assert (action in window.actions()) is not spec.where_focused
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(key).toString() for key in spec.keys]
        assert action.text() == tr(f"action.{spec.action_id}")
        assert keys_of(spec) in action.toolTip()
        assert action.icon().isNull() is (not spec.icon)


def test_an_unknown_action_is_an_error(english: QApplication) -> None:
    with pytest.raises(KeyError):
        Actions(QMainWindow())["no_such_action"]


def test_the_help_lists_every_action_with_all_its_keys(language: str) -> None:
    dialog = HelpDialog()
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    for spec in ACTIONS:
        assert tr(f"action.{spec.action_id}") in texts
        assert any(all(key in text for key in all_keys_of(spec)) for text in texts), spec.action_id
