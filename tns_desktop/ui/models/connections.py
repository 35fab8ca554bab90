"""The connections in the pane of the queues, where several are shown: all of them, then each with what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from tns_desktop.domain.connection import Connection, ConnectionState
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.rows import Index, RowModel
from tns_desktop.ui.state_words import connection_words


class ConnectionRole(IntEnum):
    ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One line. ``connection`` None: all of them. ``count`` is what is left to validate."""

    connection: Connection | None
    count: int = 0
    state: ConnectionState = ConnectionState.NEVER_TRIED

    @property
    def connection_id(self) -> str:
        return self.connection.connection_id if self.connection is not None else ""

    @property
    def name(self) -> str:
        return self.connection.label if self.connection is not None else tr("queue.all_connections")


class ConnectionModel(RowModel[ConnectionRow]):
    """In the order of the header's menu."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.connection, parent)

    def position_of(self, connection_id: str) -> int:
        """-1 when it is not among them; an empty id is that of the first line."""
        return next((at for at, row in enumerate(self._rows) if row.connection_id == connection_id), -1)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ConnectionRole.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _spoken(row)
        return None


def _spoken(row: ConnectionRow) -> str:
    number = formatting.count(row.count)
    if row.connection is None:
        return tr("queue.with_count", name=row.name, number=number)
    return tr(
        "queue.connection",
        connection=connection_words(row.connection),
        number=number,
        line=tr(f"line.{row.state.value}"),
    )
