"""Evidence: seconds that were looked at, of pages that were on screen, and nothing that a client said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.files import an_index
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.evidence import LONGEST_STRETCH_SECONDS, PageOnScreen, added, evidence_of, stretch
from tns_desktop.domain.review import UNTOUCHED, Mark, ProblemReason, Review

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGES = st.builds(PageOnScreen, st.sampled_from("012"), st.integers(0, 5), st.sampled_from(["", "operator-1"]))
VIEWS = st.dictionaries(PAGES, st.floats(0, 3600), max_size=8)


@given(st.floats(-1e6, 1e6))
def test_a_stretch_is_what_passed_but_never_negative_and_never_a_night(seconds: float) -> None:
    counted = stretch(NOON, NOON + timedelta(seconds=seconds))
    assert 0 <= counted <= LONGEST_STRETCH_SECONDS
    if 0 <= seconds <= LONGEST_STRETCH_SECONDS:
        assert abs(counted - seconds) < 1e-3


@given(VIEWS, VIEWS)
def test_no_second_is_lost_when_views_are_added(
    some: dict[PageOnScreen, float], more: dict[PageOnScreen, float]
) -> None:
    both = added(some, more)
    assert abs(sum(both.values()) - sum(some.values()) - sum(more.values())) < 1e-6
    assert set(both) == set(some) | set(more)


@given(VIEWS)
def test_of_views_one_page_at_a_time_the_pages_add_up_to_the_whole_whoever_looked(
    views: dict[PageOnScreen, float],
) -> None:
    evidence = evidence_of(Review(an_index(1)), views)
    by_page = [seconds for entry in "012" for seconds in evidence.pages_of(entry).values()]
    assert abs(sum(by_page) - evidence.seconds) < 1e-6


def test_evidence_holds_marks_and_hashes_and_neither_names_nor_words() -> None:
    index = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JPEG))
    marks = {
        "0": UNTOUCHED.shown("ab" * 32).good(),
        "1": UNTOUCHED.shown().problem(ProblemReason.EXPIRED, "PLANTEDWORDS"),
    }
    evidence = evidence_of(Review(index, marks), {PageOnScreen("0", 1, "operator-1"): 4.0})

    by_id = {one.entry_id: one for one in evidence.documents}
    assert (by_id["0"].mark, by_id["0"].content_sha256) == (Mark.GOOD, "ab" * 32)
    assert (by_id["1"].mark, by_id["1"].reason) == (Mark.PROBLEM, ProblemReason.EXPIRED)
    assert evidence.operators == ("operator-1",)
    text = repr(evidence)
    assert "PLANTEDWORDS" not in text
    assert not [entry.name for entry in index.entries if entry.name in text]
