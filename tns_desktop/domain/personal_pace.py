"""Personal pace: how much was decided here today, how long a file takes, how old the oldest is; by queue, for nobody else.

It is worked out of what is here anyway, is stored nowhere, and names no client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.projection import ProjectedFile


@dataclass(frozen=True, slots=True)
class QueuePace:
    """One queue. ``oldest`` is the start date of the oldest file that nobody here has decided on, None without one.

    ``median_seconds`` is of the time on screen of the files decided from this queue, None where none was measured.
    """

    state: ClientFileState
    waiting: int
    oldest: datetime | None
    decided_today: int
    median_seconds: float | None


def made_since(entries: Iterable[OutboxEntry], began: datetime) -> list[OutboxEntry]:
    """What was decided here since, and not taken back."""
    return [
        entry for entry in entries if entry.decision.decided_at >= began and entry.status is not OutboxStatus.WITHDRAWN
    ]


def pace_of(
    rows: Iterable[ProjectedFile], decided: Iterable[OutboxEntry], seconds: Mapping[str, float]
) -> tuple[QueuePace, ...]:
    """By queue, those with files first in the order of the rows. ``seconds``: decision id → time on screen.

    ``decided`` are today's. A file under decision waits no more, though the server still has it in its queue.
    """
    waiting: dict[ClientFileState, list[datetime | None]] = {}
    for row in rows:
        if row.pending is None:
            waiting.setdefault(row.queue, []).append(row.client_file.start_date)
    made: dict[ClientFileState, list[OutboxEntry]] = {}
    for entry in decided:
        made.setdefault(entry.decision.reviewed_state, []).append(entry)
    found = []
    for state in {**waiting, **made}:
        of_it = made.get(state, [])
        measured = [seconds[entry.decision.decision_id] for entry in of_it if entry.decision.decision_id in seconds]
        found.append(
            QueuePace(
                state,
                len(waiting.get(state, [])),
                min((started for started in waiting.get(state, []) if started is not None), default=None),
                len(of_it),
                _middle(measured),
            )
        )
    return tuple(found)


def _middle(values: list[float]) -> float | None:
    """The median; of an even number the mean of the two in the middle."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
