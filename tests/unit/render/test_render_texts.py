"""The rules of the text previews, on many inputs."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.adapters.render.folds import MOST_LINES, folds_of
from tns_desktop.adapters.render.html_text import html_to_text
from tns_desktop.adapters.render.mail import read_mail
from tns_desktop.adapters.render.pretty_json import pretty_json
from tns_desktop.adapters.render.pretty_xml import pretty_xml
from tns_desktop.adapters.render.protocol import LONG_TEXT_LIMIT, MAIL_PARTS_LIMIT, MAIL_VALUE_LIMIT
from tns_desktop.adapters.render.text import read_text
from tns_desktop.adapters.render.visible import make_visible

LIMIT = 100_000
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(value=json_values, indent=st.sampled_from([None, 1, 4]), ascii_only=st.booleans())
def test_indented_json_says_the_same(value: object, indent: int | None, ascii_only: bool) -> None:
    shown = pretty_json(json.dumps(value, indent=indent, ensure_ascii=ascii_only), LIMIT)
    assert shown is not None
    assert json.loads(shown) == value


def test_duplicate_keys_are_all_shown() -> None:
    shown = pretty_json('{"a":1,"a":2}', LIMIT)
    assert shown == '{\n  "a": 1,\n  "a": 2\n}'


@pytest.mark.parametrize("text", ["[" * 65 + "]" * 65, "", "{", "[1,]", "nul", '"\n"', "[1] [2]"])
def test_what_is_no_plain_json_is_not_indented(text: str) -> None:
    assert pretty_json(text, LIMIT) is None


def test_indenting_never_makes_more_than_the_limit() -> None:
    assert pretty_json(json.dumps([[1]] * 1_000), 1_000) is None
    assert pretty_xml("<a>" + "<b/>" * 1_000 + "</a>", 1_000) is None


names = st.from_regex(r"\A[a-z]{1,5}\Z")
texts = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=10)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> ElementTree.Element:
    element = ElementTree.Element(draw(names), draw(st.dictionaries(names, texts, max_size=2)))
    children = draw(st.lists(elements(depth=depth - 1), max_size=3)) if depth else []
    element.extend(children)
    if not children:
        element.text = draw(st.none() | texts)
    return element


def _same(one: ElementTree.Element, other: ElementTree.Element) -> bool:
    same_self = (one.tag, one.attrib, len(one)) == (other.tag, other.attrib, len(other))
    return same_self and (len(one) > 0 or (one.text or "") == (other.text or "")) and all(map(_same, one, other))


@settings(max_examples=50)
@given(element=elements())
def test_indented_xml_says_the_same(element: ElementTree.Element) -> None:
    shown = pretty_xml(ElementTree.tostring(element, encoding="unicode"), LIMIT)
    assert shown is not None
    assert _same(ElementTree.fromstring(shown), element)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<a>" * 65 + "</a>" * 65,
        "<a>",
        "<a/><b/>",
        "",
    ],
)
def test_what_is_no_plain_xml_is_not_indented(text: str) -> None:
    assert pretty_xml(text, LIMIT) is None


def test_words_between_elements_comments_and_instructions_are_kept() -> None:
    shown = pretty_xml("<a>before<!-- note --><b>in</b>after<?do it?></a>", LIMIT)
    assert shown == "<a>\n  before\n  <!-- note -->\n  <b>in</b>\n  after\n  <?do it?>\n</a>"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("é€".encode(), "é€"),
        ("é€".encode("utf-8-sig"), "é€"),
        ("é€".encode("utf-16"), "é€"),
        ("bonjour é".encode("utf-16-le"), "bonjour é"),
        ("bonjour é".encode("utf-16-be"), "bonjour é"),
        ("é€".encode("utf-32"), "é€"),
        ("é€".encode("cp1252"), "é€"),
        (b"a\x81b", "a\N{REPLACEMENT CHARACTER}b"),
        (b"", ""),
    ],
)
def test_guesses_the_encoding(content: bytes, wanted: str) -> None:
    assert read_text(content, "text") == (wanted, False)


@pytest.mark.parametrize(
    ("encoding", "wanted"), [("ISO-8859-15", "€"), ("windows-1252", "¤"), ("zip", "¤"), ("unknown-9", "¤")]
)
def test_believes_the_encoding_an_xml_declares_if_it_is_one(encoding: str, wanted: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?><a>".encode() + b"\xa4</a>"
    shown, _ = read_text(content, "xml")
    assert wanted in shown


@settings(max_examples=100)
@given(content=st.binary(max_size=300), kind=st.sampled_from(["text", "xml", "json"]))
def test_every_text_can_be_shown(content: bytes, kind: str) -> None:
    shown, truncated = read_text(content, kind)
    assert not truncated
    shown.encode()


def test_a_cut_in_the_middle_of_a_character_is_no_error() -> None:
    content = b"a" + "€".encode() * (2 * LONG_TEXT_LIMIT)
    shown, truncated = read_text(content, "text")
    assert (len(shown), truncated) == (LONG_TEXT_LIMIT, True)
    assert set(shown) == {"a", "€"}


@settings(max_examples=150)
@given(text=st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    shown = make_visible(text)
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", shown
    )


def test_reordering_marks_are_shown_by_their_code() -> None:
    assert make_visible("a\u202eb\x00\r\nc") == "a⟨U+202E⟩b␀\nc"


@settings(max_examples=100)
@given(content=st.binary(max_size=400))
def test_every_mail_can_be_shown(content: bytes) -> None:
    shown = read_mail(content)
    shown.text.encode()
    assert all(len(value) <= MAIL_VALUE_LIMIT for _, value in shown.headers + shown.attachments)


@pytest.mark.parametrize("charset", ["unknown-9", "zip", "undefined", "utf-8"])
def test_a_mail_in_a_charset_nobody_knows_is_shown(charset: str) -> None:
    content = f"Subject: x\r\nContent-Type: text/plain; charset={charset}\r\n\r\nhello".encode()
    assert "hello" in read_mail(content).text


def test_mails_nested_without_end_are_shown_as_text() -> None:
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(2_000))
    assert read_mail(opening.encode()).text


def test_attached_mails_and_pictures_are_listed() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inside"
    inner.set_content("inner words")
    outer = EmailMessage()
    outer.set_content("outer words")
    outer.add_attachment(inner)
    outer.add_attachment(b"123456", maintype="image", subtype="png", filename="a\u202egnp.exe")
    shown = read_mail(outer.as_bytes())
    assert shown.text.strip() == "outer words"
    assert shown.attachments[0][0] == "message/rfc822"
    assert shown.attachments[1] == ("a⟨U+202E⟩gnp.exe", "6")


def test_lists_no_more_attachments_than_the_limit() -> None:
    part = "--b\r\nContent-Disposition: attachment; filename=x\r\n\r\ny\r\n"
    content = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * (MAIL_PARTS_LIMIT + 50)
    assert len(read_mail(content.encode()).attachments) == MAIL_PARTS_LIMIT


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<td>a</td><td>b</td>", "a b"),
        ("<p>a</p>\n\n<br><br><p>b", "a\n\nb"),
        ("<style>x</style>a<script>if (1 < 2) {}</script>b", "ab"),
        ("<head><title>t<body>seen", "seen"),
        ("&lt;b&gt; &eacute;", "<b> é"),
        ("<a href='https://example.org'>words</a>", "words"),
        ("<", "<"),
    ],
)
def test_html_becomes_its_words(markup: str, wanted: str) -> None:
    assert html_to_text(markup) == wanted


# --- folds ------------------------------------------------------------------------------------------------------------


def folded_parts(text: str, kind: str) -> list[str]:
    """First and last line of every fold, without blanks."""
    numbers = folds_of(text, kind)
    parts = [text[start : end + 1].split("\n") for start, end in zip(numbers[0::2], numbers[1::2], strict=True)]
    return [f"{lines[0].strip()} {lines[-1].strip()}" for lines in parts]


def test_objects_and_lists_of_several_lines_fold_and_brackets_in_strings_do_not() -> None:
    text = pretty_json('{"a":{"b":[1,2],"c":{}},"d":"{[","e":[3]}', LIMIT)
    assert text is not None
    assert folded_parts(text, "json") == ["{ }", "{ }", "[ ]", "[ ]"]


def test_elements_and_comments_of_several_lines_fold() -> None:
    text = "<a x='>'>\n<b>\n<c/>\n</b>\n<!--\n<d>\n-->\n<e>1\n</e>\n</a>"
    assert folded_parts(text, "xml") == ["<a x='>'> <", "<b> <", "<!-- -->"]


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("{\n}\n", "json", 0),
        ("[\n1,\n{\n2", "json", 0),
        ("}\n\n{]\n\n}", "json", 1),
        ("<a>\n<b>\n\n</a>", "xml", 1),
        ("</a>\n\n<a>", "xml", 0),
        ("{\n\n}", "text", 0),
        ("[\n" + "1,\n" * MOST_LINES + "1\n]", "json", 0),
        ("[\n" + "1,\n" * (MOST_LINES - 2) + "1\n]", "json", 1),
    ],
)
def test_what_is_broken_too_short_or_too_long_does_not_fold(text: str, kind: str, count: int) -> None:
    assert len(folds_of(text, kind)) == 2 * count


@pytest.mark.parametrize("evil", ["<!--", "<![CDATA[", "<?", "<!", "<a '", '<a "', "<a", "<a b='\"' \"", "{", '"'])
def test_a_text_made_to_be_looked_through_again_and_again_takes_no_longer(evil: str) -> None:
    """The square of the length would take minutes; the test's time limit is the check."""
    for kind in ("xml", "json"):
        assert len(folds_of(evil * 200_000, kind)) == 0


@settings(max_examples=100)
@given(text=st.text(alphabet="<>/!-[]{}\"'a=\n ", max_size=80), kind=st.sampled_from(["xml", "json"]))
def test_folds_are_within_the_text_and_in_order(text: str, kind: str) -> None:
    numbers = list(folds_of(text, kind))
    starts = numbers[0::2]
    assert starts == sorted(set(starts))
    for start, end in zip(starts, numbers[1::2], strict=True):
        assert 0 <= start < end < len(text)
        assert text.count("\n", start, end + 1) >= 2
