"""Several archives from disk: in the order in which they were opened, one on screen, each with its own marks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFileOpenEvent
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.errors import NotAnArchive
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.ui.models.disk_archives import DiskRole, DiskRow
from tns_desktop.ui.presenters.disk_archives import told_apart
from tns_desktop.ui.presenters.work_in_hand import WorkInHand, work_of
from tns_desktop.ui.runtime.open_requests import OpenRequests
from tns_desktop.ui.views.choice_dialog import ChoiceDialog

A, B, C = Path("/archives/a.zip"), Path("/archives/b.zip"), Path("/archives/c.zip")


def _prepared(world: World) -> None:
    for number, path in enumerate((A, B, C), start=11):
        world.archives.indexes[path.name] = an_index(number)


def _rows(bench: Bench) -> list[DiskRow]:
    model = bench.window.archives.view.model()
    return [model.index(row, 0).data(DiskRole.ROW) for row in range(model.rowCount())]


async def _shows(bench: Bench, number: int) -> None:
    key = DocumentKey(an_index(number).sha256, "0")
    await until(lambda: bench.window.review.preview.pages.key == key, f"archive {number}")
    await until(lambda: bench.window.review.preview.pages.is_drawn(0), "its page")
    await until(lambda: bench.shell.marks.review is not None, "its marks")


def test_several_are_listed_in_their_order_and_each_keeps_its_marks(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(B, A, B)
            await _shows(bench, 12)
            await until(lambda: all(row.facts for row in _rows(bench)), "what is known of each")
            assert [row.name for row in _rows(bench)] == ["b.zip", "a.zip"]
            assert bench.window.shows_archives
            bench.trigger("mark_good")
            await until(lambda: _rows(bench)[0].status == "1 of 2 documents judged")
            bench.trigger("next_file")
            await _shows(bench, 11)
            assert bench.shell.marks.review is not None
            assert bench.shell.marks.review.judged == 0
            bench.trigger("previous_file")
            await _shows(bench, 12)
            assert bench.shell.marks.review.judged == 1
            assert len([call for call in world.gates.calls if call == ("disk", "b.zip")]) == 1

    run_in_qt(application, scenario)


def test_one_that_changed_on_the_disk_is_read_anew_and_one_that_fails_says_so(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        _prepared(world)
        world.gates.fail(("disk", "b.zip"), NotAnArchive(facts={"looks_like": "PDF"}))
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(A, B)
            await _shows(bench, 11)
            await until(lambda: _rows(bench)[1].status == "Cannot be opened", "the failure")
            world.archives.indexes["a.zip"] = an_index(77)
            world.archives.changed.add("a.zip")
            bench.trigger("next_file")
            await until(lambda: "PDF" in bench.window.review.archive_message)
            bench.trigger("previous_file")
            await _shows(bench, 77)

    run_in_qt(application, scenario)


def test_closing_one_shows_the_next_and_closing_the_last_leads_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            bench.trigger("close_archive")
            assert bench.window.snackbar.text == "No archive from disk is on screen."
            bench.shell.show_from_disk(A, B, C)
            await _shows(bench, 11)
            bench.trigger("close_archive")
            await _shows(bench, 12)
            bench.trigger("close_archive")
            await _shows(bench, 13)
            bench.trigger("close_archive")
            await turns(5)
            assert bench.window.shows_welcome
            assert _rows(bench) == []

    run_in_qt(application, scenario)


def test_a_client_file_and_an_archive_take_turns(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        _prepared(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks(1)
            bench.shell.show_from_disk(A)
            await _shows(bench, 11)
            assert bench.shell.review.key is None
            bench.trigger("queue_waiting")
            await until(lambda: not bench.window.shows_archives)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            bench.trigger("disk_archives")
            assert bench.window.shows_archives
            bench.window.archives.choose(A)
            await _shows(bench, 11)

    run_in_qt(application, scenario)


def test_what_was_made_of_one_is_forgotten_when_it_is_asked_for(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(A)
            await _shows(bench, 11)
            bench.trigger("mark_good")
            await until(lambda: "1 of 2" in _rows(bench)[0].status)
            bench.trigger("forget_archive")
            dialog = await bench.dialog(ChoiceDialog)
            bench.click(dialog.findChildren(QPushButton)[-1])
            await until(lambda: not bench.has_dialog())
            await turns(3)
            assert "1 of 2" in _rows(bench)[0].status
            bench.trigger("forget_archive")
            dialog = await bench.dialog(ChoiceDialog)
            bench.click(dialog.findChildren(QPushButton)[0])
            await until(lambda: _rows(bench)[0].status == "Review not begun")
            await _shows(bench, 11)
            assert bench.shell.marks.review is not None
            assert bench.shell.marks.review.judged == 0

    run_in_qt(application, scenario)


def test_equal_bytes_under_two_names_are_one_review_in_the_list(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        for path in (A, B):
            world.archives.indexes[path.name] = an_index(11)
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(A, B)
            await _shows(bench, 11)
            await until(lambda: all(row.facts for row in _rows(bench)), "what is known of each")
            bench.trigger("mark_good")
            await until(lambda: [row.status for row in _rows(bench)] == ["1 of 2 documents judged"] * 2)
            bench.trigger("next_file")
            await until(lambda: bench.window.review.name.text() == "b.zip")
            await _shows(bench, 11)
            assert bench.shell.marks.review is not None
            assert bench.shell.marks.review.judged == 1
            bench.trigger("forget_archive")
            bench.click((await bench.dialog(ChoiceDialog)).findChildren(QPushButton)[0])
            await until(lambda: [row.status for row in _rows(bench)] == ["Review not begun"] * 2)

    run_in_qt(application, scenario)


def test_files_that_come_one_by_one_are_all_read(application: QApplication, world: World) -> None:
    """Windows and macOS hand several files over so: each takes the screen before the one before it was read."""

    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            for path in (A, B, C):
                bench.shell.show_from_disk(path)
            await _shows(bench, 13)
            await until(lambda: all(row.facts for row in _rows(bench)), "what is known of each")
            world.gates.fail(("disk", "a.zip"), NotAnArchive(facts={"looks_like": "PDF"}))
            world.archives.changed.add("a.zip")
            bench.window.archives.choose(A)
            await until(lambda: _rows(bench)[0].status == "Cannot be opened", "the failure")
            world.gates.mend(("disk", "a.zip"))
            bench.shell.show_from_disk(C, A)
            await _shows(bench, 13)
            await until(lambda: bool(_rows(bench)[0].facts), "tried again, since somebody asked again")

    run_in_qt(application, scenario)


def test_a_window_that_is_dressed_anew_and_a_desk_that_was_locked_show_them_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(A, B)
            bench.trigger("next_file")
            await _shows(bench, 12)
            work = work_of(bench.shell.work_in_hand().as_text)
        assert work == WorkInHand(archives=(B, A))
        async with opened_bench(world) as bench:
            await _shows(bench, 12)
            assert [row.name for row in _rows(bench)] == ["a.zip", "b.zip"]
        for path in (A, B):
            world.desk.disk.remove(path)
        world.desk.disk.on_screen = None
        async with opened_bench(world) as bench:
            bench.shell.resume(work)
            await _shows(bench, 12)

    run_in_qt(application, scenario)


def test_archives_of_one_name_are_told_apart_by_their_folders() -> None:
    other = Path("/elsewhere/a.zip")
    assert told_apart([A, B, other]) == [str(A), "b.zip", str(other)]


def test_several_files_are_dropped_and_one_is_double_clicked_while_the_program_runs(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        _prepared(world)
        async with opened_bench(world) as bench:
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(B)), QUrl.fromLocalFile(str(A))])
            copying, no_button, no_key = (
                Qt.DropAction.CopyAction,
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
            )
            bench.window.frame.dropEvent(QDropEvent(QPointF(9, 9), copying, mime, no_button, no_key))
            await _shows(bench, 12)
            assert [row.name for row in _rows(bench)] == ["b.zip", "a.zip"]
        heard: list[str] = []
        requests = OpenRequests(application)
        requests.requested.connect(heard.append)
        QApplication.sendEvent(application, QFileOpenEvent(str(C)))
        requests.close()
        QApplication.sendEvent(application, QFileOpenEvent(str(A)))
        assert heard == [str(C)]

    run_in_qt(application, scenario)
