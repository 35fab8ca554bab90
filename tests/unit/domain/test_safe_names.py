"""Whatever fills a template: the path is harmless on every system, short enough, and stays in its folder."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.handover_errors import HandoverRuleInvalid
from tns_desktop.domain.safe_names import (
    MOST_BYTES,
    MOST_CHARACTERS,
    NameTemplate,
    NameValues,
    fitted,
    name_key,
    numbered,
    numbered_file,
    safe_file_name,
    safe_name,
    units,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(
    [
        "CON",
        "nul.txt",
        "com¹",
        "LPT9 .pdf",
        "..",
        ". .",
        "a" * 300,
        "é" * 300,
        "😀" * 200,
        "-rf",
        "\u202egpj.exe",
        "a/../b",
    ]
)
ROOM = 58
EMPTY = NameValues({}, {}, {})


def values(**texts: str) -> NameValues:
    finish = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)
    return NameValues(texts, {"finish_date": finish, "start_date": None}, {"contract": "K/7"})


def assert_harmless(name: str) -> None:
    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for char in name)
    assert name == name.strip(" ")
    assert not name.endswith(".")
    assert not name.startswith((".", "-"))
    assert name.partition(".")[0].strip().casefold() not in {"con", "prn", "aux", "nul", "com1", "com¹", "lpt9"}
    assert units(name) <= MOST_CHARACTERS
    assert len(name.encode()) <= MOST_BYTES
    assert name == unicodedata.normalize("NFC", name)


@given(ANY_TEXT)
@settings(max_examples=100)
def test_any_text_becomes_a_harmless_name_and_stays_what_it_became(text: str) -> None:
    for made in (
        safe_name(text),
        safe_file_name(text),
        numbered(safe_name(text), 12),
        numbered_file(safe_name(text), 3),
    ):
        assert_harmless(made)
    assert safe_name(safe_name(text)) == safe_name(text)


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), st.integers(ROOM, 200))
@settings(max_examples=60)
def test_a_path_fits_into_its_room(texts: list[str], room: int) -> None:
    names = fitted([safe_name(text) for text in texts], room)
    assert units("/".join(names)) <= room
    for name in names:
        assert_harmless(name)


@given(ANY_TEXT, ANY_TEXT)
@settings(max_examples=60)
def test_a_filled_template_never_leads_out_of_its_folder(last_name: str, human_id: str) -> None:
    template = NameTemplate.parsed("{last_name}/{id} {first_name}")
    path = template.path(values(last_name=last_name, id=human_id), ROOM)
    assert len(path) == 2
    for name in path:
        assert_harmless(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Müller", "Müller"),
        ("Mu\u0308ller", "Müller"),
        ("a/b\\c:d", "a_b_c_d"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("LPT³", "_LPT³"),
        ("CONSTANCE", "CONSTANCE"),
        ("end. .", "end"),
        ("", "_"),
        ("...", "_"),
        (" two   spaces\t", "two spaces"),
        ("\u202eevil\u202c", "evil"),
        ("--force", "_-force"),
        ("nul\x00byte", "nulbyte"),
        ("\ud800", "_"),
    ],
)
def test_names_as_they_are_made(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_two_long_names_that_differ_at_their_end_stay_two() -> None:
    first, second = safe_name("x" * 300 + "1"), safe_name("x" * 300 + "2")
    assert first != second
    assert first[:100] == second[:100]


def test_a_long_file_name_keeps_its_ending() -> None:
    assert safe_file_name("x" * 300 + ".pdf").endswith(".pdf")
    assert numbered_file("contract.pdf", 2) == "contract (2).pdf"


def test_names_that_some_file_system_takes_for_one_have_one_key() -> None:
    assert name_key(["Müller"]) == name_key(["MU\u0308LLER"])
    assert name_key(["a", "b"]) != name_key(["a b"])


def test_a_template_is_filled() -> None:
    template = NameTemplate.parsed("{finish_date:%Y}/{finish_date} {last_name} {info:contract} {start_date:%Y%m}")
    assert template.path(values(last_name="Roux"), ROOM) == ("2026", "2026-03-02 Roux K_7 000000")


def test_what_a_value_holds_is_not_read_as_a_template() -> None:
    assert NameTemplate.parsed("{last_name}").path(values(last_name="{id}"), ROOM) == ("{id}",)


@pytest.mark.parametrize(
    ("text", "reason", "name"),
    [
        ("", "empty", ""),
        ("{nobody}", "unknown_placeholder", "nobody"),
        ("{}", "unknown_placeholder", ""),
        ("{id:%Y}", "unknown_placeholder", "id:%Y"),
        ("{info}", "unknown_placeholder", "info"),
        ("{finish_date:%c}", "date_format", "%c"),
        ("{finish_date:%}", "date_format", "%"),
        ("{finish_date:year}", "date_format", "year"),
        ("{id", "brace", ""),
        ("id}", "brace", ""),
        ("/{id}", "empty_folder", ""),
        ("a//b", "empty_folder", ""),
        ("../{id}", "empty_folder", ""),
        ("a/b/c/d/e", "too_many_folders", "4"),
    ],
)
def test_a_template_that_is_not_understood_says_why(text: str, reason: str, name: str) -> None:
    with pytest.raises(HandoverRuleInvalid) as raised:
        NameTemplate.parsed(text)
    assert raised.value.facts == {"field": "template", "reason": reason, "name": name}


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_any_template_is_understood_or_refused(text: str) -> None:
    try:
        path = NameTemplate.parsed(text).path(EMPTY, ROOM)
    except HandoverRuleInvalid:
        return
    for name in path:
        assert_harmless(name)
