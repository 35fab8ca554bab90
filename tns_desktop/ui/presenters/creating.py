"""Creating client files from the window's side: what is on its way, what became of it, and what a person can do about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import GRACE_SECONDS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.models.creations import CreationModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.draft_form import SHOW_CREATIONS, DraftForm, is_thrown_away
from tns_desktop.ui.presenters.last_acts import UNDO, LastActs, Outcome
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView

LOOK_AGAIN_MS = 500
"""A thousand creations change a thousand times: the list follows twice a second."""
FETCH_AFTER_MS = 3000
"""After one was created the list is asked for, once for many."""


class CreatingPresenter(QObject):
    """``show_file_requested`` carries the key of a file that was created."""

    show_file_requested = Signal(object)
    report_requested = Signal(str)
    """Of the import with that name."""

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        model: CreationModel,
        queues: QueueModel,
        acts: LastActs,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._creations = desk.creation.creations
        self._window = window
        self._queues = queues
        self._model = model
        self._acts = acts
        self._scope = TaskScope(on_error)
        self._form = DraftForm(desk, window, on_error)
        self._form.queued.connect(self._queued)
        self._told = ""
        """The newest creation of this session, until it is said what became of it."""
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
        self._form.open(creation_id)

    def load(self) -> None:
        """What there is, anew."""
        self._scope.start("load", self._load())

    async def close(self) -> None:
        self._looking.stop()
        self._fetching.stop()
        await self._form.close()
        await self._scope.close()

    def _queued(self, creation: Creation) -> None:
        self._told = creation.creation_id
        self._acts.did([creation.creation_id], functools.partial(self._take_back, creation.creation_id))
        self._desk.creation.sender.wake()
        self._window.snackbar.show_message(
            tr("creation.queued", name=creation.display_name),
            action=UNDO + creation.creation_id,
            action_text=tr("snackbar.undo"),
            lasting=self._desk.settings.get(GRACE_SECONDS) > 0,
        )

    def imported(self, batch: str) -> None:
        """Rows of that import are going into the outbox: they are taken back together, or not at all."""
        self._acts.did([batch], functools.partial(self._take_back_import, batch))

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

    def _start_once(self, task: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if not self._scope.is_running(task):
            self._scope.start(task, work())

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
        if act == "discard" and not await is_thrown_away(creation, self._window):
            return
        acts: dict[str, Callable[[str], Coroutine[Any, Any, object]]] = {
            "send_now": self._creations.send_now,
            "send_again": self._creations.send_again,
            "is_that_file": self._creations.is_that_file,
            "take_back": self._creations.take_back,
            "discard": self._creations.discard,
        }
        try:
            if act == "take_back_all":
                await self._withdraw(creation.batch if creation is not None else "")
            else:
                await acts[act](creation_id)
                if act in ("take_back", "discard"):
                    self._acts.forget(creation_id)
        except TnsError as error:
            self._say(message_for(error).sentence)
            return
        self._desk.creation.sender.wake()

    async def _take_back(self, creation_id: str) -> Outcome:
        """Into its draft, which is before the operator again."""
        before = await self._creations.get(creation_id)
        if before is None or before.status in (CreationStatus.DRAFT, CreationStatus.WITHDRAWN):
            return Outcome.WAS_DONE
        try:
            await self._creations.take_back(creation_id)
        except TnsError:
            self._say_too_late(tr("creation.too_late"))
            return Outcome.STAYS
        self._window.snackbar.hide()
        self.open(creation_id)
        return Outcome.DONE

    async def _take_back_import(self, batch: str) -> Outcome:
        """The whole of it, as far as it has not left, and only when it is meant."""
        counts = await self._creations.counts(batch)
        waiting = sum(counts.get(status, 0) for status in (CreationStatus.QUEUED, CreationStatus.RETRY_WAIT))
        if not waiting:
            if not any(count for status, count in counts.items() if status is not CreationStatus.WITHDRAWN):
                return Outcome.WAS_DONE
            self._say_too_late(tr("import.too_late"))
            return Outcome.STAYS
        message = Message(tr("import.undo.title"), tr("import.undo.sentence", count=waiting), tr("import.undo.remedy"))
        choices = {"take_back_all": tr("creation.act.take_back_all"), "keep": tr("import.undo.keep")}
        question = ChoiceDialog(message, choices, self._window)
        await shown(question)
        if question.choice != "take_back_all":
            return Outcome.STAYS
        await self._withdraw(batch)
        return Outcome.DONE

    async def _withdraw(self, batch: str) -> None:
        count = await self._creations.withdraw_batch(batch)
        self._acts.forget(batch)
        self._say(tr("creation.taken_back", count=count))

    def _say_too_late(self, words: str) -> None:
        self._window.snackbar.show_message(words, action=SHOW_CREATIONS, action_text=tr("snackbar.show_outbox"))

    def _snackbar_action(self, action: str) -> None:
        if action == SHOW_CREATIONS:
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
        if newest.status is CreationStatus.CREATED and self._acts.is_newest(newest.creation_id):
            self._say(tr("creation.done", name=newest.display_name))
        elif newest.status.needs_a_person:
            self._window.snackbar.show_message(
                tr("creation.needs_you", name=newest.display_name),
                action=SHOW_CREATIONS,
                action_text=tr("snackbar.show_outbox"),
                lasting=True,
            )

    def _say(self, words: str) -> None:
        self._window.snackbar.show_message(words)
