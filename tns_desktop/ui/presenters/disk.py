"""Files of this computer: archives that are opened from it, and documents that are saved to it because the operator says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.disk_archives import DiskArchivesPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.file_choosers import files_to_open, place_to_save
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView


class DiskPresenter:
    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        review: ReviewPresenter,
        archives: DiskArchivesPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._desk = desk
        self._window = window
        self._archives = archives
        self._scope = TaskScope(on_error)
        review.save_copy_requested.connect(
            lambda archive, entry_id: self._scope.start("save", self._save_copy(archive, entry_id))
        )
        # The frame outlives a lock of the desk: what it still pointed at then would stay in memory.
        self._dropped = window.frame.archives_dropped.connect(
            lambda paths: archives.open([Path(path) for path in paths])
        )
        window.actions_by_id["open_archive"].triggered.connect(lambda: self.choose())

    def choose(self) -> None:
        self._scope.start("open", self._choose())

    async def close(self) -> None:
        self._window.frame.archives_dropped.disconnect(self._dropped)
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _choose(self) -> None:
        filters = [tr("file_dialog.archives"), tr("file_dialog.all")]
        self._archives.open(await files_to_open(self._window, tr("action.open_archive"), filters))

    async def _save_copy(self, archive: OpenArchive, entry_id: str) -> None:
        """In clear, where the operator says, because the operator says so."""
        try:
            document = await self._desk.previews.document(archive, entry_id)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        target = await place_to_save(self._window, tr("button.save_copy"), document.name)
        if target is None:
            return
        try:
            await self._desk.archives.save_copy(document, target)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        self._window.snackbar.show_message(tr("snackbar.saved", name=document.name))
