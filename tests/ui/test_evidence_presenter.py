"""What counts as looked at: drawn pages, in a window that is worked in; and the report that an operator saves of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_connection, a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DiskFull, VaultDamaged
from tns_desktop.domain.evidence import Evidence, PageOnScreen
from tns_desktop.domain.preview import DocumentKey, PageSize
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.presenters import evidence as presenter_module
from tns_desktop.ui.preview.page_request import Fit
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.pace_dialog import PaceDialog

KINDS = (DocumentKind.PDF, DocumentKind.TEXT)
OPERATOR = a_connection().operator_uuid


async def _opened(bench: Bench, world: World) -> None:
    await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
    bench.window.frame.activateWindow()
    await until(bench.window.isActiveWindow, "the keyboard")
    bench.choose(a_key(1))
    await bench.until_open(a_key(1))
    await until(lambda: bench.shell.marks.review is not None, "the marks")
    await turns(5)


async def _world(world: World) -> None:
    await world.connect()
    world.put([a_file(1)])
    world.archives.indexes[a_key(1)] = an_index(1, kinds=KINDS)


async def _evidence(world: World, bench: Bench) -> Evidence:
    archive = bench.shell.review.archive
    assert archive is not None
    return await world.desk.evidence.gather(archive, bench.shell.marks.review)


def test_a_page_counts_from_the_moment_it_is_drawn(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        slow = world.gates.hold(("page", DocumentKey(an_index(1).sha256, "0"), 0))
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            bench.choose(a_key(1))
            await until(lambda: ("page", DocumentKey(an_index(1).sha256, "0"), 0) in world.gates.calls)
            world.clock.advance(8)
            assert (await _evidence(world, bench)).views == {}
            slow.set()
            await bench.until_open(a_key(1))
            await turns(5)
            world.clock.advance(3)
            assert (await _evidence(world, bench)).pages_of("0") == {0: 3.0}

    run_in_qt(application, scenario)


def test_pages_and_documents_are_told_apart_and_another_window_in_front_counts_for_none(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.clock.advance(2)
            bench.trigger("next_document")
            await until(lambda: bench.shell.review.entry is not None and bench.shell.review.entry.entry_id == "1")
            await until(lambda: ("text", DocumentKey(an_index(1).sha256, "1")) in world.gates.calls)
            await turns(10)
            world.clock.advance(4)
            evidence = await _evidence(world, bench)
            assert (evidence.pages_of("0"), evidence.pages_of("1")) == ({0: 2.0}, {0: 4.0})
            other = QDialog()
            other.show()
            other.activateWindow()
            await until(other.isActiveWindow)
            await turns(5)
            world.clock.advance(9)
            assert (await _evidence(world, bench)).pages_of("1") == {0: 4.0}
            other.close()
            other.deleteLater()
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            await turns(5)
            world.clock.advance(1)
            assert (await _evidence(world, bench)).pages_of("1") == {0: 5.0}
            bench.window.show_outbox()
            bench.shell.evidence.look()
            world.clock.advance(9)
            assert (await _evidence(world, bench)).pages_of("1") == {0: 5.0}

    run_in_qt(application, scenario)


def test_two_documents_side_by_side_both_count_and_so_they_do_in_a_window_of_their_own(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            bench.trigger("put_beside")
            await until(lambda: bench.window.review.previews.beside.pages.is_drawn(0), "the document beside")
            await turns(5)
            world.clock.advance(2)
            assert (await _evidence(world, bench)).pages_of("0") == {0: 2.0}  # twice on screen, looked at once
            bench.trigger("next_document")
            await until(lambda: ("text", DocumentKey(an_index(1).sha256, "1")) in world.gates.calls)
            await turns(10)
            world.clock.advance(3)
            evidence = await _evidence(world, bench)
            assert (evidence.pages_of("0"), evidence.pages_of("1"), evidence.seconds) == ({0: 5.0}, {0: 3.0}, 5.0)
            bench.trigger("detach_preview")
            own = bench.shell.detached.own_window
            assert own is not None
            await until(own.isActiveWindow, "the preview's window")
            await turns(5)
            world.clock.advance(4)
            evidence = await _evidence(world, bench)
            assert (evidence.pages_of("0")[0], evidence.pages_of("1"), evidence.seconds) == (9.0, {0: 7.0}, 9.0)
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            await turns(5)
            world.clock.advance(1)
            assert (await _evidence(world, bench)).pages_of("0")[0] == 10.0
            own.showMinimized()
            bench.shell.evidence.look()
            world.clock.advance(5)
            assert (await _evidence(world, bench)).seconds == 10.0
            own.showNormal()
            bench.shell.evidence.look()
            world.clock.advance(1)
            bench.trigger("put_beside")
            world.clock.advance(2)
            evidence = await _evidence(world, bench)
            assert (evidence.pages_of("0")[0], evidence.pages_of("1")) == (11.0, {0: 11.0})

    run_in_qt(application, scenario)


def test_a_locked_desk_counts_for_nobody(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.clock.advance(2)
            archive, review = bench.shell.review.archive, bench.shell.marks.review
            assert archive is not None
        world.clock.advance(9)  # what locking does to a window is done
        assert (await world.desk.evidence.gather(archive, review)).seconds == 2.0

    run_in_qt(application, scenario)


def test_every_page_of_which_half_is_in_view_counts(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            pages = bench.window.review.preview.pages
            archive = bench.shell.review.archive
            assert archive is not None
            pages.show_document(archive.document_key("0"), (PageSize(60, 40),) * 3, fit=Fit.FREE, zoom=4.0)
            await until(lambda: all(pages.is_drawn(page) for page in range(3)), "three pages")
            height = pages.viewport().height()
            third = pages.pages_in_view()
            assert third[:2] == [0, 1], height
            await turns(5)
            world.clock.advance(3)
            seen = (await _evidence(world, bench)).pages_of("0")
            assert {page: seen.get(page, 0.0) for page in third} == dict.fromkeys(third, 3.0)
            pages.zoom_by(4)
            assert pages.pages_in_view() == [pages.page]

    run_in_qt(application, scenario)


def test_a_decision_takes_its_evidence_with_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.clock.advance(2)
            bench.trigger("accept")
            await _accept_anyway(bench)
            await until(lambda: bench.decided == 1)
            (decision_id,) = world.outbox.rows
            assert world.evidence.decided[decision_id].pages_of("0") == {0: 2.0}
        assert world.evidence.seen[a_key(1), an_index(1).sha256]

    run_in_qt(application, scenario)


def test_without_its_evidence_nothing_is_decided_and_it_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.gates.fail("put_evidence", VaultDamaged("gone", facts={"path": "x"}))
            bench.trigger("accept")
            await _accept_anyway(bench)
            await until(lambda: bench.window.snackbar.text != "")
            assert bench.decided == 0

    run_in_qt(application, scenario)


def test_a_look_at_the_clock_keeps_what_was_seen_and_a_vault_in_trouble_disturbs_nobody(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenter_module, "LOOK_EVERY_MS", 1)

    async def scenario() -> None:
        await _world(world)
        world.gates.fail("put_views", VaultDamaged("gone", facts={"path": "x"}))
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            await until(lambda: world.gates.calls.count("put_views") > 1, "two tries")
            assert bench.window.snackbar.text == ""
            world.gates.mend("put_views")
            await until(lambda: bool(world.evidence.seen))
            assert PageOnScreen("0", 0, OPERATOR) in next(iter(world.evidence.seen.values()))

    run_in_qt(application, scenario)


async def _accept_anyway(bench: Bench) -> None:
    dialog = await bench.dialog(ChoiceDialog)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    bench.click(buttons[tr("accept.anyway")])


async def _chosen(bench: Bench, target: Path) -> None:
    chooser = await bench.dialog(QFileDialog)
    field = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText(str(target))
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("name", ["report.json", "report.pdf"])
def test_the_report_is_saved_where_the_operator_says(
    application: QApplication, world: World, tmp_path: Path, name: str
) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.clock.advance(2)
            bench.trigger("save_report")
            await _chosen(bench, tmp_path / name)
            await until((tmp_path / name).exists)
            await until(lambda: name in bench.window.snackbar.text)
            content = (tmp_path / name).read_bytes()
            if name.endswith(".json"):
                assert json.loads(content)["documents"][0]["pages"] == [{"page": 1, "seconds": 2.0}]
            else:
                assert content.startswith(b"%PDF-")
                assert content.rstrip().endswith(b"%%EOF")

    run_in_qt(application, scenario)


def test_from_the_outbox_it_is_the_report_on_the_row(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            bench.trigger("accept")
            await _accept_anyway(bench)
            await until(lambda: bench.decided == 1 and bench.models.outbox.rowCount() == 1)
            bench.window.show_outbox()
            await until(bench.window.outbox.save_report.isVisible)
            await turns(10)
            bench.window.outbox.save_report.click()
            await _chosen(bench, tmp_path / "report.json")
            await until(lambda: "report.json" in bench.window.snackbar.text)
            told = json.loads((tmp_path / "report.json").read_text("utf-8"))
            assert told["decision"]["verdict"] == "accept"
            bench.trigger("save_report")
            chooser = await bench.dialog(QFileDialog)
            chooser.reject()
            await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


def test_a_full_disk_is_said_and_an_empty_desk_has_nothing_to_report(
    application: QApplication, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(content: bytes, target: Path) -> None:
        raise DiskFull("no room", facts={"path": str(target)})

    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            bench.trigger("save_report")
            assert "no archive" in bench.window.snackbar.text
            await _opened(bench, world)
            monkeypatch.setattr(world.desk.reports, "save", full)
            bench.trigger("save_report")
            await _chosen(bench, tmp_path / "report.pdf")
            await until(lambda: "disk" in bench.window.snackbar.text.lower())

    run_in_qt(application, scenario)


def test_the_pace_counts_what_was_decided_here_today(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        world.put([a_file(2)])
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.clock.advance(5)
            bench.trigger("accept")
            await _accept_anyway(bench)
            await until(lambda: bench.decided == 1)
            bench.trigger("pace")
            dialog = await bench.dialog(PaceDialog)
            cells = [dialog.table.item(0, column) for column in range(dialog.table.columnCount())]
            texts = [cell.text() for cell in cells if cell is not None]
            assert (texts[0], texts[3], texts[4]) == ("To validate", "1", "5 s")
            assert "Martin" not in " ".join(texts)
            dialog.accept()

    run_in_qt(application, scenario)


def test_a_pace_that_cannot_be_worked_out_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await _opened(bench, world)
            world.gates.fail("outbox", VaultDamaged("gone", facts={"path": "x"}))
            bench.trigger("pace")
            await until(lambda: bench.window.snackbar.text != "")
            assert not bench.has_dialog()

    run_in_qt(application, scenario)
