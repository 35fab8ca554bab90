"""What the desk and the receiver's thread tell each other: what is planned, who takes what arrives, what came of it.

Each attribute is written by one side and read by the other, whole: no lock is needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tns_desktop.services.ports import Arrival, ReceiverPlan, Tally, WebHookIntake

NOTHING_PLANNED = ReceiverPlan("", 0, "", "", {})
MOST_BODY_BYTES = 1024 * 1024
"""Ten events with the external information of their files are some kilobytes."""
BODY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds."""

    body_bytes: int = MOST_BODY_BYTES
    body_seconds: float = BODY_SECONDS


@dataclass(slots=True)
class DeskSide:
    """``plan``, ``intake`` and ``watched`` are the desk's to write, the rest is the receiver's."""

    plan: ReceiverPlan
    intake: WebHookIntake | None = None
    watched: str = ""
    arrival: Arrival | None = None
    accepted: int = 0
    duplicates: int = 0
    foreign: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def tally(self) -> Tally:
        return Tally(self.accepted, self.duplicates, self.foreign, dict(self.refused))
