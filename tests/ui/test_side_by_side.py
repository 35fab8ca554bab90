"""Two documents side by side: each pane its own document or none, keys on the one in focus, both moved together or not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.review import Mark
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.preview.pair import PreviewPair

THREE = (DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.PNG)


def _document(position: int, number: int = 1) -> DocumentKey:
    index = an_index(number, kinds=THREE)
    return DocumentKey(index.sha256, index.entries[position].entry_id)


async def _at_work(world: World, count: int = 1) -> None:
    await world.connect()
    world.put([a_file(number) for number in range(1, count + 1)])
    for number in range(1, count + 1):
        world.archives.indexes[a_key(number)] = an_index(number, kinds=THREE)


async def _side_by_side(bench: Bench) -> PreviewPair:
    """The first document put beside, the second one chosen."""
    await bench.open_with_marks()
    pair = _pair(bench)
    bench.trigger("put_beside")
    await until(lambda: pair.beside.pages.is_drawn(0), "the document beside")
    bench.trigger("next_document")
    await until(lambda: pair.main.pages.key == _document(1) and pair.main.pages.is_drawn(0), "the chosen document")
    return pair


def _pair(bench: Bench) -> PreviewPair:
    return bench.window.review.previews


def _active(bench: Bench) -> str:
    return "main" if _pair(bench).active is _pair(bench).main else "beside"


def _mark(bench: Bench, position: int) -> Mark:
    review = bench.shell.marks.review
    assert review is not None
    return review.mark_of(_document(position).entry_id).mark


def _part(view: PageView) -> float:
    bar = view.verticalScrollBar()
    return bar.value() / bar.maximum()


def test_the_document_put_beside_stays_while_the_tree_chooses_the_other(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            bench.trigger("next_document")
            await until(lambda: pair.main.pages.key == _document(2))
            assert (pair.main.pages.key, pair.beside.pages.key) == (_document(2), _document(0))
            bench.trigger("put_beside")
            assert pair.beside.isHidden()
            assert (pair.main.pages.key, pair.beside.pages.key) == (_document(2), None)

    run_in_qt(application, scenario)


def test_each_pane_names_its_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            entries = an_index(1, kinds=THREE).entries
            assert (pair.beside.name, pair.main.name) == (entries[0].name, entries[1].name)

    run_in_qt(application, scenario)


def test_the_list_makes_room_and_has_its_width_again_afterwards(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            width = bench.window.files.width()
            bench.trigger("put_beside")
            await turns()
            assert bench.window.files.width() < width
            bench.trigger("put_beside")
            await until(lambda: bench.window.files.width() == width)
            bench.trigger("put_beside")
            # What is kept for the next start is the layout without a second document.
            bench.window.restore_layout(bench.window.layout_state())
            await until(lambda: bench.window.files.width() == width)

    run_in_qt(application, scenario)


def test_without_a_chosen_document_nothing_is_put_beside(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("put_beside")
            assert not _pair(bench).is_beside
            assert "beside" in bench.window.snackbar.text

    run_in_qt(application, scenario)


def test_leaving_the_file_empties_both_at_once(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            bench.choose(a_key(2))
            # No turn of the loop in between.
            assert (pair.main.pages.key, pair.beside.pages.key) == (None, None)
            assert not pair.is_beside
            assert _active(bench) == "main"
            await bench.until_open(a_key(2))
            assert pair.main.pages.key == _document(0, 2)
            assert pair.beside.pages.key is None

    run_in_qt(application, scenario)


def test_what_comes_late_for_one_never_shows_in_the_other(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            pair = _pair(bench)
            late = world.gates.hold(("describe", _document(0)))
            bench.trigger("put_beside")
            await turns()
            bench.trigger("next_document")
            await until(lambda: pair.main.pages.key == _document(1))
            late.set()
            await until(lambda: pair.beside.pages.key == _document(0))
            assert pair.main.pages.key == _document(1)

    run_in_qt(application, scenario)


def test_what_comes_late_for_the_file_that_was_left_shows_nowhere(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            pair = _pair(bench)
            late = world.gates.hold(("describe", _document(0)))
            bench.trigger("put_beside")
            await turns()
            bench.choose(a_key(2))
            late.set()
            await bench.until_open(a_key(2))
            await turns(10)
            assert pair.beside.pages.key is None
            assert pair.main.pages.key == _document(0, 2)

    run_in_qt(application, scenario)


def test_a_mark_is_of_the_document_in_focus(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            await until(lambda: _mark(bench, 0) is Mark.SEEN and _mark(bench, 1) is Mark.SEEN, "both seen")
            bench.trigger("other_preview")
            assert _active(bench) == "beside"
            assert pair.beside.property("compared") == "active"
            assert pair.main.property("compared") == "idle"
            bench.trigger("mark_good")
            assert (_mark(bench, 0), _mark(bench, 1)) == (Mark.GOOD, Mark.SEEN)
            # It was not the chosen one: the tree stays where it is.
            assert pair.main.pages.key == _document(1)
            bench.trigger("other_preview")
            assert _active(bench) == "main"
            bench.trigger("mark_good")
            assert (_mark(bench, 0), _mark(bench, 1)) == (Mark.GOOD, Mark.GOOD)

    run_in_qt(application, scenario)


def test_choosing_in_the_tree_makes_the_chosen_document_the_active_one(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _side_by_side(bench)
            bench.trigger("other_preview")
            bench.window.review.documents.tree.setFocus()
            assert _active(bench) == "main"

    run_in_qt(application, scenario)


def test_the_focus_stays_in_its_pane_while_the_document_there_changes(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            pair.main.take_focus()
            bench.trigger("next_document")
            assert _active(bench) == "main"
            await until(lambda: pair.main.pages.key == _document(2))
            assert _active(bench) == "main"
            focus = QApplication.focusWidget()
            assert focus is not None
            assert pair.main.isAncestorOf(focus)

    run_in_qt(application, scenario)


def test_zoom_and_find_act_on_the_document_in_focus(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            bench.trigger("link_previews")
            before = pair.main.pages.zoom, pair.beside.pages.zoom
            # The chosen one is a picture, the one beside holds words.
            assert not bench.window.actions_by_id["find"].isEnabled()
            bench.trigger("other_preview")
            assert bench.window.actions_by_id["find"].isEnabled()
            bench.trigger("zoom_in")
            assert pair.main.pages.zoom == before[0]
            assert pair.beside.pages.zoom > before[1]
            bench.trigger("find")
            QTest.keyClicks(pair.beside.find_bar.field, "needle")
            await until(lambda: pair.beside.pages.hits.count == 2)
            assert pair.main.pages.hits.count == 0

    run_in_qt(application, scenario)


def test_a_press_on_a_tool_acts_on_the_pane_that_it_belongs_to(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            bench.trigger("link_previews")
            before = pair.main.pages.zoom, pair.beside.pages.zoom
            (button,) = (b for b in pair.beside.tools if b.defaultAction().objectName() == "zoom_in")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert (pair.main.pages.zoom, pair.beside.pages.zoom > before[1]) == (before[0], True)

    run_in_qt(application, scenario)


def test_linked_documents_zoom_and_pan_together(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            one, other = pair.main.pages, pair.beside.pages
            before = one.zoom, other.zoom
            for _ in range(4):
                bench.trigger("zoom_in")
            assert one.zoom / before[0] > 1.5
            assert one.zoom / before[0] == pytest.approx(other.zoom / before[1])
            one.verticalScrollBar().setValue(one.verticalScrollBar().maximum() // 2)
            assert abs(_part(other) - 0.5) < 0.02
            other.verticalScrollBar().setValue(other.verticalScrollBar().maximum())
            assert _part(one) == 1.0
            bench.trigger("link_previews")
            one.verticalScrollBar().setValue(0)
            bench.trigger("zoom_in")
            assert _part(other) == 1.0
            assert one.zoom / before[0] > other.zoom / before[1]

    run_in_qt(application, scenario)


def test_after_a_zoom_both_are_at_the_same_part(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            for _ in range(6):
                bench.trigger("zoom_in")
            await until(lambda: abs(_part(pair.main.pages) - _part(pair.beside.pages)) < 0.01)

    run_in_qt(application, scenario)


def test_a_document_shown_anew_moves_nothing_beside_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            pair = await _side_by_side(bench)
            for _ in range(4):
                bench.trigger("zoom_in")
            await turns()
            pair.beside.pages.verticalScrollBar().setValue(40)
            place = pair.beside.pages.zoom, pair.beside.pages.verticalScrollBar().value()
            bench.trigger("next_document")
            await until(lambda: pair.main.pages.key == _document(2))
            await turns()
            assert (pair.beside.pages.zoom, pair.beside.pages.verticalScrollBar().value()) == place

    run_in_qt(application, scenario)


def test_the_facts_follow_the_chosen_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            shown: list[str] = []
            bench.shell.review.document_shown.connect(lambda _archive, entry: shown.append(entry.entry_id))
            await _side_by_side(bench)
            bench.trigger("other_preview")
            ids = [_document(position).entry_id for position in (0, 1)]
            assert shown == ids

    run_in_qt(application, scenario)
