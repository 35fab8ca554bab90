"""Choosing who acts by name, and the role: what is typed is checked, what goes wrong is said, nothing is kept unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import SECRET, World
from tests.support.files import CONNECTION_ID, a_connection, a_file, an_entry
from tests.support.windows import run_in_qt, until
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import (
    AdminNotAllowed,
    AdminRefused,
    AnswerNotUnderstood,
    KeychainLocked,
    RequestTimedOut,
    TnsError,
)
from tns_desktop.domain.operator import Operator
from tns_desktop.domain.roles import Role
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.views.connection_dialog import ConnectionDialog
from tns_desktop.ui.views.operators_dialog import OperatorsDialog

LEA = Operator("2e891756-cbbb-11e3-9d6a-57f4740d8223", "Léa Martin", "lea@example.test")
EMILE = Operator("c3a7d9be-18c2-4b7e-8f0d-5f2e9ab01c33", "Émile Zidane", "emile@example.test")
PASSWORD = "se:same"
ADMIN_ENTRY = f"connection/{CONNECTION_ID}/admin"


async def _over(bench: Bench) -> tuple[ConnectionDialog, OperatorsDialog]:
    bench.trigger("connections")
    dialog = await bench.dialog(ConnectionDialog)
    bench.click(dialog.by_name)
    return dialog, await bench.dialog(OperatorsDialog)


async def _fetched(bench: Bench, operators: OperatorsDialog) -> None:
    operators.email.setText("claire@example.test")
    operators.password.setText(PASSWORD)
    bench.click(operators.fetch)
    await until(lambda: operators.list.count() == 2, "the operators")


def test_the_operator_is_chosen_by_name_and_the_uuid_is_what_is_kept(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect(replace(a_connection(), operator_uuid=""))
        world.operators = [LEA, EMILE]
        async with opened_bench(world) as bench:
            dialog, operators = await _over(bench)
            await until(lambda: "Test keychain" in operators.keychain.text())
            await _fetched(bench, operators)
            assert not operators.choose.isEnabled()
            operators.search.setText("emil")
            shown = [operators.list.item(row) for row in range(2) if not operators.list.item(row).isHidden()]
            assert [item.text() for item in shown] == [tr("operators.line", name=EMILE.name, email=EMILE.email)]
            operators.list.setCurrentItem(shown[0])
            bench.click(operators.choose)
            await until(lambda: dialog.operator_uuid.text() == EMILE.uuid)
            assert dialog.operator_name.text() == tr("connection.operator_named", name=EMILE.name)
            assert ADMIN_ENTRY not in world.secrets.values, "not before the connection is saved"
            bench.click(dialog.save)
            await until(lambda: ADMIN_ENTRY in world.secrets.values)
            (connection,) = world.desk.connections.all()
            assert (connection.operator_uuid, connection.operator_name) == (EMILE.uuid, EMILE.name)
            assert PASSWORD not in repr(world.store.values)

    run_in_qt(application, scenario)


def test_another_uuid_has_no_name(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect(replace(a_connection(), operator_uuid=LEA.uuid, operator_name=LEA.name))
        async with opened_bench(world) as bench:
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            assert dialog.operator_name.isVisible()
            dialog.operator_uuid.setText(EMILE.uuid)
            assert not dialog.operator_name.isVisible()
            bench.click(dialog.save)
            await until(lambda: world.desk.connections.all()[0].operator_uuid == EMILE.uuid)
            assert world.desk.connections.all()[0].operator_name == ""

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    "error",
    [
        AdminRefused(status=401),
        AdminNotAllowed(status=403),
        AnswerNotUnderstood(facts={"route": "list_operators", "reason": "not_a_list"}),
        RequestTimedOut(facts={"host": "api.example.test"}),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_can_be_tried_again(
    application: QApplication, world: World, error: TnsError
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.operators = [LEA, EMILE]
        world.gates.fail("operators", error)
        async with opened_bench(world) as bench:
            _dialog, operators = await _over(bench)
            operators.email.setText("claire@example.test")
            operators.password.setText(PASSWORD)
            bench.click(operators.fetch)
            await until(lambda: operators.problem.text == message_for(error).as_text, "the sentence")
            assert operators.fetch.isEnabled()
            assert world.gates.calls[-1] == "directory closed"
            world.gates.mend("operators")
            bench.click(operators.fetch)
            await until(lambda: operators.list.count() == 2)
            assert operators.chosen == LEA, "the connection's own operator is the current one"

    run_in_qt(application, scenario)


def test_a_login_that_is_incomplete_asks_nobody(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            _dialog, operators = await _over(bench)
            operators.email.setText("claire")
            bench.click(operators.fetch)
            await until(lambda: operators.email.property("invalid") == "true")
            assert operators.email.accessibleDescription() == tr("connection.error.not_an_email")
            assert "operators" not in world.gates.calls

    run_in_qt(application, scenario)


def test_leaving_cancels_the_question_and_keeps_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.hold("operators")
        async with opened_bench(world) as bench:
            dialog, operators = await _over(bench)
            operators.email.setText("claire@example.test")
            operators.password.setText(PASSWORD)
            bench.click(operators.fetch)
            await until(lambda: "operators" in world.gates.calls)
            operators.reject()
            await until(lambda: world.gates.cancelled == ["operators"])
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            assert list(world.secrets.values.values()) == [SECRET]

    run_in_qt(application, scenario)


def test_a_kept_login_need_not_be_typed_again_and_can_be_forgotten(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.secrets.values[ADMIN_ENTRY] = f'["claire@example.test", "{PASSWORD}"]'
        world.secrets.persistent = False
        world.operators = [LEA, EMILE]
        async with opened_bench(world) as bench:
            dialog, operators = await _over(bench)
            await until(lambda: operators.email.text() == "claire@example.test")
            assert operators.keychain.text() == tr("operators.session_only")
            assert operators.password.text() == ""
            operators.remember.setCheckState(Qt.CheckState.Unchecked)
            bench.click(operators.fetch)
            await until(lambda: operators.list.count() == 2)
            assert ("claire@example.test", PASSWORD) in world.gates.calls
            bench.click(operators.choose)
            bench.click(dialog.save)
            await until(lambda: ADMIN_ENTRY not in world.secrets.values)

    run_in_qt(application, scenario)


def test_a_keychain_that_does_not_keep_the_login_says_so(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.operators = [LEA, EMILE]
        async with opened_bench(world) as bench:
            dialog, operators = await _over(bench)
            await _fetched(bench, operators)
            bench.click(operators.choose)
            error = KeychainLocked()
            world.gates.fail("secret", error)
            bench.click(dialog.save)
            await until(lambda: dialog.problem.text == message_for(error).as_text)

    run_in_qt(application, scenario)


def test_the_role_is_chosen_in_the_connection_and_holds_the_outbox_too(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        entry = an_entry(1, status=OutboxStatus.QUEUED, seconds_ago=60)
        world.outbox.rows[entry.decision.decision_id] = entry
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.outbox.rowCount() == 1)
            bench.trigger("outbox")
            await until(bench.window.outbox.send_now.isVisible)
            assert bench.window.outbox.send_now.isEnabled()
            bench.trigger("connections")
            dialog = await bench.dialog(ConnectionDialog)
            dialog.role.setCurrentIndex(dialog.role.findData(Role.READ_ONLY))
            bench.click(dialog.save)
            await until(lambda: world.desk.connections.all()[0].role is Role.READ_ONLY)
            await until(lambda: not bench.window.outbox.send_now.isEnabled())
            assert bench.window.outbox.held.text() == tr("outbox.held")
            assert not bench.window.outbox.held.isHidden()

    run_in_qt(application, scenario)
