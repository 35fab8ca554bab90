"""The rule of age: the same for list, review and reminders; total for every date that a server may send."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.files import a_file
from tns_desktop.domain.client_file import (
    ACCEPTED,
    KNOWN_STATES,
    PENDING,
    SUSPENDED,
    WAITING,
    ClientFile,
    ClientFileState,
)
from tns_desktop.domain.follow_up import (
    UNKNOWN_STANDING,
    FollowUpRules,
    Standing,
    Urgency,
    is_followed_up,
    reminders,
    standing_of,
)

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
RULES = FollowUpRules(late_after=7, expires_after=90, warn_before=14)

moments = st.datetimes(timezones=st.none() | st.sampled_from([UTC, timezone(timedelta(hours=-11))]))
rules = st.builds(
    FollowUpRules,
    late_after=st.integers(1, 400),
    expires_after=st.integers(0, 4000),
    warn_before=st.integers(0, 400),
)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (0, Urgency.FRESH),
        (3.4, Urgency.FRESH),
        (4, Urgency.AGEING),
        (6.99, Urgency.AGEING),
        (7, Urgency.LATE),
        (75.9, Urgency.LATE),
        (76.1, Urgency.EXPIRING),
        (89.99, Urgency.EXPIRING),
        (90, Urgency.EXPIRED),
        (5000, Urgency.EXPIRED),
    ],
)
def test_an_open_file_grows_old_step_by_step(days: float, urgency: Urgency) -> None:
    assert standing_of(NOW - timedelta(days=days), NOW, RULES).urgency is urgency


def test_it_says_how_old_and_when_it_is_due() -> None:
    began = NOW - timedelta(days=80, hours=3)
    assert standing_of(began, NOW, RULES) == Standing(Urgency.EXPIRING, 80, began + timedelta(days=90), 9)
    assert standing_of(began, NOW, FollowUpRules(7, 0, 14)) == Standing(Urgency.LATE, 80)


def test_a_time_without_a_zone_is_utc() -> None:
    aware = standing_of(NOW - timedelta(days=8), NOW, RULES)
    assert standing_of((NOW - timedelta(days=8)).replace(tzinfo=None), NOW, RULES) == aware
    assert standing_of(NOW - timedelta(days=8), NOW.replace(tzinfo=None), RULES) == aware


def test_a_clock_that_is_wrong_makes_a_file_of_today_and_a_nonsensical_date_none() -> None:
    assert standing_of(NOW + timedelta(hours=23), NOW, RULES).days == 0
    assert standing_of(NOW + timedelta(hours=23), NOW, RULES).urgency is Urgency.FRESH
    for started in (None, NOW + timedelta(days=2), datetime.max.replace(tzinfo=UTC)):
        assert standing_of(started, NOW, RULES) == UNKNOWN_STANDING


@settings(max_examples=100)
@given(started=moments, now=moments, later=st.timedeltas(timedelta(0), timedelta(days=4000)), rules=rules)
def test_whatever_the_dates_time_only_makes_it_more_urgent(
    started: datetime, now: datetime, later: timedelta, rules: FollowUpRules
) -> None:
    before = standing_of(started, now, rules)
    try:
        after = standing_of(started, now + later, rules)
    except OverflowError:
        return  # the test's own addition
    assert before.urgency is Urgency.UNKNOWN or after.urgency >= before.urgency
    assert (before.days is None) is (before.urgency is Urgency.UNKNOWN)
    assert before.days is None or before.days >= 0
    if before.due is not None and before.days_left is not None:
        assert (before.urgency is Urgency.EXPIRED) is (before.days_left < 0 or before.due == now_aware(now))
    elif before.urgency is not Urgency.UNKNOWN:
        assert rules.expires_after == 0
        assert before.urgency <= Urgency.LATE


def now_aware(now: datetime) -> datetime:
    return now.replace(tzinfo=UTC) if now.tzinfo is None else now


def _begun(number: int, days: float, *, state: ClientFileState = PENDING) -> ClientFile:
    return replace(a_file(number), state=state, start_date=NOW - timedelta(days=days))


def test_reminders_put_the_most_urgent_first_and_leave_out_what_needs_none() -> None:
    files = [
        _begun(1, 8),
        _begun(2, 95),
        _begun(3, 80, state=SUSPENDED),
        _begun(4, 30),
        _begun(5, 2),
        _begun(6, 80, state=WAITING),
        _begun(7, 95, state=ACCEPTED),
    ]
    found = [(file.id, standing.urgency) for file, standing in reminders(files, NOW, RULES)]
    assert found == [
        ("24-0002", Urgency.EXPIRED),
        ("24-0003", Urgency.EXPIRING),
        ("24-0004", Urgency.LATE),
        ("24-0001", Urgency.LATE),
    ]


def test_only_open_files_are_followed_up() -> None:
    assert {state for state in KNOWN_STATES if is_followed_up(state)} == {PENDING, SUSPENDED}
