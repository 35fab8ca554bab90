"""The API map: what is accepted, and each mistake by its line and key."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api_maps import DEFAULT_MAP, default_map_text, edited_map
from tests.support.files import a_connection
from tns_desktop.adapters.api.api_map import load_api_map, read_api_map
from tns_desktop.adapters.api.factory import make_rules_for
from tns_desktop.adapters.api.map_values import PagingStyle, StatusMeaning
from tns_desktop.adapters.platform.toml_source import TomlSource
from tns_desktop.domain.client_file import WAITING, ClientFileState
from tns_desktop.domain.errors import ApiMapInvalid

TEXT = default_map_text()


def line_of(fragment: str) -> str:
    return str(TEXT[: TEXT.index(fragment)].count("\n") + 1)


def test_the_map_of_the_program_is_valid() -> None:
    api_map = load_api_map(DEFAULT_MAP)
    assert api_map.operator_header == "USER"
    assert api_map.list_client_files.paging.style is PagingStyle.OFFSET
    assert api_map.errors.status[409] is StatusMeaning.STATE_CONFLICT
    assert api_map.words_for(WAITING) == ("WAITING",)
    assert api_map.words_for(ClientFileState("IN_ESCROW")) == ("IN_ESCROW",)


MISTAKES = [
    ("most_events = 50", "most_events = 0", "webhooks.most_events", "out_of_range", "most_events = 50"),
    ('events = "events"', 'events = "a..b"', "webhooks.events", "bad_field_path", 'events = "events"'),
    ('client_file = "clientFileUuid"', "", "webhooks.client_file", "missing_key", "[webhooks]"),
    ("most_events = 50", "secret = 1\nmost_events = 50", "webhooks.secret", "unknown_key", "most_events = 50"),
    # edit: old, new · key · reason · the line of which fragment of the original
    ("format = 1", "format = 2", "format", "out_of_range", "format = 1"),
    ("format = 1", 'format = "1"', "format", "wrong_type", "format = 1"),
    ("format = 1", "format = true", "format", "wrong_type", "format = 1"),
    ("format = 1", "fromat = 1", "format", "missing_key", None),
    ("format = 1\n", "format = 1\nfromat = 1\n", "fromat", "unknown_key", 'name = "Trust'),
    ("[decisions]", "[decision]", "decisions", "missing_key", None),
    ('operator = "USER"  ', 'operator = "US ER"', "headers.operator", "bad_header_name", 'operator = "USER"'),
    ('operator = "USER"  ', 'operator = "Host"', "headers.operator", "reserved_header", 'operator = "USER"'),
    ('operator = "USER"  ', "operator = 3", "headers.operator", "wrong_type", 'operator = "USER"'),
    ('idempotency = "X', 'idempotence = "X', "headers.idempotency", "missing_key", "[headers]"),
    ('PENDING = "PENDING"', 'PENDING = "STARTED"', "states.meaning.PENDING", "not_one_of", 'PENDING = "PENDING"'),
    ("queues = [", "queues = [] # [", "states.queues", "empty", "queues = ["),
    ("queues = [", "queues = [1, ", "states.queues", "wrong_type", "queues = ["),
    ('path = "/client-files"', 'path = "client-files"', "routes.list_client_files.path", "bad_path", 'path = "/cl'),
    ('path = "/client-files"', 'path = "/a?b=c"', "routes.list_client_files.path", "bad_path", 'path = "/cl'),
    ('path = "/client-files"', 'path = "/../x"', "routes.list_client_files.path", "bad_path", 'path = "/cl'),
    ('path = "/client-files"', 'path = "/{uuid}"', "routes.list_client_files.path", "bad_placeholder", 'path = "/cl'),
    ('path = "/client-files"', 'path = "/{"', "routes.list_client_files.path", "bad_placeholder", 'path = "/cl'),
    (
        'state = "{state}" }',
        'state = "{stat}" }',
        "routes.list_client_files.query.state",
        "bad_placeholder",
        "query = { state",
    ),
    ('state = "{state}" }', "state = 1 }", "routes.list_client_files.query.state", "wrong_type", "query = { state"),
    ('items = "clientFiles"', 'items = "a..b"', "routes.list_client_files.items", "bad_field_path", "items = "),
    ('style = "offset"', 'style = "ofset"', "routes.list_client_files.paging.style", "not_one_of", 'style = "offset"'),
    (
        'position_param = "offset"',
        'position_param = ""',
        "routes.list_client_files.paging.position_param",
        "empty",
        'position_param = "offset"',
    ),
    (
        'limit_param = "limit"',
        'limit_param = "state"',
        "routes.list_client_files.paging.limit_param",
        "duplicate_parameter",
        'limit_param = "limit"',
    ),
    ("limit = 200", "limit = 0", "routes.list_client_files.paging.limit", "out_of_range", "limit = 200"),
    ('style = "offset"', 'style = "cursor"', "routes.list_client_files.paging.next", "empty", 'next = ""'),
    (
        'path = "/client-files/{uuid}"',
        'path = "/client-file"',
        "routes.read_client_file.path",
        "missing_placeholder",
        'path = "/client-files/{uuid}"',
    ),
    ("success = [200, 206]", "success = [200, 302]", "routes.archive.success", "out_of_range", "success = [200, 206]"),
    ("success = [200, 206]", 'success = ["200"]', "routes.archive.success", "wrong_type", "success = [200, 206]"),
    (
        'answer = ["application/zip"',
        'answer = ["zip"',
        "routes.archive.answer",
        "bad_media_type",
        'answer = ["application/zip"',
    ),
    (
        'method = "POST"\npath = "/client-files/{uuid}/accept"',
        'method = "GET"\npath = "/client-files/{uuid}/accept"',
        "routes.accept.method",
        "not_one_of",
        'method = "POST"\npath = "/client-files/{uuid}/accept"',
    ),
    ("[routes.accept]", "[routes.acept]", "routes.accept", "missing_key", "[routes.list_client_files]"),
    (
        "body = { rejectionCause",
        "bodies = { rejectionCause",
        "routes.reject.path",
        "missing_placeholder",
        'path = "/client-files/{uuid}/reject"',
    ),
    (
        '"{message}" }',
        '"{mesage}" }',
        "routes.reject.body.rejectionMessage",
        "bad_placeholder",
        "body = { rejectionCause",
    ),
    (
        'rejectionMessage = "{message}" }',
        "rejectionMessage = 2020-01-01 }",
        "routes.reject.body.rejectionMessage",
        "wrong_type",
        "body = { rejectionCause",
    ),
    ("body = {}", "body = 3", "routes.accept.body", "wrong_type", "body = {}"),
    (
        'body_type = "multipart/form-data"',
        'body_type = "application/json"',
        "routes.create_client_file.body_type",
        "not_one_of",
        'body_type = "multipart/form-data"',
    ),
    ('external_id = "externalId", ', "", "routes.create_client_file.parts.external_id", "missing_key", "parts = {"),
    ('civility = "civility"', 'civilty = "civility"', "fields.participant.civility", "missing_key", "[fields.part"),
    ('civility = "civility"', 'civility = ""', "fields.participant.civility", "empty", 'civility = "civility"'),
    (
        'iban = "iban"\n',
        'iban = "iban"\nibann = "x"\n',
        "fields.participant.ibann",
        "unknown_key",
        'profiles = "profiles"\nacc',
    ),
    ('404 = "client_file_not_found"', '404 = "lost"', "errors.status.404", "not_one_of", '404 = "client'),
    ('404 = "client_file_not_found"', '204 = "server_failed"', "errors.status.204", "out_of_range", '404 = "client'),
    ('404 = "client_file_not_found"', 'x = "server_failed"', "errors.status.x", "out_of_range", '404 = "client'),
    (
        "state_conflict = []",
        'state_conflict = ["x"]',
        "errors.decision_codes.state_conflict",
        "wrong_type",
        "state_conflict = []",
    ),
    (
        "state_conflict = []",
        "state_conflicts = []",
        "errors.decision_codes.state_conflict",
        "missing_key",
        "[errors.decision",
    ),
    ('code = "error.code"', "code = {}", "errors.code", "wrong_type", 'code = "error.code"'),
    (
        "[fields.external_info]",
        "[[fields.external_info]]",
        "fields.external_info",
        "wrong_type",
        "[fields.external_info]",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "reason", "fragment"), MISTAKES)
def test_each_mistake_has_its_line_and_key(
    old: str, new: str, key: str, reason: str, fragment: str | None, tmp_path: Path
) -> None:
    path = edited_map(tmp_path, (old, new))
    with pytest.raises(ApiMapInvalid) as caught:
        load_api_map(path)
    facts = caught.value.facts
    assert (facts["file"], facts["key"], facts["reason"]) == (str(path), key, reason)
    assert facts["line"] == (line_of(fragment) if fragment else "1")


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("format = 1", "format = = 1", "format = 1"),
        ('style = "offset"', 'style = "offset', 'style = "offset"'),
        ("[headers]", "[headers", "[headers]"),
        ("limit = 200", "limit = 200\nlimit = 300", 'next = ""'),
    ],
)
def test_bad_toml_has_its_line(old: str, new: str, fragment: str, tmp_path: Path) -> None:
    path = edited_map(tmp_path, (old, new))
    with pytest.raises(ApiMapInvalid) as caught:
        load_api_map(path)
    assert caught.value.facts["reason"] == "toml_syntax"
    assert caught.value.facts["line"] == line_of(fragment)


def test_toml_that_ends_too_early_has_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('format = 1\nname = """\nx\n')
    with pytest.raises(ApiMapInvalid) as caught:
        load_api_map(path)
    assert (caught.value.facts["reason"], caught.value.facts["line"]) == ("toml_syntax", "4")


@pytest.mark.parametrize("text", ["a = " + "[" * 3_000 + "]" * 3_000, "a = " + "9" * 5_000])
def test_toml_that_is_too_much_is_a_syntax_error(text: str) -> None:
    with pytest.raises(ApiMapInvalid) as caught:
        read_api_map(TomlSource("m", text))
    assert caught.value.facts["reason"] == "toml_syntax"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    big, latin = tmp_path / "big.toml", tmp_path / "latin.toml"
    big.write_bytes(b"#" * 1_000_001)
    latin.write_bytes("# ok\nname = 'é'".encode("latin-1"))
    cases: list[tuple[str | Path, str, str]] = [
        (tmp_path / "none.toml", "unreadable", "?"),
        (tmp_path, "unreadable", "?"),
        ("nul\0", "unreadable", "?"),
        (big, "too_large", "?"),
        (latin, "not_utf8", "2"),
    ]
    for path, reason, line in cases:
        with pytest.raises(ApiMapInvalid) as caught:
            load_api_map(path)
        assert (caught.value.facts["file"], caught.value.facts["reason"]) == (str(path), reason)
        assert caught.value.facts["line"] == line


def test_lines_are_found_in_every_way_of_writing_keys() -> None:
    source = TomlSource(
        "m",
        '# [not.a.table]\n"a b".c = 1\n[x . "y"]\n\'z\' = """\nw = 1\n[q]\n"""\nw = { v = 1 }\n[[list]]\nk = 1\n',
    )
    assert source.line_of(("a b", "c")) == 2
    assert source.line_of(("x", "y")) == 3
    assert source.line_of(("x", "y", "z")) == 4
    assert source.line_of(("x", "y", "w", "v")) == 8
    assert source.line_of(("x", "y", "missing")) == 3
    assert source.line_of(("x",)) == 3
    assert source.line_of(("list", "k")) == 10
    assert source.line_of(("nothing",)) == 1


def test_a_map_that_an_office_wrote_before_languages_were_read_still_serves(tmp_path: Path) -> None:
    line = 'language = "language"'
    found = load_api_map(edited_map(tmp_path, (line, "#"), (line, "#")))
    assert (found.client_file.language, found.participant.language) == ("", "")


def test_web_hooks_are_read_by_the_connections_own_map_or_else_by_the_programs(tmp_path: Path) -> None:
    rules_for = make_rules_for(DEFAULT_MAP)
    assert rules_for(a_connection()).client_file == "clientFileUuid"
    own = edited_map(tmp_path, ('client_file = "clientFileUuid"', 'client_file = "file.uuid"'))
    assert rules_for(replace(a_connection(), api_map_path=str(own))).client_file == "file.uuid"
    table = TEXT[TEXT.index("[webhooks]") : TEXT.index("[errors]")]
    older = edited_map(tmp_path, (table, ""), name="older.toml")
    assert load_api_map(older).webhooks is None
    assert rules_for(replace(a_connection(), api_map_path=str(older))) == rules_for(a_connection())


def test_a_map_may_leave_out_what_has_one_natural_value(tmp_path: Path) -> None:
    path = edited_map(
        tmp_path,
        (
            'style = "offset"\nposition_param = "offset"\nlimit_param = "limit"\nfirst = 0\nlimit = 200\nnext = ""',
            'style = "none"',
        ),
        ('item = ""                            # where the client file stands in the answer', ""),
    )
    assert load_api_map(path).list_client_files.paging.style is PagingStyle.NONE


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_map_is_a_map_or_has_a_mistake_with_a_line(data: st.DataObject) -> None:
    lines = TEXT.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "swap", "cut", "insert", "value"]))
        line = lines[index]
        if kind == "drop":
            del lines[index]
        elif kind == "double":
            lines.insert(index, line)
        elif kind == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[index], lines[other] = lines[other], line
        elif kind == "cut":
            lines[index] = line[: data.draw(st.integers(0, len(line)))]
        elif kind == "insert":
            at = data.draw(st.integers(0, len(line)))
            lines[index] = line[:at] + data.draw(st.text(max_size=3)) + line[at:]
        elif "=" in line:
            value = data.draw(st.sampled_from(["1", "true", '""', "[]", "{}", "nan", '"{x}"', "1979-05-27", "[[1]]"]))
            lines[index] = f"{line.partition('=')[0]}= {value}"
    text = "\n".join(lines)
    if any("\ud800" <= char <= "\udfff" for char in text):
        return
    mistake = _mistake_in(text)
    if mistake is None:
        return
    assert 1 <= int(mistake["line"]) <= text.count("\n") + 1
    assert mistake["reason"]
    if mistake["reason"] != "toml_syntax":
        assert mistake["key"]
        tomllib.loads(text)


def _mistake_in(text: str) -> dict[str, str] | None:
    try:
        read_api_map(TomlSource("m", text))
    except ApiMapInvalid as error:
        return error.facts
    return None
