"""The rows of a table that are to become client files, after the trial: what each would be, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.ui.i18n import tr

Index = QModelIndex | QPersistentModelIndex
TrialLine = tuple[int, str, str]
"""Line of the file (1-based), name, what is wrong (empty: nothing)."""


class TrialColumn(IntEnum):
    LINE = 0
    NAME = 1
    PROBLEM = 2


class TrialModel(QAbstractTableModel):
    """A hundred thousand rows cost nothing but their texts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: Sequence[TrialLine] = ()

    def set_lines(self, lines: Sequence[TrialLine]) -> None:
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TrialColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        return str(self._lines[index.row()][index.column()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(f"import.column.{TrialColumn(section).name.lower()}")
