"""The strip of small pages: what it asks for, what it takes, where it leads, and what a screen reader says of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.windows import dressed
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentDescription, DocumentKey, PageSize, Raster
from tns_desktop.ui.models.thumbnails import PICTURES_KEPT, ThumbnailModel, ThumbnailRole
from tns_desktop.ui.preview.page_request import PageRequest
from tns_desktop.ui.preview.preview_pane import PreviewPane

KEY = DocumentKey("a" * 64, "1")
OTHER = DocumentKey("b" * 64, "1")
PAGES = 40


def a_raster(key: DocumentKey, page: int, colour: tuple[int, int, int] = (0, 0, 255)) -> Raster:
    """Blue, green, red; 6 by 8 pixels."""
    return Raster(key, page, 6, 8, 18, bytes(colour) * 48)


class Strip:
    """A pane with a document of many pages, and what its strip asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pane = PreviewPane()
        self.asked: list[list[int]] = []
        self.pane.thumbnails.pages_wanted.connect(self._note)
        qtbot.addWidget(self.pane)
        self.pane.resize(500, 600)
        self.pane.thumbnails.set_wanted(True)
        self.pane.show()
        self.show(KEY)

    def _note(self, requests: list[PageRequest]) -> None:
        self.asked.append([request.page for request in requests])

    def show(self, key: DocumentKey, pages: int = PAGES) -> None:
        self.pane.show_pages("a.pdf", DocumentDescription(key, DocumentKind.PDF, (PageSize(595, 842),) * pages))

    @property
    def current(self) -> int:
        return self.pane.thumbnails.currentIndex().row()


@pytest.fixture
def strip(english: QApplication, qtbot: QtBot) -> Strip:
    made = Strip(qtbot)
    qtbot.waitUntil(lambda: bool(made.asked))
    return made


def test_only_what_is_in_view_is_asked_for_and_what_has_come_is_not_asked_again(strip: Strip, qtbot: QtBot) -> None:
    first = strip.asked[-1]
    assert first[0] == 0
    assert 3 <= len(first) < 8
    strip.pane.thumbnails.add_raster(a_raster(KEY, 0))
    qtbot.waitUntil(lambda: strip.asked[-1] == first[1:])
    strip.pane.thumbnails.give_up(KEY, 1)
    qtbot.waitUntil(lambda: strip.asked[-1] == first[2:])
    strip.pane.pages.go_to_page(30)
    qtbot.waitUntil(lambda: 30 in strip.asked[-1])
    assert 0 not in strip.asked[-1]


def test_a_picture_of_another_document_is_not_taken(strip: Strip) -> None:
    model = strip.pane.thumbnails.model_of_pages
    assert not model.take(a_raster(OTHER, 0))
    assert not model.take(a_raster(KEY, PAGES))
    assert model.take(a_raster(KEY, 0))
    strip.show(OTHER)
    assert model.index(0).data(ThumbnailRole.PICTURE) is None
    assert not model.take(a_raster(KEY, 0))


def test_a_click_and_the_keys_go_to_the_page_and_scrolling_marks_the_page_in_view(strip: Strip) -> None:
    view, pages = strip.pane.thumbnails, strip.pane.pages
    place = view.visualRect(view.model_of_pages.index(2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert (pages.page, strip.current) == (2, 2)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert (pages.page, strip.current) == (3, 3)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert strip.current == PAGES - 1
    pages.go_to_page(7)
    assert strip.current == 7


def test_a_last_page_that_cannot_fill_the_view_stays_chosen(strip: Strip) -> None:
    strip.pane.fit_page()
    strip.pane.resize(500, 1600)
    strip.pane.thumbnails.setCurrentIndex(strip.pane.thumbnails.model_of_pages.index(PAGES - 1))
    assert strip.current == PAGES - 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_has_a_name(qapp: QApplication, qtbot: QtBot, language: str) -> None:
    dressed(language)
    strip = Strip(qtbot)
    spoken = QAccessible.queryAccessibleInterface(strip.pane.thumbnails)
    assert spoken.text(QAccessible.Text.Name) == "Pages"
    name = spoken.child(2).text(QAccessible.Text.Name)
    assert name == {"en": "Page 3 of 40", "fr": "Page 3 sur 40"}[language]


def test_a_single_page_a_text_and_a_narrow_pane_have_no_strip(strip: Strip) -> None:
    view = strip.pane.thumbnails
    assert view.isVisible()
    strip.pane.set_narrow(True)
    assert not view.isVisible()
    strip.pane.set_narrow(False)
    assert view.isVisible()
    strip.show(KEY, 1)
    assert not view.isVisible()
    strip.show(KEY, 2)
    view.set_wanted(False)
    assert not view.isVisible()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_pictures_turn_with_the_pages(strip: Strip, turns: int) -> None:
    """The upper half is red, the lower one blue, before it is turned."""
    view = strip.pane.thumbnails
    halves = bytes((255, 0, 0)) * 24 + bytes((0, 0, 255)) * 24
    view.add_raster(Raster(KEY, 1, 6, 8, 18, halves))
    for _ in range(turns):
        strip.pane.rotate()
    shown, place = view.viewport().grab().toImage(), view.visualRect(view.model_of_pages.index(1))
    middle = place.center()
    towards_red = [(0, -20), (20, 0), (0, 20), (-20, 0)][turns]
    red = shown.pixelColor(middle.x() + towards_red[0], middle.y() - 9 + towards_red[1])
    blue = shown.pixelColor(middle.x() - towards_red[0], middle.y() - 9 - towards_red[1])
    assert red.red() > 200 > red.blue()
    assert blue.blue() > 200 > blue.red()


def test_memory_does_not_grow_with_the_pages_looked_at(english: QApplication) -> None:
    model = ThumbnailModel()
    model.set_document(KEY, (PageSize(6, 8),) * (PICTURES_KEPT + 5))
    for page in range(PICTURES_KEPT + 5):
        model.take(a_raster(KEY, page))
    assert model.missing(range(PICTURES_KEPT + 5)) == [0, 1, 2, 3, 4]
