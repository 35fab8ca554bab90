"""Words are found as people type them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.finding import pattern_for, places_of


def found(words: str, text: str) -> list[str]:
    pattern = pattern_for(words)
    return [] if pattern is None else [text[begin:end] for begin, end in places_of(pattern, text)]


@pytest.mark.parametrize(
    ("words", "text", "places"),
    [
        ("eleve", "Élève, ÉLÈVE, e\u0301le\u0300ve", ["Élève", "ÉLÈVE", "e\u0301le\u0300ve"]),
        ("Élève", "eleve", ["eleve"]),
        ("l'an", "l’an", ["l’an"]),
        ("porte-monnaie", "porte\u2011monnaie", ["porte\u2011monnaie"]),
        ("contrat", "con\ufffe\r\ntrat con\u0002\ntrat", ["con\ufffe\r\ntrat", "con\u0002\ntrat"]),
        ("rue de la paix", "rue de\r\n la\u00a0paix", ["rue de\r\n la\u00a0paix"]),
        ("aa", "aaaa", ["aa", "aa"]),
        ("ГОД", "год", ["год"]),
        ("[a-z]+", "a [a-z]+ b", ["[a-z]+"]),
        ("é", "e\u0301", ["e"]),
        (" \t", "a b", []),
        ("", "a", []),
    ],
)
def test_finds(words: str, text: str, places: list[str]) -> None:
    assert found(words, text) == places


@given(st.text(min_size=1, max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_what_stands_in_a_text_is_found_in_it(words: str, before: str, after: str) -> None:
    words = unicodedata.normalize("NFC", words)
    pattern = pattern_for(words)
    if pattern is None or unicodedata.normalize("NFKC", words) != words:
        return
    assert list(places_of(pattern, f"{before}{words}{after}"))
