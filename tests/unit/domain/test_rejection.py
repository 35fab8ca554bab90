"""The composed message: it grows and shrinks with the marks, and what somebody typed stays, to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.rejection import MessageLine, RejectionDraft, Template, grown, recomposed, template_for

KEYS = ("opening", "a", "b", "c", "closing")


def _lines(keys: list[str], language: str = "en") -> list[MessageLine]:
    return [MessageLine(key, f"{language}: {key}") for key in KEYS if key in keys]


chosen = st.lists(st.sampled_from(KEYS), unique=True)
typed = st.lists(st.text(st.characters(blacklist_characters="\n", codec="utf-8"), max_size=8), max_size=4)


@given(typed, st.lists(st.tuples(chosen, st.sampled_from(["en", "fr"])), max_size=5), st.data())
def test_what_was_typed_is_never_lost_nor_moved(
    rows: list[str], steps: list[tuple[list[str], str]], data: st.DataObject
) -> None:
    """Whatever the marks become and whichever language is chosen, also when the typing goes on in between."""
    rows = [row for row in rows if not row.startswith(("en: ", "fr: "))]
    text = "\n".join(rows)
    rows = rows if text else []  # a lone empty line is nothing typed
    before: list[MessageLine] = []
    for keys, language in steps:
        after = _lines(keys, language)
        text = grown(text, before, after)
        before = after
        present = text.split("\n") if text else []
        mine = [row for row in present if not row.startswith(("en: ", "fr: "))]
        assert mine == rows
        if data.draw(st.booleans()):
            present.insert(data.draw(st.integers(0, len(present))), "and this")
            text = "\n".join(present)
            rows = [row for row in present if not row.startswith(("en: ", "fr: "))]


@given(st.lists(chosen, max_size=6))
def test_untouched_it_is_exactly_what_the_marks_say(steps: list[list[str]]) -> None:
    text = ""
    before: list[MessageLine] = []
    for keys in steps:
        after = _lines(keys)
        text = grown(text, before, after)
        before = after
    assert text == "\n".join(line.text for line in before)


def test_a_line_that_was_changed_or_deleted_does_not_come_back() -> None:
    before = _lines(["opening", "a", "closing"])
    text = "en: opening\nen: a, and it is urgent"
    assert grown(text, before, _lines(["opening", "a", "b", "closing"])) == (
        "en: opening\nen: b\nen: a, and it is urgent"
    )


def test_a_line_goes_where_the_marks_put_it() -> None:
    before = _lines(["opening", "c", "closing"])
    text = "Hello,\nen: opening\nen: c\nen: closing\nBest regards"
    assert grown(text, before, _lines(["opening", "a", "c", "closing"])) == (
        "Hello,\nen: opening\nen: a\nen: c\nen: closing\nBest regards"
    )
    assert grown("Hello,", [], _lines(["opening"])) == "Hello,\nen: opening"


def test_another_language_takes_the_place_line_by_line() -> None:
    before = _lines(["opening", "a"])
    assert grown("en: opening\nmine\nen: a", before, _lines(["opening", "a"], "fr")) == "fr: opening\nmine\nfr: a"


def test_a_template_is_found_by_its_cause_in_any_case_and_in_its_language_only() -> None:
    templates = [Template("Expired", "en", "The {document}\nis expired."), Template("expired", "fr", "Périmé.")]
    found = template_for(templates, ["  EXPIRED "], "en")
    assert found is not None
    assert found.about("passport {document}") == "The passport {document} is expired."
    assert found.names_a_document
    assert template_for(templates, ["", "truncated"], "en") is None
    assert template_for(templates, ["Expired"], "de") is None


def test_a_message_is_told_from_others_by_its_first_line_of_its_own() -> None:
    assert RejectionDraft().gist == ""
    begun = recomposed(RejectionDraft("en", "Expired"), _lines(["opening"]))
    assert (begun.gist, begun.message) == ("en: opening", "en: opening")
    assert recomposed(begun, _lines(["opening", "a", "closing"])).gist == "en: a"
    assert RejectionDraft(message="\n  Hello,\nyou").gist == "Hello,"


def test_a_draft_grows_and_keeps_everything_else_of_it() -> None:
    draft = RejectionDraft("en", "Expired", "mine", "note", is_for_all=True)
    grown_draft = recomposed(draft, [MessageLine("a", "l\u00a0: one")])
    assert grown_draft.message == "mine\nl : one"
    assert recomposed(grown_draft, []) == draft
    assert [RejectionDraft("en", *words).is_complete for words in (("x", " "), (" ", "x"), ("x", "x"))] == [
        False,
        False,
        True,
    ]
