"""The list's model with the rows of two products: nothing of one is taken for the other's, and each row says whose it is."""

from __future__ import annotations

import pytest
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
from tns_desktop.domain.client_file import WAITING, ClientFileKey
from tns_desktop.domain.filters import ClientFileFilter
from tns_desktop.domain.projection import ProjectedFile
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
