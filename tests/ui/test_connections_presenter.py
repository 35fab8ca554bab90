"""Connections at work: faults beside their fields, a check that can be left, secrets that are never shown."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import SECRET, World
from tests.support.files import CONNECTION_ID, OPERATOR, a_connection, a_file
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.connection import Environment
from tns_desktop.domain.errors import (
    ApiMapInvalid,
    DecisionsUnfinished,
    DiskFull,
    KeychainLocked,
    KeychainTimedOut,
    RequestTimedOut,
    SecretTooLong,
    ServerUnreachable,
)
from tns_desktop.services.ports import RouteCheck, RouteMeaning
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.views.connection_dialog import ConnectionDialog

MAP_FAULT = ApiMapInvalid(facts={"file": "map.toml", "line": "3", "key": "list", "reason": "toml_syntax"})


async def _new(bench: Bench) -> ConnectionDialog:
    bench.click(bench.window.welcome.doors["connect"])
    dialog = await bench.dialog(ConnectionDialog)
    dialog.environment.setCurrentIndex(dialog.environment.findData(Environment.OTHER))
    dialog.base_url.setText("https://api.example.test/v6")
    dialog.public_id.setText("credit-demo")
    dialog.secret_key.setText(SECRET)
    dialog.operator_uuid.setText(OPERATOR)
    dialog.label_field.setText("Crédit Demo")
    return dialog


def _notes(dialog: ConnectionDialog) -> list[str]:
    """The faults that are shown beside fields."""
    return [
        label.text() for label in dialog.findChildren(QLabel) if label.isVisible() and label.property("role") == "error"
    ]


def _texts(dialog: QWidget) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


# --- saving -----------------------------------------------------------------------------------------------------------


def test_saving_keeps_the_secret_in_the_keychain_only_and_shows_the_desk(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            assert bench.window.shows_welcome
            dialog = await _new(bench)
            bench.click(dialog.save)
            await until(lambda: not bench.window.shows_welcome)
            (connection,) = world.desk.connections.all()
            assert (connection.label, connection.operator_uuid) == ("Crédit Demo", OPERATOR)
            assert list(world.secrets.values.values()) == [SECRET]
            assert SECRET not in repr(world.store.values)
            assert bench.window.header.connection.text() == "Crédit Demo"
            await until(lambda: world.synchroniser.running == [connection.connection_id])
            assert world.sender.unparked == [connection.connection_id]

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("base_url", "ftp://x", "not_a_url"),
        ("base_url", "http://api.example.test", "https_needed"),
        ("base_url", "https://a:b@api.example.test", "credentials_in_url"),
        ("base_url", "https://api.example.test/?x=1", "query_in_url"),
        ("public_id", "", "empty"),
        ("public_id", "a:b", "bad_public_id"),
        ("operator_uuid", "léa", "bad_operator_uuid"),
        ("secret_key", "", "empty"),
    ],
)
def test_a_fault_stands_beside_its_field(
    application: QApplication, world: World, field: str, value: str, reason: str
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            widget = getattr(dialog, field)
            right = widget.text()
            widget.setText(value)
            bench.click(dialog.save)
            await until(lambda: _notes(dialog))
            assert _notes(dialog) == [tr(f"connection.error.{reason}")]
            assert widget.property("invalid") == "true"
            assert widget.accessibleDescription() == tr(f"connection.error.{reason}")
            assert world.desk.connections.all() == []
            widget.setText(right)
            bench.click(dialog.save)
            await until(lambda: not bench.window.shows_welcome)

    run_in_qt(application, scenario)


@pytest.mark.parametrize("error", [KeychainLocked(), KeychainTimedOut(), SecretTooLong()], ids=lambda e: e.code)
def test_a_keychain_that_fails_is_said_in_the_dialog_and_nothing_is_kept(
    application: QApplication, world: World, error: Exception
) -> None:
    async def scenario() -> None:
        world.gates.fail("secret", error)
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.save)
            await until(lambda: dialog.problem.text)
            assert dialog.isVisible()
            assert dialog.save.isEnabled()
            assert world.desk.connections.all() == []
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_map_that_cannot_be_used_is_said_beside_its_field(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.refuse_api = MAP_FAULT
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.save)
            await until(lambda: _notes(dialog))
            assert "map.toml, line 3" in _notes(dialog)[0]
            assert dialog.isVisible()
            dialog.reject()

    run_in_qt(application, scenario)


def test_leaving_the_dialog_while_it_saves_is_safe(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold("secret")
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.save)
            await until(lambda: "secret" in world.gates.calls)
            assert not dialog.save.isEnabled()
            dialog.reject()
            await until(lambda: world.gates.cancelled == ["secret"])
            await turns(10)
            assert world.desk.connections.all() == []
            assert bench.window.shows_welcome
            # The door opens again.
            dialog = await _new(bench)
            dialog.reject()

    run_in_qt(application, scenario)


def test_leaving_the_program_closes_the_dialog(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            await _new(bench)
        assert world.desk.connections.all() == []

    run_in_qt(application, scenario)


# --- the keychain -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("persistent", "words"), [(True, "Test keychain"), (False, "this session only")])
def test_where_the_secret_is_kept_is_said(
    application: QApplication, world: World, persistent: bool, words: str
) -> None:
    async def scenario() -> None:
        world.secrets.persistent = persistent
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            await until(lambda: words in dialog.keychain.text)
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_keychain_that_does_not_answer_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.fail("keychain", KeychainTimedOut())
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            await until(lambda: dialog.problem.text)
            dialog.reject()

    run_in_qt(application, scenario)


# --- checking ---------------------------------------------------------------------------------------------------------


def test_the_check_tells_route_by_route_what_came_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.checks = [
            RouteCheck("list", "GET", "https://api.example.test/v6/clientFile", 200, True, items=42, sample="24-1"),
            RouteCheck("read", "GET", "https://api.example.test/v6/clientFile/1", 0, False, error=RequestTimedOut()),
            RouteCheck("accept", "PUT", "https://api.example.test/v6/clientFile/1/x", 0, False),
            RouteCheck("find", "GET", "https://api.example.test/v6/find", 404, True, meaning=RouteMeaning.NOT_FOUND),
            RouteCheck("find_by_external_id", "", "", 0, False, meaning=RouteMeaning.NOT_IN_MAP),
        ]
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.check)
            table = dialog.findChild(QTableWidget, "check")
            assert isinstance(table, QTableWidget)
            await until(lambda: table.rowCount() == 5)
            rows = table.model()
            cells = [[str(rows.index(row, column).data()) for column in range(3)] for row in range(5)]
            assert cells[0][:2] == ["GET /clientFile", "status 200"]
            assert "42 files understood" in cells[0][2]
            assert cells[1][1] == tr("check.no_answer")
            assert tr("error.request_timed_out.title") in cells[1][2]
            assert cells[2][1] == tr("check.not_asked")
            assert cells[3][1:] == ["status 404", tr("check.meaning.not_found")]
            listings = tr("check.meaning.listings_instead")
            assert cells[4] == ["[routes.find_by_external_id]", tr("check.not_in_map"), listings]
            assert dialog.check.isEnabled()
            dialog.reject()

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    "error", [ServerUnreachable(facts={"host": "x"}), RequestTimedOut(facts={"host": "x"})], ids=["error", "timeout"]
)
def test_a_check_that_fails_says_so_and_can_be_repeated(
    application: QApplication, world: World, error: Exception
) -> None:
    async def scenario() -> None:
        world.gates.fail("check", error)
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.check)
            await until(lambda: dialog.problem.text)
            assert dialog.check.isEnabled()
            world.gates.mend("check")
            world.checks = [RouteCheck("list", "GET", "https://x/y", 200, True)]
            bench.click(dialog.check)
            table = dialog.findChild(QTableWidget, "check")
            assert isinstance(table, QTableWidget)
            await until(table.isVisible)
            assert dialog.problem.text == ""
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_check_may_be_left_while_it_runs(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold("check")
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            bench.click(dialog.check)
            await until(lambda: "check" in world.gates.calls)
            assert dialog.check.text() == tr("connection.checking")
            dialog.reject()
            await until(lambda: world.gates.cancelled == ["check"])
            await turns(10)

    run_in_qt(application, scenario)


def test_a_check_of_a_fault_does_not_ask_anybody(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _new(bench)
            dialog.public_id.setText("")
            bench.click(dialog.check)
            await until(lambda: _notes(dialog))
            assert "check" not in world.gates.calls
            dialog.reject()

    run_in_qt(application, scenario)


# --- an existing connection -------------------------------------------------------------------------------------------


def test_an_existing_connection_never_shows_its_secret_and_keeps_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect(a_connection(Environment.OTHER))
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            assert dialog.secret_key.text() == ""
            assert SECRET not in _texts(dialog)
            assert SECRET not in repr(dialog.input())
            dialog.label_field.setText("Renamed")
            bench.click(dialog.save)
            await until(lambda: bench.window.header.connection.text() == "Renamed")
            assert list(world.secrets.values.values()) == [SECRET]
            await until(lambda: world.synchroniser.running == [a_connection().connection_id])

    run_in_qt(application, scenario)


def test_removing_the_last_connection_leads_to_the_doors_and_asks_nobody_any_more(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: bench.window.shows_welcome)
            assert world.desk.connections.all() == []
            assert world.secrets.values == {}
            await until(lambda: world.keeper.forgotten == [CONNECTION_ID])
            await until(lambda: world.synchroniser.running == [])
            assert bench.shown == []

    run_in_qt(application, scenario)


def test_leaving_the_dialog_while_it_removes_still_removes(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        gate = world.gates.hold("forget")
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: "forget" in world.gates.calls)
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            gate.set()
            await until(lambda: bench.window.shows_welcome)
            assert world.desk.connections.all() == []

    run_in_qt(application, scenario)


def test_a_connection_with_a_decision_under_way_is_not_removed(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.fail("unfinished", DecisionsUnfinished(facts={"count": "2"}))
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: "2" in dialog.problem.text)
            assert len(world.desk.connections.all()) == 1
            assert world.keeper.forgotten == []
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_connection_that_cannot_be_removed_is_still_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.fail("forget", KeychainLocked())
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: dialog.problem.text)
            assert len(world.desk.connections.all()) == 1
            assert world.keeper.wipes == []
            dialog.reject()

    run_in_qt(application, scenario)


def test_data_that_cannot_be_wiped_now_are_noted_before_the_connection_goes(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.fail("forget_connection", DiskFull())
        gate = world.gates.hold("forget")
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            bench.click(dialog.remove)
            await until(lambda: "forget" in world.gates.calls)
            assert world.keeper.wipes == [CONNECTION_ID]
            gate.set()
            said = tr("connection.wipe_unfinished", sentence=message_for(DiskFull()).sentence)
            await until(lambda: bench.window.snackbar.text == said)
            assert world.desk.connections.all() == []
            assert world.keeper.wipes == [CONNECTION_ID]

    run_in_qt(application, scenario)
