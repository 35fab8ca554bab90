"""A review without a mouse: judge, reject with the words that the marks made, undo nothing, find the marks again."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.support.desks import account_of
from tests.support.real_window import Operator, operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.review import Mark
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog

SECONDS = 90.0
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


def _press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


async def _dialog(operator: Operator, kind: type[D]) -> D:
    def found() -> list[D]:
        return [dialog for dialog in operator.view.findChildren(kind) if dialog.isVisible()]

    await until(found, kind.__name__)
    return found()[0]


async def _on_screen(operator: Operator) -> str:
    """The entry id of the document on screen, once it may be judged."""

    def ready() -> bool:
        review, entry = operator.shell.marks.review, operator.shell.review.entry
        return review is not None and entry is not None and review.mark_of(entry.entry_id).may_be_judged

    await until(ready, "a document that may be judged")
    entry = operator.shell.review.entry
    assert entry is not None
    return entry.entry_id


def test_two_documents_are_judged_and_the_file_rejected_with_the_words_that_follow(
    application: QApplication, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    secrets = SessionSecretStore()

    async def scenario() -> None:
        account = account_of(sandbox)
        async with operator_at_work(tmp_path / "desk", account, secrets=secrets) as operator:
            await operator.under.refresh()
            uuid = (await operator.under.waiting())[0].uuid
            await operator.open(uuid)
            window = operator.view
            first = await _on_screen(operator)
            _press(window, Qt.Key.Key_G)
            await until(
                lambda: operator.shell.review.entry is not None and operator.shell.review.entry.entry_id != first
            )
            second = await _on_screen(operator)
            _press(window, Qt.Key.Key_B)
            problem = await _dialog(operator, ProblemDialog)
            _press(problem.list, Qt.Key.Key_2)
            _press(problem.list, Qt.Key.Key_Return)
            await until(lambda: not problem.isVisible())
            review = operator.shell.marks.review
            assert review is not None
            entry = review.index.entry(second)
            assert entry is not None
            label = review.label_of(entry)

        async with operator_at_work(tmp_path / "desk", account, secrets=secrets) as operator:
            await operator.open(uuid)
            await _on_screen(operator)
            review = operator.shell.marks.review
            assert review is not None
            assert (review.mark_of(first).mark, review.mark_of(second).mark) == (Mark.GOOD, Mark.PROBLEM)
            window = operator.view
            _press(window, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
            words = await _dialog(operator, RejectDialog)
            edit = words.cause.lineEdit()
            assert edit is not None
            QTest.keyClicks(edit, "Incomplete")
            _press(words.message, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(words.message, " See you soon.")
            message = words.message.toPlainText()
            assert message.startswith("Your file could not be validated:\n")
            assert f"– {label}: " in message
            assert message.endswith("See you soon.")
            _press(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await operator.until_outbox(OutboxStatus.CONFIRMED)

        (decision,) = sandbox.decisions()
        assert decision["uuid"] == uuid
        assert (decision["cause"], decision["message"]) == ("Incomplete", message)

    run_in_qt(application, scenario, seconds=SECONDS)
