"""Marks: what may follow what, what counts as looked at, and which marks survive a new archive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.files import an_index
from tns_desktop.domain.archive import (
    ArchiveEntry,
    ArchiveIndex,
    DocumentKind,
    EntryProblem,
    EntryRole,
    ExpectedDocument,
)
from tns_desktop.domain.review import (
    UNTOUCHED,
    DocumentMark,
    KeptMark,
    Mark,
    Presence,
    ProblemReason,
    Review,
    Suggestion,
    carried_over,
    contents_of,
    may_carry_over,
    next_to_judge,
    presences_of,
    reasons_for,
    twin_candidates,
)

STEPS = {
    "shown": lambda mark: mark.shown("ab" * 32),
    "failed": lambda mark: mark.failed(),
    "good": lambda mark: mark.good(),
    "problem": lambda mark: mark.problem(ProblemReason.EXPIRED, " since May "),
    "words": lambda mark: mark.problem(None, "the photo is of a cat"),
    "cleared": lambda mark: mark.cleared(),
}
THREE = (DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.PNG)

paths = st.lists(st.sampled_from(sorted(STEPS)), max_size=12)


@given(paths)
def test_whatever_happens_a_mark_is_one_that_can_be(path: list[str]) -> None:
    mark = UNTOUCHED
    displayed = judged = False
    for step in path:
        mark = STEPS[step](mark)
        displayed = displayed or step == "shown"
        judged = step in ("good", "problem", "words") or (judged and step in ("shown", "failed"))
        assert mark.mark.is_judgement is judged
        assert mark.displayed is displayed
        assert (mark.mark is Mark.PROBLEM) is (mark.reason is not None or bool(mark.words))
        assert mark.was_looked_at is (displayed or judged)
        if displayed:
            assert mark.content_sha256 == "ab" * 32
            assert mark.mark not in (Mark.NOT_SEEN, Mark.UNREADABLE)


@given(paths)
def test_only_the_operator_changes_a_judgement(path: list[str]) -> None:
    mark = UNTOUCHED
    for step in path:
        after = STEPS[step](mark)
        if step in ("shown", "failed") and mark.mark.is_judgement:
            assert (after.mark, after.reason, after.words) == (mark.mark, mark.reason, mark.words)
        mark = after


def test_what_is_still_loading_cannot_be_judged() -> None:
    assert not UNTOUCHED.may_be_judged
    assert UNTOUCHED.shown().may_be_judged
    assert UNTOUCHED.failed().may_be_judged


@pytest.mark.parametrize(
    ("mark", "reason", "words"),
    [(Mark.PROBLEM, None, "  "), (Mark.GOOD, ProblemReason.EXPIRED, ""), (Mark.SEEN, None, "words")],
)
def test_a_problem_has_a_reason_and_nothing_else_has(mark: Mark, reason: ProblemReason | None, words: str) -> None:
    with pytest.raises(ValueError, match=mark.value):
        DocumentMark(mark, reason, words)


@pytest.mark.parametrize("kind", list(DocumentKind))
@pytest.mark.parametrize("role", list(EntryRole))
def test_every_reason_has_a_number_key(kind: DocumentKind, role: EntryRole) -> None:
    reasons = reasons_for(ArchiveEntry("0", "a", "a", 1, 1, kind, role))
    assert 0 < len(set(reasons)) == len(reasons) <= 9


# --- what was asked for -----------------------------------------------------------------------------------------------


def _listed(*asked: str, missing: bool = False) -> ArchiveIndex:
    """A contract, an image, another image, the report; ``asked`` are entry ids in report.json."""
    index = an_index(1, kinds=THREE)
    report = ArchiveEntry("9", "report.json", "report.json", 10, 10, DocumentKind.JSON, EntryRole.REPORT)
    expected = [ExpectedDocument(f"label {entry_id}", entry_id) for entry_id in asked]
    if missing:
        expected.append(ExpectedDocument("Payslip"))
    return replace(index, entries=(*index.entries, report), expected=tuple(expected))


def _judged(index: ArchiveIndex, *good: str, problem: str = "") -> Review:
    review = Review(index)
    for entry_id in good:
        review = review.with_mark(entry_id, UNTOUCHED.shown().good())
    return review.with_mark(problem, UNTOUCHED.shown().problem(ProblemReason.EXPIRED)) if problem else review


def test_what_the_report_does_not_list_is_extra_and_is_judged_too() -> None:
    index = _listed("1")
    assert presences_of(index) == {"0": Presence.ASKED, "1": Presence.ASKED, "2": Presence.EXTRA, "9": Presence.BESIDE}
    assert [entry.entry_id for entry in Review(index).to_judge] == ["0", "1", "2"]
    assert Review(index).label_of(index.entries[1]) == "label 1"
    assert Review(index).label_of(index.entries[2]) == "1-2.png"


def test_without_a_list_every_document_counts_as_asked_for() -> None:
    index = _listed()
    assert [presences_of(index)[entry_id] for entry_id in "012"] == [Presence.ASKED] * 3


def test_what_lies_within_a_document_that_was_asked_for_was_asked_for() -> None:
    index = _listed("1")
    box = replace(index.entries[1], kind=DocumentKind.ZIP, role=EntryRole.OTHER)
    inner = replace(index.entries[2], entry_id="1/0", path="documents/1-1.zip/a.png")
    deeper = replace(inner, entry_id="1/0/3")
    index = replace(index, entries=(index.entries[0], box, inner, deeper, index.entries[2]))
    found = presences_of(index)
    assert found["1"] is Presence.BESIDE
    assert found["1/0"] is found["1/0/3"] is Presence.ASKED
    assert found["2"] is Presence.EXTRA
    assert contents_of(index)["1"] == [inner]
    assert contents_of(index)["1/0"] == [deeper]


@pytest.mark.parametrize(
    ("review", "suggestion"),
    [
        (_judged(_listed("1")), Suggestion.NONE),
        (_judged(_listed("1"), "0"), Suggestion.NONE),
        (_judged(_listed("1"), "0", "1"), Suggestion.ACCEPT),
        (_judged(_listed("1", missing=True), "0", "1"), Suggestion.NONE),
        (_judged(_listed("1"), "0", "1", problem="2"), Suggestion.REJECT),
        (_judged(_listed("1"), problem="0"), Suggestion.REJECT),
        (_judged(_listed(), "0", "1"), Suggestion.NONE),
        (_judged(_listed(), "0", "1", "2"), Suggestion.ACCEPT),
        (Review(replace(_listed(), entries=())), Suggestion.NONE),
    ],
)
def test_marks_speak_for_a_decision(review: Review, suggestion: Suggestion) -> None:
    assert review.suggestion is suggestion


def test_counts_and_what_was_not_looked_at() -> None:
    review = _judged(_listed("1"), "0", problem="2").with_mark("1", UNTOUCHED.failed())
    assert (review.judged, len(review.to_judge)) == (2, 3)
    assert [entry.entry_id for entry in review.not_looked_at] == ["1"]
    assert [entry.entry_id for entry in review.with_problem] == ["2"]


def test_the_next_document_goes_on_from_here_round_and_skips_what_is_judged() -> None:
    review = _judged(_listed(), "1")
    order = ["0", "1", "2", "9"]
    assert next_to_judge(review, order, "0") == "2"
    assert next_to_judge(review, order, "2") == "0"
    assert next_to_judge(_judged(_listed(), "0", "1"), order, "2") == ""
    assert next_to_judge(review, order, "") == "0"


# --- a new archive ----------------------------------------------------------------------------------------------------


def _kept(index: ArchiveIndex, mark: DocumentMark) -> list[KeptMark]:
    return [KeptMark("old", entry.entry_id, entry.path, entry.size, mark) for entry in index.entries]


@given(st.lists(st.booleans(), min_size=3, max_size=3), st.permutations(["0", "1", "2"]))
def test_a_mark_holds_for_the_same_place_and_the_same_bytes_only(same: list[bool], ids: list[str]) -> None:
    index = an_index(1, kinds=THREE)
    mark = UNTOUCHED.shown("a" * 64).good()
    new = replace(
        index,
        entries=tuple(replace(entry, entry_id=other) for entry, other in zip(index.entries, ids, strict=True)),
    )
    digests = {entry.entry_id: ("a" if equal else "b") * 64 for entry, equal in zip(new.entries, same, strict=True)}
    expected = {entry.entry_id for entry, equal in zip(new.entries, same, strict=True) if equal}
    assert carried_over(_kept(index, mark), new, digests) == dict.fromkeys(expected, mark)


def test_the_same_bytes_under_another_name_carry_nothing() -> None:
    index = an_index(1, kinds=THREE)
    mark = UNTOUCHED.shown("a" * 64).good()
    moved = replace(index, entries=(replace(index.entries[0], path="documents/payslip.pdf"),))
    assert carried_over(_kept(index, mark), moved, {"0": "a" * 64}) == {}
    assert not may_carry_over(_kept(index, mark)[0], moved.entries[0])


def test_a_name_that_is_there_twice_carries_nothing() -> None:
    index = an_index(1, kinds=THREE)
    mark = UNTOUCHED.shown("a" * 64).good()
    twice = replace(index, entries=(index.entries[0], replace(index.entries[1], path=index.entries[0].path)))
    assert carried_over(_kept(index, mark), twice, {"0": "a" * 64, "1": "a" * 64}) == {}


def test_a_mark_whose_bytes_are_not_known_holds_for_nothing() -> None:
    index = an_index(1, kinds=THREE)
    kept = _kept(index, UNTOUCHED.problem(ProblemReason.UNREADABLE))
    assert not may_carry_over(kept[0], index.entries[0])
    assert carried_over(kept, index, {"0": ""}) == {}


def test_only_readable_documents_of_equal_size_and_checksum_may_be_twins() -> None:
    one, two, three = (replace(entry, size=10, crc32=7) for entry in an_index(1, kinds=THREE).entries)
    index = an_index(1)

    def groups(*entries: ArchiveEntry) -> list[list[str]]:
        return [[entry.entry_id for entry in group] for group in twin_candidates(replace(index, entries=entries))]

    assert groups(one, two, three) == [["0", "1", "2"]]
    assert groups(one, replace(two, size=11), replace(three, crc32=8)) == []
    assert groups(one, replace(two, problems=(EntryProblem.DAMAGED,)), replace(three, crc32=None)) == []
    assert groups(replace(one, size=0), replace(two, size=0)) == []
