"""Working without a network: archives kept on purpose, the next ones read ahead, and how far both are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import OfflineProgressed
from tns_desktop.services.settings import PREFETCH_FILES
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView


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
        bridge.offline_progressed.connect(self._show_progress)
        review.archive_wanted.connect(self._make_way)
        review.archive_settled.connect(self._read_ahead)
        review.archive_out_of_reach.connect(self._fetch_later)
        window.actions_by_id["keep_offline"].triggered.connect(lambda: self.keep_shown())
        window.actions_by_id["drop_archive"].triggered.connect(lambda: self.drop_shown())
        window.queues.stop_keeping_requested.connect(self._stop)

    def keep_shown(self) -> None:
        """Every file of the list as it is shown: a queue, or what a search found."""
        missing = self._files.not_kept()
        if missing:
            self._desk.prefetcher.keep(missing)
        else:
            self._window.snackbar.show_message(tr("offline.nothing_missing"))

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
        self._desk.prefetcher.stop_keeping()

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
