"""What a notification's body is taken for: events of files, whatever else stands in it, and never more than the map allows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hooks import PUBLIC_ID, body_of, default_rules, event, hook_path
from tns_desktop.adapters.webhooks.notices import NO_FILE, NoticeRefused, read_notices, sample_body
from tns_desktop.services.ports import HookPath

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries({}, optional={"id": JSON, "clientFileUuid": JSON, "publicId": JSON, "state": JSON})


def _files(body: bytes, path: HookPath | None = None) -> list[str]:
    return [notice.uuid for notice in read_notices(body, path or hook_path()).mine]


def _refusal(body: bytes) -> str:
    with pytest.raises(NoticeRefused) as caught:
        read_notices(body, hook_path())
    return caught.value.reason


def test_events_keep_the_order_of_the_request() -> None:
    assert _files(body_of(event(3), event(1), event(2))) == ["file-3", "file-1", "file-2"]


def test_the_same_identifier_is_the_same_event_whatever_else_it_says() -> None:
    one = read_notices(body_of(event(1, state="WAITING")), hook_path()).mine[0]
    again = read_notices(body_of(event(1, state="ACCEPTED", publicId=PUBLIC_ID)), hook_path()).mine[0]
    other = read_notices(body_of(event(2)), hook_path()).mine[0]
    assert one == again
    assert one.event != other.event


def test_an_event_without_an_identifier_is_known_again_by_its_text() -> None:
    one, two, other = read_notices(
        body_of({"clientFileUuid": "a", "x": 1}, {"x": 1, "clientFileUuid": "a"}, {"clientFileUuid": "a", "x": 2}),
        hook_path(),
    ).mine
    assert one == two
    assert one.event != other.event


@pytest.mark.parametrize(
    "uuid", ["", "../accept", "a/b", "a b", "é", "..", ".", "x" * 129, None, 1.5, [], {"a": 1}, True]
)
def test_a_file_that_cannot_be_asked_for_means_any_file(uuid: object) -> None:
    assert _files(body_of({"id": "1", "clientFileUuid": uuid})) == [""]


def test_events_of_another_product_are_left_alone() -> None:
    read = read_notices(body_of(event(1, publicId="somebody-else"), event(2, publicId=PUBLIC_ID)), hook_path())
    assert [notice.uuid for notice in read.mine] == ["file-2"]
    assert read.foreign == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"not json", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"events": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"{}", "not_understood"),
        (b"null", "not_understood"),
        (b'{"events": null}', "not_understood"),
        (b'{"events": ["text"]}', "not_understood"),
        (body_of(*[event(number) for number in range(51)]), "too_many"),
    ],
)
def test_what_is_no_notification_is_refused_with_a_reason_that_quotes_nothing(body: bytes, reason: str) -> None:
    assert _refusal(body) == reason


def test_the_map_says_where_everything_stands() -> None:
    rules = replace(default_rules(), events="a.b", id="c.d", client_file="e.f", product="")
    body = json.dumps({"a": {"b": [{"c": {"d": 7}, "e": {"f": "file"}, "publicId": "ignored"}]}}).encode()
    assert _files(body, replace(hook_path(), rules=rules)) == ["file"]
    bare = replace(hook_path(), rules=replace(default_rules(), events=""))
    assert _files(json.dumps([event(1), event(2)]).encode(), bare) == ["file-1", "file-2"]


def test_the_sample_is_read_as_what_it_is_by_any_map() -> None:
    for events in ("events", "deep.inside", ""):
        path = replace(hook_path(), rules=replace(default_rules(), events=events))
        assert _files(sample_body(path, "token", datetime(2026, 11, 24, tzinfo=UTC)), path) == [NO_FILE]


@settings(max_examples=50, deadline=None)
@given(st.lists(FIELDS, max_size=6))
def test_any_event_makes_a_notice_or_is_foreign(events: list[dict[str, Any]]) -> None:
    read = read_notices(body_of(*events), hook_path())
    assert len(read.mine) + read.foreign == len(events)
    assert all(len(notice.event) == 32 for notice in read.mine)


@settings(max_examples=50, deadline=None)
@given(JSON | st.just({"events": [[[]]]}))
def test_any_document_is_read_or_refused(document: object) -> None:
    try:
        read = read_notices(json.dumps(document).encode(), hook_path())
    except NoticeRefused:
        return
    assert len(read.mine) + read.foreign <= default_rules().most_events
