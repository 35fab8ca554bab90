"""A client file is created at a real window against the sandbox, whose first answer is cut off; then it is in the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.desks import account_of
from tests.support.real_window import operator_at_work
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process  # noqa: F401
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.domain.creation import CreationStatus
from tns_desktop.ui.views.new_file_dialog import NewFileDialog


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


def test_a_file_that_is_created_by_hand_is_in_the_list(
    application: QApplication,
    tmp_path: Path,
    sandbox: SandboxProcess,  # noqa: F811
) -> None:
    async def scenario() -> None:
        async with operator_at_work(tmp_path, account_of(sandbox)) as operator:
            await until(lambda: operator.models.files.rowCount() > 0, "the list")
            sandbox.set_faults("create:commit-then-cut*1")
            operator.view.actions_by_id["new_file"].trigger()
            await until(lambda: operator.view.findChild(NewFileDialog) is not None, "the form")
            form = operator.view.findChild(NewFileDialog)
            assert isinstance(form, NewFileDialog)
            await until(lambda: form.workflow.findText("Crédit à la consommation") >= 0, "what was learned")
            form.workflow.setCurrentIndex(form.workflow.findText("Crédit à la consommation"))
            assert "Consentement crédit v4" in form.protocol.text()
            assert "agence" in form.information.fields
            person = form.people[0]
            for name, text in (("last_name", "Lefevre"), ("first_name", "Zoe"), ("email", "zoe@courriel.test")):
                QTest.keyClicks(person.lines[name], text)
            operator.click(form.create_button)
            model = operator.models.creations
            await until(
                lambda: model.rowCount() == 1 and model.at(0).status is CreationStatus.CREATED,  # type: ignore[union-attr]
                "the creation",
            )
            created = model.at(0)
            assert created is not None
            assert sandbox.log()["created"] == 1
            operator.view.creations.asked.emit("show_file", created.creation_id)
            await until(
                lambda: any(row.client_file.uuid == created.file_uuid for row in operator.models.files.all_rows()),
                "its row",
            )

    run_in_qt(application, scenario)
