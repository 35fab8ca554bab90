"""The palette by keyboard alone: files, actions and documents, and nothing of a file that is not on screen any more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.search import SearchResult
from tns_desktop.ui.views.palette_dialog import PaletteDialog


async def _opened(world: World, bench: Bench) -> PaletteDialog:
    await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
    bench.choose(a_key(1))
    await bench.until_open(a_key(1))
    bench.trigger("palette")
    return await bench.dialog(PaletteDialog)


async def _world(world: World) -> None:
    await world.connect()
    world.put([a_file(1), a_file(2)])
    world.archives.indexes[a_key(1)] = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JPEG))


def _titles(dialog: PaletteDialog) -> list[str]:
    cells = [dialog.table.item(row, 0) for row in range(dialog.table.rowCount())]
    return [cell.text() for cell in cells if cell is not None]


def test_a_file_is_found_by_its_number_and_opened(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            dialog = await _opened(world, bench)
            QTest.keyClicks(dialog.field, "24-0002")
            assert len(_titles(dialog)) == 1
            assert "24-0002" in dialog.field.accessibleDescription()
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            await bench.until_open(a_key(2))

    run_in_qt(application, scenario)


def test_a_document_of_the_file_on_screen_is_shown(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            dialog = await _opened(world, bench)
            first, second = _titles(dialog)[:2]
            QTest.keyClick(dialog.field, Qt.Key.Key_Down)
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            await until(lambda: bench.shell.review.entry is not None and bench.shell.review.entry.name == second)
            assert first != second

    run_in_qt(application, scenario)


def test_an_action_is_done_and_one_that_cannot_be_done_is_not_offered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            bench.window.actions_by_id["theme"].setEnabled(False)
            dialog = await _opened(world, bench)
            QTest.keyClicks(dialog.field, "light or dark")
            assert _titles(dialog) == []
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            assert dialog.isVisible()
            dialog.field.setText("outbox")
            assert _titles(dialog)[0] == "Outbox"
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            await until(lambda: bench.window.shows_outbox)

    run_in_qt(application, scenario)


def test_the_vault_adds_what_names_do_not_say_and_only_for_the_text_that_is_there(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _world(world)
        world.search.results["iban"] = SearchResult({a_key(2): None})
        late = world.gates.hold(("search", "ib"))
        world.search.results["ib"] = SearchResult({a_key(1): None})
        async with opened_bench(world) as bench:
            dialog = await _opened(world, bench)
            dialog.field.setText("ib")
            await until(lambda: ("search", "ib") in world.gates.calls)
            dialog.field.setText("iban")
            late.set()
            row = bench.models.files.file_of(a_key(2))
            assert row is not None
            await until(lambda: _titles(dialog) == [row.client_file.display_name])
            await turns(10)
            assert _titles(dialog) == [row.client_file.display_name]
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_vault_in_trouble_leaves_the_names(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        world.gates.fail(("search", "24-00"), VaultDamaged("gone", facts={"path": "x"}))
        async with opened_bench(world) as bench:
            dialog = await _opened(world, bench)
            dialog.field.setText("24-00")
            await turns(20)
            assert len(_titles(dialog)) == 2
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_document_is_not_shown_once_another_file_is_on_screen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            dialog = await _opened(world, bench)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            before = bench.shell.review.entry
            QTest.keyClick(dialog.field, Qt.Key.Key_Down)
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            await until(lambda: not bench.has_dialog())
            await turns(10)
            assert bench.shell.review.entry == before

    run_in_qt(application, scenario)
