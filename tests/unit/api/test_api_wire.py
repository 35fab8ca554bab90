"""Client files read out of documents, documented and odd ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.api_maps import DEFAULT_MAP
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.json_body import decode_json, find, text_of
from tns_desktop.adapters.api.templates import BadTemplate, fill, path_segment, placeholders
from tns_desktop.adapters.api.wire import ClientFileReader, list_items, list_total, read_envelope
from tns_desktop.adapters.api.wire_values import date_of
from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.errors import AnswerNotUnderstood

API_MAP = load_api_map(DEFAULT_MAP)
READER = ClientFileReader(API_MAP, "c1")
MINIMUM = {"uuid": "u-1", "state": "WAITING"}

DOCUMENTED: dict[str, Any] = {
    "uuid": "2e891756-cbbb-11e3-9d6a-57f4740d8223",
    "id": "2018-000123",
    "externalId": 42,
    "workflowLabel": "Crédit à la consommation",
    "state": "REJECTED",
    "startDate": "2018-03-04T16:45:00Z",
    "finishDate": "2018-03-05T08:00:00.250+01:00",
    "validationDate": "2018-03-05",
    "rejectionCause": "Qualité",
    "rejectionMessage": "Pièce illisible",
    "externalInfo": [{"name": "agence", "value": 17}, "bare", {"dossier": "D-9"}, None],
    "participants": [
        {
            "uuid": "p-1",
            "type": "borrower",
            "civility": "MRS",
            "lastName": "Müller",
            "firstName": "Zoé",
            "birthDate": "1980-01-02",
            "postalAddress": {"street": "1 rue X", "zip": 75001, "more": [None, "Paris"]},
            "profiles": ["employee", {"label": "tenant"}],
            "identityChecks": [{"unknown": True}],
        },
        None,
    ],
    "profiles": "employee",
    "signed": True,
    "legallyArchived": "false",
    "validationMode": "MANUAL",
    "somethingNew": {"kept": [1, 2]},
}


def test_reads_every_documented_field() -> None:
    found = READER.read(DOCUMENTED, "read_client_file")
    assert found.key.connection_id == "c1"
    assert (found.uuid, found.id, found.external_id) == (DOCUMENTED["uuid"], "2018-000123", "42")
    assert found.workflow_label == "Crédit à la consommation"
    assert found.state.name == "REJECTED"
    assert found.start_date == datetime(2018, 3, 4, 16, 45, tzinfo=UTC)
    assert found.finish_date == datetime(2018, 3, 5, 7, 0, 0, 250_000, tzinfo=UTC)
    assert found.validation_date == datetime(2018, 3, 5, tzinfo=UTC)
    assert (found.rejection_cause, found.rejection_message) == ("Qualité", "Pièce illisible")
    assert found.external_info == (
        ExternalInfo("agence", "17"),
        ExternalInfo("", "bare"),
        ExternalInfo("dossier", "D-9"),
    )
    assert found.participants == (
        Participant(
            uuid="p-1",
            type="borrower",
            civility="MRS",
            last_name="Müller",
            first_name="Zoé",
            birth_date="1980-01-02",
            postal_address="1 rue X, 75001, Paris",
            profiles=("employee", "tenant"),
        ),
    )
    assert found.profiles == ("employee",)
    assert (found.signed, found.legally_archived, found.validation_mode) == (True, False, "MANUAL")


@pytest.mark.parametrize(
    ("item", "language"),
    [
        ({}, ""),
        ({"language": "fr"}, "fr"),
        ({"language": " EN-gb "}, "en"),
        ({"language": "fr_CA", "participants": [{"language": "en"}]}, "fr"),
        ({"participants": [{"lastName": "A"}, {"language": "en"}]}, "en"),
        ({"participants": {"language": "de-AT"}}, "de"),
        ({"language": None, "participants": None}, ""),
        ({"language": "French"}, ""),
        ({"language": ["fr"]}, ""),
        ({"externalInfo": [{"name": "language", "value": "fr"}, {"language": "fr"}]}, ""),
    ],
)
def test_the_customer_s_language_is_read_where_the_map_says(item: dict[str, object], language: str) -> None:
    assert READER.read({**MINIMUM, **item}, "r").language == language


def test_keeps_unknown_fields() -> None:
    assert json.loads(READER.read(DOCUMENTED, "r").extra) == DOCUMENTED


def test_nulls_are_absences() -> None:
    nulls = READER.read(dict.fromkeys(DOCUMENTED) | MINIMUM, "r")
    assert replace(nulls, extra="{}") == replace(READER.read(MINIMUM, "r"), extra="{}")


def test_an_unknown_state_stays_verbatim() -> None:
    assert READER.read({**MINIMUM, "state": "IN_ESCROW"}, "r").state.name == "IN_ESCROW"


@pytest.mark.parametrize("value", ["", "  ", None, True, [], {}, ["u-1"], "x" * 513])
@pytest.mark.parametrize("field", ["uuid", "state"])
def test_without_uuid_or_state_nothing_is_shown(field: str, value: object) -> None:
    with pytest.raises(AnswerNotUnderstood) as caught:
        READER.read({**MINIMUM, field: value}, "read_client_file", 3)
    assert caught.value.facts["path"] == field
    assert caught.value.facts["route"] == "read_client_file"
    assert caught.value.facts["index"] == "3"


@pytest.mark.parametrize("participants", ["Zoé", 7, ["Zoé"], [[]], True])
def test_participants_that_are_none_are_not_dropped(participants: object) -> None:
    with pytest.raises(AnswerNotUnderstood) as caught:
        READER.read({**MINIMUM, "participants": participants}, "r")
    assert caught.value.facts["path"] == "participants"


def test_external_info_may_be_one_object() -> None:
    info = READER.read({**MINIMUM, "externalInfo": {"agence": "17", "canal": None}}, "r").external_info
    assert info == (ExternalInfo("agence", "17"), ExternalInfo("canal", ""))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-03-04T16:45:00Z", datetime(2018, 3, 4, 16, 45, tzinfo=UTC)),
        ("2018-03-04T16:45:00", datetime(2018, 3, 4, 16, 45, tzinfo=UTC)),
        ("2018-03-04T16:45:00.000+0200", datetime(2018, 3, 4, 14, 45, tzinfo=UTC)),
        (" 2018-03-04 ", datetime(2018, 3, 4, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("04/03/2018", None),
        ("2018-02-30", None),
        ("", None),
        (1520181900000, None),
        (None, None),
        ({}, None),
    ],
)
def test_reads_dates_or_leaves_them_out(text: object, moment: datetime | None) -> None:
    assert date_of(text) == moment


def test_half_a_surrogate_pair_becomes_harmless() -> None:
    document = decode_json(b'{"uuid": "a\\ud800b", "state": "\\ud83d\\ude00"}', "application/json", "r")
    found = READER.read(document, "r")
    assert found.uuid == "a\ufffdb"
    assert found.state.name == "\U0001f600"
    found.extra.encode()


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert decode_json(b'\xef\xbb\xbf{"a": 1}', "application/json; charset=UTF-8", "r") == {"a": 1}


@pytest.mark.parametrize("content_type", ["application/json; charset=nonsense", "application/json; charset=hex", ""])
def test_an_unusable_charset_is_ignored(content_type: str) -> None:
    assert decode_json('{"a": "é"}'.encode(), content_type, "r") == {"a": "é"}


def test_control_characters_of_the_server_are_not_shown() -> None:
    body = json.dumps({"error": {"message": "a\x1b[31m\nb\u202e", "code": 1}}).encode()
    envelope = read_envelope(body, "application/json", API_MAP.errors)
    assert envelope.message == "a [31m b"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.sampled_from([*DOCUMENTED, "lastName", "name", "value"]) | st.text(), children, max_size=6)
    ),
    max_leaves=25,
)


@given(item=JSON_VALUES, uuid=st.none() | st.text())
@settings(max_examples=200, deadline=None)
def test_any_document_gives_a_client_file_or_is_not_understood(item: Any, uuid: str | None) -> None:
    if isinstance(item, dict) and uuid is not None:
        item = {**item, "uuid": uuid, "state": "WAITING"}
    try:
        found = READER.read(item, "r")
    except AnswerNotUnderstood:
        return
    assert found.uuid
    assert json.loads(found.extra) == item


@given(body=st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=200, deadline=None)
def test_any_body_is_a_document_or_not_understood(body: bytes) -> None:
    try:
        document = decode_json(body, "application/json", "r")
    except AnswerNotUnderstood:
        return
    for path in ("", "a", "error.message"):
        text_of(find(document, path)).encode()


@given(body=st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps({"error": value}).encode()))
@settings(max_examples=100, deadline=None)
def test_any_error_body_is_taken(body: bytes) -> None:
    envelope = read_envelope(body, "application/json; charset=utf-8", API_MAP.errors)
    assert envelope.code is None or isinstance(envelope.code, int)


@given(document=JSON_VALUES)
@settings(max_examples=100, deadline=None)
def test_any_list_is_a_list_or_not_understood(document: object) -> None:
    for answer in (document, {"clientFiles": document, "total": document}):
        try:
            assert isinstance(list_items(answer, API_MAP.list_client_files), list)
            total = list_total(answer, API_MAP.list_client_files)
        except AnswerNotUnderstood:
            continue
        assert total is None or total >= 0


@given(uuid=st.text(min_size=1))
@settings(max_examples=100, deadline=None)
def test_a_path_segment_never_ends_early(uuid: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in uuid):
        return
    segment = path_segment(uuid)
    assert not set(segment) & set("/?#\\ ")
    assert segment.strip(".")


def test_placeholders_are_plain_names() -> None:
    assert placeholders("/a/{uuid}/b{state}") == ("uuid", "state")
    assert fill("{a}{b}", {"a": "{b}", "b": "x"}) == "{b}x"
    for bad in ("{", "}", "{a", "a}", "{{a}}"):
        with pytest.raises(BadTemplate):
            placeholders(bad)
