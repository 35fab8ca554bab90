"""The queues on the left: states with their counts, the outbox, archives from disk where there are any, then saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.domain.projection import QueueCount
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.rows import Index, RowModel
from tns_desktop.ui.state_words import Look, queue_words, state_look


class QueueRole(IntEnum):
    QUEUE = Qt.ItemDataRole.UserRole + 1


class Place(NamedTuple):
    """Which line of the queues: that of a state, of a saved view, of the archives from disk, or, with nothing, the outbox."""

    state: ClientFileState | None = None
    view: str = ""
    is_archives: bool = False


OUTBOX = Place()
ARCHIVES = Place(is_archives=True)


@dataclass(frozen=True, slots=True)
class Queue:
    """One line; ``alarm`` counts rows that wait for a person."""

    name: str
    count: int
    look: Look
    place: Place = OUTBOX
    alarm: int = 0


class QueueModel(RowModel[Queue]):
    """Queues in a fixed order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda queue: queue.place, parent)
        self._outbox = Queue(tr("queue.outbox"), 0, Look("text_muted", "outbox"))
        self._decisions = self._creations = (0, 0)
        self._archives: list[Queue] = []
        self._views: list[Queue] = []

    def set_counts(self, counts: Sequence[QueueCount]) -> None:
        self._take(
            [Queue(queue_words(item.state), item.count, state_look(item.state), Place(item.state)) for item in counts]
        )

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
        self._archives = [Queue(tr("queue.archives"), count, look, ARCHIVES)] if count else []
        self._take(self._states())

    def set_views(self, names: Sequence[str]) -> None:
        """Without a count: each would go through every row at every change."""
        self._views = [Queue(name, 0, Look("text_muted", "filter"), Place(view=name)) for name in names]
        self._take(self._states())

    @property
    def waiting(self) -> int:
        """What is in the outbox and not done: decisions, creations and drafts."""
        return self._outbox.count

    def row_of(self, place: Place) -> int:
        """-1 where there is no such line: no archive is open, the view was removed."""
        return next((row for row, queue in enumerate(self._rows) if queue.place == place), -1)

    def _show_outbox(self) -> None:
        count, alarm = (sum(both) for both in zip(self._decisions, self._creations, strict=True))
        look = Look("state_rejected" if alarm else "text_muted", "outbox")
        self._outbox = Queue(tr("queue.outbox"), count, look, alarm=alarm)
        self._take(self._states())

    def _states(self) -> list[Queue]:
        return [queue for queue in self._rows if queue.place.state is not None]

    def _take(self, states: list[Queue]) -> None:
        self.set_rows([*states, self._outbox, *self._archives, *self._views])

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
            if queue.place.view:
                return tr("queue.view", name=queue.name)
            return tr("queue.with_count", name=queue.name, number=formatting.count(queue.count))
        return None
