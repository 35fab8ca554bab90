"""The form of a new client file: what is typed is a draft in the vault at once, and leaves when it is to be created."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.new_client_file import NewClientFile
from tns_desktop.domain.roles import Duty
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import GRACE_SECONDS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.presenters.attaching import TASKS as ATTACHING
from tns_desktop.ui.presenters.attaching import Attaching
from tns_desktop.ui.runtime.dialogs import closed, discard, shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.new_file_dialog import NewFileDialog

KEPT_AFTER_MS = 300
"""Between two letters of somebody who types."""
SHOW_CREATIONS = "creations"
"""The snackbar's way to the outbox's part with drafts and creations."""


class DraftForm(QObject):
    """One form at a time. ``queued`` carries the creation that is on its way now."""

    queued = Signal(object)

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._creations = desk.creation.creations
        self._window = window
        self._scope = TaskScope(on_error)
        self._dialog: NewFileDialog | None = None
        self._draft = ""
        """The draft's identifier, once there is something to keep."""
        self._intended = ""
        """The identifier that it will have: keeping may be cut off by creating, and both mean the same draft."""
        self._beginning = asyncio.Lock()
        """Typing, attaching and creating may all be the first to begin the draft."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(KEPT_AFTER_MS)
        self._later.timeout.connect(lambda: self._scope.start("keep", self._keep()))

    def open(self, creation_id: str = "") -> None:
        """Empty, or with that creation in it."""
        if not self._scope.is_running("form"):
            self._scope.start("form", self._fill_in(creation_id))

    async def close(self) -> None:
        """What is in the form is kept first: a lock or an end must not cost a letter."""
        self._later.stop()
        await self._keep()
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _fill_in(self, creation_id: str) -> None:
        everywhere, current = self._desk.connections.all(), self._desk.connections.current()
        if not any(one.allows(Duty.CREATE) for one in everywhere):
            self._say(tr("creation.nowhere"))
            return
        draft: Creation | None = None
        try:
            if creation_id:
                before = await self._creations.get(creation_id)
                problems = before.problems if before is not None else ()
                draft = await self._creations.reopen(creation_id)
                lost = await self._creations.lost_documents(creation_id)
        except TnsError as error:
            self._say(message_for(error).sentence)
            return
        own = draft.connection_id if draft is not None else ""
        # Also where nothing may be created any more: a draft must not be shown under another connection's name.
        connections = [one for one in everywhere if one.allows(Duty.CREATE) or one.connection_id == own]
        dialog = NewFileDialog(connections, own or (current.connection_id if current is not None else ""), self._window)
        dialog.use_keys(self._window.actions_by_id["confirm"].shortcuts())
        dialog.show_new(draft.new if draft is not None else NewClientFile(), draft.documents if draft else ())
        # A draft belongs to its connection: its identifier was checked there.
        dialog.connection.setEnabled(draft is None)
        if draft is not None:
            dialog.show_problems(problems)
            dialog.documents.mark_lost(lost)
        self._dialog, self._draft, self._intended = dialog, creation_id, self._creations.new_draft_id()
        attaching = Attaching(self._desk.creation, self._scope, dialog, lambda: self._begin(dialog))
        self._connect(dialog, attaching)
        self._scope.start("workflows", self._offer_workflows(dialog))
        try:
            for last in (False, True):
                await closed(dialog)
                self._later.stop()
                # Either it is on its way already, or it stays what it is: what is said of it must be true.
                self._scope.cancel("create")
                dialog.take_nothing(False)
                await attaching.done()
                if await self._left(dialog, last=last):
                    break
        finally:
            self._dialog = None
            self._scope.cancel_all(ATTACHING)
            for task in ("workflows", "create", "discard"):
                self._scope.cancel(task)
            discard(dialog)

    def _connect(self, dialog: NewFileDialog, attaching: Attaching) -> None:
        dialog.changed.connect(self._later.start)
        dialog.create_requested.connect(lambda: self._start_once("create", lambda: self._create(dialog, attaching)))
        dialog.discard_requested.connect(lambda: self._start_once("discard", lambda: self._discard(dialog)))
        dialog.connection_chosen.connect(
            lambda _chosen: self._scope.start("workflows", self._offer_workflows(dialog))
        )  # fmt: skip

    def _start_once(self, task: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if not self._scope.is_running(task):
            self._scope.start(task, work())

    async def _offer_workflows(self, dialog: NewFileDialog) -> None:
        workflows = self._desk.creation.workflows
        try:
            known = await workflows.of(dialog.connection_id)
        except TnsError as error:
            # A mistake in the administrator's file: what the files show is offered all the same.
            dialog.show_error(message_for(error).as_text)
            known = await workflows.learned(dialog.connection_id)
        dialog.show_workflows(known)

    async def _keep(self) -> bool:
        """Writes what the form holds now into the draft; the first letter begins one. False when that failed."""
        dialog = self._dialog
        if dialog is None:
            return True
        new = dialog.new
        try:
            if self._draft:
                await self._save(dialog)
            elif not new.is_empty or new.workflow_label:
                await self._begin(dialog)
            else:
                return True
        except TnsError as error:
            if self._dialog is dialog:
                dialog.show_error(message_for(error).as_text)
            return False
        if self._dialog is dialog:  # else it is gone: a lock does not wait for the vault
            dialog.show_kept()
        return True

    async def _begin(self, dialog: NewFileDialog) -> str:
        async with self._beginning:
            if not self._draft:
                draft = await self._creations.begin(dialog.connection_id, dialog.new, self._intended)
                self._draft = draft.creation_id
                if self._dialog is dialog:
                    dialog.connection.setEnabled(False)
        return self._draft

    async def _save(self, dialog: NewFileDialog) -> None:
        documents = dialog.documents
        await self._creations.save(self._draft, dialog.new, documents.kinds, documents.left_out)

    async def _create(self, dialog: NewFileDialog, attaching: Attaching) -> None:
        dialog.show_error("")
        if not await attaching.done():
            return
        self._later.stop()
        self._scope.cancel("keep")
        dialog.take_nothing(True)
        try:
            await self._queue(dialog)
        finally:
            if self._dialog is dialog:
                dialog.take_nothing(False)

    async def _queue(self, dialog: NewFileDialog) -> None:
        grace = timedelta(seconds=self._desk.settings.get(GRACE_SECONDS))
        try:
            creation_id = await self._begin(dialog)
            await self._save(dialog)
            queued, problems = await self._creations.queue(creation_id, dialog.chosen_workflow, grace)
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.take_nothing(False)
        dialog.show_problems(problems)
        if problems:
            return
        dialog.accept()
        self.queued.emit(queued)

    async def _discard(self, dialog: NewFileDialog) -> None:
        self._later.stop()
        await self._keep()
        draft = await self._creations.get(self._draft) if self._draft else None
        if not await is_thrown_away(draft, dialog):
            return
        self._scope.cancel("keep")
        self._scope.cancel_all(ATTACHING)
        try:
            if self._draft:
                await self._creations.discard(self._draft)
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        self._draft = ""
        dialog.done(2)

    async def _left(self, dialog: NewFileDialog, *, last: bool) -> bool:
        """Closed: what is worth something stays a draft, and that is said; what is empty goes.

        False when the last letters could not be kept: the form is to come back. The ``last`` time that is said instead.
        """
        if dialog.result() != NewFileDialog.DialogCode.Rejected:
            return True
        if not self._draft and dialog.new.is_empty:
            return True
        kept = await self._keep()
        draft = await self._creations.get(self._draft) if self._draft else None
        if draft is not None and draft.status is not CreationStatus.DRAFT:
            if (
                draft.status.is_under_way
            ):  # closed while it was written down: whoever closed it is told, and can take it back
                self.queued.emit(draft)
            return True
        if not kept:
            if last:
                self._say(tr("creation.not_kept"))
            return last
        if draft is None:
            return True
        if draft.new.is_empty and not draft.documents and not draft.new.workflow_label:
            await self._creations.discard(draft.creation_id)
            return True
        self._window.snackbar.show_message(
            tr("creation.kept_as_draft"), action=SHOW_CREATIONS, action_text=tr("snackbar.show_outbox")
        )
        return True

    def _say(self, words: str) -> None:
        self._window.snackbar.show_message(words)


async def is_thrown_away(creation: Creation | None, parent: QWidget) -> bool:
    """What somebody typed does not go by a slip of the hand."""
    if creation is None or (creation.new.is_empty and not creation.documents):
        return True
    name = creation.display_name or tr("creation.no_name")
    message = Message(tr("creation.discarding.title"), tr("creation.discarding.sentence", name=name), "")
    choices = {"discard": tr("creation.discard"), "keep": tr("creation.discarding.keep")}
    question = ChoiceDialog(message, choices, parent)
    await shown(question)
    return question.choice == "discard"
