"""Marks on a page: where they are after zoom and rotation, and that they end with their document."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tns_desktop.domain.preview import DocumentKey, PageRectangle, PageSize
from tns_desktop.ui.preview.page_request import Fit
from tns_desktop.ui.preview.page_view import PageView

KEY = DocumentKey("a" * 64, "1")
SIZES = (PageSize(400, 600), PageSize(400, 600), PageSize(400, 600))
PLACE = PageRectangle(40, 500, 100, 20)


@pytest.fixture
def view(english: QApplication, qtbot: QtBot) -> PageView:
    made = PageView()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    made.show_document(KEY, SIZES, fit=Fit.FREE, zoom=1.0)
    return made


def centre_of_view(view: PageView) -> tuple[int, int]:
    middle = view.viewport().rect().center()
    return middle.x(), middle.y()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_going_to_a_place_brings_its_middle_into_the_middle(view: PageView, turns: int) -> None:
    for _ in range(turns):
        view.rotate()
    view.show_marks(1, [PLACE])
    view.go_to(1, PLACE)
    shown = view.grab().toImage()
    x, y = centre_of_view(view)
    # The page is blank: a colour in the middle can only be the mark's.
    left = view.horizontalScrollBar()
    reachable = 0 < left.value() < left.maximum()
    assert view.page == 1
    if reachable:
        assert shown.pixelColor(x, y).saturation() > 20


def test_marks_end_with_their_document(view: PageView) -> None:
    view.show_marks(0, [PLACE])
    assert len(view.marks[1]) == 1
    view.show_document(DocumentKey("b" * 64, "1"), SIZES)
    assert len(view.marks[1]) == 0


def test_a_page_that_is_not_there_is_not_gone_to(view: PageView) -> None:
    before = view.verticalScrollBar().value()
    view.go_to(9, PLACE)
    assert view.verticalScrollBar().value() == before
