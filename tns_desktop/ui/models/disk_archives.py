"""The archives that are open from disk: a row each, with what a list can say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from tns_desktop.ui.formatting import plain_tip
from tns_desktop.ui.models.rows import Index, RowModel
from tns_desktop.ui.state_words import Look


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


class DiskArchiveModel(RowModel[DiskRow]):
    """Rows in the order in which they were opened, known by their paths."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.path, parent)

    def position_of(self, path: Path | None) -> int:
        """-1 for a file that is not open."""
        return next((position for position, row in enumerate(self._rows) if row.path == path), -1)

    # --- Qt -----------------------------------------------------------------------------------------------------------

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
