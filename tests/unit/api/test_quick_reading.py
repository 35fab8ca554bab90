"""The two ways to read a list agree, or the quick one leaves it to the other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.api_maps import DEFAULT_MAP
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.json_body import decode_json, find
from tns_desktop.adapters.api.quick_reading import QuickReader, split_list
from tns_desktop.adapters.api.wire import ClientFileReader, list_items
from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.errors import AnswerNotUnderstood

API_MAP = load_api_map(DEFAULT_MAP)
SLOW = ClientFileReader(API_MAP, "c1")


QUICK = QuickReader(API_MAP, "c1")

TEXTS = st.text(max_size=12)
ODD = (
    st.none() | st.booleans() | st.integers() | st.lists(TEXTS, max_size=2) | st.dictionaries(TEXTS, TEXTS, max_size=2)
)
DATES = st.sampled_from(["2018-03-04T16:45:00Z", "2018-03-04T16:45:00+02:00", "2018-03-04", "yesterday", ""])


def usually(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(*[strategy] * 9, ODD)


def objects(paths: Any, **special: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the map's names: any of them may be absent, or hold something else than expected."""
    names = {field: getattr(paths, field) for field in type(paths).__slots__}
    kinds = {path: usually(special.get(field, TEXTS)) for field, path in names.items() if path}
    return st.fixed_dictionaries({}, optional={**kinds, "unknown": ODD})


PEOPLE = objects(
    API_MAP.participant, profiles=st.lists(TEXTS, max_size=2), language=st.sampled_from(["fr-FR", "x", ""])
)
INFOS = objects(API_MAP.external_info)
ITEMS = objects(
    API_MAP.client_file,
    uuid=st.uuids().map(str),
    state=st.sampled_from(["WAITING", "Somewhere", " "]),
    start_date=DATES,
    finish_date=DATES,
    validation_date=DATES,
    participants=st.lists(usually(PEOPLE), max_size=2),
    external_info=st.lists(usually(INFOS), max_size=2),
    profiles=st.lists(TEXTS, max_size=2),
    signed=st.booleans(),
    legally_archived=st.booleans(),
    language=st.sampled_from(["FR", "en_GB", "français"]),
)


@given(item=ITEMS)
@settings(max_examples=200, deadline=None)
def test_reads_what_the_other_reads_or_nothing(item: dict[str, Any]) -> None:
    raw = json.dumps(item).encode()
    quick = QUICK.read(raw, raw.decode())
    if quick is not None:
        assert quick == SLOW.read(json.loads(raw), "list", 0, raw.decode())


def test_reads_every_field_of_the_usual_shape() -> None:
    """With every name of the map in it: a field that one way forgets would show here."""
    person = {
        path: [path] if field == "profiles" else path
        for field in type(API_MAP.participant).__slots__
        if (path := getattr(API_MAP.participant, field))
    }
    special = {
        "participants": [{**person, "language": "de"}, {}],
        "external_info": [{"name": "agence", "value": "17"}],
        "profiles": ["employee", ""],
        "signed": True,
        "legally_archived": False,
        "start_date": "2018-03-04T16:45:00Z",
        "language": None,
    }
    item = {
        getattr(API_MAP.client_file, field): special.get(field, f"text of {field}")
        for field in type(API_MAP.client_file).__slots__
    }
    raw = json.dumps(item, ensure_ascii=False)
    read = QUICK.read(raw.encode(), raw)
    assert read == SLOW.read(item, "list", 0, raw)
    assert read is not None
    assert read.participants[1] == Participant()
    assert (read.language, read.profiles, read.signed, read.legally_archived) == ("de", ("employee",), True, False)


def test_a_map_with_a_dotted_path_is_read_the_other_way() -> None:
    odd = replace(API_MAP, client_file=replace(API_MAP.client_file, state="status.name"))
    raw = '{"uuid": "u-1", "status": {"name": "WAITING"}}'
    assert QuickReader(odd, "c1").read(raw.encode(), raw) is None
    assert ClientFileReader(odd, "c1").read_raw(raw.encode(), "list", 0).state.name == "WAITING"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=12,
)


@given(document=JSON_VALUES, path=st.sampled_from(["", "a", "a.b"]))
@settings(max_examples=200, deadline=None)
def test_cuts_a_list_where_the_other_finds_it(document: object, path: str) -> None:
    body = json.dumps(document).encode()
    split = split_list(body, "application/json", path)
    if split is None:
        return
    whole = decode_json(body, "application/json", "list")
    assert isinstance(items := find(whole, path), list)
    assert [json.loads(item) for item in split.items] == items
    for other in ("b", "c", "a.c"):
        if path and not path.startswith(other):
            assert find(split.rest, other) == find(whole, other)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a":[1', "application/json"),
        (b'{"b":[1]}', "application/json"),
        (b'{"a":{"b":1}}', "application/json"),
        (b'{"a":["\\ud800"]}', "application/json"),
        (b'{"a":[NaN]}', "application/json"),
        (b'\xef\xbb\xbf{"a":[1]}', "application/json"),
        (b'{"a":["\xe9"]}', "application/json; charset=latin-1"),
        (b'{"b":' + b"[" * 80 + b"]" * 80 + b',"a":[1]}', "application/json"),
        (b'{"a":' + b"[" * 100_000, "application/json"),
    ],
)
def test_leaves_what_is_unusual_to_the_other(body: bytes, content_type: str) -> None:
    assert split_list(body, content_type, "a") is None


def test_an_item_that_is_too_deep_is_refused() -> None:
    raw = b'{"uuid":"u-1","state":"WAITING","deep":' + b"[" * 80 + b"]" * 80 + b"}"
    with pytest.raises(AnswerNotUnderstood):
        SLOW.read_raw(raw, "list", 0)


def test_an_item_in_another_encoding_is_refused() -> None:
    with pytest.raises(AnswerNotUnderstood):
        SLOW.read_raw(b'{"uuid":"u-1","state":"\xe9"}', "list", 0)


@given(body=st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_body_is_cut_as_the_other_reads_it_or_left(body: bytes) -> None:
    split = split_list(body, "application/json", "")
    if split is not None and body.decode(errors="ignore").encode() == body:
        assert len(split.items) == len(list_items(decode_json(body, "application/json", "list"), _at_the_root()))


def _at_the_root() -> Any:
    return replace(API_MAP.list_client_files, items="")
