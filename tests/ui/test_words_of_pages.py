"""Text and links of pages under the mouse and the keys: selected, copied, asked about; late, failed and elsewhere alike."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import move_mouse, run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, RenderTimedOut, TnsError
from tns_desktop.domain.preview import DocumentKey, PageRectangle
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.views.link_dialog import LinkDialog

FIRST = DocumentKey(an_index(1).sha256, "0")


class Browser(QObject):
    """What the system would have opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    for scheme in ("http", "https", "mailto", "file"):
        QDesktopServices.setUrlHandler(scheme, made, "open")  # type: ignore[arg-type]  # the stubs want bytes, the binding a str
    yield made
    for scheme in ("http", "https", "mailto", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


@contextlib.asynccontextmanager
async def reading(world: World) -> AsyncIterator[Bench]:
    """A PDF of two pages on screen, its words known."""
    await world.connect()
    world.put([a_file(1), a_file(2)])
    for number in (1, 2):
        world.archives.indexes[a_key(number)] = an_index(number, kinds=(DocumentKind.PDF, DocumentKind.JPEG))
    async with opened_bench(world) as bench:
        await bench.until_rows(2)
        bench.choose(a_key(1))
        await bench.until_open(a_key(1))
        yield bench


def pages_of(bench: Bench) -> PageView:
    return bench.window.review.preview.pages


def place(pages: PageView, x: float, y: float) -> QPoint:
    """Where a point of the first page, upright, is on screen."""
    return pages._place_of(0, PageRectangle(x, y, 0, 0)).topLeft().toPoint()


def drag(pages: PageView, begin: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    QTest.mousePress(pages.viewport(), button, pos=begin)
    move_mouse(pages.viewport(), end, button)
    QTest.mouseRelease(pages.viewport(), button, pos=end)


async def known(bench: Bench) -> PageView:
    pages = pages_of(bench)
    await until(lambda: 0 in pages._words, "the words of the page")
    return pages


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_dragging_over_text_selects_it_and_the_key_copies(
    application: QApplication, world: World, quarter_turns: int
) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            bench.trigger("zoom_in")
            for _ in range(quarter_turns):
                bench.trigger("rotate")
            pages.go_to(0, PageRectangle(25, 30, 0, 0))
            drag(pages, place(pages, 17, 18), place(pages, 26, 48))
            assert pages.selected_text == "lpha\nom"
            QTest.keyClick(pages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
            assert QGuiApplication.clipboard().text() == "lpha\nom"
            assert "lpha" in pages.accessibleDescription()
            QTest.keyClick(pages, Qt.Key.Key_Escape)
            assert pages.selected_text == ""
            assert pages.accessibleDescription() == ""

    run_in_qt(application, scenario)


def test_a_double_click_takes_a_word_and_the_key_the_page(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            QTest.mouseDClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place(pages, 20, 48))
            assert pages.selected_text == "omega"
            pages.setFocus()
            QTest.keyClick(pages, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            assert pages.selected_text == "alpha\nomega"

    run_in_qt(application, scenario)


@pytest.mark.parametrize("how", ["middle button", "space", "no text"])
def test_the_page_is_still_panned(application: QApplication, world: World, how: str) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            begin = place(pages, 30, 48 if how != "no text" else 33)
            if how == "space":
                QTest.keyPress(pages, Qt.Key.Key_Space)
            button = Qt.MouseButton.MiddleButton if how == "middle button" else Qt.MouseButton.LeftButton
            before = pages.verticalScrollBar().value()
            drag(pages, begin, begin - QPoint(0, 30), button)
            assert pages.selected_text == ""
            assert pages.verticalScrollBar().value() > before

    run_in_qt(application, scenario)


@pytest.mark.parametrize("error", [RenderCrashed("died"), RenderTimedOut("time limit")], ids=["crash", "timeout"])
def test_a_page_whose_words_cannot_be_read_is_shown_all_the_same(
    application: QApplication, world: World, error: TnsError
) -> None:
    async def scenario() -> None:
        world.gates.fail(("page_text", FIRST, 0), error)
        async with reading(world) as bench:
            pages = await known(bench)
            pages.select_page()
            assert pages.selected_text == ""
            assert pages.is_drawn(0)

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_words_that_come_late_are_never_those_of_another_document(
    application: QApplication, world: World, stubborn: bool
) -> None:
    async def scenario() -> None:
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("page_text", FIRST, 0))
        async with reading(world) as bench:
            await until(lambda: ("page_text", FIRST, 0) in world.gates.calls)
            bench.trigger("next_document")
            await until(lambda: pages_of(bench).key != FIRST and pages_of(bench).is_drawn(0))
            slow.set()
            await turns(10)
            assert pages_of(bench)._words == {}

    run_in_qt(application, scenario)


def test_the_owner_may_go_while_words_are_read(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold(("page_text", FIRST, 0))
        async with reading(world):
            await until(lambda: ("page_text", FIRST, 0) in world.gates.calls)
        assert ("page_text", FIRST, 0) in world.gates.cancelled

    run_in_qt(application, scenario)


def test_all_of_a_page_is_selected_as_soon_as_its_words_are_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        slow = world.gates.hold(("page_text", FIRST, 0))
        async with reading(world) as bench:
            await until(lambda: ("page_text", FIRST, 0) in world.gates.calls)
            bench.trigger("select_page")
            slow.set()
            await until(lambda: pages_of(bench).selected_text == "alpha\nomega")

    run_in_qt(application, scenario)


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agreed", [True, False])
def test_a_link_is_opened_after_its_address_was_agreed_to_only(
    application: QApplication, world: World, browser: Browser, agreed: bool
) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place(pages, 30, 18))
            dialog = await bench.dialog(LinkDialog)
            assert dialog.address.toPlainText() == "https://example.org/terms?a=b"
            assert browser.opened == []
            if agreed:
                bench.click(dialog.open_button)
            else:
                QTest.keyClick(dialog, Qt.Key.Key_Return)
            await until(lambda: not bench.has_dialog())
            await turns(5)
            assert browser.opened == (["https://example.org/terms?a=b"] if agreed else [])

    run_in_qt(application, scenario)


def test_a_link_is_reached_and_asked_about_by_keys(application: QApplication, world: World, browser: Browser) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            bench.trigger("next_link")
            assert pages.accessibleDescription() == "https://example.org/terms?a=b"
            QTest.keyClick(pages, Qt.Key.Key_Return)
            dialog = await bench.dialog(LinkDialog)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await until(lambda: not bench.has_dialog())
            assert browser.opened == []

    run_in_qt(application, scenario)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "https://example.org/\u202egpj.exe", "javascript:x"])
def test_an_address_that_is_never_opened_offers_no_way_to(
    application: QApplication, world: World, browser: Browser, address: str
) -> None:
    async def scenario() -> None:
        world.previews.link = address
        async with reading(world) as bench:
            pages = await known(bench)
            QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place(pages, 30, 18))
            dialog = await bench.dialog(LinkDialog)
            assert not dialog.open_button.isVisible()
            dialog.accept()
            await until(lambda: not bench.has_dialog())
            await turns(5)
            assert browser.opened == []

    run_in_qt(application, scenario)


def test_selecting_over_a_link_asks_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            drag(pages, place(pages, 7, 18), place(pages, 34, 18))
            await turns(5)
            assert pages.selected_text == "alp"
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


def test_a_question_goes_with_its_document(application: QApplication, world: World, browser: Browser) -> None:
    async def scenario() -> None:
        async with reading(world) as bench:
            pages = await known(bench)
            QTest.mouseClick(pages.viewport(), Qt.MouseButton.LeftButton, pos=place(pages, 30, 18))
            await bench.dialog(LinkDialog)
            bench.choose(a_key(2))
            await until(lambda: not bench.has_dialog())
            assert browser.opened == []

    run_in_qt(application, scenario)
