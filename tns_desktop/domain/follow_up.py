"""Following up: how old an open file is, when it is due, and which files somebody should write about first.

Thresholds are the firm's (settings); what they mean is said here once, for the list, the review and the reminders. Ages count
whole days of 24 hours, so that nothing depends on the time zone of this computer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Protocol, TypeVar

from tns_desktop.domain.client_file import ClientFileState, KnownState

DAY = timedelta(days=1)
CLOCK_SKEW = timedelta(days=1)
"""A start this far ahead is a clock that is wrong, or a zone that was left out; further ahead it is no start date."""

FOLLOWED_UP = frozenset({KnownState.PENDING, KnownState.SUSPENDED})
"""States in which the customer, or the checks, are at work; in any other nobody has to be reminded."""


class Urgency(IntEnum):
    """From nothing to do to too late: a greater one comes first."""

    UNKNOWN = 0
    """Without a usable start date nobody can say."""
    FRESH = 1
    AGEING = 2
    """More than half of the time after which a reminder is due."""
    LATE = 3
    """A reminder is due."""
    EXPIRING = 4
    EXPIRED = 5
    """The day has passed on which the server is thought to let the file expire."""

    @property
    def needs_a_reminder(self) -> bool:
        return self >= Urgency.LATE


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """All in days. ``late_after``: a reminder is due. ``expires_after``: from the start; 0 where files do not expire.
    ``warn_before``: how long before that day a file counts as expiring.
    """

    late_after: int = 7
    expires_after: int = 90
    warn_before: int = 14


@dataclass(frozen=True, slots=True)
class Standing:
    """How an open file stands now. ``days`` old (whole, never negative) and the day on which it is ``due``: None where the
    start is not known, or, for ``due``, where files do not expire. ``days_left`` until then, negative once it has passed.
    """

    urgency: Urgency
    days: int | None = None
    due: datetime | None = None
    days_left: int | None = None


UNKNOWN_STANDING = Standing(Urgency.UNKNOWN)


def is_followed_up(state: ClientFileState) -> bool:
    """Whether a file in that state may need a reminder; a state that nobody documented needs none."""
    return state.known in FOLLOWED_UP


def standing_of(started: datetime | None, now: datetime, rules: FollowUpRules) -> Standing:
    """How a file that began then stands now. A time without a zone is taken as UTC, as the adapters do.

    A start in the future is a file of today, within CLOCK_SKEW; beyond that it counts as unknown.
    """
    if started is None:
        return UNKNOWN_STANDING
    began, present = _aware(started), _aware(now)
    if began - present > CLOCK_SKEW:
        return UNKNOWN_STANDING
    age = max(present - began, timedelta(0))
    days = age // DAY
    due, days_left = None, None
    if rules.expires_after > 0:
        try:
            due = began + rules.expires_after * DAY
        except OverflowError:
            return UNKNOWN_STANDING
        days_left = (due - present) // DAY
    return Standing(_urgency(days, due is not None and due <= present, days_left, rules), days, due, days_left)


def _urgency(days: int, expired: bool, days_left: int | None, rules: FollowUpRules) -> Urgency:
    if expired:
        return Urgency.EXPIRED
    if days_left is not None and days_left < rules.warn_before:
        return Urgency.EXPIRING
    if days >= rules.late_after:
        return Urgency.LATE
    return Urgency.AGEING if 2 * days >= rules.late_after else Urgency.FRESH


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


class Followed(Protocol):
    """What the rule needs of a file."""

    @property
    def state(self) -> ClientFileState: ...

    @property
    def start_date(self) -> datetime | None: ...

    @property
    def uuid(self) -> str: ...


F = TypeVar("F", bound=Followed)


def reminders(files: Iterable[F], now: datetime, rules: FollowUpRules) -> list[tuple[F, Standing]]:
    """The files that somebody should be reminded of, most urgent first; of equally urgent ones the oldest."""
    found = [
        (file, standing)
        for file in files
        if is_followed_up(file.state)
        and (standing := standing_of(file.start_date, now, rules)).urgency.needs_a_reminder
    ]
    return sorted(found, key=lambda pair: (-pair[1].urgency, _aware(pair[0].start_date or now), pair[0].uuid))
