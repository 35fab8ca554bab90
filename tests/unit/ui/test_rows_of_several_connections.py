"""The list's model with the rows of two products: nothing of one is taken for the other's, and each row says whose it is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.support.files import (
    CONNECTION_ID,
    NOW,
    OTHER_CONNECTION_ID,
    a_connection,
    a_key,
    a_row,
    an_entry,
    another_connection,
)
from tns_desktop.domain.client_file import ACCEPTED, WAITING, ClientFileKey, ClientFileState
from tns_desktop.domain.narrowing import ClientFileFilter
from tns_desktop.domain.projection import ProjectedFile, QueueTally
from tns_desktop.ui.models.client_files import ClientFileModel, Column, Role

pytestmark = pytest.mark.usefixtures("english")


def _model(rows: list[ProjectedFile]) -> ClientFileModel:
    model = ClientFileModel(lambda: NOW)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_connections([a_connection(), another_connection()])
    model.set_rows(rows)
    return model


def _shown(model: ClientFileModel) -> list[ClientFileKey]:
    return [row.key for position in range(model.rowCount()) if (row := model.row_at(position)) is not None]


def test_the_same_uuid_in_two_products_is_two_rows() -> None:
    model = _model([a_row(1), a_row(1, connection_id=OTHER_CONNECTION_ID)])
    assert sorted(_shown(model)) == [a_key(1), a_key(1, OTHER_CONNECTION_ID)]
    model.set_rows([a_row(1, pending=an_entry(1)), a_row(1, connection_id=OTHER_CONNECTION_ID)])
    ours, theirs = model.file_of(a_key(1)), model.file_of(a_key(1, OTHER_CONNECTION_ID))
    assert ours is not None
    assert theirs is not None
    assert (ours.pending is None, theirs.pending is None) == (False, True)
    model.set_rows([a_row(1, connection_id=OTHER_CONNECTION_ID)])
    assert _shown(model) == [a_key(1, OTHER_CONNECTION_ID)]


def test_products_are_merged_in_the_order_of_the_list() -> None:
    model = _model([a_row(1), a_row(3), a_row(2, connection_id=OTHER_CONNECTION_ID)])
    assert _shown(model) == [a_key(3), a_key(2, OTHER_CONNECTION_ID), a_key(1)]
    assert model.next_to_do(0, 2) == [a_key(2, OTHER_CONNECTION_ID), a_key(1)]


def test_narrowed_to_one_product_only_its_files_are_next() -> None:
    model = _model([a_row(1), a_row(3), a_row(2, connection_id=OTHER_CONNECTION_ID)])
    model.set_filter(ClientFileFilter(state=WAITING, connection_id=CONNECTION_ID))
    assert _shown(model) == [a_key(3), a_key(1)]
    assert model.next_to_do(0, 5) == [a_key(1)]
    model.set_filter(ClientFileFilter(state=WAITING, connection_id=OTHER_CONNECTION_ID))
    assert _shown(model) == [a_key(2, OTHER_CONNECTION_ID)]


def test_each_row_says_its_product_and_environment() -> None:
    model = _model([a_row(1, connection_id=OTHER_CONNECTION_ID)])
    index = model.index(0, Column.NAME)
    assert index.data(Role.CONNECTION) == another_connection()
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Martin, Léa, Assurances (Production)"
    assert "Assurances (Production)" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_single_connection_is_not_repeated_on_every_row() -> None:
    model = _model([a_row(1)])
    heard: list[int] = []
    model.dataChanged.connect(lambda first, last, *_: heard.append(last.row()))
    model.set_connections([a_connection()])
    index = model.index(0, Column.NAME)
    assert heard == [0]
    assert index.data(Role.CONNECTION) is None
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Martin, Léa"
    assert "Crédit Demo" not in index.data(Qt.ItemDataRole.ToolTipRole)


_STATES = (WAITING, ACCEPTED)
_ROWS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.sampled_from([CONNECTION_ID, OTHER_CONNECTION_ID])), st.sampled_from(_STATES)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_ROWS, after=_ROWS)
def test_changed_files_alone_lead_to_the_same_list_as_all_of_them(
    before: dict[tuple[int, str], ClientFileState],
    after: dict[tuple[int, str], ClientFileState],
) -> None:
    def rows(kept: dict[tuple[int, str], ClientFileState]) -> list[ProjectedFile]:
        return [a_row(number, state=state, connection_id=name) for (number, name), state in kept.items()]

    other = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
    keys = [a_key(number, name) for number, name in other]
    whole, part = _model(rows(before)), _model(rows(before))
    for model in (whole, part):
        model.set_filter(ClientFileFilter(state=WAITING))
    whole.set_rows(rows(after))
    part.change_rows(keys, [row for row in rows(after) if row.key in keys])
    assert sorted(_shown(part)) == sorted(_shown(whole))
    assert {row.key: row for row in part.all_rows()} == {row.key: row for row in whole.all_rows()}


def test_one_pass_counts_queues_and_what_is_left_in_each_product() -> None:
    rows = [
        a_row(1),
        a_row(2, pending=an_entry(2)),
        a_row(3, state=ClientFileState("ARCHIVING")),
        a_row(1, connection_id=OTHER_CONNECTION_ID),
        a_row(2, state=ACCEPTED, connection_id=OTHER_CONNECTION_ID),
    ]
    tally = QueueTally(rows)
    assert tally.left_to_do() == {CONNECTION_ID: 1, OTHER_CONNECTION_ID: 1}
    everything = {item.state.name: item.count for item in tally.queues()}
    assert everything == {"WAITING": 2, "PENDING": 0, "SUSPENDED": 0, "ACCEPTED": 1, "REJECTED": 0, "ARCHIVING": 1}
    theirs = {item.state.name: item.count for item in tally.queues(OTHER_CONNECTION_ID)}
    assert theirs == {"WAITING": 1, "PENDING": 0, "SUSPENDED": 0, "ACCEPTED": 1, "REJECTED": 0}
