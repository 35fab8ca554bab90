"""The queues on the left: states with their counts, then the outbox, then the archives from disk where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.domain.projection import QueueCount
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.rows import Index, RowModel
from tns_desktop.ui.state_words import Look, queue_words, state_look


class QueueRole(IntEnum):
    QUEUE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Queue:
    """One line. ``state`` is None for the outbox and for archives from disk; ``alarm`` counts rows that wait for a person."""

    name: str
    count: int
    look: Look
    state: ClientFileState | None = None
    alarm: int = 0
    is_archives: bool = False

    @property
    def is_outbox(self) -> bool:
        return self.state is None and not self.is_archives


class QueueModel(RowModel[Queue]):
    """Queues in a fixed order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda queue: queue.name, parent)
        self._outbox = Queue(tr("queue.outbox"), 0, Look("text_muted", "outbox"))
        self._decisions = self._creations = (0, 0)
        self._archives: Queue | None = None

    def set_counts(self, counts: Sequence[QueueCount]) -> None:
        self._take([Queue(queue_words(item.state), item.count, state_look(item.state), item.state) for item in counts])

    def set_outbox(self, count: int, alarm: int) -> None:
        self._decisions = (count, alarm)
        self._show_outbox()

    def set_creations(self, count: int, alarm: int) -> None:
        """Client files that are to be created lie in the outbox too."""
        self._creations = (count, alarm)
        self._show_outbox()

    def set_archives(self, count: int) -> None:
        """Archives that are open from disk; without any there is no such line."""
        look = Look("text_muted", "archive")
        self._archives = Queue(tr("queue.archives"), count, look, is_archives=True) if count else None
        self._take(self._states())

    @property
    def waiting(self) -> int:
        """What is in the outbox and not done: decisions, creations and drafts."""
        return self._outbox.count

    def row_of_state(self, state: ClientFileState) -> int:
        return next((row for row, queue in enumerate(self._rows) if queue.state == state), -1)

    def row_of_outbox(self) -> int:
        return next((row for row, queue in enumerate(self._rows) if queue.is_outbox), -1)

    def row_of_archives(self) -> int:
        """-1 while none is open."""
        return next((row for row, queue in enumerate(self._rows) if queue.is_archives), -1)

    def _show_outbox(self) -> None:
        count, alarm = (sum(both) for both in zip(self._decisions, self._creations, strict=True))
        look = Look("state_rejected" if alarm else "text_muted", "outbox")
        self._outbox = Queue(tr("queue.outbox"), count, look, alarm=alarm)
        self._take(self._states())

    def _states(self) -> list[Queue]:
        return [queue for queue in self._rows if queue.state is not None]

    def _take(self, states: list[Queue]) -> None:
        self.set_rows([*states, self._outbox, *([self._archives] if self._archives is not None else [])])

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        queue = self.row_at(index.row()) if index.isValid() else None
        if queue is None:
            return None
        if role == QueueRole.QUEUE:
            return queue
        if role == Qt.ItemDataRole.DisplayRole:
            return queue.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("queue.with_count", name=queue.name, number=formatting.count(queue.count))
        return None
