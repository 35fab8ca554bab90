"""Letters by their places: what is under a point, what is selected, where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.page_letters import PageLetters
from tns_desktop.domain.preview import DocumentKey, PageLink, PageRectangle, PageText

KEY = DocumentKey("a" * 64, "1")
WIDTH, HEIGHT, LEADING = 10.0, 16.0, 30.0


def words_of(text: str, links: tuple[PageLink, ...] = ()) -> PageLetters:
    """Letters ten wide in lines thirty apart, from (0, 0) on."""
    boxes: list[float] = []
    line = column = 0
    for sign in text:
        if sign in "\r\n":
            boxes += [0.0] * 4
            line, column = line + (sign == "\n"), 0
        else:
            boxes += [column * WIDTH, line * LEADING, WIDTH, HEIGHT]
            column += 1
    return PageLetters(PageText(KEY, 0, text, tuple(boxes), links))


def test_a_caret_is_before_or_after_the_letter_whose_half_it_is_nearer_to() -> None:
    words = words_of("abc\ndef")
    assert words.caret_at(12, 5) == 1
    assert words.caret_at(17, 5) == 2
    assert words.caret_at(-50, 5) == 0
    assert words.caret_at(500, 5) == 3
    assert words.caret_at(500, 500) == 7
    assert words.caret_at(1, 35) == 4


def test_text_is_touched_on_its_letters_and_the_gaps_between_only() -> None:
    words = words_of("abc\ndef")
    assert words.touches(5, 5)
    assert words.touches(32, 5)
    assert not words.touches(60, 5)
    assert not words.touches(5, 23)


def test_a_selection_over_two_lines_has_a_rectangle_in_each() -> None:
    words = words_of("abc\r\ndef")
    assert list(words.rectangles(1, 7)) == [PageRectangle(10, 0, 20, 16), PageRectangle(0, 30, 20, 16)]
    assert words.copied(1, 7) == "bc\nde"


@pytest.mark.parametrize(
    ("text", "x", "word"),
    [("one two", 15, "one"), ("l’été dure", 5, "l’été"), ("a - b", 25, "-"), ("-one-", 15, "one"), ("x_y z", 5, "x_y")],
)
def test_a_double_click_takes_the_word(text: str, x: float, word: str) -> None:
    begin, end = words_of(text).word_at(x, 5)
    assert text[begin:end] == word


def test_nothing_is_taken_where_no_text_is() -> None:
    assert words_of("one").word_at(500, 500) == (0, 0)
    empty = words_of("")
    assert empty.is_empty
    assert empty.caret_at(3, 3) == 0


def test_marks_of_the_page_are_plain_on_the_clipboard() -> None:
    words = words_of("pay\ufffe\r\nment\0")
    assert words.copied(0, 11) == "pay-\nment"


def test_a_link_is_found_within_its_place_only() -> None:
    link = PageLink(PageRectangle(10, 10, 20, 20), "https://example.org")
    words = words_of("abc", (link,))
    assert words.link_at(15, 15) is link
    assert words.link_at(31, 15) is None


@given(st.text(alphabet="ab -\n\r", max_size=60), st.floats(-50, 700), st.floats(-50, 700))
def test_carets_and_words_never_leave_the_text(text: str, x: float, y: float) -> None:
    words = words_of(text)
    begin, end = words.word_at(x, y)
    assert 0 <= words.caret_at(x, y) <= len(text)
    assert 0 <= begin <= end <= len(text)


@given(st.text(alphabet="abc \n", min_size=1, max_size=40))
def test_the_whole_page_selected_covers_every_letter_once(text: str) -> None:
    words = words_of(text)
    covered = sum(place.width / WIDTH for place in words.rectangles(0, len(text)))
    assert covered == sum(1 for sign in text if sign != "\n")


def test_a_page_with_fewer_places_than_letters_is_taken_as_it_is() -> None:
    words = PageLetters(PageText(KEY, 0, "abc", (0.0, 0.0, 10.0, 16.0)))
    assert words.caret_at(3, 3) == 0
    assert len(list(words.rectangles(0, 3))) == 1


def test_a_slanting_line_does_not_cover_the_page() -> None:
    boxes = [place for one in range(8) for place in (20.0 * one, 200.0 - 25.0 * one, 30.0, 30.0)]
    words = PageLetters(PageText(KEY, 0, "SPECIMEN", tuple(boxes)))
    places = list(words.rectangles(0, 8))
    assert len(places) > 1
    assert max(place.height for place in places) < 60
