"""How long a row of the outbox still waits, whatever becomes of the machine's clock.

Rows hold moments of the day, since they outlive the program. While it runs, the time that has passed is what counts: a
clock set back by hours must not stop a decision, and one set forward must not take the time to undo it away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.services.ports import Clock

LONGEST_WAIT_SECONDS = 3700.0
"""No grace period and no pause is longer (``Retry-After`` counts up to an hour): what looks longer is a clock that was
set back while the program was not running."""


class Waits:
    """When each row's wait began to be counted, and until when connections are left alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[str, tuple[datetime, float]] = {}
        self._held: dict[str, float] = {}

    def seconds_left(self, entry: OutboxEntry) -> float:
        """0 or less once its next step is due, counted since this wait was asked about first."""
        if entry.status is OutboxStatus.OUTCOME_UNKNOWN and entry.not_before is None:
            return 0.0
        decision_id, due = entry.decision.decision_id, entry.due_at
        noted = self._ends.get(decision_id)
        if noted is None or noted[0] != due:
            seconds = (due - self._clock.now()).total_seconds()
            noted = self._ends[decision_id] = (due, self._clock.steady() + min(seconds, LONGEST_WAIT_SECONDS))
        return noted[1] - self._clock.steady()

    def keep_only(self, entries: Iterable[OutboxEntry]) -> None:
        """Forgets rows that are no longer there."""
        present = {entry.decision.decision_id for entry in entries}
        self._ends = {name: noted for name, noted in self._ends.items() if name in present}

    def hold(self, connection_id: str, pause: timedelta | None) -> None:
        """Leaves a connection alone for ``pause``; None: until it is released."""
        self._held[connection_id] = math.inf if pause is None else self._clock.steady() + pause.total_seconds()

    def release(self, connection_id: str) -> None:
        self._held.pop(connection_id, None)

    def release_pauses(self) -> None:
        """All but those that wait for somebody to release them."""
        self._held = {name: until for name, until in self._held.items() if until == math.inf}

    def seconds_held(self, connection_id: str) -> float:
        """0 or less when nothing holds the connection."""
        until = self._held.get(connection_id)
        return 0.0 if until is None else until - self._clock.steady()
