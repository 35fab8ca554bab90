"""The way from a queue to a rejection, as a screen reader hears it: each thing on it has a name, a role and its state."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.screen_reader import Spoken, nameless, spoken
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.review import Mark
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog

Role = QAccessible.Role


def _one(things: list[Spoken], words: str, *roles: QAccessible.Role) -> Spoken:
    found = [thing for thing in things if words in thing.name and thing.role in roles]
    assert found, f"nothing is called {words!r}: {sorted({thing.name for thing in things if thing.role in roles})}"
    return found[0]


def test_queue_file_document_mark_and_rejection_are_read(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.archives.indexes[a_key(1)] = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JPEG))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            frame = bench.window.frame
            things = spoken(frame)
            _one(things, "To validate", Role.ListItem)
            _one(things, a_file(1).display_name, Role.Cell)
            assert len([thing for thing in things if thing.focusable]) > 10
            assert nameless(frame) == []

            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            await until(
                lambda: bench.shell.marks.review is not None and bench.shell.marks.review.mark_of("0").displayed
            )
            await turns(5)
            things = spoken(frame)
            document = _one(things, "1-0.pdf", Role.TreeItem, Role.ListItem, Role.Cell)
            assert "Seen" in document.name
            assert document.selected
            _one(things, "Accept", Role.Button)
            assert not _one(things, "Reject", Role.Button).disabled
            assert nameless(frame) == []

            bench.trigger("mark_problem")
            problem = await bench.dialog(ProblemDialog)
            assert nameless(problem) == []
            _one(spoken(problem), "Not signed", Role.ListItem)
            QTest.keyClick(problem.list, Qt.Key.Key_1)
            QTest.keyClick(problem.list, Qt.Key.Key_Return)
            await until(lambda: bench.shell.marks.review.mark_of("0").mark is Mark.PROBLEM)  # type: ignore[union-attr]
            await turns(5)
            assert "Seen" not in _one(spoken(frame), "1-0.pdf", Role.TreeItem, Role.ListItem, Role.Cell).name

            bench.trigger("reject")
            dialog = await bench.dialog(RejectDialog)
            assert nameless(dialog) == []
            assert dialog.windowTitle()
            dialog.reject()

    run_in_qt(application, scenario)
