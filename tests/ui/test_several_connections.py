"""Several connections in one window: merged, narrowed, each file under its own product's rules, one outbox."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import (
    CONNECTION_ID,
    OTHER_CONNECTION_ID,
    a_connection,
    a_file,
    a_key,
    another_connection,
)
from tests.support.windows import run_in_qt, until
from tns_desktop.domain.client_file import WAITING
from tns_desktop.domain.errors import CredentialsRefused, ServerUnreachable
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING
from tns_desktop.ui.models.outbox import OutboxColumn
from tns_desktop.ui.models.queues import Place
from tns_desktop.ui.views.bulk_dialog import BulkDialog
from tns_desktop.ui.views.bulk_reject_dialog import BulkRejectDialog
from tns_desktop.ui.views.choice_dialog import ChoiceDialog

OURS, THEIRS = a_key(1), a_key(1, OTHER_CONNECTION_ID)


@pytest.fixture(autouse=True)
def _no_question_before_accepting(world: World) -> None:
    """What it asks about is the review's business, tried elsewhere; here one key decides."""
    world.settings.override(ASK_BEFORE_ACCEPTING, False)


async def _two(world: World, *, read_only: bool = False) -> None:
    """The same uuid in both products."""
    await world.connect(another_connection(read_only=read_only))
    await world.connect()
    world.put([a_file(1), a_file(2), a_file(1, connection_id=OTHER_CONNECTION_ID)])


def _count(bench: Bench) -> int:
    queue = bench.models.queues.row_at(bench.models.queues.row_of(Place(WAITING)))
    assert queue is not None
    return queue.count


def test_all_connections_are_one_list_and_the_choice_is_remembered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _two(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            await until(lambda: sorted(world.synchroniser.running) == [CONNECTION_ID, OTHER_CONNECTION_ID])
            bench.window.header.menu.actions()[0].trigger()
            await bench.until_rows(3)
            assert _count(bench) == 3
            assert bench.window.header.connection.text() == "All connections"
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.window.queues.choose_connection(OTHER_CONNECTION_ID)
            await bench.until_rows(1)
            assert (bench.shown, _count(bench)) == ([THEIRS], 1)
            bench.window.queues.choose_connection("")
            await bench.until_rows(3)

    run_in_qt(application, scenario)


def test_the_review_says_whose_the_opened_file_is(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _two(world)
        world.desk.connections.choose_all()
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            for key, words in ((OURS, "Crédit Demo (Pre-production)"), (THEIRS, "Assurances (Production)")):
                bench.choose(key)
                await bench.until_open(key)
                assert words in bench.window.review.origin.text
                assert words in bench.window.review.bar.origin.text

    run_in_qt(application, scenario)


def test_read_only_stops_decisions_on_its_own_files_only(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _two(world, read_only=True)
        world.desk.connections.choose_all()
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.choose(THEIRS)
            await bench.until_open(THEIRS)
            assert not bench.window.review.bar.accept.isEnabled()
            bench.choose(OURS)
            await bench.until_open(OURS)
            assert bench.window.review.bar.accept.isEnabled()
            bench.trigger("accept")
            await until(lambda: bench.decided == 1)
            assert [row.key for row in world.outbox.rows.values()] == [OURS]
            outbox = bench.models.outbox
            await until(lambda: outbox.rowCount() == 1)
            assert outbox.index(0, OutboxColumn.CONNECTION).data() == "Crédit Demo (Pre-production)"
            theirs = bench.models.files.file_of(THEIRS)
            assert theirs is not None
            assert theirs.pending is None

    run_in_qt(application, scenario)


def test_the_banner_names_the_connection_and_offers_its_way_out(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _two(world)
        world.desk.connections.choose_all()
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            wanted: list[str] = []
            bench.shell.files.credentials_wanted.disconnect(bench.shell.connections.edit)
            bench.shell.files.credentials_wanted.connect(wanted.append)
            world.lines.report(CONNECTION_ID, None)
            world.lines.report(OTHER_CONNECTION_ID, ServerUnreachable(facts={"host": "x"}))
            assert bench.window.banner.text.startswith("Assurances:")
            assert bench.window.header.status.text() == "1 of 2 online"
            world.lines.report(CONNECTION_ID, CredentialsRefused(status=401))
            assert bench.window.banner.text.startswith("Crédit Demo:")
            assert "Assurances" in bench.window.banner.text
            bench.window.banner.action_requested.emit("credentials")
            assert wanted == [CONNECTION_ID]
            world.lines.report(CONNECTION_ID, None)
            world.lines.report(OTHER_CONNECTION_ID, None)
            assert bench.window.banner.isHidden()

    run_in_qt(application, scenario)


@pytest.mark.parametrize("number", [1, 2])
def test_one_connection_looks_as_it_did(application: QApplication, world: World, number: int) -> None:
    """Alone in the settings or alone on screen: no row, pane or bar repeats what the header says."""

    async def scenario() -> None:
        if number == 2:
            await _two(world)
        else:
            await world.connect(a_connection())
            world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(OURS)
            await bench.until_open(OURS)
            assert (bench.window.review.origin.text, bench.window.review.bar.origin.text) == ("", "")
            assert not bench.window.queues.connections_view.isVisible()

    run_in_qt(application, scenario)


def test_taking_back_a_decision_of_a_connection_that_is_not_shown_brings_it(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _two(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(OURS)
            await bench.until_open(OURS)
            bench.trigger("accept")
            await until(lambda: bench.decided == 1)
            bench.shell.connections.choose(OTHER_CONNECTION_ID)
            await bench.until_rows(1)
            bench.trigger("undo")
            await bench.until_open(OURS)
            assert [item.connection_id for item in bench.shell.files.connections] == [CONNECTION_ID]

    run_in_qt(application, scenario)


# --- many at once -----------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _both_kept(world: World) -> AsyncIterator[Bench]:
    """Everything shown; of two files, one in each product, the archive is here."""
    await _two(world)
    world.desk.connections.choose_all()
    world.archives.kept = {OURS, THEIRS}
    async with opened_bench(world) as bench:
        await bench.until_rows(3)
        yield bench


async def _bulk(bench: Bench) -> BulkDialog:
    bench.window.files.view.selectAll()
    bench.trigger("accept_selected")
    return await bench.dialog(BulkDialog)


def _products(dialog: BulkDialog) -> list[tuple[str, str]]:
    items = [[dialog.table.item(row, column) for column in (0, 3)] for row in range(dialog.table.rowCount())]
    return [(first.text(), last.text()) for first, last in items if first is not None and last is not None]


def test_a_bulk_decision_says_whose_each_file_is_and_that_some_are_in_production(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with _both_kept(world) as bench:
            dialog = await _bulk(bench)
            assert sorted(_products(dialog)) == [
                ("24-0001", "Assurances (Production)"),
                ("24-0001", "Crédit Demo (Pre-production)"),
                ("24-0002", "Crédit Demo (Pre-production)"),
            ]
            assert not dialog.table.isColumnHidden(3)
            # Of what is decided on, not of what is left out.
            assert "files of 2 products" in dialog.origins.warning
            assert "1 of the files is in PRODUCTION" in dialog.origins.warning
            assert dialog.cancel.isDefault()
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 2)
            assert {row.key for row in world.outbox.rows.values()} == {OURS, THEIRS}

    run_in_qt(application, scenario)


def test_a_bulk_decision_in_one_product_for_tests_warns_of_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _two(world)
        world.desk.connections.choose_all()
        world.archives.kept = {OURS, a_key(2)}
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.window.queues.choose_connection(CONNECTION_ID)
            await bench.until_rows(2)
            dialog = await _bulk(bench)
            assert dialog.origins.isVisible()
            assert dialog.origins.warning == ""
            bench.click(dialog.cancel)
            bench.shell.connections.choose(CONNECTION_ID)
            await bench.until_rows(2)
            dialog = await _bulk(bench)
            assert not dialog.origins.isVisible()
            assert dialog.table.isColumnHidden(3)
            bench.click(dialog.cancel)

    run_in_qt(application, scenario)


def test_rejecting_many_says_it_beside_the_words(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _both_kept(world) as bench:
            bench.window.files.view.selectAll()
            bench.trigger("reject_selected")
            words = await bench.dialog(BulkRejectDialog)
            assert "files of 2 products" in words.origins.warning
            assert "1 of the files is in PRODUCTION" in words.origins.warning
            first = words.table.item(0, 0)
            assert first is not None
            first.setCheckState(Qt.CheckState.Unchecked)
            assert "2 products" not in words.origins.warning
            first.setCheckState(Qt.CheckState.Checked)
            words.one_text.setChecked(True)
            words.fields.cause.setEditText("Closed")
            words.fields.message.setPlainText("The offer has ended.")
            bench.click(words.confirm)
            await until(lambda: bench.decided == 2)
            assert {row.key for row in world.outbox.rows.values()} == {OURS, THEIRS}

    run_in_qt(application, scenario)


def test_the_question_before_accepting_says_whose_file_it_is(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.settings.override(ASK_BEFORE_ACCEPTING, True)
        await _two(world)
        world.desk.connections.choose_all()
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.choose(THEIRS)
            await bench.until_open(THEIRS)
            bench.trigger("accept")
            dialog = await bench.dialog(ChoiceDialog)
            assert "Assurances (Production)" in dialog.origin.text
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            assert bench.decided == 0

    run_in_qt(application, scenario)
