"""How a document is shown: adjusted by keys and the line above it, remembered with it, and never in its bytes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import move_mouse, run_in_qt, until
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.ui.preview.adjust_bar import AdjustBar
from tns_desktop.ui.preview.page_request import Fit
from tns_desktop.ui.preview.page_view import PageView

KINDS = (DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.TEXT)


@contextlib.asynccontextmanager
async def looking(world: World) -> AsyncIterator[Bench]:
    await world.connect()
    world.put([a_file(1)])
    world.archives.indexes[a_key(1)] = an_index(1, kinds=KINDS)
    async with opened_bench(world) as bench:
        await bench.until_rows(1)
        bench.choose(a_key(1))
        await bench.until_open(a_key(1))
        yield bench


def pages_of(bench: Bench) -> PageView:
    return bench.window.review.preview.pages


def magnifies(bench: Bench) -> bool:
    return pages_of(bench).has_loupe


def bar_of(bench: Bench) -> AdjustBar:
    return bench.window.review.preview.adjust_bar


def colour(bench: Bench) -> QColor:
    """Of the page in the middle of the view."""
    view = pages_of(bench).viewport()
    return view.grab().toImage().pixelColor(view.rect().center())


async def another(bench: Bench, action: str) -> None:
    before = pages_of(bench).key
    bench.trigger(action)
    await until(lambda: pages_of(bench).key not in (before, None) and pages_of(bench).is_drawn(0), "the document")


def test_inverted_pixels_are_on_screen_and_one_key_takes_them_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with looking(world) as bench:
            plain = colour(bench).red()
            assert not bar_of(bench).mark.isVisible()
            bench.trigger("invert")
            await until(lambda: colour(bench).red() == 255 - plain, "inverted pixels")
            assert bar_of(bench).mark.isVisible()
            bench.trigger("reset_look")
            await until(lambda: colour(bench).red() == plain, "plain pixels")
            assert not bar_of(bench).mark.isVisible()

    run_in_qt(application, scenario)


def test_keys_and_sliders_set_the_same(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with looking(world) as bench:
            bench.trigger("adjust")
            bar = bar_of(bench)
            assert bar.isVisible()
            bench.trigger("brighter")
            bench.trigger("more_contrast")
            bench.trigger("more_contrast")
            assert (bar.brightness.value(), bar.contrast.value()) == (10, 20)
            bench.trigger("darker")
            bench.trigger("less_contrast")
            assert pages_of(bench).adjustment == Adjustment(0, 10)
            bar.brightness.setValue(-40)
            bar.invert.setChecked(True)
            assert pages_of(bench).adjustment == Adjustment(-40, 10, True)
            QTest.mouseClick(bar.mark, Qt.MouseButton.LeftButton)
            assert pages_of(bench).adjustment == NEUTRAL
            assert not bar.invert.isChecked()
            bench.trigger("adjust")
            assert not bar.isVisible()

    run_in_qt(application, scenario)


def test_each_document_is_shown_again_as_it_was(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with looking(world) as bench:
            bench.trigger("invert")
            bench.trigger("rotate")
            bench.trigger("zoom_in")
            zoom = pages_of(bench).zoom
            await another(bench, "next_document")
            assert (pages_of(bench).adjustment, pages_of(bench).rotation) == (NEUTRAL, 0)
            assert pages_of(bench).fit is Fit.PAGE
            await another(bench, "previous_document")
            pages = pages_of(bench)
            assert pages.adjustment == Adjustment(invert=True)
            assert (pages.rotation, pages.fit, pages.zoom) == (90, Fit.FREE, zoom)
            assert bar_of(bench).mark.isVisible()

    run_in_qt(application, scenario)


def test_a_text_has_nothing_to_adjust(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with looking(world) as bench:
            await another(bench, "next_document")
            bench.trigger("adjust")
            bench.trigger("next_document")
            await until(lambda: bench.window.review.preview.text.text.startswith("text of"))
            assert not bar_of(bench).isVisible()
            for action in ("adjust", "invert", "magnifier", "brighter"):
                bench.trigger(action)
            assert not bar_of(bench).isVisible()
            assert not bar_of(bench).mark.isVisible()
            assert not magnifies(bench)

    run_in_qt(application, scenario)


def test_the_magnifier_follows_the_pointer_and_goes_with_the_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with looking(world) as bench:
            pages = pages_of(bench)
            bench.trigger("magnifier")
            assert magnifies(bench)
            before = pages.viewport().grab().toImage()
            move_mouse(pages.viewport(), pages.viewport().rect().center() + QPoint(60, 40))
            assert pages.viewport().grab().toImage() != before
            await another(bench, "next_document")
            assert not magnifies(bench)
            bench.trigger("magnifier")
            bench.trigger("magnifier")
            assert not magnifies(bench)

    run_in_qt(application, scenario)
