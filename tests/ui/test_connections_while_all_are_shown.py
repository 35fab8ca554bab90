"""Connections that come, change and go while the list holds the files of all of them."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import SECRET, World
from tests.support.files import (
    CONNECTION_ID,
    OPERATOR,
    OTHER_CONNECTION_ID,
    a_connection,
    a_file,
    a_key,
    another_connection,
)
from tests.support.windows import run_in_qt, until
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.services.events import ClientFilesChanged
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import Column, Role
from tns_desktop.ui.models.connections import ConnectionModel
from tns_desktop.ui.views.connection_dialog import ConnectionDialog

THEIRS = a_key(1, OTHER_CONNECTION_ID)


async def _all_shown(world: World) -> None:
    await world.connect(another_connection())
    await world.connect()
    world.desk.connections.choose_all()
    world.put([a_file(1), a_file(2), a_file(1, connection_id=OTHER_CONNECTION_ID)])


def _menu(bench: Bench, text: str) -> QAction:
    """An entry of the header's menu; fails when the operator could not reach it."""
    (action,) = [action for action in bench.window.header.menu.actions() if action.text() == text]
    return action


def _connections(bench: Bench) -> list[str]:
    """The names in the list of connections below the queues; empty while it is not there."""
    view = bench.window.queues.connections_view
    model = view.model()
    assert isinstance(model, ConnectionModel)
    return [str(model.index(row).data()) for row in range(model.rowCount())] if view.isVisible() else []


def test_one_more_joins_the_list(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _all_shown(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            _menu(bench, "New connection…").trigger()
            dialog = await bench.dialog(ConnectionDialog)
            dialog.environment.setCurrentIndex(dialog.environment.findData(Environment.OTHER))
            dialog.base_url.setText("https://api.example.test/v6")
            dialog.public_id.setText("epargne")
            dialog.secret_key.setText(SECRET)
            dialog.operator_uuid.setText(OPERATOR)
            dialog.label_field.setText("Épargne")
            bench.click(dialog.save)
            await until(lambda: len(bench.shell.files.connections) == 3)
            new = bench.shell.files.connections[-1].connection_id
            await until(lambda: _connections(bench) == ["All", "Assurances", "Crédit Demo", "Épargne"])
            await until(lambda: sorted(world.synchroniser.running) == sorted([CONNECTION_ID, OTHER_CONNECTION_ID, new]))
            world.put([a_file(7, connection_id=new)])
            world.bus.publish(ClientFilesChanged(new))
            await bench.until_rows(4)
            assert bench.models.files.file_of(THEIRS) is not None

    run_in_qt(application, scenario)


def test_a_new_name_is_on_every_row_and_moves_no_connection(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _all_shown(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            _menu(bench, "Edit “Assurances”…").trigger()
            dialog = await bench.dialog(ConnectionDialog)
            dialog.label_field.setText("Assurances Vie")
            bench.click(dialog.save)
            await until(lambda: "Assurances Vie" in _connections(bench))
            assert _connections(bench) == ["All", "Assurances Vie", "Crédit Demo"]
            await bench.until_rows(3)
            index = bench.models.files.index(bench.models.files.row_of(THEIRS), Column.NAME)
            connection = index.data(Role.CONNECTION)
            assert isinstance(connection, Connection)
            assert (connection.label, connection.environment) == ("Assurances Vie", Environment.PRODUCTION)
            await until(lambda: sorted(world.synchroniser.running) == [CONNECTION_ID, OTHER_CONNECTION_ID])

    run_in_qt(application, scenario)


@pytest.mark.parametrize("narrowed", [False, True])
def test_one_that_goes_takes_its_files_along_and_a_single_one_is_left(
    application: QApplication, world: World, narrowed: bool
) -> None:
    async def scenario() -> None:
        await _all_shown(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            if narrowed:
                bench.window.queues.choose_connection(OTHER_CONNECTION_ID)
                await bench.until_rows(1)
            _menu(bench, "Edit “Assurances”…").trigger()
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: not bench.has_dialog())
            await bench.until_rows(2)
            assert [item.connection_id for item in bench.shell.files.connections] == [CONNECTION_ID]
            assert bench.window.header.connection.text() == a_connection().label
            await until(lambda: _connections(bench) == [], "the list of connections to go")
            assert bench.models.files.file_of(THEIRS) is None
            assert bench.models.outbox.connections() == []
            await until(lambda: world.synchroniser.running == [CONNECTION_ID])

    run_in_qt(application, scenario)


def test_the_menu_adds_a_second_sample_product_and_shows_both(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["sample"])
            await until(lambda: not bench.window.shows_welcome)
            _menu(bench, tr("header.second_samples")).trigger()
            await until(lambda: len(bench.shell.files.connections) == 2)
            names = ["All", tr("welcome.sample.label"), tr("welcome.sample.second_label")]
            await until(lambda: _connections(bench) == names, "both products")
            await until(lambda: sorted(world.synchroniser.running) == sorted(SAMPLE_CONNECTION_IDS))
            # It is there: it is not offered again.
            assert tr("header.second_samples") not in [each.text() for each in bench.window.header.menu.actions()]

    run_in_qt(application, scenario)
