"""What narrows the list beyond its queue and the words searched, and the views that somebody keeps of it.

A period is counted in whole days of the operator's calendar: "in the last 2 days" is today and yesterday, "more than 2 days
ago" is whatever began before the day before yesterday.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.domain.projection import ProjectedFile

MOST_DAYS = 3650
_FOREVER = float("inf")
EVER = (-_FOREVER, _FOREVER)
"""Of ``Started.bounds``: any start, and none at all."""


class RowMark(StrEnum):
    """What a row can say of itself."""

    KEPT = "kept"
    """Its archive is on this computer."""
    PENDING = "pending"
    """A decision about it is on its way."""
    CHANGED = "changed"
    """It has changed since it was looked at."""
    BEGUN = "begun"
    """At least one of its documents was judged here."""


_HAS: dict[RowMark, Callable[[ProjectedFile], bool]] = {
    RowMark.KEPT: lambda row: row.archive_kept,
    RowMark.PENDING: lambda row: row.pending is not None,
    RowMark.CHANGED: lambda row: row.changed_since_seen,
    RowMark.BEGUN: lambda row: row.review_begun,
}


class Period(StrEnum):
    ANY = "any"
    TODAY = "today"
    LAST_DAYS = "last_days"
    OLDER = "older"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Started:
    """When a file was started. ``days`` (1 to ``MOST_DAYS``) belongs to LAST_DAYS and OLDER, ``first`` and ``last``, both
    included, to BETWEEN.
    """

    period: Period = Period.ANY
    days: int = 1
    first: date | None = None
    last: date | None = None

    def bounds(self, today: date, began: Callable[[date], float]) -> tuple[float, float]:
        """From when, included, until when, excluded, in seconds since 1970. ``began``: when a day begins, in the same."""
        if self.period is Period.TODAY:
            return began(today), _FOREVER
        if self.period is Period.LAST_DAYS:
            return began(today - timedelta(days=self.days - 1)), _FOREVER
        if self.period is Period.OLDER:
            return -_FOREVER, began(today - timedelta(days=self.days))
        if self.period is Period.BETWEEN:
            first = -_FOREVER if self.first is None else began(self.first)
            last = _FOREVER if self.last is None else began(self.last + timedelta(days=1))
            return first, last
        return EVER


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Everything in it has to hold; empty, nothing is asked. ``profile``: of the file or of one of its participants."""

    workflow: str = ""
    profile: str = ""
    started: Started = field(default_factory=Started)
    marks: frozenset[RowMark] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.workflow or self.profile or self.marks) and self.started.period is Period.ANY


@dataclass(frozen=True, slots=True)
class ClientFileFilter:
    """What the list shows. ``state`` None means every state; ``text`` is as typed; no ``connection_id``: of every one."""

    state: ClientFileState | None = None
    text: str = ""
    connection_id: str = ""
    narrowing: Narrowing = field(default_factory=Narrowing)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A queue and what narrows it, under a name. ``state`` None: every queue.

    The words searched are no part of it: they may be a client's name, and views lie in clear beside the other settings.
    """

    name: str
    state: ClientFileState | None
    narrowing: Narrowing


def passes(row: ProjectedFile, wanted: ClientFileFilter, bounds: tuple[float, float]) -> bool:
    """Whether a row is shown, its words apart. ``bounds`` are those of ``wanted.narrowing.started``, worked out once."""
    file, narrowing = row.client_file, wanted.narrowing
    return (
        (wanted.state is None or file.state == wanted.state)
        and wanted.connection_id in ("", file.key.connection_id)
        and (not narrowing.workflow or file.workflow_label == narrowing.workflow)
        and (not narrowing.profile or narrowing.profile in file.all_profiles)
        and (bounds == EVER or (file.started_at is not None and bounds[0] <= file.started_at < bounds[1]))
        and all(_HAS[mark](row) for mark in narrowing.marks)
    )
