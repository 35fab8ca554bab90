"""Decisions from the window's side: the bar, the grace period, undo, and what became of each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from tns_desktop.domain.decision import (
    DecisionBlock,
    LegalArchiving,
    OutboxEntry,
    OutboxStatus,
    Verdict,
    legal_archiving_of,
    why_not_decidable,
)
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.review import Review, Suggestion
from tns_desktop.domain.roles import Duty
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING, GRACE_SECONDS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.presenters.last_acts import UNDO, LastActs, Outcome
from tns_desktop.ui.presenters.marks import MarksPresenter
from tns_desktop.ui.presenters.rejecting import RejectionWords
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import open_points
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView

COUNTDOWN_EVERY_MS = 500


class DecisionsPresenter(QObject):
    """Writes decisions through the use case and tells the operator the truth about each."""

    show_file_requested = Signal(object)

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        files: ClientFileModel,
        queues: QueueModel,
        outbox: OutboxModel,
        files_presenter: FilesPresenter,
        review: ReviewPresenter,
        marks: MarksPresenter,
        words: RejectionWords,
        acts: LastActs,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._queues = queues
        self._outbox = outbox
        self._files_presenter = files_presenter
        self._review = review
        self._marks = marks
        self._words = words
        self._acts = acts
        self._scope = TaskScope(on_error)
        self._together: tuple[str, ...] = ()
        """Decisions of the newest bulk."""
        self._automatic_modes: dict[str, frozenset[str]] = {}
        """By connection."""
        self._announced: OutboxEntry | None = None
        bridge.outbox_changed.connect(lambda event: self._entry_changed(event.entry))
        review.archive_shown.connect(self._judge)
        marks.review_changed.connect(self._judge)
        files_presenter.rows_shown.connect(self._judge)
        files_presenter.rows_shown.connect(lambda: self._scope.start("modes", self._learn_modes()))
        bar = window.review.bar
        bar.accept_requested.connect(self.accept)
        bar.reject_requested.connect(self.reject)
        bar.skip_requested.connect(self.skip)
        for name, slot in (("accept", self.accept), ("reject", self.reject), ("skip", self.skip)):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        window.snackbar.action_requested.connect(self._snackbar_action)
        window.queues.outbox_chosen.connect(window.snackbar.hide)
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNTDOWN_EVERY_MS)
        self._countdown.timeout.connect(self._tick)
        self.show_connections()
        self.load()

    def show_connections(self) -> None:
        """Connections came, changed or went: the outbox says whose each decision is, and forgets what went with one."""
        self._outbox.set_connections(self._desk.connections.all())

    def load(self) -> None:
        """What is in the outbox, anew."""
        self._scope.start("load", self._load())

    async def close(self) -> None:
        self._countdown.stop()
        await self._scope.close()

    # --- what the operator does ---------------------------------------------------------------------------------------

    def accept(self) -> None:
        target = self._decidable()
        if target is not None:
            row, archive = target
            # A key that repeats, or the next file decided while the disk is slow, must not stop a decision half-way.
            task = f"decide:{row.key.connection_id}/{row.key.uuid}"
            if not self._scope.is_running(task):
                self._scope.start(task, self._ask_and_accept(row, archive))

    def reject(self) -> None:
        target = self._decidable()
        if target is not None and not self._scope.is_running("reject"):
            row, archive = target
            self._scope.start("reject", self._ask_and_reject(row, archive))

    def skip(self) -> None:
        """The next file that still needs a decision; this one stays where it is."""
        current = self._window.files.current_row()
        following = self._files.next_left_to_do(current)
        self._window.files.choose_row(following if following >= 0 else current + 1)

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _load(self) -> None:
        self._outbox.set_entries(await self._desk.decisions.all())
        self._count()

    async def _learn_modes(self) -> None:
        """Which validation modes leave no decision to people; without credentials nobody knows, and none is assumed."""
        for connection in self._files_presenter.connections:
            try:
                api = await self._desk.connections.api_for(connection.connection_id)
            except TnsError:
                continue
            if self._automatic_modes.get(connection.connection_id) != api.automatic_validation_modes:
                self._automatic_modes[connection.connection_id] = api.automatic_validation_modes
                self._judge()

    def _decidable(self) -> tuple[ProjectedFile, OpenArchive] | None:
        """The file and the archive on screen, when a decision on exactly these may be made."""
        row, archive = self._on_screen()
        if row is None or archive is None or self.block_of(row, archive) is not None or archive.key != row.key:
            return None
        return row, archive

    def _on_screen(self) -> tuple[ProjectedFile | None, OpenArchive | None]:
        key = self._review.key
        return (self._files.file_of(key) if key is not None else None), self._review.archive

    def block_of(self, row: ProjectedFile | None, archive: OpenArchive | None) -> DecisionBlock | None:
        """Why no decision on this file, with this archive, is offered; None when it may be decided."""
        # The file's own connection, whichever others are in the list beside it.
        connection = self._files_presenter.connection_of(row.key) if row is not None else None
        return why_not_decidable(
            row.client_file if row is not None else None,
            pending=row.pending if row is not None else None,
            archive_sha256=archive.stored.sha256 if archive is not None else None,
            archive_matches=archive.is_of_its_client_file if archive is not None else True,
            automatic_modes=self._automatic_modes.get(row.key.connection_id, frozenset())
            if row is not None
            else frozenset(),
            read_only=connection is not None and not connection.allows(Duty.DECIDE),
        )

    def _judge(self) -> None:
        row, archive = self._on_screen()
        signed_seen = archive.index.has_signed_document if archive is not None else None
        block = self.block_of(row, archive)
        review = self._review_of(archive)
        self._window.review.bar.show_suggestion(review.suggestion if review is not None else Suggestion.NONE)
        if row is None:
            self._window.review.bar.show_state(block, LegalArchiving.NOT_KNOWN, None)
            return
        self._window.review.bar.show_state(block, legal_archiving_of(row.client_file, signed_seen), row.pending)

    async def _ask_and_reject(self, row: ProjectedFile, archive: OpenArchive) -> None:
        words = await self._words.ask(row.client_file, self._review_of(archive), self._files.connection_of(row.key))
        if words is not None and self._is_still_there(row, archive):
            cause, message, note = words
            await self._decide(row, archive, Verdict.REJECT, cause=cause, message=message, internal_note=note)

    async def _ask_and_accept(self, row: ProjectedFile, archive: OpenArchive) -> None:
        """Once, and only where something was not looked at, has a problem or is missing."""
        points = open_points(self._review_of(archive) or Review(archive.index))
        asks = self._desk.settings.get(ASK_BEFORE_ACCEPTING)
        if points and asks:
            title = tr("accept.title", name=row.client_file.display_name)
            message = Message(title, "\n".join(points), tr("accept.remedy"))
            choices = {"accept": tr("accept.anyway"), "back": tr("accept.back")}
            dialog = ChoiceDialog(message, choices, self._window, connection=self._files.connection_of(row.key))
            await shown(dialog)
            if dialog.choice != "accept" or not self._is_still_there(row, archive):
                return
        await self._decide(row, archive, Verdict.ACCEPT)

    def _is_still_there(self, row: ProjectedFile, archive: OpenArchive) -> bool:
        """The list may have moved while a dialog was open: decide on what was on screen, or not at all."""
        same = _is_same(self._decidable(), row, archive)
        if not same:
            self._window.snackbar.show_message(tr("snackbar.changed_meanwhile", name=row.client_file.display_name))
        return same

    def _review_of(self, archive: OpenArchive | None) -> Review | None:
        """The marks of exactly that archive, once they are there."""
        review = self._marks.review
        return review if archive is not None and review is not None and review.index is archive.index else None

    async def _decide(
        self,
        row: ProjectedFile,
        archive: OpenArchive,
        verdict: Verdict,
        *,
        cause: str = "",
        message: str = "",
        internal_note: str = "",
    ) -> None:
        try:
            entry = await self.write(row, archive, verdict, cause=cause, message=message, internal_note=internal_note)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        self._words.forget([row.key])
        self.announce_made([entry])
        if self._review.key == row.key:
            self.skip()

    async def write(
        self,
        row: ProjectedFile,
        archive: OpenArchive,
        verdict: Verdict,
        *,
        cause: str = "",
        message: str = "",
        internal_note: str = "",
    ) -> OutboxEntry:
        """Writes one decision down, tied to exactly that file and archive. Raises what ``Decisions.decide`` raises."""
        connection = self._files_presenter.connection_of(row.key)
        return await self._desk.decisions.decide(
            row.client_file,
            verdict,
            archive.stored,
            operator=connection.operator_uuid if connection is not None else "",
            cause=cause,
            message=message,
            internal_note=internal_note,
            grace=timedelta(seconds=self._desk.settings.get(GRACE_SECONDS)),
            evidence=await self._desk.evidence.gather(archive, self._review_of(archive)),
        )

    def announce_made(self, entries: Sequence[OutboxEntry]) -> None:
        """Decisions that were written down just now; several of them are taken back together."""
        ids = [entry.decision.decision_id for entry in entries]
        self._desk.synchroniser.note_activity()
        self._acts.did(ids, functools.partial(self._take_back, ids))
        self._together = tuple(ids) if len(ids) > 1 else ()
        self._announce(entries[-1])
        self._desk.sender.wake()

    async def _take_back(self, decision_ids: Sequence[str]) -> Outcome:
        taken_back, left = [], 0
        for decision_id in decision_ids:
            try:
                taken_back.append(await self._desk.decisions.withdraw(decision_id))
            except TnsError:
                left += self._status_of(decision_id) is not OutboxStatus.WITHDRAWN
        self._together = ()
        if left:
            text = tr("snackbar.bulk.partly_back", back=len(taken_back), count=left)
            self._window.snackbar.show_message(
                text if taken_back else tr("snackbar.too_late"),
                action="outbox",
                action_text=tr("snackbar.show_outbox"),
            )
        elif len(taken_back) > 1:
            self._window.snackbar.show_message(tr("snackbar.bulk.back", count=len(taken_back)))
        if taken_back and len(decision_ids) == 1:
            self.show_file_requested.emit(taken_back[0].key)
        if left:
            return Outcome.STAYS
        return Outcome.DONE if taken_back else Outcome.WAS_DONE

    def _status_of(self, decision_id: str) -> OutboxStatus | None:
        found = (one.status for one in self._outbox.entries() if one.decision.decision_id == decision_id)
        return next(found, None)

    # --- telling ------------------------------------------------------------------------------------------------------

    def _entry_changed(self, entry: OutboxEntry) -> None:
        self._outbox.upsert(entry)
        self._count()
        if self._acts.holds(entry.decision.decision_id):
            self._announce(entry)
        if not self._countdown.isActive():
            self._countdown.start()

    def _count(self) -> None:
        entries = self._outbox.entries()
        waiting = sum(1 for entry in entries if not entry.status.is_final)
        alarm = sum(1 for entry in entries if entry.status.needs_a_person)
        self._queues.set_outbox(waiting, alarm)

    def _announce(self, entry: OutboxEntry) -> None:
        """The newest word on the newest decision; a conflict is said whichever it belongs to."""
        if not self._acts.is_newest(entry.decision.decision_id) and not entry.status.needs_a_person:
            return
        self._announced = entry
        if self._window.shows_outbox:
            # The outbox says it already, row by row; a second voice would cover it.
            self._window.snackbar.hide()
            return
        name = entry.decision.display_name
        key = f"snackbar.{entry.decision.verdict.value}.{entry.status.value}"
        if entry.status is OutboxStatus.QUEUED:
            self._tick()
        elif entry.status.needs_a_person:
            self._window.snackbar.show_message(
                tr(key, name=name), action="outbox", action_text=tr("snackbar.show_outbox"), lasting=True
            )
        else:
            lasting = not entry.status.is_final
            self._window.snackbar.show_message(tr(key, name=name), lasting=lasting)

    def _tick(self) -> None:
        self._outbox.refresh_countdowns()
        entry = self._announced
        if (
            entry is not None
            and entry.status is OutboxStatus.QUEUED
            and not self._window.shows_outbox
            and self._acts.is_newest(entry.decision.decision_id)  # a later act has the snackbar
        ):
            text = self._queued_text(entry)
            self._window.snackbar.show_message(
                text,
                action=UNDO + entry.decision.decision_id if entry.can_be_withdrawn else "",
                action_text=tr("snackbar.undo") if entry.can_be_withdrawn else "",
                lasting=True,
            )
        if not any(item.seconds_of_grace(self._desk.decisions.now()) > 0 for item in self._outbox.entries()):
            self._countdown.stop()

    def _queued_text(self, entry: OutboxEntry) -> str:
        seconds = entry.seconds_of_grace(self._desk.decisions.now())
        verdict, many = entry.decision.verdict.value, len(self._together)
        if entry.decision.decision_id in self._together:
            if seconds > 0:
                return tr(f"snackbar.bulk.{verdict}_countdown", count=many, seconds=int(seconds) + 1)
            return tr(f"snackbar.bulk.{verdict}", count=many)
        name = entry.decision.display_name
        if seconds > 0:
            return tr(f"snackbar.{verdict}.queued_countdown", name=name, seconds=int(seconds) + 1)
        return tr(f"snackbar.{verdict}.queued", name=name)

    def _snackbar_action(self, action: str) -> None:
        if action == "outbox":
            self._window.snackbar.hide()
            self._window.queues.choose_outbox()


def _is_same(now: tuple[ProjectedFile, OpenArchive] | None, row: ProjectedFile, archive: OpenArchive) -> bool:
    """Whether what may be decided now is what was on screen: the server's data and the bytes, whatever the list's marks."""
    if now is None:
        return False
    present, opened = now
    return present.client_file == row.client_file and opened.stored == archive.stored
