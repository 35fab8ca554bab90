"""A list of 10,000 files: one letter typed into the search, and one frame while scrolling."""

from __future__ import annotations

from statistics import median
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from tests.benchmarks.results import Result, milliseconds
from tests.support.files import NOW, a_row
from tests.support.windows import delete, dressed
from tns_desktop.domain.narrowing import ClientFileFilter
from tns_desktop.ui.models.client_files import ClientFileModel, Column
from tns_desktop.ui.views.file_table import FileTable

FILES = 10_000
MOST_MILLISECONDS = 16.0
SIZE = (1000, 800)
QUERIES = ("muller hel", "24-123", "diallo awa", "credit", "nothing like it")


class _PlainModel(QAbstractTableModel):
    """The same number of cells, without anything in the way."""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else FILES

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"{index.row()}.{index.column()}" if role == Qt.ItemDataRole.DisplayRole else None


def run(quick: bool) -> list[Result]:
    dressed()
    rows = [a_row(number) for number in range(1, FILES + 1)]
    model = ClientFileModel(lambda: NOW)
    table = FileTable(model)
    table.resize(*SIZE)
    model.set_rows(rows)
    plain_model = _PlainModel()
    plain = QTableView()
    plain.setModel(plain_model)
    plain.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    plain.resize(*SIZE)
    for widget in (table, plain):
        widget.show()
    _settle()
    haystacks = [row.client_file.haystack for row in rows]
    ours, scans = [], []
    for query in QUERIES[:1] if quick else QUERIES:
        typed = [query[:length] for length in (*range(1, len(query) + 1), *reversed(range(len(query))))]
        for text in typed:
            ours.append(milliseconds(lambda text=text: _filtered(model, text)))  # type: ignore[misc]
            scans.append(milliseconds(lambda text=text: [hay for hay in haystacks if text in hay]))  # type: ignore[misc]
    frames, plain_frames = [], []
    for step in range(1, 20 if quick else 200):
        frames.append(milliseconds(lambda step=step: _scrolled(table.view, step * 137)))  # type: ignore[misc]
        plain_frames.append(milliseconds(lambda step=step: _scrolled(plain, step * 137)))  # type: ignore[misc]
    delete(table)
    delete(plain)
    most = MOST_MILLISECONDS
    return [
        Result("list: letter typed", median(ours), median(scans), "ms", "a scan of as many texts, no view", most=most),
        Result(
            "list: scrolled frame", median(frames), median(plain_frames), "ms", "a QTableView of numbers", most=most
        ),
    ]


def _filtered(model: ClientFileModel, text: str) -> None:
    model.set_filter(ClientFileFilter(text=text))
    # Paints the shown view, once.
    _settle()


def _scrolled(view: QTableView, pixels: int) -> None:
    view.verticalScrollBar().setValue(pixels)
    # All of it: a scroll by a few pixels would otherwise be copied and only its edge painted.
    view.viewport().repaint()


def _settle() -> None:
    QApplication.sendPostedEvents()
    QApplication.processEvents()
