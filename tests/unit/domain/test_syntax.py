"""Colours of JSON and XML: what is what, from wherever one looks, and nothing outside of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.syntax import LOOK_BACK, Coloured, Token, tokens_of

JSON, XML = DocumentKind.JSON, DocumentKind.XML


def told(kind: DocumentKind, text: str, begin: int = 0, end: int | None = None) -> list[tuple[str, str]]:
    return [
        (text[first:last], token.value)
        for first, last, token in tokens_of(kind, text, begin, len(text) if end is None else end)
    ]


def test_keys_strings_numbers_and_words_of_json() -> None:
    text = '{"a\\"b": "c: true", "d" : [-1.5e+3, true, null, "falsehood"]}'
    assert told(JSON, text) == [
        ('"a\\"b"', "name"),
        ('"c: true"', "string"),
        ('"d"', "name"),
        ("-1.5e+3", "number"),
        ("true", "word"),
        ("null", "word"),
        ('"falsehood"', "string"),
    ]


def test_tags_attributes_and_asides_of_xml() -> None:
    text = "<?xml v='1'?><!DOCTYPE a><a b=\"1>2\" c='x'>d=\"e\"<!-- <f> --><g/><![CDATA[<h>]]></a>"
    assert told(XML, text) == [
        ("<?xml v='1'?>", "aside"),
        ("<!DOCTYPE a>", "aside"),
        ("<a", "tag"),
        ("b", "name"),
        ('"1>2"', "string"),
        ("c", "name"),
        ("'x'", "string"),
        (">", "tag"),
        ("<!-- <f> -->", "aside"),
        ("<g", "tag"),
        ("/>", "tag"),
        ("<![CDATA[", "aside"),
        ("]]>", "aside"),
        ("</a", "tag"),
        (">", "tag"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "seen"),
    [
        (XML, "<a>\n<!-- one\n|<b>| two -->", [("<b>", "aside")]),
        (XML, "<a\n|b='1'|>", [("b", "name"), ("'1'", "string")]),
        (XML, "<a b='1'>\n|c='2'|", []),
        (JSON, '["a long |line| of it"]', [("line", "string")]),
        (JSON, '["a", |1|, 2]', [("1", "number")]),
    ],
)
def test_a_part_is_coloured_as_what_reaches_into_it(kind: DocumentKind, text: str, seen: list[tuple[str, str]]) -> None:
    begin, end = text.index("|"), text.rindex("|") - 1
    assert told(kind, text.replace("|", ""), begin, end) == seen


def test_other_kinds_have_no_colours() -> None:
    assert told(DocumentKind.TEXT, '{"a": 1}') == told(DocumentKind.EMAIL, "<a>") == []


@settings(max_examples=100)
@given(
    text=st.text(alphabet="<>/!-[]{}\\\"'a1=:,\n ", max_size=60),
    kind=st.sampled_from([JSON, XML]),
    ends=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_whatever_the_text_colours_are_in_order_and_in_the_part_looked_at(
    text: str, kind: DocumentKind, ends: tuple[int, int]
) -> None:
    begin, end = sorted(min(place, len(text)) for place in ends)
    before = begin
    for first, last, token in tokens_of(kind, text, begin, end):
        assert before <= first < last <= end
        assert isinstance(token, Token)
        before = last


@settings(max_examples=50)
@given(value=st.dictionaries(st.text(max_size=5), st.integers() | st.booleans() | st.none() | st.text(max_size=8)))
def test_a_line_by_itself_has_the_colours_it_has_in_the_whole(value: dict[str, object]) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    whole = list(tokens_of(JSON, text, 0, len(text)))
    parts: list[Coloured] = []
    begin = 0
    for line in text.split("\n"):
        parts += tokens_of(JSON, text, begin, begin + len(line))
        begin += len(line) + 1
    assert parts == whole


def test_a_part_far_into_an_endless_comment_costs_no_more_than_any_other() -> None:
    text = "<!--" + "x" * (LOOK_BACK + 10) + "<a>"
    assert told(XML, text, len(text) - 3) == [("<a", "tag"), (">", "tag")]
