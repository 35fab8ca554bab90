"""The list at work: local rows first, refreshes that move nothing, a banner for each state of the line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, a_connection, a_file, a_key
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.client_file import ACCEPTED, WAITING, ClientFileKey
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.errors import (
    CertificateNotTrusted,
    CredentialsRefused,
    RequestTimedOut,
    SecretMissing,
    ServerFailed,
    ServerUnreachable,
    TnsError,
    VaultDamaged,
)
from tns_desktop.domain.search import FoundDocument, SearchResult
from tns_desktop.services.events import ClientFilesChanged, RefreshFinished
from tns_desktop.ui.models.client_files import Column, Role
from tns_desktop.ui.models.queues import Place
from tns_desktop.ui.views.connection_dialog import ConnectionDialog


def test_local_rows_are_shown_before_anybody_is_asked(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2), a_file(3, state=ACCEPTED)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            assert bench.shown == [a_key(2), a_key(1)]
            await until(lambda: world.synchroniser.running == [CONNECTION_ID])
            waiting = bench.models.queues.row_at(bench.models.queues.row_of(Place(WAITING)))
            assert waiting is not None
            assert waiting.count == 2

    run_in_qt(application, scenario)


def test_an_empty_list_says_why(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            empty = bench.window.files.empty
            await until(lambda: "Asking the server" in empty.text)
            world.bus.publish(RefreshFinished(CONNECTION_ID, complete=True))
            assert "Nothing left" in empty.text
            await until(lambda: bench.models.queues.row_of(Place(ACCEPTED)) >= 0)
            bench.window.queues.choose_state(ACCEPTED)
            assert "queue" in empty.text
            bench.window.header.search.setText("zzz")
            assert "Searching" in empty.text
            await until(lambda: "Nothing found" in empty.text and "documents kept on this computer" in empty.text)
            bench.window.header.search.setText("z")
            assert "names and ids. With a second letter" in empty.text

    run_in_qt(application, scenario)


def test_a_store_that_fails_is_said_in_words(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.fail(("load", CONNECTION_ID), VaultDamaged(facts={"path": "/vault"}))
        async with opened_bench(world) as bench:
            await until(lambda: "/vault" in bench.window.snackbar.text)

    run_in_qt(application, scenario)


def test_rows_of_a_connection_that_was_left_never_appear(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        other = replace(a_connection(), connection_id="c2", label="Other")
        await world.connect(other)
        await world.connect()
        world.put([a_file(1)])
        moved = replace(a_file(2), key=ClientFileKey("c2", a_key(2).uuid))
        world.put([moved])
        gate = world.gates.hold(("load", CONNECTION_ID))
        async with opened_bench(world) as bench:
            await until(lambda: ("load", CONNECTION_ID) in world.gates.calls)
            bench.shell.connections.choose("c2")
            await bench.until_rows(1)
            gate.set()
            await turns(10)
            assert bench.shown == [moved.key]
            assert sorted(world.synchroniser.running) == [CONNECTION_ID, "c2"]

    run_in_qt(application, scenario)


def test_closing_while_rows_are_read_leaves_nothing_behind(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.hold(("load", CONNECTION_ID))
        async with opened_bench(world):
            await until(lambda: ("load", CONNECTION_ID) in world.gates.calls)
        assert world.gates.cancelled == [("load", CONNECTION_ID)]

    run_in_qt(application, scenario)


def test_a_refresh_moves_neither_choice_nor_scroll(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in range(1, 101)])
        async with opened_bench(world) as bench:
            await bench.until_rows(100)
            bench.choose(a_key(50))
            await bench.until_open(a_key(50))
            view = bench.window.files.view
            scrolled = view.verticalScrollBar().value()
            opened = len(world.gates.calls)
            world.put([a_file(number) for number in range(101, 103)], tell=True)
            world.set_state(a_key(10), ACCEPTED)
            await bench.until_rows(101)
            assert scrolled > 0
            assert bench.window.files.chosen == a_key(50)
            row = bench.models.files.row_at(view.currentIndex().row())
            assert row is not None
            assert row.key == a_key(50)
            # Two older rows came above, one younger went below: the chosen file stays where it was on screen.
            assert abs(view.verticalScrollBar().value() - scrolled) <= 2 * view.rowHeight(0)
            assert ("open", a_key(50)) not in world.gates.calls[opened:]

    run_in_qt(application, scenario)


def test_what_changed_reaches_the_review_even_when_reloads_overtake_each_other(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            gate = world.gates.hold(("load", CONNECTION_ID))
            world.put([replace(a_file(1), participants=())], tell=True)
            await turns()
            world.put([replace(a_file(2), id="new")], tell=True)
            await turns()
            gate.set()
            await until(lambda: bench.window.review.name.text() == "24-0001", "the new name of the first file")

    run_in_qt(application, scenario)


def test_an_event_without_keys_may_be_about_what_is_on_screen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            world.put([replace(a_file(1), participants=())])
            world.bus.publish(ClientFilesChanged(CONNECTION_ID))
            await until(lambda: bench.window.review.name.text() == "24-0001")

    run_in_qt(application, scenario)


# --- search -----------------------------------------------------------------------------------------------------------


def test_searching_looks_into_every_queue_and_keeps_the_focus(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2, state=ACCEPTED), a_file(3)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.activateWindow()
            await until(bench.window.isActiveWindow)
            bench.trigger("search")
            search = bench.window.header.search
            await until(search.hasFocus)
            QTest.keyClicks(search, "24-0002")
            assert bench.shown == [a_key(2)]
            world.put([a_file(4), a_file(20)], tell=True)
            await until(lambda: bench.models.files.file_of(a_key(20)))
            assert search.hasFocus()
            assert search.text() == "24-0002"
            assert bench.shown == [a_key(2)]
            search.clear()
            await bench.until_rows(4)

    run_in_qt(application, scenario)


# --- the line ---------------------------------------------------------------------------------------------------------

BANNERS = [
    (ServerUnreachable(facts={"host": "x"}), ConnectionState.OFFLINE, "refresh"),
    (RequestTimedOut(facts={"host": "x"}), ConnectionState.SERVER_TROUBLE, "refresh"),
    (ServerFailed(status=503), ConnectionState.SERVER_TROUBLE, "refresh"),
    (CertificateNotTrusted(facts={"host": "x"}), ConnectionState.SERVER_TROUBLE, "refresh"),
    (CredentialsRefused(status=401), ConnectionState.WRONG_CREDENTIALS, "credentials"),
    (SecretMissing(facts={"name": "x"}), ConnectionState.SIGNED_OUT, "credentials"),
]


@pytest.mark.parametrize(("error", "state", "action"), BANNERS, ids=[type(error).__name__ for error, *_ in BANNERS])
def test_every_state_of_the_line_has_its_banner_and_its_way_out(
    application: QApplication, world: World, error: TnsError, state: ConnectionState, action: str
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            world.lines.report(CONNECTION_ID, error)
            assert world.lines.state_of(CONNECTION_ID) is state
            assert bench.window.banner.text
            assert "?" not in bench.window.banner.text
            woken = world.synchroniser.woken
            bench.click(bench.window.banner.findChildren(QPushButton)[0])
            if action == "refresh":
                assert world.synchroniser.woken == woken + 1
            else:
                dialog = await bench.dialog(ConnectionDialog)
                assert dialog.public_id.text() == a_connection().public_id
                dialog.reject()
            # The list stays readable meanwhile, and the banner goes with the trouble.
            assert bench.shown == [a_key(1)]
            world.lines.report(CONNECTION_ID, None)
            assert bench.window.banner.text == ""

    run_in_qt(application, scenario)


@pytest.mark.parametrize("state", [ConnectionState.NEVER_TRIED, ConnectionState.CONNECTING, ConnectionState.ONLINE])
def test_a_line_that_is_well_has_no_banner(application: QApplication, world: World, state: ConnectionState) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            if state is ConnectionState.CONNECTING:
                world.lines.report_connecting(CONNECTION_ID)
            elif state is ConnectionState.ONLINE:
                world.lines.report(CONNECTION_ID, None)
            assert world.lines.state_of(CONNECTION_ID) is state
            assert bench.window.banner.text == ""
            assert bench.window.header.status.text()

    run_in_qt(application, scenario)


def test_trouble_of_another_connection_is_not_shown_here(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            world.lines.report("c2", ServerUnreachable())
            assert bench.window.banner.text == ""

    run_in_qt(application, scenario)


def test_the_header_says_as_of_when(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            world.lines.report(CONNECTION_ID, None)
            world.bus.publish(RefreshFinished(CONNECTION_ID, complete=True))
            assert "as of" in bench.window.header.status.text()
            world.bus.publish(RefreshFinished("c2", complete=True))

    run_in_qt(application, scenario)


def test_refresh_unparks_what_waited_for_credentials(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            bench.trigger("refresh")
            assert world.sender.unparked == []
            world.lines.report(CONNECTION_ID, CredentialsRefused(status=401))
            bench.trigger("refresh")
            assert world.sender.unparked == [CONNECTION_ID]

    run_in_qt(application, scenario)


def test_without_a_connection_the_list_offers_one(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.window.show_desk()
            assert "No connection" in bench.window.files.empty.text
            bench.click(bench.window.files.empty.findChildren(QPushButton)[0])
            dialog = await bench.dialog(ConnectionDialog)
            dialog.reject()

    run_in_qt(application, scenario)


# --- what the vault finds ---------------------------------------------------------------------------------------------


def _caption(bench: Bench) -> str:
    return bench.window.files._caption.text()


async def _with_two_files(world: World) -> None:
    await world.connect()
    world.put([a_file(1), a_file(2)])


def test_hits_of_the_vault_come_after_the_instant_ones_and_leave_the_selection(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _with_two_files(world)
        world.search.results["martin"] = SearchResult({a_key(2): FoundDocument("4", "payslip.pdf")})
        gate = world.gates.hold(("search", "martin"))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.header.search.setText("martin")
            assert bench.shown == [a_key(1)]
            assert "searching on" in _caption(bench)
            bench.window.files.choose_row(0)
            gate.set()
            await until(lambda: len(bench.shown) == 2)
            assert bench.window.files.chosen == a_key(1)
            assert bench.window.files.view.currentIndex().row() == bench.models.files.row_of(a_key(1))
            assert "names, data and kept documents" in _caption(bench)
            row = bench.models.files.row_of(a_key(2))
            assert bench.models.files.index(row, Column.NAME).data(Role.FOUND_IN) == "payslip.pdf"

    run_in_qt(application, scenario)


def test_an_answer_for_a_text_that_was_typed_over_is_never_shown(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _with_two_files(world)
        world.gates.stubborn = True
        world.search.results["diallo x"] = SearchResult({a_key(1): None})
        gate = world.gates.hold(("search", "diallo x"))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.header.search.setText("diallo x")
            await until(lambda: ("search", "diallo x") in world.gates.calls)
            bench.window.header.search.setText("diallo")
            gate.set()
            await until(lambda: "kept documents" in _caption(bench))
            assert bench.shown == [a_key(2)]

    run_in_qt(application, scenario)


def test_a_search_that_fails_says_that_names_alone_were_searched(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _with_two_files(world)
        world.gates.fail(("search", "zzz"), VaultDamaged(facts={"path": "/vault"}))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.header.search.setText("zzz")
            await until(lambda: "/vault" in bench.window.files.empty.text)
            assert "Only names and ids" in bench.window.files.empty.text

    run_in_qt(application, scenario)


def test_more_hits_than_are_shown_are_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _with_two_files(world)
        world.search.results["etienne"] = SearchResult({a_key(1): None}, is_complete=False)
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.header.search.setText("etienne")
            await until(lambda: "many more" in _caption(bench))
            assert bench.shown == [a_key(1)]

    run_in_qt(application, scenario)


def test_rows_that_change_meanwhile_are_searched_again_without_losing_what_was_found(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _with_two_files(world)
        world.search.results["etienne"] = SearchResult({a_key(1): None})
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.header.search.setText("etienne")
            await until(lambda: bench.shown == [a_key(1)])
            world.search.results["etienne"] = SearchResult({a_key(1): None, a_key(3): None})
            world.put([a_file(3)], tell=True)
            await until(lambda: bench.shown == [a_key(3), a_key(1)])

    run_in_qt(application, scenario)
