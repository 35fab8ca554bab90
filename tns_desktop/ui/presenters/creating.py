"""Creating client files from the window's side: the form that keeps what is typed, and what became of each creation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.new_client_file import NewClientFile
from tns_desktop.domain.roles import Duty
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import GRACE_SECONDS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.models.creations import CreationModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.attaching import TASKS as ATTACHING
from tns_desktop.ui.presenters.attaching import Attaching
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.new_file_dialog import NewFileDialog

KEPT_AFTER_MS = 300
"""Between two letters of somebody who types."""
LOOK_AGAIN_MS = 500
"""A thousand creations change a thousand times: the list follows twice a second."""
FETCH_AFTER_MS = 3000
"""After one was created the list is asked for, once for many."""
UNDO = "take_back_creation:"


class CreatingPresenter(QObject):
    """One form at a time. ``show_file_requested`` carries the key of a file that was created."""

    show_file_requested = Signal(object)
    report_requested = Signal(str)
    """Of the import with that name."""

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        queues: QueueModel,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._creations = desk.creation.creations
        self._window = window
        self._queues = queues
        self._model: CreationModel = window.creation_model
        self._scope = TaskScope(on_error)
        self._form: NewFileDialog | None = None
        self._draft = ""
        """The draft's identifier, once there is something to keep."""
        self._intended = ""
        """The identifier that it will have: keeping may be cut off by creating, and both mean the same draft."""
        self._beginning = asyncio.Lock()
        """Typing, attaching and creating may all be the first to begin the draft."""
        self._told = ""
        """The newest creation of this session, until it is said what became of it."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(KEPT_AFTER_MS)
        self._later.timeout.connect(lambda: self._scope.start("keep", self._keep()))
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOK_AGAIN_MS)
        self._looking.timeout.connect(self.load)
        self._created = -1
        """How many there were when they were last counted; -1: never."""
        self._fetching = QTimer(self)
        self._fetching.setSingleShot(True)
        self._fetching.setInterval(FETCH_AFTER_MS)
        self._fetching.timeout.connect(lambda: self._desk.synchroniser.wake())
        bridge.creations_changed.connect(lambda _event: self._look_soon())
        window.actions_by_id["new_file"].triggered.connect(lambda: self.open())
        window.creations.new_requested.connect(lambda: self.open())
        window.creations.asked.connect(self._asked)
        window.snackbar.action_requested.connect(self._snackbar_action)
        self.load()

    def open(self, creation_id: str = "") -> None:
        """The form, empty or with that creation in it."""
        if not self._scope.is_running("form"):
            self._scope.start("form", self._fill_in(creation_id))

    def load(self) -> None:
        """What there is, anew."""
        self._scope.start("load", self._load())

    async def close(self) -> None:
        """What is in the form is kept first: a lock or an end must not cost a letter."""
        self._later.stop()
        self._looking.stop()
        self._fetching.stop()
        if self._form is not None:
            with contextlib.suppress(TnsError):
                await self._keep()
        await self._scope.close()
        self._model.set_rows([])

    # --- the form -----------------------------------------------------------------------------------------------------

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
        self._form, self._draft, self._intended = dialog, creation_id, self._creations.new_draft_id()
        attaching = Attaching(self._desk.creation, self._scope, dialog, lambda: self._begin(dialog))
        self._connect(dialog, attaching)
        self._scope.start("workflows", self._offer_workflows(dialog))
        try:
            await shown(dialog)
            self._later.stop()
            # Either it is on its way already, or it stays what it is: what is said of it must be true.
            self._scope.cancel("create")
            await attaching.done()
            await self._left(dialog)
        finally:
            self._form = None
            self._scope.cancel_all(ATTACHING)
            for task in ("workflows", "create", "discard"):
                self._scope.cancel(task)

    def _connect(self, dialog: NewFileDialog, attaching: Attaching) -> None:
        dialog.changed.connect(self._later.start)
        dialog.create_requested.connect(lambda: self._start_once("create", lambda: self._create(dialog, attaching)))
        dialog.discard_requested.connect(lambda: self._start_once("discard", lambda: self._discard(dialog)))
        dialog.connection_chosen.connect(
            lambda _chosen: self._scope.start("workflows", self._offer_workflows(dialog))
        )  # fmt: skip

    def _start_once(self, task: str, work: Callable[[], object]) -> None:
        if not self._scope.is_running(task):
            self._scope.start(task, work())  # type: ignore[arg-type]

    async def _offer_workflows(self, dialog: NewFileDialog) -> None:
        workflows = self._desk.creation.workflows
        try:
            known = await workflows.of(dialog.connection_id)
        except TnsError as error:
            # A mistake in the administrator's file: what the files show is offered all the same.
            dialog.show_error(message_for(error).as_text)
            known = await workflows.learned(dialog.connection_id)
        dialog.show_workflows(known)

    async def _keep(self) -> None:
        """Writes what the form holds now into the draft; the first letter begins one."""
        dialog = self._form
        if dialog is None:
            return
        new = dialog.new
        try:
            if self._draft:
                await self._save(dialog)
            elif not new.is_empty or new.workflow_label:
                await self._begin(dialog)
            else:
                return
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_kept()

    async def _begin(self, dialog: NewFileDialog) -> str:
        async with self._beginning:
            if not self._draft:
                draft = await self._creations.begin(dialog.connection_id, dialog.new, self._intended)
                self._draft = draft.creation_id
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
        grace = timedelta(seconds=self._desk.settings.get(GRACE_SECONDS))
        try:
            creation_id = await self._begin(dialog)
            await self._save(dialog)
            queued, problems = await self._creations.queue(creation_id, dialog.chosen_workflow, grace)
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_problems(problems)
        if problems:
            return
        dialog.accept()
        self._told = creation_id
        self._desk.creation.sender.wake()
        self._window.snackbar.show_message(
            tr("creation.queued", name=queued.display_name),
            action=UNDO + queued.creation_id,
            action_text=tr("snackbar.undo"),
            lasting=grace.total_seconds() > 0,
        )

    async def _is_meant(self, creation: Creation | None, parent: QWidget) -> bool:
        """What somebody typed does not go by a slip of the hand."""
        if creation is None or (creation.new.is_empty and not creation.documents):
            return True
        name = creation.display_name or tr("creation.no_name")
        message = Message(tr("creation.discarding.title"), tr("creation.discarding.sentence", name=name), "")
        choices = {"discard": tr("creation.discard"), "keep": tr("creation.discarding.keep")}
        question = ChoiceDialog(message, choices, parent)
        await shown(question)
        return question.choice == "discard"

    async def _discard(self, dialog: NewFileDialog) -> None:
        self._later.stop()
        await self._keep()
        draft = await self._creations.get(self._draft) if self._draft else None
        if not await self._is_meant(draft, dialog):
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

    async def _left(self, dialog: NewFileDialog) -> None:
        """Closed: what is worth something stays a draft, and that is said; what is empty goes."""
        if dialog.result() != NewFileDialog.DialogCode.Rejected:
            return
        if not self._draft and dialog.new.is_empty:
            return
        await self._keep()
        draft = await self._creations.get(self._draft) if self._draft else None
        if draft is None or draft.status is not CreationStatus.DRAFT:
            return
        if draft.new.is_empty and not draft.documents and not draft.new.workflow_label:
            await self._creations.discard(draft.creation_id)
            return
        self._window.snackbar.show_message(
            tr("creation.kept_as_draft"), action="creations", action_text=tr("snackbar.show_outbox")
        )

    # --- the outbox's part --------------------------------------------------------------------------------------------

    def _asked(self, act: str, creation_id: str) -> None:
        if act in ("open", "change"):
            self.open(creation_id)
        elif act in ("show_file", "report"):
            creation = self._window.creations.current()
            if creation is not None and creation.creation_id == creation_id:
                if act == "report":
                    self.report_requested.emit(creation.batch)
                else:
                    key = ClientFileKey(creation.connection_id, creation.file_uuid)
                    self._start_once("show", lambda: self._show_file(key))
        else:
            self._start_once(f"act:{creation_id}", lambda: self._act(act, creation_id))

    async def _show_file(self, key: ClientFileKey) -> None:
        """It may be younger than the list: then it is read by itself first."""
        try:
            if await self._desk.catalogue.file(key) is None:
                await self._desk.synchroniser.read_files(key.connection_id, [key.uuid])
        except TnsError as error:
            self._say(message_for(error).sentence)
            return
        self.show_file_requested.emit(key)

    async def _act(self, act: str, creation_id: str) -> None:
        creation = await self._creations.get(creation_id)
        if act == "discard" and not await self._is_meant(creation, self._window):
            return
        acts: dict[str, Callable[[str], Coroutine[Any, Any, object]]] = {
            "send_now": self._creations.send_now,
            "send_again": self._creations.send_again,
            "is_that_file": self._creations.is_that_file,
            "take_back": self._creations.reopen,
            "discard": self._creations.discard,
        }
        try:
            if act == "take_back_all":
                count = await self._creations.withdraw_batch(creation.batch if creation is not None else "")
                self._say(tr("creation.taken_back", count=count))
            else:
                await acts[act](creation_id)
        except TnsError as error:
            self._say(message_for(error).sentence)
            return
        self._desk.creation.sender.wake()

    async def _take_back(self, creation_id: str) -> None:
        try:
            await self._creations.reopen(creation_id)
        except TnsError:
            self._window.snackbar.show_message(
                tr("snackbar.too_late"), action="creations", action_text=tr("snackbar.show_outbox")
            )
            return
        self._window.snackbar.hide()
        self.open(creation_id)

    def _snackbar_action(self, action: str) -> None:
        if action.startswith(UNDO):
            self._start_once("undo", lambda: self._take_back(action.removeprefix(UNDO)))
        elif action == "creations":
            self._window.snackbar.hide()
            self.show()

    def show(self) -> None:
        """The outbox with this part of it before the operator."""
        self._window.queues.choose_outbox()
        self._window.outbox_place.show_creations()

    def _look_soon(self) -> None:
        if not self._looking.isActive():
            self._looking.start()

    async def _load(self) -> None:
        rows = await self._creations.recent()
        self._model.set_rows(rows)
        self._tell(next((one for one in rows if one.creation_id == self._told), None))
        counts = await self._creations.counts()
        open_ones = sum(count for status, count in counts.items() if not status.is_final)
        alarm = sum(count for status, count in counts.items() if status.needs_a_person)
        self._window.outbox_place.count_creations(open_ones)
        self._queues.set_creations(open_ones, alarm)
        created = counts.get(CreationStatus.CREATED, 0)
        if 0 <= self._created < created and not self._fetching.isActive():
            self._fetching.start()
        self._created = created

    def _tell(self, newest: Creation | None) -> None:
        """What became of what was just created here, once it is known."""
        if newest is None or newest.status.is_under_way:
            return
        self._told = ""
        if newest.status is CreationStatus.CREATED:
            self._say(tr("creation.done", name=newest.display_name))
        elif newest.status.needs_a_person:
            self._window.snackbar.show_message(
                tr("creation.needs_you", name=newest.display_name),
                action="creations",
                action_text=tr("snackbar.show_outbox"),
                lasting=True,
            )

    def _say(self, words: str) -> None:
        self._window.snackbar.show_message(words)
