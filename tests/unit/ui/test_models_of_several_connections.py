"""The list of connections, and the outbox narrowed to one of them, as item models."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.support.files import (
    CONNECTION_ID,
    NOW,
    OTHER_CONNECTION_ID,
    a_connection,
    an_entry,
    another_connection,
)
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.ui.models.connections import ConnectionModel, ConnectionRole, ConnectionRow
from tns_desktop.ui.models.outbox import OutboxColumn, OutboxModel, OutboxRole

pytestmark = pytest.mark.usefixtures("english")
OURS, THEIRS = a_connection(), another_connection()


def _tested(model: QAbstractItemModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)


# --- connections ------------------------------------------------------------------------------------------------------


def _rows(ours: int, theirs: int, state: ConnectionState = ConnectionState.ONLINE) -> list[ConnectionRow]:
    return [
        ConnectionRow(None, ours + theirs),
        ConnectionRow(OURS, ours, ConnectionState.ONLINE),
        ConnectionRow(THEIRS, theirs, state),
    ]


def _connections(rows: list[ConnectionRow]) -> ConnectionModel:
    model = ConnectionModel()
    _tested(model)
    model.set_rows(rows)
    return model


def test_all_of_them_come_first_and_each_is_found_by_its_id() -> None:
    model = _connections(_rows(3, 2))
    assert [model.index(row).data() for row in range(model.rowCount())] == ["All", "Crédit Demo", "Assurances"]
    assert [model.position_of(name) for name in ("", CONNECTION_ID, OTHER_CONNECTION_ID, "gone")] == [0, 1, 2, -1]
    assert model.row_at(3) is None
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_counts_and_lines_change_in_place_and_only_what_changed_is_told() -> None:
    model = _connections(_rows(3, 2))
    kept = QPersistentModelIndex(model.index(2))
    told: list[int] = []
    resets: list[int] = []
    model.dataChanged.connect(lambda first, *_: told.append(first.row()))
    model.modelReset.connect(lambda: resets.append(1))
    model.set_rows(_rows(3, 2, ConnectionState.OFFLINE))
    model.set_rows(_rows(4, 2, ConnectionState.OFFLINE))
    assert (told, resets) == ([2, 0, 1], [])
    row = kept.data(ConnectionRole.ROW)
    assert (row.count, row.state) == (2, ConnectionState.OFFLINE)


def test_a_connection_that_comes_goes_or_is_renamed_is_another_list() -> None:
    model = _connections(_rows(3, 2))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(model.rowCount()))
    model.set_rows(_rows(3, 2)[:2])
    model.set_rows([])
    model.set_rows([ConnectionRow(None), ConnectionRow(a_connection(label="Autre"))])
    assert resets == [2, 0, 2]
    assert model.index(1).data() == "Autre"


def test_a_screen_reader_hears_product_environment_count_and_line() -> None:
    model = _connections(_rows(3, 2, ConnectionState.OFFLINE))
    heard = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert heard[0] == "All: 5"
    for words in ("Assurances (Production)", "2", "offline"):
        assert words in heard[2]
    assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None


# --- outbox -----------------------------------------------------------------------------------------------------------


def _outbox() -> OutboxModel:
    model = OutboxModel(lambda: NOW)
    _tested(model)
    model.set_connections([OURS, THEIRS])
    model.set_entries([an_entry(2, connection_id=OTHER_CONNECTION_ID), an_entry(1)])
    return model


def _shown(model: OutboxModel) -> list[str]:
    entries = [model.entry_at(row) for row in range(model.rowCount())]
    return [entry.decision.decision_id for entry in entries if entry is not None]


def test_each_decision_says_whose_it_is() -> None:
    model = _outbox()
    assert [model.index(row, OutboxColumn.CONNECTION).data() for row in range(2)] == [
        "Assurances (Production)",
        "Crédit Demo (Pre-production)",
    ]
    assert model.index(0, 0).data(OutboxRole.CONNECTION) == THEIRS


def test_narrowed_it_shows_one_product_s_decisions_and_forgets_none() -> None:
    model = _outbox()
    model.narrow(CONNECTION_ID)
    assert _shown(model) == ["d-1"]
    model.upsert(an_entry(3, connection_id=OTHER_CONNECTION_ID))
    model.upsert(an_entry(4))
    assert _shown(model) == ["d-4", "d-1"]
    told: list[int] = []
    model.dataChanged.connect(lambda first, *_: told.append(first.row()))
    model.upsert(an_entry(2, status=OutboxStatus.CONFLICT, connection_id=OTHER_CONNECTION_ID))
    model.upsert(an_entry(1, status=OutboxStatus.SENDING))
    assert told == [1]
    assert len(model.entries()) == 4
    model.narrow("")
    assert _shown(model) == ["d-4", "d-3", "d-2", "d-1"]
    entry = model.entry_at(2)
    assert entry is not None
    assert entry.status is OutboxStatus.CONFLICT


def test_narrowed_to_a_connection_that_goes_it_shows_all_that_is_left() -> None:
    model = _outbox()
    model.narrow(OTHER_CONNECTION_ID)
    model.set_connections([OURS])
    assert model.narrowed_to == ""
    assert _shown(model) == ["d-2", "d-1"]
    assert model.connections() == []
    assert model.index(1, OutboxColumn.CONNECTION).data() == ""


def test_the_same_connections_again_move_nothing() -> None:
    model = _outbox()
    model.narrow(CONNECTION_ID)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.set_connections([OURS, THEIRS])
    assert (resets, model.narrowed_to) == ([], CONNECTION_ID)
