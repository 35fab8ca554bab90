"""Handing over from the window's side: the file or the selection, the rules, the log, and what the review says of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.handover import Handover, HandoverRule, HandoverStatus
from tns_desktop.domain.handover_errors import HandoverError, HandoverRuleInvalid
from tns_desktop.domain.listed_file import AnyFile
from tns_desktop.domain.safe_names import NameTemplate
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import HandoverChanged
from tns_desktop.services.handover_names import SAMPLE_FILE, path_of
from tns_desktop.services.handover_rules import checked_rule
from tns_desktop.services.handovers import Planned
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.handover_dialog import HandoverDialog, HandoverInput
from tns_desktop.ui.views.handover_log import HandoverLog
from tns_desktop.ui.views.handover_words import error_words, field_error, line_of

REFILL_MS = 250
"""Hundreds of files take thousands of steps: the log follows a few times a second."""


class HandoverPresenter(QObject):
    """One dialog of each kind at a time."""

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        files: ClientFileModel,
        review: ReviewPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._handovers = desk.handing_over.handovers
        self._window = window
        self._files = files
        self._review = review
        self._scope = TaskScope(on_error)
        self._log: HandoverLog | None = None
        self._refill = QTimer(self)
        self._refill.setSingleShot(True)
        self._refill.setInterval(REFILL_MS)
        self._refill.timeout.connect(self._fill_log)
        for name, slot in (
            ("hand_over", self.hand_over),
            ("handover_log", self.show_log),
            ("handover_rules", lambda: self.show_rules(window)),
        ):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        window.snackbar.action_requested.connect(self._snackbar_action)
        bridge.handover_changed.connect(self._changed)
        review.archive_wanted.connect(self._show_line)

    def hand_over(self) -> None:
        """The selection, or the file on screen."""
        keys = self._window.files.selected()
        if not keys and self._review.key is not None:
            keys = [self._review.key]
        rows = [row.client_file for key in keys if (row := self._files.file_of(key)) is not None]
        if not rows:
            self._window.snackbar.show_message(tr("handover.nothing_selected"))
        elif not self._scope.is_running("ask"):
            self._scope.start("ask", self._ask(rows))

    def show_rules(self, parent: QWidget) -> None:
        if not self._scope.is_running("rules"):
            self._scope.start("rules", self._rules(parent))

    def show_log(self) -> None:
        if not self._scope.is_running("log"):
            self._scope.start("log", self._show_log())

    def start(self) -> None:
        """What was left to a person in an earlier run is said at the start of this one."""
        self._scope.start("start", self._say_what_waits())

    async def close(self) -> None:
        self._refill.stop()
        await self._scope.close()

    # --- a wish -------------------------------------------------------------------------------------------------------

    async def _ask(self, rows: Sequence[AnyFile]) -> None:
        self._say(await self._handovers.ask(rows))

    def _say(self, planned: Planned) -> None:
        snackbar = self._window.snackbar
        if planned.planned:
            text = tr("handover.planned", count=len(planned.planned))
            snackbar.show_message(text, action="handover_log", action_text=tr("handover.show_log"))
        elif planned.without_rule:
            snackbar.show_message(
                tr("handover.no_rule"), action="handover_rules", action_text=tr("handover.set_up"), lasting=True
            )
        elif planned.under_way:
            snackbar.show_message(tr("handover.under_way"))
        else:
            text = tr("handover.already", count=len(planned.already))
            snackbar.show_message(text, action="handover_log", action_text=tr("handover.show_log"))

    def _snackbar_action(self, action: str) -> None:
        if action == "handover_log":
            self.show_log()
        elif action == "handover_rules":
            self.show_rules(self._window)

    async def _say_what_waits(self) -> None:
        if count := await self._handovers.failed():
            text = tr("handover.need_you", count=count)
            self._window.snackbar.show_message(
                text, action="handover_log", action_text=tr("handover.show_log"), lasting=True
            )

    # --- what becomes of it -------------------------------------------------------------------------------------------

    def _changed(self, event: HandoverChanged) -> None:
        row = event.handover
        if row.key == self._review.key:
            self._show_line(row.key)
        if self._log is not None and not self._refill.isActive():
            self._refill.start()
        if row.status is HandoverStatus.FAILED:
            message = error_words(row)
            self._window.snackbar.show_message(
                tr("handover.failed", id=row.display_id, title=message.title if message is not None else ""),
                action="handover_log",
                action_text=tr("handover.show_log"),
                lasting=True,
            )

    def _show_line(self, key: ClientFileKey | None) -> None:
        self._window.review.show_handover("")
        if key is not None:
            self._scope.start("line", self._line(key))

    async def _line(self, key: ClientFileKey) -> None:
        row = await self._handovers.last_of(key)
        if key == self._review.key:
            self._window.review.show_handover(line_of(row))

    # --- the log ------------------------------------------------------------------------------------------------------

    async def _show_log(self) -> None:
        log = HandoverLog(self._window)
        log.try_again_requested.connect(lambda chosen: self._do(log, self._handovers.try_again(chosen)))
        log.drop_requested.connect(lambda chosen: self._do(log, self._handovers.drop(chosen)))
        log.repeat_requested.connect(lambda chosen: self._do(log, self._handovers.repeat(chosen)))
        log.rules_requested.connect(lambda: self.show_rules(log))
        self._log = log
        try:
            await self._fill(log)
            await shown(log)
        finally:
            self._log = None
            self._scope.cancel("fill")
            self._scope.cancel("step")

    def _fill_log(self) -> None:
        if self._log is not None:
            self._scope.start("fill", self._fill(self._log))

    async def _fill(self, log: HandoverLog) -> None:
        rows = await self._handovers.all()
        if self._log is log:
            log.show_rows(rows)

    def _do(self, log: HandoverLog, step: Coroutine[Any, Any, Handover | None]) -> None:
        if self._scope.is_running("step"):
            step.close()
        else:
            self._scope.start("step", self._do_step(log, step))

    async def _do_step(self, log: HandoverLog, step: Coroutine[Any, Any, Handover | None]) -> None:
        """A row that has gone on meanwhile is shown as it is by now."""
        try:
            await step
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
        await self._fill(log)

    # --- the rules ----------------------------------------------------------------------------------------------------

    async def _rules(self, parent: QWidget) -> None:
        connections = self._desk.connections.all()
        current = self._desk.connections.current()
        if current is None:
            self._window.snackbar.show_message(tr("handover.no_connection"))
            return
        dialog = HandoverDialog(connections, parent)
        dialog.template_changed.connect(lambda text: self._show_sample(dialog, text))
        dialog.connection_chosen.connect(lambda chosen: self._show_rule(dialog, chosen))
        dialog.try_requested.connect(lambda folder: self._scope.start("try", self._try(dialog, folder)))
        dialog.save_requested.connect(lambda typed: self._scope.start("save", self._save(dialog, typed)))
        dialog.remove_requested.connect(lambda: self._remove(dialog))
        self._show_rule(dialog, current.connection_id)
        try:
            await shown(dialog)
        finally:
            self._scope.cancel("try")
            if dialog.result() != QDialog.DialogCode.Accepted:
                self._scope.cancel("save")

    def _show_rule(self, dialog: HandoverDialog, connection_id: str) -> None:
        dialog.show_rule(connection_id, self._handovers.rules.of(connection_id))
        self._show_sample(dialog, dialog.input().template)

    def _show_sample(self, dialog: HandoverDialog, text: str) -> None:
        """What the template makes of the file on screen, or of an invented one."""
        try:
            template = NameTemplate.parsed(text)
        except HandoverRuleInvalid as error:
            dialog.show_sample("")
            dialog.show_field_error("template", field_error(error.facts))
            return
        dialog.show_field_error("template", "")
        connection = self._desk.connections.find(dialog.connection_id)
        names = path_of(
            template, SAMPLE_FILE, connection.label if connection is not None else "", self._desk.clock.now()
        )
        dialog.show_sample(tr("handover.sample", path="/".join(names)))

    async def _try(self, dialog: HandoverDialog, folder: str) -> None:
        dialog.show_tried(tr("handover.trying"))
        problem = await self._folder_problem(folder)
        dialog.show_field_error("folder", problem)
        dialog.show_tried("" if problem else tr("handover.tried"))

    async def _folder_problem(self, folder: str) -> str:
        """In words; empty when one can write there."""
        if not folder or not Path(folder).is_absolute():
            return tr("handover.error.not_absolute")
        try:
            await self._handovers.prepare_folder(Path(folder))
        except HandoverError as error:
            return message_for(error).sentence
        return ""

    def _checked(self, dialog: HandoverDialog, typed: HandoverInput) -> HandoverRule | None:
        """The rule that was typed, or None after the fault was shown beside its field."""
        dialog.clear_errors()
        try:
            return checked_rule(
                connection_id=dialog.connection_id,
                folder=typed.folder,
                template=typed.template,
                layout=typed.layout,
                on_acceptance=typed.on_acceptance,
                every_hours=typed.every_hours,
                daily_at=typed.daily_at,
                csv=typed.csv,
                json=typed.json,
                command=typed.command,
            )
        except HandoverRuleInvalid as error:
            dialog.show_field_error(error.facts["field"], field_error(error.facts), go_there=True)
            return None

    async def _save(self, dialog: HandoverDialog, typed: HandoverInput) -> None:
        """A folder that cannot be written is said now, not when the first file is to go there."""
        rule = self._checked(dialog, typed)
        if rule is None:
            return
        dialog.set_busy(True)
        try:
            problem = await self._folder_problem(rule.folder)
            if problem:
                dialog.show_field_error("folder", problem, go_there=True)
                return
            self._handovers.rules.save(rule, with_earlier=typed.with_earlier)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        finally:
            dialog.set_busy(False)
        dialog.accept()
        self._desk.handing_over.planner.look_again()
        self._window.snackbar.show_message(tr("handover.saved"))

    def _remove(self, dialog: HandoverDialog) -> None:
        try:
            self._handovers.rules.forget(dialog.connection_id)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        dialog.accept()
        self._window.snackbar.show_message(tr("handover.removed"))
