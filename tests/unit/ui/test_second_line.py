"""The list's second line: whose a file is, across the columns beside the name, and nothing of it with one connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage

from tests.support.files import NOW, OTHER_CONNECTION_ID, a_connection, a_row
from tests.support.windows import delete
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.ui.models.client_files import ClientFileModel, Column
from tns_desktop.ui.views.file_table import FileTable

pytestmark = pytest.mark.usefixtures("english")
REFERENCE_WIDTH = 440


@pytest.fixture
def table() -> Iterator[FileTable]:
    table = FileTable(ClientFileModel(lambda: NOW))
    table.resize(REFERENCE_WIDTH, 300)
    table.show_columns_for_width(REFERENCE_WIDTH)
    yield table
    delete(table)


def _beside_the_name(table: FileTable, connections: list[Connection]) -> QImage:
    """The part of the first row's second line that lies right of the column of names."""
    model = table.view.model()
    assert isinstance(model, ClientFileModel)
    model.set_connections(connections)
    table.show_origins(len(connections) > 1)
    model.set_rows([a_row(1)])
    table.grab()  # lays it out
    row = table.view.visualRect(model.index(0, Column.AGE))
    row.setRight(table.view.viewport().width())
    row.setTop(row.top() + row.height() // 2)
    return table.view.viewport().grab(row).toImage()


def _two(label: str) -> list[Connection]:
    return [a_connection(label=label), a_connection(Environment.PRODUCTION, connection_id=OTHER_CONNECTION_ID)]


def test_a_product_s_name_runs_on_under_the_columns_beside_the_name(table: FileTable) -> None:
    without = _beside_the_name(table, _two(""))
    assert _beside_the_name(table, _two("Crédit à la consommation")) != without


def test_one_connection_has_no_second_line(table: FileTable) -> None:
    with_name = _beside_the_name(table, [a_connection(label="Crédit à la consommation")])
    assert with_name == _beside_the_name(table, [a_connection(label="")])
    assert table.view.rowHeight(0) < 48
