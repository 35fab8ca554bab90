"""Working without a network: archives kept on purpose, the next ones read ahead, and how far both are."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import OfflineProgressed, RoomExhausted
from tns_desktop.services.settings import KEEP_NEXT_FILES, MOST_NEXT_FILES, PREFETCH_FILES
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.keep_next_dialog import KeepNextDialog

_LET_GO = "let_go"


class OfflinePresenter(QObject):
    """The prefetcher and the keeper work by themselves; here are the operator's wishes, and what became of them."""

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
        self._window = window
        self._files = files
        self._review = review
        self._scope = TaskScope(on_error)
        self._wishes = itertools.count()
        bridge.offline_progressed.connect(self._show_progress)
        review.archive_wanted.connect(self._make_way)
        review.archive_settled.connect(self._read_ahead)
        review.archive_out_of_reach.connect(self._fetch_later)
        bridge.room_exhausted.connect(self._show_room_exhausted)
        window.actions_by_id["keep_file"].triggered.connect(lambda: self.toggle_selected())
        window.actions_by_id["keep_next"].triggered.connect(lambda: self.keep_next())
        window.actions_by_id["keep_offline"].triggered.connect(lambda: self.keep_shown())
        window.snackbar.action_requested.connect(self._snackbar_action)
        window.actions_by_id["drop_archive"].triggered.connect(lambda: self.drop_shown())
        window.queues.stop_keeping_requested.connect(self._stop)

    def start(self) -> None:
        """What is kept on purpose and has not come yet is asked for again."""
        self._scope.start("still_to_fetch", self._ask_again())

    def keep_shown(self) -> None:
        """Every file of the list as it is shown: a queue, or what a search found."""
        keys = self._files.shown_keys()
        rows = [row for key in keys if (row := self._files.file_of(key)) is not None]
        if all(row.kept_on_purpose and row.archive_kept for row in rows):
            # What stands there already can only be meant the other way round.
            self._window.snackbar.show_message(
                tr("offline.nothing_missing"),
                action=_LET_GO if rows else "",
                action_text=tr("offline.let_go") if rows else "",
            )
        else:
            self._wish(lambda: self._keep(keys))

    def toggle_selected(self) -> None:
        """The selected files: kept on purpose, or let go when all of them are."""
        keys = self._window.files.selected()
        if keys:
            self._wish(lambda: self._toggle(keys))
        else:
            self._window.snackbar.show_message(tr("offline.no_file"))

    def keep_next(self) -> None:
        """Asks how many of the next files to validate are to be kept, from the one on screen on."""
        if not self._next_to_do(1):
            self._window.snackbar.show_message(tr("offline.nothing_to_do"))
        elif not self._scope.is_running("keep_next"):
            self._scope.start("keep_next", self._ask_and_keep_next())

    def drop_shown(self) -> None:
        """The archive on screen leaves this computer, and the screen."""
        key = self._review.key
        if key is not None and not self._scope.is_running("drop"):
            self._scope.start("drop", self._drop(key))

    def read_ahead(self) -> None:
        """As many of the next files as the settings say now."""
        if self._review.archive is not None:
            self._read_ahead()

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _wish(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Each under a name of its own: a second wish does not stop the first half-way."""
        self._scope.start(f"wish:{next(self._wishes)}", self._told(work))

    async def _told(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)

    async def _ask_again(self) -> None:
        if missing := await self._desk.keeper.still_to_fetch():
            self._desk.prefetcher.keep(missing)

    async def _keep(self, keys: Sequence[ClientFileKey]) -> None:
        self._fetch(keys, await self._desk.keeper.keep_on_purpose(keys))

    async def _let_go(self, keys: Sequence[ClientFileKey]) -> None:
        await self._desk.keeper.let_go(keys)
        self._desk.prefetcher.let_go(keys)
        self._window.snackbar.show_message(tr("offline.gone", count=len(keys)))

    async def _toggle(self, keys: Sequence[ClientFileKey]) -> None:
        wish = await self._desk.keeper.toggle(keys)
        if wish.kept:
            self._fetch(keys, wish.missing)
        else:
            self._desk.prefetcher.let_go(keys)
            self._window.snackbar.show_message(tr("offline.gone", count=len(keys)))

    def _fetch(self, keys: Sequence[ClientFileKey], missing: Sequence[ClientFileKey]) -> None:
        self._window.snackbar.show_message(tr("offline.on_purpose", count=len(keys)))
        if missing:
            self._desk.prefetcher.keep(missing)

    async def _ask_and_keep_next(self) -> None:
        settings = self._desk.settings
        left = len(self._next_to_do(self._files.rowCount()))
        dialog = KeepNextDialog(settings.get(KEEP_NEXT_FILES), left, MOST_NEXT_FILES, self._window)
        if await shown(dialog) != QDialog.DialogCode.Accepted:
            return
        # Kept although the number cannot be remembered: it is a convenience only.
        with contextlib.suppress(TnsError):
            settings.set(KEEP_NEXT_FILES, dialog.number)
        if keys := self._next_to_do(dialog.number):
            self._wish(lambda: self._keep(keys))

    def _next_to_do(self, number: int) -> list[ClientFileKey]:
        """Up to ``number`` files of the list that await a decision, the one on screen first."""
        key = self._window.files.chosen
        row = self._files.file_of(key) if key is not None else None
        place = self._files.row_of(key) if key is not None else -1
        first = [row.key] if row is not None and place >= 0 and row.is_left_to_do else []
        return first + self._files.next_to_do(place, number - len(first))

    async def _drop(self, key: ClientFileKey) -> None:
        try:
            await self._desk.keeper.drop(key)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        if self._review.key == key:
            self._review.show_nothing()
        self._window.snackbar.show_message(tr("offline.dropped"))

    def _make_way(self, key: ClientFileKey | None) -> None:
        self._desk.keeper.hold(key)
        self._desk.indexer.make_way(key)
        row = self._files.file_of(key) if key is not None else None
        # What is on this computer needs no line: the transfer that is under way may go on.
        self._desk.prefetcher.make_way(None if row is None or row.archive_kept else key)

    def _read_ahead(self) -> None:
        self._desk.indexer.go_on()
        key = self._review.key
        after = self._files.row_of(key) if key is not None else -1
        self._desk.prefetcher.read_ahead(self._files.next_to_do(after, self._desk.settings.get(PREFETCH_FILES)))

    def _fetch_later(self, key: ClientFileKey) -> None:
        self._desk.prefetcher.keep([key])

    def _stop(self) -> None:
        if forgotten := self._desk.prefetcher.stop_keeping():
            self._wish(lambda: self._desk.keeper.let_go(forgotten))

    def _snackbar_action(self, action: str) -> None:
        if action == _LET_GO:
            self._wish(lambda: self._let_go(self._files.shown_keys()))

    def _show_room_exhausted(self, event: RoomExhausted) -> None:
        self._window.snackbar.show_message(tr("offline.no_room", count=event.count), lasting=True)

    def _show_progress(self, event: OfflineProgressed) -> None:
        total = event.done + event.left + event.failed
        if event.left:
            text = tr("offline.progress", done=event.done, total=total)
        elif event.failed:
            text = tr("offline.failed", count=event.failed)
        else:
            text = ""
            if event.done:
                self._window.snackbar.show_message(tr("offline.kept", count=event.done))
        self._window.queues.show_offline(text, can_stop=event.left > 0)
