"""Personal pace: by queue, of what was decided here today and not taken back."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from tests.support.files import NOW, a_row, an_entry
from tns_desktop.domain.client_file import PENDING, WAITING
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.personal_pace import made_since, pace_of


def test_what_was_taken_back_or_decided_before_today_does_not_count() -> None:
    today = an_entry(1, seconds_ago=60)
    entries = [today, an_entry(2, status=OutboxStatus.WITHDRAWN), an_entry(3, seconds_ago=90_000)]
    assert made_since(entries, NOW - timedelta(hours=12)) == [today]


def test_each_queue_has_its_own_count_age_and_median() -> None:
    rows = [a_row(1), a_row(2), a_row(3, pending=an_entry(3)), a_row(4, state=PENDING)]
    decided = [an_entry(number) for number in (3, 5, 6, 7)]
    seconds = {entry.decision.decision_id: time for entry, time in zip(decided, (10.0, 90.0, 30.0), strict=False)}
    waiting, pending = pace_of(rows, decided, seconds)
    assert (waiting.state, waiting.waiting, waiting.decided_today, waiting.median_seconds) == (WAITING, 2, 4, 30.0)
    assert waiting.oldest == min(date for row in rows[:2] if (date := row.client_file.start_date) is not None)
    assert (pending.state, pending.waiting, pending.decided_today, pending.median_seconds) == (PENDING, 1, 0, None)


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=9))
def test_the_median_is_the_one_of_the_library(times: list[float]) -> None:
    decided = [an_entry(number) for number in range(1, len(times) + 1)]
    seconds = {entry.decision.decision_id: time for entry, time in zip(decided, times, strict=True)}
    (queue,) = pace_of([], decided, seconds)
    assert queue.median_seconds == median(times)


def test_without_files_and_decisions_there_is_no_queue() -> None:
    assert pace_of([], [], {}) == ()


def test_a_queue_that_was_emptied_today_still_shows_what_was_done() -> None:
    (queue,) = pace_of([], [an_entry(1)], {})
    assert (queue.waiting, queue.oldest, queue.decided_today) == (0, None, 1)
