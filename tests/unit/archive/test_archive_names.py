"""Cleaned names are safe to show whatever was stored, and ordinary names stay as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tns_desktop.adapters.archive.names import LONGEST_COMPONENT, LONGEST_PATH, clean_name, clean_path
from tns_desktop.domain.archive import EntryProblem


@pytest.mark.parametrize(
    "name",
    [
        "documents/Pièce d'identité (recto).jpg",
        "a.pdf",
        "Capture d’écran 2026-11-02 à 10.00.00.png",
        "..hidden..pdf",
        "Διαβατήριο.pdf",
        "паспорт.pdf",
        "身分證.jpg",
        "بطاقة.pdf",
        "été 🏖️.jpg",
        "Ελλάδα passport.pdf",
    ],
)
def test_ordinary_name_stays(name: str) -> None:
    cleaned = clean_name(name.encode(), is_utf8=True, position=0)
    assert cleaned.path == unicodedata.normalize("NFC", name)
    assert cleaned.problems == frozenset()


@pytest.mark.parametrize(("name", "shown"), [("a\u00a0b.pdf", "a b.pdf"), ("10\u202fh.png", "10 h.png")])
def test_special_space_is_a_plain_one(name: str, shown: str) -> None:
    cleaned = clean_name(name.encode(), is_utf8=True, position=0)
    assert (cleaned.path, cleaned.problems) == (shown, frozenset())


@pytest.mark.parametrize(("name", "shown"), [("./a.pdf", "a.pdf"), ("a//b.pdf", "a/b.pdf"), ("a/./b.pdf", "a/b.pdf")])
def test_needless_parts_go_without_a_word(name: str, shown: str) -> None:
    cleaned = clean_name(name.encode(), is_utf8=False, position=0)
    assert (cleaned.path, cleaned.problems) == (shown, frozenset())


def test_long_name_keeps_its_ending() -> None:
    cleaned = clean_name(b"n" * 60_000 + b".pdf", is_utf8=True, position=0)
    assert cleaned.path.endswith(".pdf")
    assert len(cleaned.path) == LONGEST_COMPONENT
    assert len(cleaned.raw_name) == 60_004


def test_path_of_the_report_is_cleaned_the_same_way() -> None:
    assert clean_path(".\\documents\\pie\u0300ce.pdf") == "documents/pièce.pdf"


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=80) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(raw=b"/")
@example(raw=b"..")
@example(raw=b"C:")
@example(raw=b". /.. /x")
def test_any_name_is_safe_to_show(raw: bytes) -> None:
    for is_utf8 in (True, False):
        cleaned = clean_name(raw, is_utf8=is_utf8, position=7)
        assert cleaned.path
        assert cleaned.path.isprintable()
        assert len(cleaned.path) <= LONGEST_PATH
        assert not {"", ".", ".."} & set(cleaned.path.split("/"))
        assert "\\" not in cleaned.path
        assert not any(problem.blocks_reading for problem in cleaned.problems)
        if ".." in cleaned.raw_name.replace("\\", "/").split("/"):
            assert EntryProblem.UNSAFE_PATH in cleaned.problems
