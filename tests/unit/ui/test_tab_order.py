"""Tab goes as one reads, through what came late too, and leaves out what cannot be used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tests.screens.scenes import staged
from tests.support.windows import delete, run_in_qt, until
from tns_desktop.ui.widgets.tab_order import move_focus, reading_order


class Pane(QWidget):
    """Two columns: a tall one with a late button, and one with fields; below both, a row of buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.last = QPushButton("last")
        self.field, self.box = QLineEdit(), QComboBox()
        self.box.setEditable(True)
        self.off = QPushButton("off")
        self.off.setEnabled(False)
        self.first = QPushButton("first")
        self.inner = QWidget()
        self.area = QScrollArea()
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.inner)
        self.content = QVBoxLayout(self.inner)
        right = QVBoxLayout()
        for widget in (QLabel("a name"), self.field, self.off, self.box):
            right.addWidget(widget)
        columns = QHBoxLayout()
        columns.addWidget(self.area)
        columns.addLayout(right)
        column = QVBoxLayout(self)
        column.addWidget(self.first)
        column.addLayout(columns)
        column.addWidget(self.last)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward=forward)


@pytest.fixture
def pane(english: QApplication) -> Iterator[Pane]:
    made = Pane()
    made.show()
    yield made
    delete(made)


def test_what_came_late_is_where_it_stands_and_what_is_off_is_left_out(pane: Pane) -> None:
    late = QPushButton("late")
    pane.content.addWidget(late)
    late.show()
    pane.inner.adjustSize()
    assert reading_order(pane) == [pane.first, late, pane.field, pane.box, pane.last]


def test_tab_goes_around_in_both_directions(pane: Pane) -> None:
    async def scenario() -> None:
        pane.activateWindow()
        await until(pane.isActiveWindow)
        pane.last.setFocus()
        for key, wanted in (
            (Qt.Key.Key_Tab, pane.first),
            (Qt.Key.Key_Tab, pane.field),
            (Qt.Key.Key_Tab, pane.box),
            (Qt.Key.Key_Backtab, pane.field),
            (Qt.Key.Key_Backtab, pane.first),
            (Qt.Key.Key_Backtab, pane.last),
        ):
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, key)
            assert QApplication.focusWidget() is wanted

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    run_in_qt(application, scenario)


def test_a_tab_widget_is_one_stop_and_then_its_page(english: QApplication) -> None:
    tabs = QTabWidget()
    page = QPushButton("on the page")
    tabs.addTab(page, "one")
    holder = QWidget()
    QVBoxLayout(holder).addWidget(tabs)
    holder.show()
    assert reading_order(holder) == [tabs.tabBar(), page]
    delete(holder)


def test_nothing_to_stop_at_is_said(english: QApplication) -> None:
    bare = QWidget()
    assert not move_focus(bare, forward=True)
    delete(bare)


def test_the_desk_is_gone_through_from_the_header_to_the_decision(qapp: QApplication) -> None:
    stage = staged("facts-found", "en", "light")
    try:
        window = stage.window
        order = reading_order(window)
        review = window.review
        stops = [
            *(window.header.search, window.queues.view, window.files.view, review.documents.tree),
            *(review.preview.pages, review.facts.tabs.tabBar(), review.bar.skip, review.bar.reject, review.bar.accept),
        ]
        places = [order.index(stop) for stop in stops]
        assert places == sorted(places)
        found = [widget for widget in order if "found on page" in widget.accessibleName()]
        assert len(found) > 3
        facts, skip = order.index(review.facts.tabs.tabBar()), order.index(review.bar.skip)
        assert all(facts < order.index(widget) < skip for widget in found)
    finally:
        stage.close()
