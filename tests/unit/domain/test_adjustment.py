"""Adjustments: what becomes of each value of a colour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.adjustment import MOST, NEUTRAL, Adjustment

AMOUNTS = st.integers(-MOST, MOST)
ADJUSTMENTS = st.builds(Adjustment, AMOUNTS, AMOUNTS, st.booleans())


def test_nothing_changes_a_document_that_is_not_adjusted() -> None:
    assert NEUTRAL.is_neutral
    assert list(NEUTRAL.table()) == list(range(256))


def test_inverting_twice_is_nothing() -> None:
    table = NEUTRAL.inverted().table()
    assert [table[value] for value in table] == list(range(256))
    assert NEUTRAL.inverted().inverted().is_neutral


@given(ADJUSTMENTS)
def test_lighter_stays_lighter_unless_it_is_inverted(adjustment: Adjustment) -> None:
    table = list(adjustment.table())
    assert table == sorted(table, reverse=adjustment.invert)


@given(AMOUNTS.filter(lambda amount: amount != 0))
def test_brightness_moves_greys_its_way_and_keeps_paper_and_ink(amount: int) -> None:
    table = Adjustment(brightness=amount).table()
    assert (table[0], table[255]) == (0, 255)
    assert all((table[value] - value) * amount >= 0 for value in range(256))
    assert (table[128] - 128) * amount > 0 or abs(amount) == 1


def test_contrast_spreads_or_gathers_about_the_middle() -> None:
    hard, soft = Adjustment(contrast=MOST).table(), Adjustment(contrast=-MOST).table()
    assert (hard[100], hard[155]) == (0, 255)
    assert set(soft) == {128}


@given(ADJUSTMENTS, st.integers(-30, 30), st.integers(-30, 30))
def test_steps_end_at_the_ends(adjustment: Adjustment, brightness: int, contrast: int) -> None:
    stepped = adjustment.stepped(brightness=brightness, contrast=contrast)
    assert abs(stepped.brightness) <= MOST
    assert abs(stepped.contrast) <= MOST
    assert stepped.invert is adjustment.invert
