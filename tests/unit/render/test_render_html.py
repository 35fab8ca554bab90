"""HTML of strangers: what is left of it, what is said of what is left out, and that nothing in it is hidden or dear."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.documents import document, mail
from tns_desktop.adapters.render.answers_formatted import formatted_of
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.html_blocks import MOST_TABLES, PARAGRAPH_LIMIT, Formatted, html_to_blocks
from tns_desktop.adapters.render.protocol import (
    BLOCKS_LIMIT,
    FORMATTED_BYTES_LIMIT,
    FORMATTED_TEXT_LIMIT,
    ProtocolViolation,
)
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.formatted import BlockKind, FormattedText, RunKind, TextBlock, TextRun


def read(markup: str) -> FormattedText:
    """As it arrives in the window: through the check."""
    raw = html_to_blocks(markup).as_bytes()
    assert len(raw) <= FORMATTED_BYTES_LIMIT
    return formatted_of(raw)


def runs_of(formatted: FormattedText) -> list[TextRun]:
    found: list[TextRun] = []
    for block in formatted.blocks:
        found += [*block.runs, *(run for cell in block.cells for run in cell)]
    return found


def words_of(formatted: FormattedText) -> str:
    return "|".join("".join(run.text for run in block.runs) for block in formatted.blocks)


def only(markup: str) -> TextRun:
    (run,) = runs_of(read(markup))
    return run


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_paragraphs_headings_and_looks() -> None:
    made = read("<h2>Title</h2><p>a <b>b<i>c</b></i>d<br>e</p>f<pre>g\n  h</pre><hr>")
    assert [(block.kind.value, block.level) for block in made.blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("preformatted", 0),
        ("rule", 0),
    ]
    assert words_of(made) == "Title|a bcd\ne|f|g\n  h|"
    looks = [(run.text, run.bold, run.italic) for run in made.blocks[1].runs]
    assert looks == [("a ", False, False), ("b", True, False), ("c", True, True), ("d\ne", False, False)]


def test_lists_and_quotations() -> None:
    made = read(
        "<ul><li>a<li>b<ol start=4><li>c<li>d</ol><li>e</ul><blockquote>f<blockquote>g</blockquote></blockquote>h"
    )
    told = [(words_of(FormattedText((block,))), block.marker, block.level, block.quote) for block in made.blocks]
    assert told == [
        ("a", "•", 1, 0),
        ("b", "•", 1, 0),
        ("c", "4.", 2, 0),
        ("d", "5.", 2, 0),
        ("e", "•", 1, 0),
        ("f", "", 0, 1),
        ("g", "", 0, 2),
        ("h", "", 0, 0),
    ]


def test_a_table_of_data_is_a_table_and_one_of_layout_is_not() -> None:
    made = read("<table><caption>t</caption><tr><th>A<th>B<tr><td>1<td><p>2</p><p>3</p></table>")
    assert [block.kind for block in made.blocks] == [BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.ROW]
    assert [[run.text for run in cell] for cell in made.blocks[2].cells] == [["1"], ["2", "\n", "3"]]
    laid = read("<table><tr><td>x<td><table><tr><td>1<td>2</table></table>")
    assert [block.kind for block in laid.blocks] == [BlockKind.PARAGRAPH, BlockKind.ROW]
    assert read("<table><tr><td>1</td>lost<td>2</td></tr>after</table>").blocks[-1].kind is BlockKind.PARAGRAPH


def test_links_keep_their_words_and_the_whole_address() -> None:
    run = only("<a href=' https://example.org/?a=b&amp;c=%20 '>here</a>")
    assert (run.text, run.link) == ("here", "https://example.org/?a=b&c=%20")
    assert only(f"<a href='https://example.org/{'x' * 1_000}'>here</a>").link == ""


# --- what can do nothing ----------------------------------------------------------------------------------------------


def test_scripts_styles_and_handlers_leave_nothing() -> None:
    made = read(
        "<head><title>t</title><style>p{display:none}</style><script>alert(1)</script></head>"
        "<body onload='x()'><p onclick=\"steal()\" style='background:url(http://e.example/b.png)'>words</p>"
        "<link rel=stylesheet href=http://e.example/a.css><meta http-equiv=refresh content='0;url=http://e.example'>"
        "<base href='http://e.example/'><SCRIPT src=//e.example/x.js></SCRIPT ></body>"
    )
    assert words_of(made) == "words"
    assert "e.example" not in repr(html_to_blocks("<p style='background:url(http://e.example)'>x")).lower()


def test_a_script_address_stays_to_be_seen_and_is_never_changed_into_another() -> None:
    assert only("<a href='java\tscr\nipt:alert(1)'>x</a>").link == "javascript:alert(1)"
    assert only("<a href='data:text/html,<b>'>x</a>").link == "data:text/html,<b>"
    assert only("<a href='https://a\u202eb.example'>x</a>").link == "https://a\u202eb.example"


def test_pictures_and_frames_leave_a_mark_and_are_counted() -> None:
    made = read(
        "<img src='http://e.example/logo.png' alt='Our\u202e logo'><img src=cid:1 width=1 height=1>"
        "<iframe src=http://e.example>inside</iframe><object data=x></object><input value='typed'><input type=hidden value=no>"
    )
    told = [(run.kind.value, run.text) for run in runs_of(made)]
    assert told == [("picture", "Our⟨U+202E⟩ logo"), ("object", ""), ("object", ""), ("field", "typed")]
    assert made.pictures == 2


# --- what was hidden --------------------------------------------------------------------------------------------------

HIDING = [
    "<div style='display: none'>",
    "<div style='color:red;VISIBILITY:hidden'>",
    "<div hidden>",
    "<span style='font-size:0'>",
    "<span style='font-size: 1px'>",
    "<span style='opacity:0.0'>",
    "<span style='mso-hide:all'>",
    "<div style='max-height:0;overflow:hidden'>",
    "<div style='text-indent:-9999px'>",
    "<div style='position:absolute;left:-5000px'>",
    "<font color=white>",
    "<span style='color:#fffffe'>",
    "<span style='color: rgb(255, 255, 255)'>",
    "<td bgcolor='#222'><span style='color:#222222'>",
    "<template>",
]


@pytest.mark.parametrize("opened", HIDING)
def test_what_is_hidden_is_shown_and_said_to_be(opened: str) -> None:
    made = read(f"before {opened}secret words")
    hidden = [run.text for run in runs_of(made) if run.hidden]
    assert hidden == ["secret words"]
    assert made.hidden == 1


@pytest.mark.parametrize(
    "opened",
    [
        "<td style='font-size:0'><span style='font-size:14px'>",
        "<td bgcolor=black><font color=white>",
        "<span style='opacity:0.5;max-height:0.5em'>",
        "<span style='opacity:inherit;border-color:transparent;background-color:white'>",
        "<div style='text-indent:-12px'>",
    ],
)
def test_what_can_be_seen_is_not_called_hidden(opened: str) -> None:
    assert not any(run.hidden for run in runs_of(read(f"{opened}words")))


def test_the_filling_of_a_hidden_first_line_is_left_out() -> None:
    made = read(
        "<div style='display:none'>Preview</div><div style='display:none'>" + "&zwnj;&nbsp;&#847;" * 90 + "</div>x"
    )
    assert (words_of(made), made.hidden) == ("Preview|x", 1)


@pytest.mark.parametrize(
    "evil", ["<!-- a <b>words", "<script>words", "<a href='words", "<p words", "<style>words", "<![if words"]
)
def test_what_is_never_closed_hides_nothing(evil: str) -> None:
    assert "words" in words_of(read(f"<p>x</p>{evil}"))


def test_a_comment_ends_where_browsers_end_it() -> None:
    assert words_of(read("<!-->a<!--->b<!-- c --!>d<!-- e -->f")) == "abdf"


def test_bidirectional_marks_and_controls_are_written_out_and_broken_entities_are_text() -> None:
    assert only("a&#x202e;b&#0;c&#x110000;&bogus;&#;&amp").text == "a⟨U+202E⟩b\ufffdc\ufffd&bogus;&#;&"
    assert only("<bdo dir=rtl style='unicode-bidi:bidi-override'>abc</bdo>").text == "abc"


# --- what is too much -------------------------------------------------------------------------------------------------

HEAVY = {
    "nested": "<div>" * 10_000 + "deep" + "</div>" * 10_000,
    "nested tables": "<table><tr><td>" * 10_000 + "deep",
    "nested lists": "<ul><li>" * 4_000 + "deep",
    "open tags": "<a " * 300_000,
    "names": "<a<" * 300_000,
    "comments": "<!--" * 250_000,
    "scripts": "<script>" * 60_000,
    "quotes": "<a \"<a ' " * 100_000,
    "ends": "<b>x</i>" * 30_000,
    "entities": "&#x202e;" * 125_000,
    "attributes": "<b " + "a=b " * 250_000 + ">x",
    "styles": ("<b style='" + "color:" * 600 + "'>") * 250,
    "paragraphs": "<p>a" * 250_000,
    "pictures": "<img>" * 60_000,
    "brackets": "<" * 1_000_000,
}


@pytest.mark.parametrize("markup", HEAVY.values(), ids=HEAVY)
def test_heavy_markup_is_bounded_in_time_and_size(markup: str) -> None:
    begun = time.monotonic()
    made = html_to_blocks(markup)
    assert time.monotonic() - begun < 5
    assert len(made.blocks) <= BLOCKS_LIMIT
    assert sum(len(run[0]) for block in made.blocks for run in block[4]) <= FORMATTED_TEXT_LIMIT + 1
    formatted_of(made.as_bytes())
    if "deep" in markup:
        assert "deep" in words_of(read(markup))


FRAGMENTS = (
    "<p>|</p>|<table>|</table>|<tr>|<td>|</td>|<th>|<ul>|<ol>|<li>|</ul>|</ol>|<b>|</b>|<a href=x>|</a>|<div hidden>|</div>"
    "|<pre>|</pre>|<br>|<hr>|<!--|-->|<script>|</script>|<h1>|</h1>|<blockquote>|</blockquote>|<|>|\"|'| |<img alt=pic>"
    "|<template>|</template>|</body>|<caption>"
)


def test_what_is_too_much_is_said_to_be_left_out() -> None:
    assert not read("<pre>" + "x" * FORMATTED_TEXT_LIMIT + "</pre>").truncated
    made = read("<pre>" + "x" * (FORMATTED_TEXT_LIMIT + 1) + "</pre>")
    assert made.truncated
    assert max(sum(len(run.text) for run in block.runs) for block in made.blocks) <= PARAGRAPH_LIMIT
    tables = read("<table><tr><td>a<td>b</table>" * (MOST_TABLES + 1))
    assert [block.kind for block in tables.blocks].count(BlockKind.ROW) == MOST_TABLES
    assert [block.kind for block in tables.blocks[-2:]] == [BlockKind.PARAGRAPH] * 2


fragments = st.sampled_from(FRAGMENTS.split("|"))


@settings(max_examples=100)
@given(parts=st.lists(st.one_of(fragments, st.from_regex(r"\Aw[0-9]{3}\Z")), max_size=40))
def test_no_word_outside_of_tags_comments_and_scripts_is_ever_lost_or_moved(parts: list[str]) -> None:
    markup = "".join(parts)
    made = read(markup)
    shown = re.findall(r"w\d{3}", "\n".join(run.text for run in runs_of(made)))
    left = re.sub(r"(?s)<!--.*?-->|<script>.*?</script>", "", markup)
    words = re.findall(r"w\d{3}", re.sub(r"<[^<>\"']*>|=[^<>]*>", "", left))
    if not re.search("[\"']|<!--|<script>", left):
        assert shown == words


# --- the check --------------------------------------------------------------------------------------------------------

RUN: list[Any] = ["a", "text", "b", ""]
BLOCK: list[Any] = ["paragraph", 0, 0, "", [RUN], []]


def told(*changes: tuple[int, object], run: list[Any] | None = None) -> bytes:
    block = [*BLOCK]
    if run is not None:
        block[4] = [run]
    for place, value in changes:
        block[place] = value
    return json.dumps([[block], 0, 0, False]).encode()


def test_what_is_right_passes_the_check() -> None:
    assert formatted_of(told()) == FormattedText(
        (TextBlock(BlockKind.PARAGRAPH, (TextRun("a", RunKind.TEXT, bold=True),)),)
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"{}",
        b"[[],0,0]",
        b"[[],-1,0,false]",
        b"[[],true,0,false]",
        b"[[],0,0,1]",
        b"[" * 100_000,
        json.dumps([[BLOCK] * (BLOCKS_LIMIT + 1), 0, 0, False]).encode(),
        told((0, "script")),
        told((0, ["x"])),
        told((1, 9)),
        told((2, -1)),
        told((3, "x" * 13)),
        told((4, "runs")),
        told((5, [[RUN]])),
        told((0, "row")),
        told((0, "row"), (5, [[RUN]] * 13)),
        told(run=["a", "text", "b"]),
        told(run=["a", "image", "", ""]),
        told(run=["a", "text", "z", ""]),
        told(run=["a", "text", "bbbbbbb", ""]),
        told(run=["a", "text", "", "x" * 1_001]),
        told(run=["a" * 10_001, "text", "", ""]),
        told(run=[1, "text", "", ""]),
    ],
)
def test_what_is_not_is_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        formatted_of(raw)


# --- through the decoder ----------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_mail_comes_as_text_and_formatted(host: RenderHost) -> None:
    shown = await host.extract_text(document(DocumentKind.EMAIL, mail(html="<p>the <b>other</b></p>"), entry_id="both"))
    assert shown.formatted is not None
    assert words_of(shown.formatted) == "the other"
    plain = await host.extract_text(document(DocumentKind.EMAIL, mail(html=None), entry_id="plain"))
    assert plain.formatted is None


@pytest.mark.anyio
async def test_five_megabytes_of_html_are_shown_as_far_as_is_sensible(host: RenderHost) -> None:
    content = b"Subject: x\nContent-Type: text/html\n\n" + (b"<p>words and more words</p>" * 30 + b"\n") * 7_000
    assert len(content) > 5_000_000
    shown = await host.extract_text(document(DocumentKind.EMAIL, content, entry_id="large"))
    assert shown.formatted is not None
    assert shown.formatted.truncated
    assert len(shown.formatted.blocks) == BLOCKS_LIMIT


def test_nothing_at_all_is_nothing() -> None:
    assert html_to_blocks("") == Formatted()
