"""Two people at two workstations, on one server: whoever comes second is told, and nothing is decided twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.desks import account_of
from tests.support.real_window import operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.domain.client_file import ACCEPTED
from tns_desktop.domain.decision import OutboxStatus

SECONDS = 90.0


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


def test_the_second_decision_on_a_file_stops_in_front_of_its_operator(
    application: QApplication, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with (
            operator_at_work(tmp_path / "first", account_of(sandbox)) as first,
            operator_at_work(tmp_path / "second", account_of(sandbox), grace=120) as second,
        ):
            await first.under.refresh()
            uuid = (await first.under.waiting())[0].uuid
            await first.open(uuid)
            await second.open(uuid)
            second.view.actions_by_id["accept"].trigger()
            await second.until_outbox(OutboxStatus.QUEUED)

            first.click(first.view.review.bar.accept)
            await first.until_outbox(OutboxStatus.CONFIRMED)

            second.view.actions_by_id["outbox"].trigger()
            second.click(second.view.outbox.send_now)
            await second.until_outbox(OutboxStatus.CONFLICT)
            assert second.view.outbox.decided.text != second.view.outbox.shown.text
            assert second.view.outbox.review_again.isVisible()
            second.click(second.view.outbox.review_again)
            await second.until_outbox(OutboxStatus.WITHDRAWN)
            await until(lambda: second.shell.review.archive is not None, "the fresh archive")
            row = await second.under.row(uuid)
            assert row.client_file.state == ACCEPTED
            await until(lambda: not second.view.review.bar.accept.isEnabled(), "the bar to say that it is over")

        assert [decision["uuid"] for decision in sandbox.decisions()] == [uuid]

    run_in_qt(application, scenario, seconds=SECONDS)


@pytest.mark.parametrize("keep_etag", [False, True])
def test_an_archive_replaced_between_review_and_sending_is_not_decided_on(
    application: QApplication, sandbox: SandboxProcess, tmp_path: Path, keep_etag: bool
) -> None:
    """Also where the server calls it by the tag of the old one: its length tells."""

    async def scenario() -> None:
        async with operator_at_work(tmp_path / "profile", account_of(sandbox), grace=120) as operator:
            await operator.under.refresh()
            uuid = (await operator.under.waiting())[0].uuid
            await operator.open(uuid)
            operator.view.actions_by_id["accept"].trigger()
            await operator.until_outbox(OutboxStatus.QUEUED)
            reviewed = operator.models.outbox.entries()[0].decision.archive_sha256
            sandbox.replace_archive(uuid, keep_etag=keep_etag)
            operator.view.actions_by_id["outbox"].trigger()
            operator.click(operator.view.outbox.send_now)
            await operator.until_outbox(OutboxStatus.CONFLICT)
            assert sandbox.decisions() == []

            operator.click(operator.view.outbox.review_again)
            await operator.until_outbox(OutboxStatus.WITHDRAWN)
            await until(lambda: operator.view.review.bar.accept.isEnabled(), "a new decision to be possible")
            operator.view.actions_by_id["accept"].trigger()
            await operator.until_outbox(OutboxStatus.QUEUED, OutboxStatus.WITHDRAWN)
            assert operator.models.outbox.entries()[0].decision.archive_sha256 != reviewed
            operator.view.actions_by_id["outbox"].trigger()
            operator.view.outbox.view.setCurrentIndex(operator.models.outbox.index(0, 0))
            assert operator.view.outbox.send_now.isVisible()
            operator.click(operator.view.outbox.send_now)
            await operator.until_outbox(OutboxStatus.CONFIRMED, OutboxStatus.WITHDRAWN)

        assert [decision["uuid"] for decision in sandbox.decisions()] == [uuid]

    run_in_qt(application, scenario, seconds=SECONDS)
