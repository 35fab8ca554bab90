"""The rows of a short list, given as a whole each time: where they are of the same things, they change in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

R = TypeVar("R")

Index = QModelIndex | QPersistentModelIndex


class RowModel(QAbstractListModel, Generic[R]):
    """What is chosen stays chosen while only what is said of it changes."""

    def __init__(self, thing_of: Callable[[R], object], parent: QObject | None = None) -> None:
        """``thing_of``: what a row is of. Others, or in another order: the list begins anew."""
        super().__init__(parent)
        self._thing_of = thing_of
        self._rows: list[R] = []

    def set_rows(self, rows: Sequence[R]) -> None:
        if [self._thing_of(row) for row in rows] != [self._thing_of(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for position, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old != new:
                self._rows[position] = new
                self.dataChanged.emit(self.index(position), self.index(position))

    def row_at(self, position: int) -> R | None:
        return self._rows[position] if 0 <= position < len(self._rows) else None

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)
