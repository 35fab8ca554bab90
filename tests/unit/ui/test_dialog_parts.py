"""The foot of a dialog by keyboard: Return on *Cancel* cancels, Return in a field confirms."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button

pytestmark = pytest.mark.usefixtures("english")


class Asked(QDialog):
    """A field, *Cancel* and what it is for."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.results: list[int] = []
        self.finished.connect(self.results.append)
        self.field = QLineEdit()
        self.confirm = primary_button("Do")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.accept)
        self.cancel = cancel_button(self)
        column = body(self)
        column.addWidget(self.field)
        column.addLayout(foot(self.cancel, self.confirm))
        self.show()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_on_cancel_the_keys_that_press_a_button_cancel(qtbot: QtBot, key: Qt.Key) -> None:
    dialog = Asked(qtbot)
    dialog.cancel.setFocus()
    QTest.keyClick(dialog.cancel, key)
    assert dialog.results == [QDialog.DialogCode.Rejected]


def test_in_a_field_return_does_what_the_dialog_is_for(qtbot: QtBot) -> None:
    dialog = Asked(qtbot)
    dialog.field.setFocus()
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.results == [QDialog.DialogCode.Accepted]
