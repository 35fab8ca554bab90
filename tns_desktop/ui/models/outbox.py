"""The outbox: each decision with its truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import status_words, verdict_words

Index = QModelIndex | QPersistentModelIndex


class OutboxColumn(IntEnum):
    NAME = 0
    ID = 1
    VERDICT = 2
    DECIDED = 3
    STATUS = 4


class OutboxRole(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole + 1


class OutboxModel(QAbstractTableModel):
    """Newest first; rows keep their place while their status changes."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._entries: list[OutboxEntry] = []

    def set_entries(self, entries: Sequence[OutboxEntry]) -> None:
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def upsert(self, entry: OutboxEntry) -> None:
        for row, known in enumerate(self._entries):
            if known.decision.decision_id == entry.decision.decision_id:
                self._entries[row] = entry
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(OutboxColumn) - 1))
                return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._entries.insert(0, entry)
        self.endInsertRows()

    def entry_at(self, row: int) -> OutboxEntry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def entries(self) -> list[OutboxEntry]:
        return list(self._entries)

    def refresh_countdowns(self) -> None:
        for row, entry in enumerate(self._entries):
            if entry.status is OutboxStatus.QUEUED:
                index = self.index(row, OutboxColumn.STATUS)
                self.dataChanged.emit(index, index)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(OutboxColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry_at(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == OutboxRole.ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(entry, OutboxColumn(index.column()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(f"outbox.column.{OutboxColumn(section).name.lower()}")

    def _text(self, entry: OutboxEntry, column: OutboxColumn) -> str:
        decision = entry.decision
        if column is OutboxColumn.NAME:
            return decision.display_name
        if column is OutboxColumn.ID:
            return decision.display_id
        if column is OutboxColumn.VERDICT:
            return verdict_words(decision.verdict)
        if column is OutboxColumn.DECIDED:
            return formatting.date_time(decision.decided_at)
        seconds = entry.seconds_of_grace(self._now())
        if seconds > 0:
            return tr("outbox.leaves_in", seconds=int(seconds) + 1)
        return status_words(entry.status)
