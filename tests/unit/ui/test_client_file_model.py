"""The list's model: what it shows is what a naive filter and sort would show, told in the smallest steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from tests.support.files import NOW, a_file, a_key, a_row, an_entry
from tests.support.vaults import a_listed
from tests.support.windows import dressed
from tns_desktop.domain.client_file import ACCEPTED, KNOWN_STATES, WAITING, ClientFileKey, Participant
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.filters import fold, words_of
from tns_desktop.domain.narrowing import ClientFileFilter, Narrowing, Period, RowMark, Started
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.search import FoundDocument
from tns_desktop.ui.models.client_files import MOST_SMALL_CHANGES, ClientFileModel, Column, Role
from tns_desktop.ui.state_words import kept_look, kept_words

pytestmark = pytest.mark.usefixtures("english")


KEPT = Narrowing(marks=frozenset({RowMark.KEPT}))


def _model(rows: list[ProjectedFile] | None = None) -> ClientFileModel:
    model = ClientFileModel(lambda: NOW)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    if rows is not None:
        model.set_rows(rows)
    return model


def _shown(model: ClientFileModel) -> list[ClientFileKey]:
    return [row.key for position in range(model.rowCount()) if (row := model.row_at(position)) is not None]


class _Heard:
    """What a view was told."""

    def __init__(self, model: ClientFileModel) -> None:
        self.resets = 0
        self.inserted: list[tuple[int, int]] = []
        self.removed: list[tuple[int, int]] = []
        self.changed: list[tuple[int, int]] = []
        self.moved = 0
        model.modelReset.connect(self._reset)
        model.rowsInserted.connect(lambda _parent, first, last: self.inserted.append((first, last)))
        model.rowsRemoved.connect(lambda _parent, first, last: self.removed.append((first, last)))
        model.dataChanged.connect(lambda first, last, *_: self.changed.append((first.row(), last.row())))
        model.layoutChanged.connect(self._moved)

    def _reset(self) -> None:
        self.resets += 1

    def _moved(self) -> None:
        self.moved += 1


# --- small changes ----------------------------------------------------------------------------------------------------


def test_oldest_files_come_first() -> None:
    assert _shown(_model([a_row(1), a_row(3), a_row(2)])) == [a_key(3), a_key(2), a_key(1)]


def test_a_new_file_is_inserted_and_nothing_else_is_said() -> None:
    model = _model([a_row(1), a_row(3)])
    heard = _Heard(model)
    model.set_rows([a_row(1), a_row(2), a_row(3)])
    assert (heard.inserted, heard.removed, heard.changed, heard.resets, heard.moved) == ([(1, 1)], [], [(1, 1)], 0, 0)


def test_a_file_that_went_is_removed_and_nothing_else_is_said() -> None:
    model = _model([a_row(1), a_row(2), a_row(3)])
    heard = _Heard(model)
    model.set_rows([a_row(1), a_row(3)])
    assert (heard.inserted, heard.removed, heard.changed, heard.resets, heard.moved) == ([], [(1, 1)], [], 0, 0)


def test_a_file_that_changed_is_repainted_and_nothing_else_is_said() -> None:
    model = _model([a_row(1), a_row(2), a_row(3)])
    heard = _Heard(model)
    model.set_rows([a_row(1), a_row(2, kept=True), a_row(3)])
    assert (heard.inserted, heard.removed, heard.changed, heard.resets, heard.moved) == ([], [], [(1, 1)], 0, 0)


def test_the_same_projection_says_nothing() -> None:
    model = _model([a_row(1), a_row(2)])
    heard = _Heard(model)
    model.set_rows([a_row(2), a_row(1)])
    assert (heard.inserted, heard.removed, heard.changed, heard.resets, heard.moved) == ([], [], [], 0, 0)


def test_neighbours_are_told_as_one_run() -> None:
    model = _model([a_row(1), a_row(9)])
    heard = _Heard(model)
    model.set_rows([a_row(number) for number in (1, 4, 5, 6, 9)])
    assert heard.inserted == [(1, 3)]


def test_a_file_that_left_its_queue_leaves_the_list() -> None:
    model = _model([a_row(1), a_row(2)])
    model.set_filter(ClientFileFilter(state=WAITING))
    heard = _Heard(model)
    model.set_rows([a_row(1), a_row(2, state=ACCEPTED)])
    assert _shown(model) == [a_key(1)]
    assert (heard.removed, heard.resets) == ([(0, 0)], 0)


def test_a_pending_decision_keeps_its_file_in_the_queue_of_the_server() -> None:
    model = _model([a_row(1, pending=an_entry(1))])
    model.set_filter(ClientFileFilter(state=WAITING))
    assert _shown(model) == [a_key(1)]


def test_very_many_changes_are_one_reset() -> None:
    model = _model([a_row(1)])
    heard = _Heard(model)
    model.set_rows([a_row(number) for number in range(1, MOST_SMALL_CHANGES + 3)])
    assert (heard.resets, heard.inserted) == (1, [])


# --- persistent indexes, selection, scroll ----------------------------------------------------------------------------


def test_persistent_indexes_keep_their_file_through_every_change() -> None:
    model = _model([a_row(number) for number in range(1, 8)])
    kept = {key: QPersistentModelIndex(model.index(model.row_of(key), Column.NAME)) for key in _shown(model)}
    model.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    model.set_rows([a_row(number) for number in (1, 2, 5, 7, 8, 9)])
    for key, index in kept.items():
        if model.row_of(key) < 0:
            assert not index.isValid()
        else:
            row = index.data(Role.ROW)
            assert row.key == key
            assert index.column() == Column.NAME


def test_the_current_row_and_the_scroll_stay_through_a_refresh() -> None:
    model = _model([a_row(number) for number in range(1, 120)])
    view = QTableView()
    view.setModel(model)
    view.resize(400, 300)
    view.show()
    row = model.row_of(a_key(60))
    view.setCurrentIndex(model.index(row, 0))
    bar = view.verticalScrollBar()
    scrolled = bar.value()
    model.set_rows([a_row(number, kept=number == 3) for number in range(1, 118)])
    assert model.row_at(view.currentIndex().row()) == a_row(60)
    assert scrolled > 0
    assert abs(bar.value() - scrolled) <= 2
    view.close()


# --- filter and order -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("muller", [4]),
        ("MÜLLER helene", [4]),
        ("24-0002", [2]),
        ("lea martin", [1]),
        ("martin diallo", []),
        ("consommation credit", [3]),
        ("  ", [1, 2, 3, 4]),
    ],
)
def test_every_word_of_the_search_must_be_found(text: str, found: list[int]) -> None:
    model = _model([a_row(number) for number in (1, 2, 3, 4)])
    model.set_filter(ClientFileFilter(text=text))
    assert sorted(_shown(model)) == [a_key(number) for number in found]


def test_the_search_follows_data_that_changed() -> None:
    model = _model([a_row(1)])
    model.set_filter(ClientFileFilter(text="nouvelle"))
    assert model.rowCount() == 0
    renamed = replace(a_file(1), participants=(Participant(last_name="Nouvelle"),))
    model.set_rows([ProjectedFile(a_listed(renamed))])
    assert _shown(model) == [a_key(1)]


def test_kept_and_pending_can_be_asked_for() -> None:
    model = _model([a_row(1, kept=True), a_row(2, pending=an_entry(2)), a_row(3)])
    model.set_filter(ClientFileFilter(narrowing=KEPT))
    assert _shown(model) == [a_key(1)]
    model.set_filter(ClientFileFilter(narrowing=Narrowing(marks=frozenset({RowMark.PENDING}))))
    assert _shown(model) == [a_key(2)]


def test_at_midnight_a_day_is_another() -> None:
    at = [NOW]
    model = ClientFileModel(lambda: at[0])
    model.set_rows([a_row(1), a_row(2)])
    model.set_filter(ClientFileFilter(narrowing=Narrowing(started=Started(Period.LAST_DAYS, 1))))
    assert set(_shown(model)) == {a_key(1), a_key(2)}
    heard = _Heard(model)
    model.refresh_ages()
    assert heard.removed == []
    at[0] = NOW + timedelta(days=1)
    model.refresh_ages()
    assert _shown(model) == []


def test_age_ascending_is_youngest_first() -> None:
    model = _model([a_row(1), a_row(2), a_row(3)])
    model.sort(Column.AGE, Qt.SortOrder.AscendingOrder)
    assert _shown(model) == [a_key(1), a_key(2), a_key(3)]
    model.sort(Column.AGE, Qt.SortOrder.DescendingOrder)
    assert _shown(model) == [a_key(3), a_key(2), a_key(1)]


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_every_column_sorts_and_survives_a_refresh(column: Column, order: Qt.SortOrder) -> None:
    rows = [a_row(number, state=KNOWN_STATES[number % 5]) for number in range(1, 20)]
    model = _model(rows)
    model.sort(column, order)
    before = _shown(model)
    model.set_rows(rows[:10])
    model.set_rows(rows)
    assert _shown(model) == before


def test_next_left_to_do_looks_down_then_from_the_top() -> None:
    model = _model([a_row(4), a_row(3, pending=an_entry(3)), a_row(2, state=ACCEPTED), a_row(1)])
    assert model.next_left_to_do(0) == 3
    assert model.next_left_to_do(3) == 0
    assert model.next_left_to_do(-1) == 0
    assert _model([a_row(1)]).next_left_to_do(0) == -1
    assert _model([]).next_left_to_do(-1) == -1


# --- what it says -----------------------------------------------------------------------------------------------------


def test_cells_say_who_how_old_and_where_it_stands(language: str) -> None:
    model = _model([a_row(1), a_row(2, pending=an_entry(2, status=OutboxStatus.SENT))])
    words = {
        "en": ("7 h", "To validate", "Accepted, sent"),
        "fr": ("7 h", "À valider", "Accepté, envoyé"),
    }[language]
    first = model.row_of(a_key(1))
    assert model.index(first, Column.NAME).data() == "Martin, Léa"
    assert model.index(first, Column.ID).data() == "24-0001"
    assert model.index(first, Column.AGE).data() == words[0]
    assert model.index(first, Column.STATE).data() == words[1]
    assert model.index(model.row_of(a_key(2)), Column.STATE).data() == words[2]


def test_what_a_screen_reader_hears_is_in_the_window_s_language() -> None:
    dressed("fr")
    model = _model([a_row(1)])
    for column in Column:
        heard = model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
        assert heard == model.index(0, column).data()
        assert model.headerData(column, Qt.Orientation.Horizontal)


def test_the_tool_tip_tells_the_marks(language: str) -> None:
    model = _model([a_row(1, kept=True, changed=True)])
    assert len(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).splitlines()) == 6


def test_kept_on_purpose_kept_by_chance_and_still_to_come_look_and_sound_different(language: str) -> None:
    rows = [
        replace(a_row(number), archive_kept=here, kept_on_purpose=wanted)
        for number, (here, wanted) in enumerate([(False, False), (True, False), (True, True), (False, True)], 1)
    ]
    looks = [kept_look(row) for row in rows]
    model = _model(rows)
    spoken = [model.index(row, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    tips = [model.index(row, Column.NAME).data(Qt.ItemDataRole.ToolTipRole) for row in range(4)]
    assert looks[0] is None
    assert len({look.icon for look in looks if look is not None}) == 3
    said = {kept_words(row) for row in rows} - {""}
    assert len(said) == 3
    for words in said:
        assert sum(words in text for text in spoken) == 1
        assert sum(words in text for text in tips) == 1


# --- what the vault found ---------------------------------------------------------------------------------------------


def test_what_the_vault_found_joins_what_the_names_show() -> None:
    model = _model([a_row(1), a_row(2), a_row(3)])
    model.set_filter(ClientFileFilter(text="martin"))
    heard = _Heard(model)
    model.set_found(
        "martin", {a_key(1): FoundDocument("1", "x.pdf"), a_key(3): FoundDocument("2", "pay.pdf"), a_key(9): None}
    )
    assert _shown(model) == [a_key(3), a_key(1)]
    assert (heard.inserted, heard.resets) == ([(0, 0)], 0)
    # A file that its own name finds needs no document to explain it.
    assert model.found_document(a_key(1)) is None
    assert model.found_document(a_key(3)) == FoundDocument("2", "pay.pdf")
    assert "pay.pdf" in model.index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "pay.pdf" in model.index(0, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole)


def test_what_was_found_for_another_text_is_never_shown() -> None:
    model = _model([a_row(1), a_row(2)])
    model.set_filter(ClientFileFilter(text="martin"))
    model.set_found("diallo", {a_key(2): None})
    assert _shown(model) == [a_key(1)]
    model.set_found("martin", {a_key(2): None})
    assert _shown(model) == [a_key(2), a_key(1)]
    model.set_filter(ClientFileFilter(text="martin l"))
    assert _shown(model) == [a_key(1)]


# --- any sequence -----------------------------------------------------------------------------------------------------

_ROWS = st.lists(
    st.builds(
        lambda number, state, kept, changed, decided: a_row(
            number,
            state=KNOWN_STATES[state],
            kept=kept,
            changed=changed,
            pending=an_entry(number) if decided else None,
        ),
        st.integers(1, 14),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    unique_by=lambda row: row.key,
    max_size=14,
)
_FILTERS = st.builds(
    ClientFileFilter,
    state=st.sampled_from([None, WAITING, ACCEPTED]),
    text=st.sampled_from(["", "martin", "e", "muller 24"]),
    narrowing=st.sampled_from([Narrowing(), KEPT]),
)
_STEPS = st.lists(
    st.one_of(
        _ROWS.map(lambda rows: ("rows", rows)),
        _FILTERS.map(lambda wanted: ("filter", wanted)),
        st.sets(st.integers(1, 14).map(a_key)).map(lambda found: ("found", found)),
        st.tuples(st.just("sort"), st.sampled_from([(column, order) for column in Column for order in (0, 1)])),
    ),
    min_size=1,
    max_size=8,
)


def _naive(
    rows: list[ProjectedFile],
    wanted: ClientFileFilter,
    sorted_by: tuple[Column, int],
    vault_found: set[ClientFileKey],
) -> list[ClientFileKey]:
    found = [
        row
        for row in rows
        if (wanted.state is None or row.queue == wanted.state)
        and (wanted.narrowing != KEPT or row.archive_kept)
        and (row.key in vault_found or all(word in row.client_file.haystack for word in words_of(wanted.text)))
    ]
    column, order = sorted_by
    keys: dict[Column, Callable[[ProjectedFile], tuple[Any, ...]]] = {
        Column.ID: lambda row: (row.client_file.display_id,),
        Column.NAME: lambda row: (fold(row.client_file.display_name),),
        Column.WORKFLOW: lambda row: (fold(row.client_file.workflow_label), row.client_file.start_date),
        Column.AGE: lambda row: (row.client_file.start_date,),
        Column.STATE: lambda row: (row.client_file.state.name, row.client_file.start_date),
    }
    descending = (order == 1) != (column is Column.AGE)
    found.sort(key=lambda row: (*keys[column](row), row.client_file.uuid), reverse=descending)
    return [row.key for row in found]


@given(steps=_STEPS)
@settings(max_examples=120, deadline=None)
def test_any_sequence_of_changes_shows_what_a_naive_recomputation_shows(
    steps: list[tuple[str, object]],
) -> None:
    model = _model()
    view = QTableView()
    view.setModel(model)
    rows: list[ProjectedFile] = []
    wanted, sorted_by = ClientFileFilter(), (Column.AGE, 1)
    found: set[ClientFileKey] = set()
    for kind, value in steps:
        current = model.row_at(view.currentIndex().row()) if view.currentIndex().isValid() else None
        if kind == "rows":
            assert isinstance(value, list)
            rows = value
            was_empty = not list(model.all_rows())
            model.set_rows(rows)
            if current is not None and not was_empty and model.row_of(current.key) >= 0:
                now = model.row_at(view.currentIndex().row())
                assert now is not None
                assert now.key == current.key
        elif kind == "filter":
            assert isinstance(value, ClientFileFilter)
            found = found if value.text == wanted.text else set()
            wanted = value
            model.set_filter(wanted)
        elif kind == "found":
            assert isinstance(value, set)
            found = value
            model.set_found(wanted.text, dict.fromkeys(found))
            if current is not None and model.row_of(current.key) >= 0:
                now = model.row_at(view.currentIndex().row())
                assert now is not None
                assert now.key == current.key
        else:
            assert isinstance(value, tuple)
            sorted_by = value
            model.sort(sorted_by[0], Qt.SortOrder(sorted_by[1]))
        assert _shown(model) == _naive(rows, wanted, sorted_by, found)
        assert all(model.row_of(key) == position for position, key in enumerate(_shown(model)))
        assert [model.file_of(row.key) for row in rows] == rows
        if model.rowCount():
            view.setCurrentIndex(model.index(model.rowCount() // 2, 0))
