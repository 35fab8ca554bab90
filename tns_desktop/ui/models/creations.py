"""Client files that are to be created: each draft and creation with its truth."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.domain.creation import Creation
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import creation_status_words

Index = QModelIndex | QPersistentModelIndex


class CreationColumn(IntEnum):
    NAME = 0
    EXTERNAL_ID = 1
    WORKFLOW = 2
    BEGUN = 3
    STATUS = 4


class CreationRole(IntEnum):
    STATUS = Qt.ItemDataRole.UserRole + 1


class CreationModel(QAbstractTableModel):
    """Newest first; what is shown of a hundred thousand is the newest thousand, those that need somebody before the rest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Creation] = []

    def set_rows(self, rows: Sequence[Creation]) -> None:
        """Rows that only changed keep their place: what is current stays current."""
        fresh = list(rows)
        if [one.creation_id for one in fresh] == [one.creation_id for one in self._rows]:
            changed = [at for at, (old, new) in enumerate(zip(self._rows, fresh, strict=True)) if old != new]
            self._rows = fresh
            if changed:
                last = len(CreationColumn) - 1
                self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def at(self, row: int) -> Creation | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, creation_id: str) -> int:
        """-1 for one that is not shown."""
        return next((at for at, one in enumerate(self._rows) if one.creation_id == creation_id), -1)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(CreationColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.at(index.row()) if index.isValid() else None
        if row is not None and role == CreationRole.STATUS:
            return row.status
        if row is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        match CreationColumn(index.column()):
            case CreationColumn.NAME:
                return row.display_name or tr("creation.no_name")
            case CreationColumn.EXTERNAL_ID:
                return row.new.external_id
            case CreationColumn.WORKFLOW:
                return row.new.workflow_label
            case CreationColumn.BEGUN:
                return formatting.date_time(row.created_at)
        return creation_status_words(row)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(f"creation.column.{CreationColumn(section).name.lower()}")
