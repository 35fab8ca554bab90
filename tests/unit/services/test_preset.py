"""An administrator's preset: all of it or nothing, no secret in it, and whose word counts for each setting and connection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_desk import MemorySettings
from tns_desktop.adapters.settings.preset_file import PresetText
from tns_desktop.domain.connection import Environment
from tns_desktop.domain.preset_errors import PresetInvalid, PresetUnreadable, SettingFixed
from tns_desktop.domain.roles import Role
from tns_desktop.services.connection_book import ConnectionBook
from tns_desktop.services.preset import read_preset
from tns_desktop.services.settings import (
    ALL_SETTINGS,
    AUTO_LOCK_MINUTES,
    CONNECTION_RECORDS,
    LANGUAGE,
    REMEMBERED,
    THEME,
    Preset,
    Settings,
)

WHOLE = """
fixed = ["lock.idle_minutes", "connections"]
language = "fr"

[lock]
idle_minutes = 5

[keys]
rotate = ["F7"]

[[connections]]
environment = "production"
public_id = "credit"
role = "read_only"
label = "Crédit"

[[connections]]
environment = "other"
base_url = "https://tns.example.test/v6/"
public_id = "assurances"
operator_uuid = "2E891756-cbbb-11e3-9d6a-57f4740d8223"
operator_name = "Léa"
api_map_path = "/etc/xdg/tns-desktop/map.toml"
"""
CONNECTION = '[[connections]]\nenvironment = "production"\npublic_id = "credit"\n'


def preset_of(text: str) -> Preset:
    return read_preset(PresetText(Path("/etc/xdg/tns-desktop/preset.toml"), text.encode()))


def at_desk(text: str, store: MemorySettings | None = None) -> tuple[Settings, ConnectionBook]:
    """The settings, and the connections, of a desk that starts with that preset."""
    made = Settings(store or MemorySettings(), preset_of(text))
    return made, ConnectionBook(made)


def holding(values: dict[str, Any]) -> MemorySettings:
    store = MemorySettings()
    store.values = values
    return store


def unfixed(text: str) -> str:
    return text.replace(', "connections"', "")


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_whole_preset_is_read() -> None:
    preset = preset_of(WHOLE)
    assert preset.values == {"language": "fr", "lock.idle_minutes": 5, "keys": {"rotate": ["F7"]}}
    assert preset.fixed == {"lock.idle_minutes", "connections"}
    first, second = preset.connections
    assert (first.connection.label, first.connection.role) == ("Crédit", Role.READ_ONLY)
    assert first.connection.base_url.startswith("https://api.ekeynox.net/")
    assert (second.connection.environment, second.connection.label) == (Environment.OTHER, "assurances")
    assert second.connection.base_url == "https://tns.example.test/v6"
    assert second.connection.operator_uuid == "2e891756-cbbb-11e3-9d6a-57f4740d8223"
    assert [sorted(one.named) for one in (first, second)] == [["label"], ["operator_name", "operator_uuid"]]


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('language = "de"', "1", "language", "not_one_of"),
        ("\n[lock]\nidle_minutes = 1441", "3", "lock.idle_minutes", "out_of_range"),
        ("[lock]\nidle_minutes = true", "2", "lock.idle_minutes", "not_one_of"),
        ("lock = 5", "1", "lock", "wrong_type"),
        ("[lock]\nidle_minute = 5", "2", "lock.idle_minute", "unknown_key"),
        ('"lock.idle_minutes" = 5', "1", "lock.idle_minutes", "unknown_key"),
        ('connections_hidden = ["x"]', "1", "connections_hidden", "unknown_key"),
        ('[signatures]\ntrusted_roots = "roots"', "2", "signatures.trusted_roots", "not_absolute"),
        ('fixed = "theme"', "1", "fixed", "wrong_type"),
        ('theme = "dark"\nfixed = ["thema"]', "2", "fixed: thema", "unknown_key"),
        ('fixed = ["theme"]', "1", "fixed: theme", "fixed_without_value"),
        ('fixed = ["connections"]', "1", "fixed: connections", "fixed_without_value"),
        ('fixed = ["current_connection"]', "1", "fixed: current_connection", "not_to_be_fixed"),
        ('theme = "dark"\n[lock]\nfixed = ["theme"]', "3", "lock.fixed", "unknown_key"),
        ("a." * 5000 + "a = 1", "1", ".".join("a" * 8), "too_deep"),
        ("a = " + "[" * 40 + "]" * 40, "1", "a" + ".0" * 7, "too_deep"),
        ("connections = 1", "1", "connections", "wrong_type"),
        (CONNECTION + CONNECTION, "6", "connections.1.public_id", "twice"),
        (CONNECTION + 'connection_id = "x"', "4", "connections.0.connection_id", "unknown_key"),
        (CONNECTION + "label = 1", "4", "connections.0.label", "wrong_type"),
        (CONNECTION + 'role = "admin"', "4", "connections.0.role", "not_one_of"),
        (CONNECTION + 'base_url = "https://x.test"', "4", "connections.0.base_url", "not_its_address"),
        (CONNECTION + 'operator_name = "Léa"', "1", "connections.0.operator_uuid", "missing_key"),
        (CONNECTION + 'operator_uuid = "Léa"', "4", "connections.0.operator_uuid", "bad_operator_uuid"),
        (CONNECTION + 'api_map_path = "map.toml"', "4", "connections.0.api_map_path", "not_absolute"),
        ('[[connections]]\npublic_id = "a"', "1", "connections.0.environment", "missing_key"),
        ('[[connections]]\nenvironment = "other"\npublic_id = "a"', "1", "connections.0.base_url", "missing_key"),
        (
            CONNECTION + '\n[[connections]]\nenvironment = "other"\nbase_url = "http://x.test"\npublic_id = "a"',
            "7",
            "connections.1.base_url",
            "https_needed",
        ),
    ],
)
def test_the_first_mistake_is_named_with_its_line_and_refuses_everything(
    text: str, line: str, key: str, reason: str
) -> None:
    with pytest.raises(PresetInvalid) as caught:
        preset_of(text)
    facts = caught.value.facts
    assert (facts["line"], facts["key"], facts["reason"]) == (line, key, reason)
    assert facts["file"] == "/etc/xdg/tns-desktop/preset.toml"


@pytest.mark.parametrize(
    "line",
    [
        'secret_key = "VALUE"',
        'Secret-Key = "VALUE"',
        'password = "VALUE"',
        '"mot de passe" = "VALUE"',
        'api_key = "VALUE"',
        "tokens = 1",
        'base_url = "https://VALUE:x@tns.example.test"',
        'label = "Basic VALUE"',
        'label = """-----BEGIN PRIVATE KEY-----\nVALUE"""',
    ],
)
@pytest.mark.parametrize("above", [CONNECTION, "[[connections]]\nnonsense = 1\n", "[keys]\n", ""])
def test_what_looks_like_a_secret_is_refused_before_anything_else_and_never_repeated(line: str, above: str) -> None:
    with pytest.raises(PresetInvalid) as caught:
        preset_of(above + line)
    assert caught.value.facts["reason"] == "looks_like_secret"
    assert "VALUE" not in f"{caught.value} {caught.value.facts}"


def test_what_is_no_toml_is_another_error() -> None:
    with pytest.raises(PresetUnreadable) as caught:
        preset_of("a = 1\nb = [")
    assert caught.value.facts["reason"] == "toml_syntax"
    with pytest.raises(PresetUnreadable):
        read_preset(PresetText(Path("p"), b'a = "\xff"'))


junk = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
tables = st.dictionaries(
    st.sampled_from(["fixed", "connections", "language", "lock", "keys", "list", "decisions", "window"])
    | st.text(max_size=4),
    junk
    | st.dictionaries(st.sampled_from(["idle_minutes", "refresh_seconds", "grace_seconds", "geometry"]), junk)
    | st.lists(st.dictionaries(st.sampled_from(["environment", "public_id", "role", "label"]), junk), max_size=2)
    | st.lists(st.sampled_from(["language", "lock.idle_minutes", "connections"]), max_size=2),
    max_size=5,
)


@settings(max_examples=100)
@given(table=tables)
def test_whatever_stands_in_the_file_it_is_refused_in_words_or_every_value_is_usable(table: dict[str, Any]) -> None:
    """No other exception gets through: the program must start."""
    content = tomli_w.dumps(table).encode("utf-8", "replace")
    try:
        preset = read_preset(PresetText(Path("p"), content))
    except PresetInvalid as error:
        line = error.facts["line"]
    else:
        line = ""
    if line:
        assert int(line) >= 1
        return
    made = Settings(MemorySettings(), preset)
    for setting in ALL_SETTINGS:
        assert setting.accepts(made.get(setting))
    assert preset.fixed <= {*preset.values, CONNECTION_RECORDS}
    assert not preset.fixed & REMEMBERED


# --- whose word counts ------------------------------------------------------------------------------------------------


def test_an_operator_s_value_wins_over_what_is_not_fixed_only() -> None:
    store = MemorySettings()
    made, _book = at_desk(WHOLE, store)
    assert (made.get(LANGUAGE), made.get(AUTO_LOCK_MINUTES), made.get(THEME)) == ("fr", 5, "system")
    made.set(LANGUAGE, "en")
    with pytest.raises(SettingFixed) as caught:
        made.set_all([(THEME, "dark"), (AUTO_LOCK_MINUTES, 0)])
    assert caught.value.facts == {"key": "lock.idle_minutes"}
    assert store.values == {"language": "en"}
    assert (made.get(LANGUAGE), made.get(THEME)) == ("en", "system")


def test_a_fixed_value_wins_over_the_file_and_the_command_line_too() -> None:
    made, _book = at_desk(
        'fixed = ["language", "lock.idle_minutes"]\nlanguage = "fr"\nlock.idle_minutes = 5',
        holding({"lock": {"idle_minutes": 0}}),
    )
    made.override(LANGUAGE, "en")
    assert (made.get(LANGUAGE), made.get(AUTO_LOCK_MINUTES)) == ("fr", 5)


@given(own=st.none() | st.integers(-5, 2000), preset=st.none() | st.integers(0, 1440), fixed=st.booleans())
def test_one_of_own_preset_and_default_counts(own: int | None, preset: int | None, fixed: bool) -> None:
    is_fixed = fixed and preset is not None
    table: dict[str, Any] = {"fixed": ["lock.idle_minutes"]} if is_fixed else {}
    if preset is not None:
        table["lock"] = {"idle_minutes": preset}
    made, _book = at_desk(tomli_w.dumps(table), holding({"lock": {"idle_minutes": own}} if own is not None else {}))
    fallback = preset if preset is not None else AUTO_LOCK_MINUTES.default
    usable = own is not None and 0 <= own <= 1440
    assert made.get(AUTO_LOCK_MINUTES) == (fallback if is_fixed or not usable else own)


# --- connections ------------------------------------------------------------------------------------------------------


def test_a_preset_connection_is_there_and_stays_the_same_at_each_start() -> None:
    made, book = at_desk(WHOLE)
    assert made.has_connections
    assert [one.label for one in book.all()] == ["Crédit", "assurances"]
    assert [one.connection_id for one in at_desk(WHOLE)[1].all()] == [one.connection_id for one in book.all()]
    assert made.records(CONNECTION_RECORDS) == []


def test_a_preset_that_leads_elsewhere_is_another_connection_and_gets_no_secret_of_the_first() -> None:
    before = {one.connection_id for one in at_desk(WHOLE)[1].all()}
    elsewhere = at_desk(WHOLE.replace("tns.example.test", "evil.example.test").replace('"credit"', '"other"'))[1]
    assert not before & {one.connection_id for one in elsewhere.all()}


def test_a_fixed_connection_can_be_neither_redirected_nor_removed() -> None:
    made, book = at_desk(WHOLE)
    first, second = book.all()
    for changed in (
        replace(first, base_url="https://evil.example.test"),
        replace(first, public_id="other"),
        replace(first, api_map_path="/tmp/map.toml"),
        replace(first, role=Role.OPERATOR),
        replace(first, label="Mine"),
        replace(second, operator_uuid=""),
    ):
        with pytest.raises(SettingFixed):
            book.refuse_change(changed)
    with pytest.raises(SettingFixed):
        book.refuse_removal(first.connection_id)
    # What the preset leaves out is the operator's.
    mine = replace(first, operator_uuid="2e891756-cbbb-11e3-9d6a-57f4740d8223", operator_name="Léa")
    book.refuse_change(mine)
    book.keep(mine)
    assert book.all() == [mine, second]
    # By hand, in the file, neither.
    (record,) = made.records(CONNECTION_RECORDS)
    made.set_records(CONNECTION_RECORDS, [{**record, "environment": "other", "base_url": "https://evil.example.test"}])
    assert book.all()[0].base_url == first.base_url
    made.set_records(CONNECTION_RECORDS, [{"connection_id": first.connection_id, "environment": "broken"}])
    assert book.all() == [first, second]


def test_one_that_is_not_fixed_can_be_changed_and_removed_and_stays_so() -> None:
    store = MemorySettings()
    _made, book = at_desk(unfixed(WHOLE), store)
    first, second = book.all()
    assert book.fixed_fields(first.connection_id) == frozenset()
    changed = replace(first, label="Mine", role=Role.OPERATOR)
    book.keep(changed)
    book.forget(second.connection_id)
    _made, book = at_desk(unfixed(WHOLE), store)
    assert book.all() == [changed]
    assert second.connection_id not in book.ids()
    # Once it is fixed, the administrator's word counts again.
    assert at_desk(WHOLE, store)[1].all() == [first, second]


def test_one_that_was_used_outlives_the_preset_and_follows_it_until_then() -> None:
    store = MemorySettings()
    _made, book = at_desk(unfixed(WHOLE), store)
    first, _second = book.all()
    book.keep(first)  # with its secret
    renamed = at_desk(unfixed(WHOLE).replace("Crédit", "Loans"), store)[1]
    assert [one.label for one in renamed.all()] == ["Loans", "assurances"]
    assert at_desk("", store)[1].all() == [first]
    assert not at_desk("", store)[1].is_preset(first.connection_id)


def test_an_own_connection_to_the_same_product_becomes_the_preset_s_and_keeps_its_identifier() -> None:
    own = {"connection_id": "mine", "environment": "production", "public_id": "credit", "label": "Old"}
    store = holding({CONNECTION_RECORDS: [own]})
    made, book = at_desk(WHOLE, store)
    found = book.all()[0]
    assert (found.connection_id, found.label, found.role) == ("mine", "Crédit", Role.READ_ONLY)
    assert len(book.all()) == 2
    assert "label" in book.fixed_fields("mine")
    assert at_desk(unfixed(WHOLE), store)[1].all()[0].label == "Old"
    assert made.records(CONNECTION_RECORDS) == [own]
