"""Words of PDF pages: where letters stand, what is found, where links lead; and that none of it is believed blindly."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw
from reportlab.pdfgen.canvas import Canvas

from tests.support.documents import A4_POINTS, corner_image, document, encoded, pdf
from tns_desktop.adapters.render.answers_text import found_of, letters_of
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.orders import FindOrder, LettersOrder
from tns_desktop.adapters.render.protocol import ProtocolViolation
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import PageHit, PageText, PixelArea, RenderDocument

pytestmark = pytest.mark.anyio


def written(*lines: str, rotate: int = 0, links: bool = False) -> bytes:
    """One page with a line every 20 points from 100 points below the top on, beginning 50 points from the left."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4_POINTS, invariant=1)
    for number, line in enumerate(lines):
        canvas.drawString(50, A4_POINTS[1] - 100 - 20 * number, line)
    if links:
        canvas.linkURL("https://example.test/path?q=1", (50, 700, 150, 720))
        canvas.bookmarkPage("second")
        canvas.showPage()
        canvas.drawString(50, 700, "second page")
        canvas.bookmarkPage("there")
        canvas.showPage()
        canvas.linkRect("", "second", (200, 200, 300, 220))
    canvas.showPage()
    canvas.save()
    if not rotate:
        return target.getvalue()
    turned = pypdfium2.PdfDocument(target.getvalue())
    turned[0].set_rotation(rotate)
    saved = io.BytesIO()
    turned.save(saved)
    return saved.getvalue()


def shown(content: bytes, entry_id: str) -> RenderDocument:
    return document(DocumentKind.PDF, content, entry_id=entry_id)


async def found(host: RenderHost, content: bytes, words: str, entry_id: str = "found") -> list[PageHit]:
    result = await host.find(shown(content, entry_id), words, 0, 1, 5.0)
    assert result.searched == 1
    return list(result.hits)


async def ink_in(host: RenderHost, one: RenderDocument, left: float, top: float, width: float, height: float) -> int:
    """How dark the darkest point of a place of the page is drawn, 0 for black."""
    area = PixelArea(round(left), round(top), max(1, round(width)), max(1, round(height)))
    return min((await host.render_page(one, 0, scale=1.0, area=area)).pixels)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("lea", "Léa Martin"),
        ("LÉA MARTIN", "Léa Martin"),
        ("l'eau", "l\u2019eau potable"),
        ("francois", "FRANÇOIS"),
        ("martin", "Jean-Martin"),
        ("jean-martin", "Jean-Martin"),
        ("a.b*c", "a.b*c"),
    ],
)
async def test_words_are_found_whatever_their_accents_and_case(host: RenderHost, words: str, line: str) -> None:
    content = written("something else", line)
    (hit,) = await found(host, content, words, f"{words}")
    (rectangle,) = hit.rectangles
    assert 110 < rectangle.top + rectangle.height / 2 < 122
    one = shown(content, f"{words}")
    assert await ink_in(host, one, rectangle.left, rectangle.top, rectangle.width, rectangle.height) < 90


async def test_words_that_run_over_a_line_end_are_found_with_a_rectangle_for_each_line(host: RenderHost) -> None:
    (hit,) = await found(host, written("the quick brown", "fox jumps"), "Brown Fox", "lines")
    assert len(hit.rectangles) == 2
    assert hit.rectangles[0].top < hit.rectangles[1].top


async def test_blanks_and_absent_words_find_nothing(host: RenderHost) -> None:
    for words in ("", "   ", "absent"):
        assert await found(host, written("the quick brown"), words, "absent") == []


@pytest.mark.parametrize("rotate", [90, 180, 270])
async def test_places_are_right_on_a_page_that_is_stored_turned(host: RenderHost, rotate: int) -> None:
    content = written("needle", rotate=rotate)
    (hit,) = await found(host, content, "needle", f"turned{rotate}")
    (place,) = hit.rectangles
    one = shown(content, f"turned{rotate}")
    assert await ink_in(host, one, place.left, place.top, place.width, place.height) < 90


async def test_a_search_goes_through_the_pages_it_was_given_and_says_how_many(host: RenderHost) -> None:
    one = shown(pdf(pages=6, lines=3), "six")
    result = await host.find(one, "line 2", 2, 3, 5.0)
    assert (result.first_page, result.searched, [hit.page for hit in result.hits]) == (2, 3, [2, 3, 4])


async def test_a_search_without_time_looks_at_one_page(host: RenderHost) -> None:
    assert (await host.find(shown(pdf(pages=6, lines=3), "hasty"), "line", 0, 6, 0.0)).searched == 1


async def test_pages_beyond_the_end_hold_nothing(host: RenderHost) -> None:
    result = await host.find(shown(pdf(pages=2, lines=3), "short"), "line", 0, 5, 5.0)
    assert {hit.page for hit in result.hits} == {0, 1}


async def test_each_letter_has_its_place(host: RenderHost) -> None:
    one = shown(written("Montant dû", "1 234 €"), "letters")
    page = await host.page_text(one, 0)
    assert "Montant dû" in page.text
    assert len(page.boxes) == 4 * len(page.text)
    start = page.text.index("M")
    left, top, width, height = page.boxes[4 * start : 4 * start + 4]
    assert 45 < left < 55
    assert 80 < top < 100
    assert await ink_in(host, one, left, top, width, height) < 90


async def test_links_tell_their_address_or_their_page(host: RenderHost) -> None:
    content = written("see https://shown.example.test/ here", links=True)
    first = await host.page_text(shown(content, "links"), 0)
    addresses = {link.address for link in first.links}
    assert "https://example.test/path?q=1" in addresses
    assert any(address.startswith("https://shown.example.test") for address in addresses)
    third = await host.page_text(shown(content, "links"), 2)
    assert [link.page for link in third.links] == [0]


async def test_a_picture_has_no_words(host: RenderHost) -> None:
    image = document(DocumentKind.PNG, encoded(corner_image(), "PNG"), entry_id="picture")
    assert (await host.page_text(image, 0)).text == ""
    assert (await host.find(image, "a", 0, 1, 1.0)).hits == ()


# --- what is not believed ---------------------------------------------------------------------------------------------

SHOWN = document(DocumentKind.PDF, b"%PDF")
LETTERS: dict[str, Any] = {"page": 0, "letters": 1, "links": []}
BOX = b"\0\0\x80\x3f" * 4


def test_an_honest_answer_about_letters_is_taken() -> None:
    links = [[[0, 0, 5, 5], "https://example.test", None], [[0, 0, 5, 5], "", 3]]
    page = letters_of({**LETTERS, "links": links}, bytearray(BOX + b"a"), SHOWN, LettersOrder(0))
    assert page == PageText(SHOWN.key, 0, "a", (1.0, 1.0, 1.0, 1.0), page.links)
    assert [link.page for link in page.links] == [None, 3]


@pytest.mark.parametrize(
    ("answer", "payload"),
    [
        ({**LETTERS, "page": 1}, BOX + b"a"),
        ({**LETTERS, "letters": True}, BOX + b"a"),
        ({**LETTERS, "letters": -1}, b""),
        ({**LETTERS, "letters": 10**9}, BOX),
        ({**LETTERS, "letters": 2}, BOX + b"a"),
        (LETTERS, BOX + b"ab"),
        (LETTERS, BOX + b"\xff"),
        (LETTERS, b"\0\0\xc0\x7f" * 4 + b"a"),
        ({**LETTERS, "links": [[[0, 0, 1, 1], 5, None]]}, BOX + b"a"),
        ({**LETTERS, "links": [[[0, 0, 1, 1], "x" * 2_000, None]]}, BOX + b"a"),
        ({**LETTERS, "links": [[[0, 0, -1, 1], "x", None]]}, BOX + b"a"),
        ({**LETTERS, "links": [[[0, 0, 1, 1], "", "1"]]}, BOX + b"a"),
        ({**LETTERS, "links": None}, BOX + b"a"),
    ],
)
def test_a_strange_answer_about_letters_breaks_the_protocol(answer: dict[str, Any], payload: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        letters_of(answer, bytearray(payload), SHOWN, LettersOrder(0))


FOUND: dict[str, Any] = {"page": 4, "searched": 2, "hits": [[5, [[1, 2, 3, 4]]]]}


def test_an_honest_answer_about_words_is_taken() -> None:
    result = found_of(FOUND, bytearray(), SHOWN, FindOrder("x", 4, 3, 1.0))
    assert [hit.page for hit in result.hits] == [5]


@pytest.mark.parametrize(
    "changes",
    [
        {"page": 0},
        {"searched": 0},
        {"searched": 4},
        {"searched": 1.5},
        {"hits": {}},
        {"hits": [[6, [[1, 2, 3, 4]]]]},
        {"hits": [[5, []]]},
        {"hits": [[5, [[1, 2, 3]]]]},
        {"hits": [[5, [[1, 2, 3, 1e300]]]]},
        {"hits": [[5, [[1, 2, 3, 4]] * 9]]},
    ],
)
def test_a_strange_answer_about_words_breaks_the_protocol(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolViolation):
        found_of({**FOUND, **changes}, bytearray(), SHOWN, FindOrder("x", 4, 3, 1.0))


def test_pdfium_has_what_is_used_of_it() -> None:
    """A newer PDFium without one of these would only fail on a page with words."""
    for name in ("FPDFText_GetCharIndexFromTextIndex", "FPDFText_GetLooseCharBox", "FPDFLink_LoadWebLinks"):
        assert hasattr(raw, name)
