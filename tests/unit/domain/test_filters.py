"""Search: people type without accents, in any case, and in any order."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vaults import sample_file
from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.filters import fold, haystack_of, searchable_text, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Éloïse", "eloise"),
        ("Straße", "strasse"),
        ("ŁÓDŹ", "łodz"),
        ("Œuvre", "œuvre"),
        ("ﬁn", "fin"),
        ("ASCII only", "ascii only"),
        ("Ελλάς", "ελλασ"),
        ("", ""),
    ],
)
def test_case_and_accents_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(text=st.text(max_size=30))
def test_folding_twice_is_folding_once_for_what_people_type(text: str) -> None:
    folded = fold(text)
    assert fold(folded.upper().lower()) == fold(fold(folded.upper().lower()))
    assert not any(unicodedata.combining(char) for char in folded)


@given(text=st.text(st.characters(codec="latin-1"), max_size=30))
def test_composed_and_decomposed_text_find_each_other(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


def test_a_query_is_its_words() -> None:
    assert words_of("  Zoé   MÜLLER ") == ("zoe", "muller")
    assert words_of("   ") == ()


@pytest.mark.parametrize("query", ["muller", "ZOÉ", "id-1", "k1", "zoe@example", "müller zoe", "uuid-1"])
def test_everything_of_a_file_is_searched(query: str) -> None:
    text = searchable_text(sample_file(1))
    assert all(word in text for word in words_of(query))


@pytest.mark.parametrize("query", ["muller", "ZOÉ", "id-1", "müller zoe", "uuid-1"])
def test_the_list_itself_searches_names_and_identifiers(query: str) -> None:
    haystack = haystack_of(sample_file(1))
    assert all(word in haystack for word in words_of(query))
    assert "zoe@example" not in haystack


def test_numbers_are_found_as_they_are_written_and_in_one_go() -> None:
    person = Participant(iban="FR76 3000 6000", phone="+33 6 12")
    text = searchable_text(sample_file(1, participants=(person,)))
    assert all(written in text for written in ("fr76 3000 6000", "fr7630006000", "+33 6 12", "+33612"))


def test_words_do_not_run_into_each_other() -> None:
    assert "mullerzoe" not in haystack_of(sample_file(1))
    assert "mullerzoe" not in searchable_text(sample_file(1))
