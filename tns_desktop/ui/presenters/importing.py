"""Creating client files from a table, from the window's side: the file, the columns, the trial, the outbox, the report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from tns_desktop.domain.creation import Creation
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.new_client_file import FieldProblem, ProblemCode
from tns_desktop.domain.roles import Duty
from tns_desktop.domain.workflow import Workflow
from tns_desktop.services.desk import Desk
from tns_desktop.services.importing import Trial, TriedLine
from tns_desktop.services.ports import Table
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.trial_rows import TrialLine
from tns_desktop.ui.presenters.creating import CreatingPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.file_choosers import file_to_open, place_to_save
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import creation_status_words
from tns_desktop.ui.views.creation_words import lines_of, problem_line
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.import_dialog import SAMPLES, ImportDialog

_LINES_A_STEP = 2_000


class ImportingPresenter(QObject):
    """One table at a time. What an operator waits for shows how far it is, and ends when the dialog is closed."""

    def __init__(
        self, desk: Desk, window: DeskView, creating: CreatingPresenter, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._importing = desk.creation.importing
        self._window = window
        self._creating = creating
        self._scope = TaskScope(on_error)
        self._workflows: list[Workflow] = []
        self._trial: Trial | None = None
        self._lines: Sequence[TrialLine] = ()
        window.actions_by_id["import_files"].triggered.connect(lambda: self.open())
        window.creations.table_requested.connect(lambda: self.open())
        creating.report_requested.connect(lambda batch: self._scope.start("report", self._save_outcomes(batch)))

    def open(self) -> None:
        if not self._scope.is_running("import"):
            self._scope.start("import", self._import())

    async def close(self) -> None:
        await self._scope.close()

    async def _import(self) -> None:
        connection = self._desk.connections.current()
        if connection is None or not connection.allows(Duty.CREATE):
            self._say(tr("creation.nowhere"))
            return
        filters = [tr("file_dialog.tables"), tr("file_dialog.all")]
        path = await file_to_open(self._window, tr("import.choose"), filters)
        if path is None:
            return
        several = len(self._desk.connections.all()) > 1
        dialog = ImportDialog(path.name, self._window, connection=connection if several else None)
        self._scope.start("read", self._read(dialog, path, connection.connection_id))
        try:
            await shown(dialog)
        finally:
            for task in ("read", "columns", "try", "create", "save"):
                self._scope.cancel(task)
            self._trial, self._lines = None, ()

    async def _read(self, dialog: ImportDialog, path: Path, connection_id: str) -> None:
        dialog.show_progress(0, 1)
        try:
            table = await self._importing.read(path)
            self._workflows = await self._desk.creation.workflows.of(connection_id)
        except TnsError as error:
            dialog.show_progress(0, 0)
            dialog.next.setEnabled(False)
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_progress(0, 0)
        dialog.show_read(len(table), table.encoding, table.separator)
        dialog.show_workflows(self._workflows)
        dialog.workflow_chosen.connect(lambda: self._scope.start("columns", self._propose(dialog, table)))
        dialog.try_requested.connect(lambda: self._scope.start("try", self._try(dialog, table, connection_id)))
        dialog.create_requested.connect(lambda: self._create_once(dialog, connection_id))
        dialog.report_requested.connect(lambda: self._scope.start("save", self._save_problems(dialog, table.name)))
        await self._propose(dialog, table)

    async def _propose(self, dialog: ImportDialog, table: Table) -> None:
        columns = await self._importing.proposed(table, dialog.chosen_workflow)
        dialog.show_columns(table.header, table.part(0, SAMPLES), columns)

    async def _try(self, dialog: ImportDialog, table: Table, connection_id: str) -> None:
        mapping = dialog.mapping
        try:
            await self._importing.remember(table, mapping)
            trial = await self._importing.try_out(
                table, mapping, connection_id, self._workflows, dialog.show_progress
            )  # fmt: skip
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        finally:
            dialog.show_progress(0, 0)
        wrong = trial.wrong
        lines = await _lines_of(wrong or trial.lines)
        dialog.show_trial(lines, len(trial.lines) - len(wrong), len(wrong))
        self._trial, self._lines = trial, lines

    def _create_once(self, dialog: ImportDialog, connection_id: str) -> None:
        """A second click must not cut the first one off: what it had written would be written again."""
        if not self._scope.is_running("create"):
            self._scope.start("create", self._create(dialog, connection_id))

    async def _create(self, dialog: ImportDialog, connection_id: str) -> None:
        trial = self._trial
        assert trial is not None
        self._creating.imported(
            trial.batch
        )  # also where it is cut off half-way: what is in the outbox by then stays there
        try:
            await self._importing.run(trial, connection_id, dialog.show_progress)
        except TnsError as error:
            dialog.show_progress(0, 0)
            dialog.show_error(message_for(error).as_text)
            return
        dialog.accept()
        self._desk.creation.sender.wake()
        self._window.snackbar.show_message(
            tr("import.queued", count=len(trial.lines) - len(trial.wrong)),
            action="creations",
            action_text=tr("snackbar.show_outbox"),
        )

    async def _save_problems(self, dialog: ImportDialog, name: str) -> None:
        head = [tr(f"import.column.{column}") for column in ("line", "name", "problem")]
        rows = [[str(cell) for cell in line] for line in self._lines]
        target = await place_to_save(dialog, tr("import.save_problems"), f"{Path(name).stem}-report", _formats())
        if target is None:
            return
        try:
            await self._importing.save_report(target, [head, *rows])
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_error("")

    async def _save_outcomes(self, batch: str) -> None:
        target = await place_to_save(self._window, tr("creation.act.report"), "creation-report", _formats())
        if target is None:
            return
        try:
            rows = await self._importing.outcomes(batch)
            await self._importing.save_report(target, await _outcome_rows(rows))
        except TnsError as error:
            self._say(message_for(error).sentence)
            return
        self._say(tr("snackbar.saved", name=target.name))

    def _say(self, words: str) -> None:
        self._window.snackbar.show_message(words)


async def _lines_of(tried: Sequence[TriedLine]) -> list[TrialLine]:
    """As texts, a few thousand at a time: the window goes on meanwhile."""
    lines: list[TrialLine] = []
    for start in range(0, len(tried), _LINES_A_STEP):
        lines += [
            (number, name, " · ".join(problem_line(FieldProblem(field, ProblemCode(code))) for field, code in wrong))
            for number, name, wrong in tried[start : start + _LINES_A_STEP]
        ]
        await asyncio.sleep(0)
    return lines


async def _outcome_rows(rows: Sequence[Creation]) -> list[list[str]]:
    table = [[tr(f"import.report.{name}") for name in ("line", "name", "external_id", "status", "file", "words")]]
    for start in range(0, len(rows), _LINES_A_STEP):
        table += [
            [
                str(row.line),
                row.display_name,
                row.new.external_id,
                creation_status_words(row),
                row.display_id or row.file_uuid,
                " · ".join(lines_of(row)),
            ]
            for row in rows[start : start + _LINES_A_STEP]
        ]
        await asyncio.sleep(0)
    return table


def _formats() -> dict[str, str]:
    return {tr("file_dialog.csv"): "csv"}
