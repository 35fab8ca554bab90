"""Narrowing: days of the calendar, rows that pass, and that every part has to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.files import NOW, a_file, a_row, an_entry
from tests.support.vaults import a_listed
from tns_desktop.domain.client_file import ACCEPTED, Participant
from tns_desktop.domain.narrowing import EVER, MOST_DAYS, ClientFileFilter, Narrowing, Period, RowMark, Started, passes
from tns_desktop.domain.projection import ProjectedFile

TODAY = NOW.date()


def began(day: date) -> float:
    return datetime.combine(day, time.min, UTC).timestamp()


def row_started(moment: datetime | None) -> ProjectedFile:
    return ProjectedFile(a_listed(replace(a_file(1), start_date=moment)))


def is_shown(row: ProjectedFile, narrowing: Narrowing) -> bool:
    return passes(row, ClientFileFilter(narrowing=narrowing), narrowing.started.bounds(TODAY, began))


@pytest.mark.parametrize(
    ("started", "first", "last"),
    [
        (Started(Period.TODAY), TODAY, None),
        (Started(Period.LAST_DAYS, 1), TODAY, None),
        (Started(Period.LAST_DAYS, 2), TODAY - timedelta(days=1), None),
        (Started(Period.OLDER, 2), None, TODAY - timedelta(days=3)),
        (
            Started(Period.BETWEEN, first=date(2026, 11, 1), last=date(2026, 11, 3)),
            date(2026, 11, 1),
            date(2026, 11, 3),
        ),
        (Started(Period.BETWEEN, last=date(2026, 11, 3)), None, date(2026, 11, 3)),
    ],
)
def test_a_period_begins_and_ends_with_whole_days(started: Started, first: date | None, last: date | None) -> None:
    """``first`` and ``last`` are the days that it holds."""
    narrowing = Narrowing(started=started)
    instant = timedelta(microseconds=1)
    if first is not None:
        begins = datetime.combine(first, time.min, UTC)
        assert is_shown(row_started(begins), narrowing)
        assert not is_shown(row_started(begins - instant), narrowing)
    if last is not None:
        ends = datetime.combine(last + timedelta(days=1), time.min, UTC)
        assert is_shown(row_started(ends - instant), narrowing)
        assert not is_shown(row_started(ends), narrowing)
    assert not is_shown(row_started(None), narrowing)


@given(st.integers(1, MOST_DAYS), st.floats(-1e9, 1e9))
def test_what_was_not_started_in_the_last_days_was_started_before_them(days: int, seconds: float) -> None:
    """But for the one day that "more than … days ago" leaves out on top: a file of two days is not older than two."""
    since, _ever = Started(Period.LAST_DAYS, days).bounds(TODAY, began)
    _ever, until = Started(Period.OLDER, days).bounds(TODAY, began)
    assert since - until == timedelta(days=1).total_seconds()
    assert not (seconds >= since and seconds < until)


def test_without_a_period_a_file_without_a_start_is_shown() -> None:
    assert Started().bounds(TODAY, began) == EVER
    assert is_shown(row_started(None), Narrowing())


def test_profiles_of_the_file_and_of_its_participants_count() -> None:
    file = replace(a_file(1), profiles=("salarié",), participants=(Participant(profiles=("retraité", "salarié", "")),))
    assert file.all_profiles == ("salarié", "retraité")
    row = ProjectedFile(a_listed(file))
    assert [is_shown(row, Narrowing(profile=name)) for name in ("salarié", "retraité", "étudiant")] == [
        True,
        True,
        False,
    ]


_ROWS = {
    RowMark.KEPT: a_row(1, kept=True),
    RowMark.PENDING: a_row(1, pending=an_entry(1)),
    RowMark.CHANGED: a_row(1, changed=True),
    RowMark.BEGUN: replace(a_row(1), review_begun=True),
}


@pytest.mark.parametrize("mark", RowMark)
def test_a_mark_shows_its_rows_and_no_other(mark: RowMark) -> None:
    narrowing = Narrowing(marks=frozenset({mark}))
    assert [other for other, row in _ROWS.items() if is_shown(row, narrowing)] == [mark]


def test_every_part_has_to_hold() -> None:
    row = replace(a_row(1, kept=True), changed_since_seen=True)
    label = row.client_file.workflow_label
    whole = Narrowing(label, "", Started(Period.TODAY), frozenset({RowMark.KEPT, RowMark.CHANGED}))
    assert is_shown(row, whole)
    for other in (
        replace(whole, workflow="Another"),
        replace(whole, profile="p"),
        replace(whole, started=Started(Period.OLDER, 1)),
        replace(whole, marks=frozenset({RowMark.KEPT, RowMark.BEGUN})),
    ):
        assert not is_shown(row, other)
    bounds = whole.started.bounds(TODAY, began)
    assert not passes(row, ClientFileFilter(ACCEPTED, narrowing=whole), bounds)
    assert not passes(row, ClientFileFilter(connection_id="c2", narrowing=whole), bounds)


@pytest.mark.parametrize(
    "narrowing",
    [
        Narrowing("w"),
        Narrowing(profile="p"),
        Narrowing(started=Started(Period.TODAY)),
        Narrowing(marks=frozenset({RowMark.KEPT})),
    ],
)
def test_any_part_makes_it_a_filter(narrowing: Narrowing) -> None:
    assert Narrowing().is_empty
    assert not narrowing.is_empty
