"""Two products in one window, each on a server of its own that knows the very same uuids: nothing is mixed up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.desks import CONNECTION_ID, account_of, connection_for
from tests.support.real_window import Operator, operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.outbox import OutboxColumn
from tns_desktop.ui.views.reject_dialog import RejectDialog

OTHER_ID = "c2"
OURS, THEIRS = "Crédit Demo (Other address)", "Assurances (Other address)"
SECONDS = 120.0


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


async def _connect_other(operator: Operator, server: SandboxProcess) -> None:
    """A second product, and both in one list, by the header's menu. The named environments have addresses of their own."""
    account = account_of(server)
    connections = operator.under.desk.connections
    first = connections.find(CONNECTION_ID)
    assert first is not None
    await connections.save(replace(first, label="Crédit Demo"), None)
    await connections.save(
        replace(connection_for(account, connection_id=OTHER_ID), label="Assurances"), account.secret_key
    )
    operator.shell.connections.show_changed(CONNECTION_ID)
    operator.view.header.menu.actions()[0].trigger()
    await until(lambda: operator.view.header.status.text().startswith("2 of 2 online"), "both lines")
    await until(lambda: not operator.shell.files.is_reloading, "the list at rest")


async def _reject_opened(operator: Operator) -> None:
    operator.view.actions_by_id["reject"].trigger()

    def dialogs() -> list[RejectDialog]:
        return [dialog for dialog in operator.view.findChildren(RejectDialog) if dialog.isVisible()]

    await until(dialogs, "the dialog")
    dialog = dialogs()[0]
    assert THEIRS in dialog.origin.text
    dialog.cause.setEditText("Expired document")
    dialog.message.setPlainText("Please send a valid one.")
    operator.click(dialog.confirm)


def _outbox_says(operator: Operator) -> list[tuple[str, str, OutboxStatus]]:
    """What the outbox shows: whose decision, which verdict, how it stands. Newest first."""
    model = operator.models.outbox
    said = []
    for row in range(model.rowCount()):
        entry = model.entry_at(row)
        assert entry is not None
        said.append(
            (
                str(model.index(row, OutboxColumn.CONNECTION).data()),
                str(model.index(row, OutboxColumn.VERDICT).data()),
                entry.status,
            )
        )
    return said


def test_the_same_uuid_in_two_products_is_decided_at_its_own_server_though_one_of_them_goes_down(
    application: QApplication, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async def scenario() -> None:
        with SandboxProcess() as other:
            async with operator_at_work(tmp_path / "profile", account_of(sandbox)) as operator:
                await _connect_other(operator, other)
                uuid = (await operator.under.waiting())[0].uuid
                assert uuid in other.uuids()
                await operator.open(uuid, OTHER_ID)
                assert THEIRS in operator.view.review.bar.origin.text

                other.kill()
                other.wait()
                operator.view.actions_by_id["refresh"].trigger()
                banner = operator.view.banner
                await until(lambda: not banner.isHidden(), "the banner")
                assert banner.text.startswith("Assurances:")
                assert "Crédit Demo" not in banner.text
                assert operator.view.header.status.text().startswith("1 of 2 online")

                await _reject_opened(operator)
                await operator.until_outbox(OutboxStatus.QUEUED)
                await operator.open(uuid)
                assert OURS in operator.view.review.bar.origin.text
                operator.view.actions_by_id["accept"].trigger()
                await operator.until_outbox(OutboxStatus.CONFIRMED, OutboxStatus.QUEUED)
                assert _outbox_says(operator) == [
                    (OURS, "Accepted", OutboxStatus.CONFIRMED),
                    (THEIRS, "Rejected", OutboxStatus.QUEUED),
                ]
                lines = operator.under.desk.lines
                assert lines.state_of(CONNECTION_ID) is ConnectionState.ONLINE

                port = other.base_url.split(":")[2].split("/")[0]
                other.stop()
                with SandboxProcess("--port", port) as back:
                    banner.action_requested.emit("refresh")
                    await operator.until_outbox(OutboxStatus.CONFIRMED, OutboxStatus.CONFIRMED)
                    await until(banner.isHidden, "the banner to go")
                    assert [(made["uuid"], made["verdict"]) for made in back.decisions()] == [(uuid, "REJECTED")]
                    assert [(made["uuid"], made["verdict"]) for made in sandbox.decisions()] == [(uuid, "ACCEPTED")]

    run_in_qt(application, scenario, seconds=SECONDS)


def test_the_second_sample_product_is_reached_by_the_menu_and_has_files_of_its_own(
    application: QApplication, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with operator_at_work(tmp_path / "profile", None) as operator:
            operator.click(operator.view.welcome.doors["sample"])
            files = operator.models.files
            await until(lambda: files.rowCount() > 0, "the first product's files", seconds=30)
            first = {row.key for row in files.all_rows()}
            (second,) = [
                action for action in operator.view.header.menu.actions() if action.text() == tr("header.second_samples")
            ]
            second.trigger()
            await until(lambda: {row.key.connection_id for row in files.all_rows()} == set(SAMPLE_CONNECTION_IDS))
            await until(lambda: operator.view.header.status.text().startswith("2 of 2 online"), "both lines")
            assert first < {row.key for row in files.all_rows()}

    run_in_qt(application, scenario, seconds=SECONDS)
