"""A table that is read: a row is chosen as a whole, one at a time, and the Tab key leads on to what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QTableWidget, QTableWidgetItem

from tns_desktop.ui.formatting import plain_tip


class ReadOnlyTable(QTableWidget):
    """``name`` is what a screen reader says, ``headings`` stand above the columns."""

    def __init__(self, name: str, headings: Sequence[str], rows: int = 0) -> None:
        super().__init__(rows, len(headings))
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(headings))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        read_by_rows(self)

    def put(self, row: int, column: int, text: str) -> QTableWidgetItem:
        """``text`` in a cell, and whole in its tool tip."""
        item = QTableWidgetItem(text)
        item.setToolTip(plain_tip(text))
        self.setItem(row, column, item)
        return item


def read_by_rows(view: QTableView) -> None:
    """The same for a view, whatever its model."""
    view.verticalHeader().hide()
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
