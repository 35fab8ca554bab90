"""Two archives compared: every document once, the same only by its bytes, and fields by their place."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.archive_comparison import (
    Change,
    ComparedDocument,
    FieldChange,
    compare_documents,
    compare_fields,
)

DOCUMENTS = st.lists(
    st.builds(
        ComparedDocument,
        st.sampled_from("012345"),
        st.sampled_from(["a.pdf", "b.pdf", "c/a.pdf"]),
        st.just(9),
        st.sampled_from(["", "1" * 64, "2" * 64, "3" * 64]),
    ),
    max_size=6,
)
OPPOSITE = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=5,
)


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_every_document_of_either_side_is_told_once_and_rightly(
    before: list[ComparedDocument], after: list[ComparedDocument]
) -> None:
    changes = compare_documents(before, after)
    assert Counter(one.before for one in changes if one.before is not None) == Counter(before)
    assert Counter(one.after for one in changes if one.after is not None) == Counter(after)
    for one in changes:
        if one.before is None or one.after is None:
            assert one.change is (Change.ADDED if one.before is None else Change.REMOVED)
            continue
        paths, bytes_ = one.before.path == one.after.path, one.before.sha256 == one.after.sha256
        known = bool(one.before.sha256 and one.after.sha256)
        expected = (
            (Change.SAME if bytes_ else Change.CHANGED)
            if paths and known
            else Change.UNKNOWN
            if paths
            else Change.RENAMED
        )
        assert one.change is expected
        assert paths or (known and bytes_)


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=50, deadline=None)
def test_the_other_way_round_it_is_the_opposite(before: list[ComparedDocument], after: list[ComparedDocument]) -> None:
    there = Counter(one.change for one in compare_documents(before, after))
    back = Counter(OPPOSITE.get(one.change, one.change) for one in compare_documents(after, before))
    assert there == back


def test_what_differs_comes_first() -> None:
    def a(path: str, digit: str) -> ComparedDocument:
        return ComparedDocument("0", path, 1, digit * 64)

    changes = compare_documents(
        [a("same", "1"), a("old name", "2"), a("gone", "3"), a("new bytes", "4"), a("locked", "")],
        [a("same", "1"), a("new name", "2"), a("came", "5"), a("new bytes", "6"), a("locked", "")],
    )
    assert [(one.change.value, one.path) for one in changes] == [
        ("changed", "new bytes"),
        ("removed", "gone"),
        ("added", "came"),
        ("renamed", "new name"),
        ("unknown", "locked"),
        ("same", "same"),
    ]


@given(VALUES, VALUES)
@settings(max_examples=30, deadline=None)
def test_fields_differ_exactly_where_values_do(before: object, after: object) -> None:
    assert compare_fields(before, before) == ()
    assert {one.field for one in compare_fields(before, after)} == {one.field for one in compare_fields(after, before)}


def test_a_report_that_is_deeper_than_the_stack_is_compared_like_any_other() -> None:
    deep: object = 1
    for _ in range(2_000):
        deep = {"a": [deep]}
    assert compare_fields(deep, deep) == ()
    assert [one.before for one in compare_fields(deep, {})] == ["1"]


def test_items_of_a_list_are_known_by_their_names_wherever_they_stand() -> None:
    before = {"state": "PENDING", "people": [{"uuid": "u1", "name": "Léa"}, {"uuid": "u2", "name": "Awa"}], "old": 1}
    after = {"state": "ACCEPTED", "people": [{"uuid": "u2", "name": "Awa"}, {"uuid": "u1", "name": "Lea"}]}
    assert compare_fields(before, after) == (
        FieldChange("old", "1", None),
        FieldChange("people[u1].name", "Léa", "Lea"),
        FieldChange("state", "PENDING", "ACCEPTED"),
    )
