"""Finding words: marked as they come, counted when all pages were seen; late, failed and taken back alike."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, RenderTimedOut, TnsError
from tns_desktop.ui.preview.find_bar import FindBar

KINDS = (DocumentKind.PDF, DocumentKind.TEXT, DocumentKind.JPEG)


@contextlib.asynccontextmanager
async def reading(world: World) -> AsyncIterator[Bench]:
    """A PDF of two pages on screen; a text and a photograph after it."""
    await world.connect()
    world.put([a_file(1), a_file(2)])
    world.archives.indexes[a_key(1)] = an_index(1, kinds=KINDS)
    async with opened_bench(world) as bench:
        await bench.until_rows(2)
        bench.choose(a_key(1))
        await bench.until_open(a_key(1))
        yield bench


def bar(bench: Bench) -> FindBar:
    return bench.window.review.preview.find_bar


def test_every_place_is_marked_and_counted_and_enter_goes_on(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            bench.trigger("find")
            QTest.keyClicks(bar(bench).field, "x")
            await until(lambda: bar(bench).count.text() == "1 of 2")
            QTest.keyClick(bar(bench).field, Qt.Key.Key_Return)
            assert bar(bench).count.text() == "2 of 2"
            bench.trigger("find_next")
            assert bar(bench).count.text() == "1 of 2"
            bench.trigger("find_previous")
            assert bar(bench).count.text() == "2 of 2"
            QTest.keyClick(bar(bench).field, Qt.Key.Key_Escape)
            assert bar(bench).isHidden()
            assert bench.window.review.preview.pages.hits.count == 0

    run_in_qt(application, scenario)


def test_the_first_place_is_there_before_the_last_page_was_looked_at(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        rest = world.gates.hold(("find", "x", 1))
        async with reading(world) as bench:
            bench.trigger("find")
            QTest.keyClicks(bar(bench).field, "x")
            await until(lambda: bar(bench).count.text() == "1 of 1 so far…")
            rest.set()
            await until(lambda: bar(bench).count.text() == "1 of 2")

    run_in_qt(application, scenario)


def test_absent_words_are_said_to_be(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            bench.trigger("find")
            bar(bench).field.setText("absent")
            await until(lambda: bar(bench).count.text() == "Not found")

    run_in_qt(application, scenario)


@pytest.mark.parametrize("error", [RenderCrashed("died"), RenderTimedOut("time limit")], ids=["crash", "timeout"])
def test_a_failed_search_says_so_beside_the_words(application: QApplication, world: World, error: TnsError) -> None:
    async def scenario() -> None:
        world.gates.fail(("find", "x", 1), error)
        async with reading(world) as bench:
            bench.trigger("find")
            bar(bench).field.setText("x")
            await until(lambda: ("find", "x", 1) in world.gates.calls)
            await turns(5)
            text = bar(bench).count.text()
            assert text
            assert "of" not in text.split()
            assert bench.window.review.preview.pages.hits.count == 1

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_what_is_found_late_is_never_marked_elsewhere(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("find", "x", 0))
        async with reading(world) as bench:
            bench.trigger("find")
            bar(bench).field.setText("x")
            await until(lambda: ("find", "x", 0) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(10)
            assert bench.window.review.preview.pages.hits.count == 0
            assert bar(bench).isHidden()

    run_in_qt(application, scenario)


def test_other_words_take_the_place_of_a_search_that_goes_on(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold(("find", "x", 0))
        async with reading(world) as bench:
            bench.trigger("find")
            bar(bench).field.setText("x")
            await until(lambda: ("find", "x", 0) in world.gates.calls)
            bar(bench).field.setText("xy")
            await until(lambda: bar(bench).count.text() == "1 of 2")
            assert ("find", "x", 0) in world.gates.cancelled

    run_in_qt(application, scenario)


def test_the_owner_may_go_while_a_search_goes_on(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold(("find", "x", 0))
        async with reading(world) as bench:
            bench.trigger("find")
            bar(bench).field.setText("x")
            await until(lambda: ("find", "x", 0) in world.gates.calls)
        assert ("find", "x", 0) in world.gates.cancelled

    run_in_qt(application, scenario)


def test_a_text_is_searched_in_place_and_a_photograph_not_at_all(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            preview = bench.window.review.preview
            bench.trigger("next_document")
            await until(lambda: preview.text.text.startswith("text of"))
            bench.trigger("find")
            bar(bench).field.setText("TÉXT")
            assert bar(bench).count.text() == "1 of 1"
            bench.trigger("next_document")
            await until(lambda: preview.pages.is_drawn(0))
            assert bar(bench).isHidden()
            assert not bench.window.actions_by_id["find"].isEnabled()

    run_in_qt(application, scenario)
