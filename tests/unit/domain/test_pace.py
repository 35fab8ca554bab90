"""Pace: whatever comes in whatever pieces, the rate is kept, and a lifted one is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.pace import Pace

pieces = st.lists(st.tuples(st.integers(1, 100_000), st.floats(0, 3)), min_size=1, max_size=50)
"""Sizes in bytes, and the seconds that the line itself took for each."""


@given(pieces, st.integers(100, 1_000_000))
def test_no_span_of_time_holds_more_than_the_rate_and_what_one_second_saves(
    received: list[tuple[int, float]], rate: int
) -> None:
    pace, now, total = Pace(rate), 1000.0, 0
    for size, seconds in received:
        now += seconds
        pace.take(size, now)
        total += size
        now += pace.wait(now)
        assert total <= rate * (now - 1000.0 + 1.0) * 1.000001 + 1


@given(pieces, st.integers(100, 1_000_000))
def test_it_waits_no_longer_than_the_last_pieces_are_worth(received: list[tuple[int, float]], rate: int) -> None:
    pace, now = Pace(rate), 1000.0
    for size, seconds in received:
        now += seconds
        pace.take(size, now)
        assert 0 <= pace.wait(now) <= size / rate + 0.000001
        now += pace.wait(now)


@given(pieces)
def test_without_a_limit_nothing_waits(received: list[tuple[int, float]]) -> None:
    pace = Pace(0)
    for size, seconds in received:
        pace.take(size, seconds)
        assert pace.wait(seconds) == 0


def test_a_lifted_one_waits_no_more() -> None:
    pace = Pace(10)
    pace.take(1_000, 5.0)
    assert pace.wait(5.0) > 90
    pace.lift()
    assert pace.wait(5.0) == 0
    pace.take(1_000, 6.0)
    assert pace.wait(6.0) == 0
