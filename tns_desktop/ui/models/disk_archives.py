"""The archives that are open from disk: a row each, with what a list can say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.ui.formatting import plain_tip
from tns_desktop.ui.state_words import Look

Index = QModelIndex | QPersistentModelIndex


class DiskRole(IntEnum):
    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class DiskRow:
    """``facts``: the client file's id and the size; ``status``: how far the review is, or its verdict, in words."""

    path: Path
    facts: str
    status: str
    look: Look

    @property
    def name(self) -> str:
        return self.path.name


class DiskArchiveModel(QAbstractListModel):
    """Rows in the order in which they were opened; one that changes changes in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[DiskRow] = []

    def set_rows(self, rows: Sequence[DiskRow]) -> None:
        fresh = list(rows)
        if [row.path for row in fresh] != [row.path for row in self._rows]:
            self.beginResetModel()
            self._rows = fresh
            self.endResetModel()
            return
        for position, (old, new) in enumerate(zip(self._rows, fresh, strict=True)):
            if old != new:
                self._rows[position] = new
                self.dataChanged.emit(self.index(position), self.index(position))

    def row_at(self, position: int) -> DiskRow | None:
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def position_of(self, path: Path | None) -> int:
        """-1 for a file that is not open."""
        return next((position for position, row in enumerate(self._rows) if row.path == path), -1)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == DiskRole.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.name, row.facts, row.status) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(str(row.path))
        return None
