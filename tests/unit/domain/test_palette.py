"""What the palette finds, and what stands first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.palette import Find, PaletteItem, best_of

ACCEPT = PaletteItem(Find.ACTION, "Accepter", "accept", "Ctrl+Return")
CARD = PaletteItem(Find.DOCUMENT, "carte acceptée.pdf", "0", "Document")
FILE = PaletteItem(Find.FILE, "Müller, Hélène", "key", "24-0004", "24-0004\nmuller, helene\naccept-workflow")
ALL = [FILE, ACCEPT, CARD]


def test_what_begins_with_the_text_stands_first_then_a_word_then_anything() -> None:
    assert best_of(ALL, "accept") == [ACCEPT, CARD, FILE]


def test_accents_and_case_do_not_matter_and_every_word_must_be_there() -> None:
    assert best_of(ALL, "HELENE mull") == [FILE]
    assert best_of(ALL, "24-0004") == [FILE]
    assert best_of(ALL, "helene accepter") == []


def test_without_text_documents_come_before_actions() -> None:
    assert best_of(ALL, " ") == [CARD, ACCEPT, FILE]


@given(st.lists(st.text(max_size=8), max_size=20), st.text(max_size=6), st.integers(1, 5))
def test_nothing_is_invented_nor_shown_twice(titles: list[str], text: str, most: int) -> None:
    items = [PaletteItem(Find.FILE, title, number) for number, title in enumerate(titles)]
    found = best_of(items, text, most)
    assert len(found) <= most
    assert len({item.target for item in found}) == len(found)
    assert all(item in items and item.rank(()) == 0 for item in found)
