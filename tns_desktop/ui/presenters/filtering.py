"""Narrowing the list, and the views that are kept of it, from the window's side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.client_file import WAITING
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.filters import fold
from tns_desktop.domain.narrowing import SavedView
from tns_desktop.services.desk import Desk
from tns_desktop.services.saved_views import LONGEST_NAME, MOST_VIEWS
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import queue_words
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.filter_dialog import FilterDialog
from tns_desktop.ui.views.filter_words import filter_words
from tns_desktop.ui.views.views_dialog import SaveViewDialog, ViewsDialog


class FilteringPresenter(QObject):
    """One dialog at a time."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        queues: QueueModel,
        files_presenter: FilesPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._queues = queues
        self._list = files_presenter
        self._scope = TaskScope(on_error)
        window.queues.view_chosen.connect(self.show_view)
        window.actions_by_id["clear_filter"].triggered.connect(lambda _checked=False: self._clear())
        for name, ask in (("filter", self._ask), ("save_view", self._save), ("views", self._manage)):
            window.actions_by_id[name].triggered.connect(
                lambda _checked=False, ask=ask: self._scope.start("ask", ask())
            )

    def start(self) -> None:
        self._queues.set_views([view.name for view in self._desk.views.all()])

    def show_view(self, name: str) -> None:
        view = self._desk.views.named(name)
        if view is not None and name != self._list.view:
            self._list.show_view(view)

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        """A view is left for the queue that it narrows."""
        if self._list.view:
            self._window.queues.choose_state(self._list.queue)
        self._list.widen_list()

    async def _ask(self) -> None:
        # The key has switched it: it says whether the list is narrowed.
        self._window.actions_by_id["filter"].setChecked(self._is_narrowed)
        rows = list(self._files.all_rows())
        dialog = FilterDialog(
            self._list.narrowing,
            every_queue=self._list.is_every_queue,
            workflows=sorted({row.client_file.workflow_label for row in rows} - {""}, key=fold),
            profiles=sorted({name for row in rows for name in row.client_file.all_profiles}, key=fold),
            today=self._desk.clock.now().astimezone().date(),
            parent=self._window,
        )
        if await shown(dialog):
            self._list.narrow_list(dialog.narrowing, every_queue=dialog.every_queue)

    async def _save(self) -> None:
        present = self._desk.views.all()
        narrowing, every_queue = self._list.narrowing, self._list.is_every_queue
        state = None if every_queue else self._list.queue
        terms = filter_words(narrowing, every_queue=every_queue)
        queue = [] if state is None else [queue_words(state)]
        dialog = SaveViewDialog(
            self._list.view,
            formatting.remarks([*queue, *terms]),
            {view.name for view in present},
            LONGEST_NAME,
            self._window,
        )
        if not await shown(dialog):
            return
        view = SavedView(dialog.name, state, narrowing)
        if len(present) >= MOST_VIEWS and view.name not in {other.name for other in present}:
            self._window.snackbar.show_message(tr("views.too_many", most=MOST_VIEWS))
            return
        try:
            self._desk.views.put(view)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).as_text)
            return
        self.start()
        self._list.show_view(view)

    async def _manage(self) -> None:
        present = self._desk.views.all()
        dialog = ViewsDialog(present, LONGEST_NAME, self._window)
        if not await shown(dialog) or dialog.views == present:
            return
        try:
            self._desk.views.replace(dialog.views)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).as_text)
            return
        self.start()
        if self._list.view and self._desk.views.named(self._list.view) is None:
            self._window.queues.choose_state(WAITING)

    @property
    def _is_narrowed(self) -> bool:
        return self._list.is_every_queue or not self._list.narrowing.is_empty
