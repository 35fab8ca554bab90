"""The outbox: each decision with its truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.roles import Duty
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words, status_words, verdict_words

Index = QModelIndex | QPersistentModelIndex


class OutboxColumn(IntEnum):
    NAME = 0
    ID = 1
    VERDICT = 2
    DECIDED = 3
    STATUS = 4
    CONNECTION = 5


class OutboxRole(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole + 1
    CONNECTION = Qt.ItemDataRole.UserRole + 2


class OutboxModel(QAbstractTableModel):
    """Newest first; rows keep their place while their status changes. Every connection's decisions, whichever is shown, or
    those of one when the operator narrows it.
    """

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._entries: dict[str, OutboxEntry] = {}
        self._shown: list[str] = []
        self._connections: dict[str, Connection] = {}
        self._held: frozenset[str] = frozenset()
        """Connections whose role lets nothing leave."""
        self._narrowed_to = ""

    def set_entries(self, entries: Sequence[OutboxEntry]) -> None:
        self.beginResetModel()
        # Kept oldest first: what comes later comes after.
        self._entries = {entry.decision.decision_id: entry for entry in reversed(entries)}
        self._choose_shown()
        self.endResetModel()

    def set_connections(self, connections: Sequence[Connection]) -> None:
        """Every connection there is: of more than one, each row says which is its own."""
        known = {item.connection_id: item for item in connections} if len(connections) > 1 else {}
        held = frozenset(item.connection_id for item in connections if not item.allows(Duty.DECIDE))
        if (known, held) == (self._connections, self._held):
            return
        self.beginResetModel()
        self._connections, self._held = known, held
        if self._narrowed_to not in self._connections:
            self._narrowed_to = ""
        self._choose_shown()
        self.endResetModel()

    def narrow(self, connection_id: str) -> None:
        """To the decisions of one connection; empty: of all."""
        self.beginResetModel()
        self._narrowed_to = connection_id
        self._choose_shown()
        self.endResetModel()

    def upsert(self, entry: OutboxEntry) -> None:
        decision_id = entry.decision.decision_id
        is_new = decision_id not in self._entries
        if is_new and self._belongs(entry):
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._entries[decision_id] = entry
            self._shown.insert(0, decision_id)
            self.endInsertRows()
            return
        self._entries[decision_id] = entry
        if not is_new and decision_id in self._shown:
            row = self._shown.index(decision_id)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(OutboxColumn) - 1))

    def entry_at(self, row: int) -> OutboxEntry | None:
        return self._entries[self._shown[row]] if 0 <= row < len(self._shown) else None

    def entries(self) -> list[OutboxEntry]:
        """Every one, seen or not, newest first."""
        return list(reversed(self._entries.values()))

    def connections(self) -> list[Connection]:
        """Those that rows are told apart by; empty where there is a single one."""
        return list(self._connections.values())

    def connection_of(self, entry: OutboxEntry) -> Connection | None:
        return self._connections.get(entry.key.connection_id)

    def is_held(self, entry: OutboxEntry) -> bool:
        """Its connection is read-only: nothing of it leaves, whoever asks."""
        return entry.key.connection_id in self._held

    @property
    def narrowed_to(self) -> str:
        return self._narrowed_to

    def _choose_shown(self) -> None:
        self._shown = [name for name, entry in reversed(self._entries.items()) if self._belongs(entry)]

    def _belongs(self, entry: OutboxEntry) -> bool:
        return self._narrowed_to in ("", entry.key.connection_id)

    def refresh_countdowns(self) -> None:
        for row, decision_id in enumerate(self._shown):
            entry = self._entries[decision_id]
            if entry.status is OutboxStatus.QUEUED:
                index = self.index(row, OutboxColumn.STATUS)
                self.dataChanged.emit(index, index)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(OutboxColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry_at(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == OutboxRole.ENTRY:
            return entry
        if role == OutboxRole.CONNECTION:
            return self.connection_of(entry)
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
        if column is OutboxColumn.CONNECTION:
            connection = self.connection_of(entry)
            return connection_words(connection) if connection is not None else ""
        seconds = entry.seconds_of_grace(self._now())
        if seconds > 0:
            return tr("outbox.leaves_in", seconds=int(seconds) + 1)
        return status_words(entry.status)
