"""Saved views: the same again from the settings, and no view at all where a record says nonsense."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_desk import MemorySettings
from tns_desktop.domain.client_file import WAITING, ClientFileState
from tns_desktop.domain.errors import SettingsNotSaved
from tns_desktop.domain.narrowing import MOST_DAYS, Narrowing, Period, RowMark, SavedView, Started
from tns_desktop.services.saved_views import LONGEST_NAME, MOST_VIEWS, RECORDS, SavedViews
from tns_desktop.services.settings import Settings

texts = st.text(st.characters(codec="utf-8"), max_size=20)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
periods = st.one_of(
    st.sampled_from([Started(), Started(Period.TODAY)]),
    st.builds(Started, st.sampled_from([Period.LAST_DAYS, Period.OLDER]), st.integers(1, MOST_DAYS)),
    st.builds(lambda first, last: Started(Period.BETWEEN, first=first, last=last), days, st.none() | days),
)
views = st.builds(
    SavedView,
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=LONGEST_NAME).map(str.strip).filter(bool),
    st.none() | st.sampled_from([WAITING, ClientFileState("ARCHIVING")]),
    st.builds(Narrowing, texts, texts, periods, st.frozensets(st.sampled_from(RowMark))),
)
OLD = SavedView("Old", WAITING, Narrowing(started=Started(Period.OLDER, 2)))


def kept(*records: Any) -> SavedViews:
    store = MemorySettings()
    store.values[RECORDS] = list(records)
    return SavedViews(Settings(store))


@given(st.lists(views, max_size=4, unique_by=lambda view: view.name))
def test_views_come_back_as_they_were_and_in_their_order(made: list[SavedView]) -> None:
    store = MemorySettings()
    SavedViews(Settings(store)).replace(made)
    assert SavedViews(Settings(store)).all() == made
    assert all(isinstance(value, str) for record in store.values[RECORDS] for value in record.values())


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"name": "  "},
        {"name": "x" * (LONGEST_NAME + 1)},
        {"name": "x", "marks": "kept nonsense"},
        {"name": "x", "started": "yesterday"},
        {"name": "x", "started": "older"},
        {"name": "x", "started": "older", "days": "0"},
        {"name": "x", "started": "older", "days": str(MOST_DAYS + 1)},
        {"name": "x", "started": "between"},
        {"name": "x", "started": "between", "first": "2026-02-30"},
        {"name": "x", "workflow": 3},
    ],
)
def test_half_a_view_is_none(record: dict[str, Any]) -> None:
    assert kept(record, {"name": "whole"}).all() == [SavedView("whole", None, Narrowing())]


def test_one_of_the_same_name_takes_its_place() -> None:
    book = kept()
    other = SavedView("Other", None, Narrowing("w"))
    book.put(OLD)
    book.put(other)
    book.put(SavedView("Old", None, Narrowing()))
    assert [view.name for view in book.all()] == ["Old", "Other"]
    assert book.named("Old") == SavedView("Old", None, Narrowing())
    assert book.named("None") is None
    assert len(kept(*({"name": str(number)} for number in range(MOST_VIEWS + 5))).all()) == MOST_VIEWS


def test_what_cannot_be_saved_changes_nothing() -> None:
    store = MemorySettings()
    book = SavedViews(Settings(store))
    book.put(OLD)
    store.refuses = SettingsNotSaved(facts={"file": "settings.toml", "reason": "No space left"})
    with pytest.raises(SettingsNotSaved):
        book.replace([])
    assert book.all() == [OLD]
