"""A document's text and the editor's: the same characters, whatever they take and however long a line is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.ui.preview import long_text
from tns_desktop.ui.preview.long_text import LongText


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_text, "PIECE", 7)
    monkeypatch.setattr(long_text, "LONGEST_LINE", 5)


def editor_of(long: LongText) -> str:
    """What the editor holds, a character for each of Qt's places."""
    pieces = []
    while not long.is_complete:
        pieces.append(long.next_piece())
    return "".join(pieces)


@settings(max_examples=100)
@given(text=st.text(alphabet="ab\n\U0001f600é", max_size=60))
def test_every_character_is_found_again(text: str) -> None:
    long = LongText(text)
    shown = editor_of(long)
    units = shown.encode("utf-16-le")
    assert max(map(len, shown.split("\n"))) <= 5
    for offset, character in enumerate(text):
        place = long.place(offset)
        assert units[2 * place :].decode("utf-16-le", "replace").startswith(character)
        assert long.offset(place) == offset
    for first in range(0, len(text), 3):
        assert long.between(long.place(first), long.place(len(text))) == text[first:]


def test_a_break_for_the_eye_is_not_in_what_is_copied() -> None:
    long = LongText("abcdefghijkl\nmn")
    assert editor_of(long) == "abcde\nfghij\nkl\nmn"
    assert long.between(3, 13) == "defghijk"


def test_what_has_not_come_yet_is_not_taken() -> None:
    long = LongText("abc\ndef\nghi")
    assert (long.next_piece(), long.taken, long.is_complete) == ("abc\ndef", 7, False)
