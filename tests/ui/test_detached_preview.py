"""The preview in a window of its own: keys work there, it comes back, and nothing of a client is in its title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.review import Mark
from tns_desktop.services.settings import WINDOW_PREVIEW, WINDOW_PREVIEW_DETACHED
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.preview_window import PreviewWindow

TWO = (DocumentKind.PDF, DocumentKind.JPEG)


def _document(position: int, number: int = 1) -> DocumentKey:
    index = an_index(number, kinds=TWO)
    return DocumentKey(index.sha256, index.entries[position].entry_id)


async def _at_work(world: World) -> None:
    await world.connect()
    world.put([a_file(1), a_file(2)])
    for number in (1, 2):
        world.archives.indexes[a_key(number)] = an_index(number, kinds=TWO)


def _mark(bench: Bench, position: int) -> Mark:
    review = bench.shell.marks.review
    assert review is not None
    return review.mark_of(_document(position).entry_id).mark


def _own(bench: Bench) -> PreviewWindow:
    own = bench.shell.detached.own_window
    assert own is not None
    return own


def _windows() -> list[PreviewWindow]:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, PreviewWindow)]


def _is_back(bench: Bench) -> bool:
    review = bench.window.review
    return (
        bench.shell.detached.own_window is None
        and review.previews.window() is bench.window.frame
        and review.previews.isVisible()
    )


async def _detached(bench: Bench) -> PreviewWindow:
    await bench.open_with_marks()
    bench.trigger("detach_preview")
    own = _own(bench)
    await until(lambda: own.isVisible() and own.isActiveWindow(), "the preview's window")
    return own


def test_the_document_goes_to_a_window_that_names_nobody(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            assert own.isAncestorOf(bench.window.review.preview)
            assert bench.window.review.preview.pages.key == _document(0)
            assert own.windowTitle() == tr("preview.away.window")
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            assert own.windowTitle() == tr("preview.away.window")

    run_in_qt(application, scenario)


def test_leaving_the_file_empties_that_window_at_once(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _detached(bench)
            bench.choose(a_key(2))
            assert bench.window.review.preview.pages.key is None
            await bench.until_open(a_key(2))
            assert bench.window.review.preview.pages.key == _document(0, 2)

    run_in_qt(application, scenario)


def test_the_keys_of_the_review_work_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            pages = bench.window.review.preview.pages
            QTest.keyClick(own, Qt.Key.Key_N)
            await until(lambda: pages.key == _document(1) and pages.is_drawn(0), "the next document")
            await until(lambda: _mark(bench, 1) is Mark.SEEN, "seen there")
            QTest.keyClick(own, Qt.Key.Key_G)
            assert _mark(bench, 1) is Mark.GOOD
            is_first = bench.models.files.row_of(a_key(1)) == 0
            QTest.keyClick(own, Qt.Key.Key_J if is_first else Qt.Key.Key_K)
            await bench.until_open(a_key(2))

    run_in_qt(application, scenario)


def test_the_same_key_brings_it_back_from_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            QTest.keyClick(own, Qt.Key.Key_F11)
            assert _is_back(bench)
            assert bench.window.review.preview.pages.key == _document(0)
            await until(lambda: _windows() == [], "no window left behind")

    run_in_qt(application, scenario)


def test_closing_its_window_brings_it_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            own.close()
            assert _is_back(bench)
            assert world.desk.settings.get(WINDOW_PREVIEW_DETACHED) is False

    run_in_qt(application, scenario)


def test_its_place_says_where_it_is_and_takes_it_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _detached(bench)
            (button,) = (
                button
                for button in bench.window.review.findChildren(QPushButton)
                if button.text() == tr("preview.away.back") and button.isVisible()
            )
            bench.click(button)
            assert _is_back(bench)
            assert not button.isVisible()

    run_in_qt(application, scenario)


def test_where_it_was_is_remembered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            own.resize(700, 500)
            await turns()
            bench.trigger("detach_preview")
            assert world.desk.settings.get(WINDOW_PREVIEW)
            bench.trigger("detach_preview")
            assert (_own(bench).width(), _own(bench).height()) == (700, 500)

    run_in_qt(application, scenario)


def test_what_is_kept_of_its_place_may_be_unreadable(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.desk.settings.set(WINDOW_PREVIEW, "no geometry")
        async with opened_bench(world) as bench:
            assert (await _detached(bench)).width() > 0

    run_in_qt(application, scenario)


def test_leaving_closes_it_at_once_and_the_next_window_has_it_again(application: QApplication, world: World) -> None:
    """Another language or theme, a lock, the next start."""

    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            own = await _detached(bench)
            bench.shell.detached.close()
            assert not own.isVisible()
        assert world.desk.settings.get(WINDOW_PREVIEW_DETACHED) is True
        async with opened_bench(world) as bench:
            assert _own(bench).isVisible()
            await bench.open_with_marks()
            assert _own(bench).isAncestorOf(bench.window.review.preview)
        await turns()
        assert _windows() == []

    run_in_qt(application, scenario)


def test_two_documents_go_there_and_come_back_together(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            width = bench.window.files.width()
            bench.trigger("put_beside")
            pair = bench.window.review.previews
            await until(lambda: pair.beside.pages.is_drawn(0))
            bench.trigger("detach_preview")
            own = _own(bench)
            assert own.isAncestorOf(pair.beside)
            await until(lambda: bench.window.files.width() == width, "the list has its width again")
            bench.trigger("detach_preview")
            await until(lambda: bench.window.files.width() < width, "room for both")
            bench.trigger("put_beside")
            await until(lambda: bench.window.files.width() == width, "the list has its width again")
            assert pair.main.pages.key == _document(0)

    run_in_qt(application, scenario)


def test_without_a_connection_nothing_is_detached(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.desk.settings.set(WINDOW_PREVIEW_DETACHED, True)
        async with opened_bench(world) as bench:
            assert bench.window.shows_welcome
            assert bench.shell.detached.own_window is None

    run_in_qt(application, scenario)
