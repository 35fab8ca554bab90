"""The list: local rows at once, then the servers'; counts and search. Every connection is followed, whichever is shown."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from tns_desktop.domain.client_file import WAITING, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection, ConnectionState
from tns_desktop.domain.narrowing import Narrowing, SavedView
from tns_desktop.domain.projection import QueueTally, count_queues
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import ClientFilesChanged
from tns_desktop.services.settings import REFRESH_SECONDS
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.connections import ConnectionRow
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.line import LinePresenter
from tns_desktop.ui.presenters.searching import Searching
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.filter_words import filter_words

AGES_EVERY_MS = 30_000
MOST_BY_KEY = 200
"""More changed files than this are read with all the others."""
_FOLLOWING = "follow:"


class FilesPresenter(QObject):
    """Feeds the list with the rows of one connection, or of several."""

    file_changed = Signal(object)
    """A key whose row changed; None: any of them may have."""
    credentials_wanted = Signal(str)
    connection_wanted = Signal()
    rows_shown = Signal()

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        files: ClientFileModel,
        queues: QueueModel,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._queues = queues
        self._scope = TaskScope(on_error)
        self._shown: dict[str, Connection] = {}
        self.line = LinePresenter(desk, bridge, window)
        self._left: Counter[str] = Counter()
        """What is left to validate, by connection."""
        self._followed: set[str] = set()
        self._complete = False
        """The list has every row of the connections shown."""
        self._touched: set[ClientFileKey | None] = set()
        self._queue = WAITING
        self._view = ""
        self._every_queue = False
        self._searching = Searching(desk, files, self._scope, self._show_empty_face)
        bridge.client_files_changed.connect(self._client_files_changed)
        self.line.changed.connect(self._line_changed)
        self.line.refresh_wanted.connect(lambda: self.refresh())
        self.line.credentials_wanted.connect(self.credentials_wanted)
        window.queues.state_chosen.connect(self._choose_state)
        window.queues.connection_chosen.connect(self._narrow)
        window.queues.outbox_chosen.connect(window.show_outbox)
        window.header.search_changed.connect(self._search)
        window.files.empty_action_requested.connect(self._empty_action)
        window.frame.got_focus.connect(self._look_again)
        window.files.file_chosen.connect(lambda _key: desk.synchroniser.note_activity())
        window.actions_by_id["refresh"].triggered.connect(lambda: self.refresh())
        window.actions_by_id["queue_waiting"].triggered.connect(lambda: self._go_to_waiting())
        window.actions_by_id["outbox"].triggered.connect(lambda: window.queues.choose_outbox())
        self._ages = QTimer(self)
        self._ages.timeout.connect(files.refresh_ages)
        self._ages.start(AGES_EVERY_MS)
        self._show_empty_face()

    def _look_again(self) -> None:
        self._desk.synchroniser.wake()

    @property
    def connections(self) -> list[Connection]:
        """Whose files are shown."""
        return list(self._shown.values())

    @property
    def is_reloading(self) -> bool:
        """Rows that have changed are on their way to the list."""
        return self._scope.is_running("rows")

    def connection_of(self, key: ClientFileKey) -> Connection | None:
        """Whose file it is; None when that connection is not shown."""
        return self._shown.get(key.connection_id)

    def show_connections(self, shown: Sequence[Connection]) -> None:
        """Local rows first; the loops then ask the servers, again and again."""
        same = set(self._shown) == {item.connection_id for item in shown}
        self._shown = {item.connection_id: item for item in shown}
        self._complete = False
        if not same:
            self._files.set_rows([])
            self.widen_list()  # a workflow of one product is none of another's
        self._files.set_connections(shown)
        self._window.files.show_origins(len(shown) > 1)
        self._narrow_to("")
        self.line.show_connections(shown)
        self._window.show_desk()
        self._go_to_waiting()
        self._scope.start("show", self._load_then_follow())

    def leave_connections(self) -> None:
        """There is none any more: nothing is asked for it, and nothing of it stays on screen."""
        self._shown = {}
        self._complete = False
        self._scope.cancel("show")
        self._scope.cancel("rows")
        self._follow()
        self._searching.stop()
        self._files.set_rows([])
        self._queues.set_counts(count_queues([]))
        self._window.queues.show_connections([])
        self.line.show_connections([])
        self._show_empty_face()

    def follow_anew(self, connection_id: str) -> None:
        """Its address or credentials changed: whatever its loop waits for is void."""
        self._scope.cancel(f"{_FOLLOWING}{connection_id}")
        self.line.forget(connection_id)

    def refresh(self) -> None:
        for connection_id in self._shown:
            if self._desk.lines.state_of(connection_id) is ConnectionState.WRONG_CREDENTIALS:
                self._desk.sender.unpark(connection_id)
        self._desk.synchroniser.wake(self._shown)

    async def close(self) -> None:
        self._ages.stop()
        await self._scope.close()

    # --- rows ---------------------------------------------------------------------------------------------------------

    async def _load_then_follow(self) -> None:
        try:
            await self._reload()
        finally:
            self._follow()
        self._desk.synchroniser.wake(self._shown)

    def _follow(self) -> None:
        """A loop for each connection there is. The sample server is asked for nothing while nobody looks at its files: it may
        not even run.
        """
        known = [item.connection_id for item in self._desk.connections.all()]
        followed = [name for name in known if name in self._shown or name not in SAMPLE_CONNECTION_IDS]
        for name in self._followed - set(followed):
            self._scope.cancel(f"{_FOLLOWING}{name}")
        for name in followed:
            if not self._scope.is_running(f"{_FOLLOWING}{name}"):
                self._scope.start(f"{_FOLLOWING}{name}", self._desk.synchroniser.run(name, self._every_seconds))
        self._followed = set(followed)

    def _every_seconds(self) -> float:
        return self._desk.settings.get(REFRESH_SECONDS)

    async def _reload(self) -> None:
        shown = tuple(self._shown)
        rows = await self._desk.catalogue.rows(shown)
        if shown != tuple(self._shown):
            return
        self._files.set_rows(rows)
        self._complete = True
        await self._show_reloaded(shown)

    async def _reload_some(self, keys: Collection[ClientFileKey]) -> None:
        """The rest of the list is not compared, nor made anew: two products of 10,000 files would stop the window."""
        shown = tuple(self._shown)
        wanted = frozenset(key for key in keys if key.connection_id in shown)
        rows = await self._desk.catalogue.rows_of(wanted)
        if shown != tuple(self._shown):
            return
        self._files.change_rows(wanted, rows)
        await self._show_reloaded(shown)

    async def _show_reloaded(self, shown: tuple[str, ...]) -> None:
        await asyncio.sleep(0)  # keys that were pressed meanwhile come first
        if shown != tuple(self._shown):
            return
        self._show_counts()
        self._searching.begin(shown, again=True)
        self._show_empty_face()
        self.rows_shown.emit()

    def _client_files_changed(self, event: ClientFilesChanged) -> None:
        if event.connection_id in self._shown:
            # A reload that a newer one replaces leaves its keys to it: whoever shows one of them must hear of it.
            self._touched.update(event.keys or {None})
            self._scope.start("rows", self._reload_and_tell())

    async def _reload_and_tell(self) -> None:
        keys = {key for key in self._touched if key is not None}
        # Of a list that is not there yet, a part would look like the whole.
        if self._complete and None not in self._touched and len(keys) <= MOST_BY_KEY:
            await self._reload_some(keys)
        else:
            await self._reload()
        touched, self._touched = self._touched, set()
        for key in touched:
            self.file_changed.emit(key)

    def _show_counts(self) -> None:
        """Of each queue, of the connection that the queues are narrowed to; and what is left to do in each connection."""
        tally = QueueTally(self._files.all_rows())
        self._left = tally.left_to_do()
        several = len(self._shown) > 1
        self._queues.set_counts(tally.queues(self._files.filter.connection_id if several else ""))
        self._show_lines()

    def _show_lines(self) -> None:
        if len(self._shown) < 2:
            self._window.queues.show_connections([])
            return
        lines = [ConnectionRow(item, self._left[name], self.line.state_of(item)) for name, item in self._shown.items()]
        self._window.queues.show_connections([ConnectionRow(None, self._left.total()), *lines])

    def _line_changed(self) -> None:
        self._show_lines()
        self._show_empty_face()

    # --- filter -------------------------------------------------------------------------------------------------------

    @property
    def narrowing(self) -> Narrowing:
        return self._files.filter.narrowing

    @property
    def is_every_queue(self) -> bool:
        """The filter looks into every queue; a search does anyway."""
        return self._every_queue

    @property
    def queue(self) -> ClientFileState:
        """The queue that was chosen last."""
        return self._queue

    @property
    def view(self) -> str:
        """The name of the saved view that is shown; empty where the operator chose a queue."""
        return self._view

    def narrow_list(self, narrowing: Narrowing, *, every_queue: bool) -> None:
        """Of the chosen queue, or of all of them."""
        self._window.show_lists()
        self._window.show_files()
        self._show_narrowed(narrowing, every_queue=every_queue)

    def widen_list(self) -> None:
        """The chosen queue, whole."""
        self._show_narrowed(Narrowing(), every_queue=False)

    def show_view(self, view: SavedView) -> None:
        self._window.header.search.clear()
        self._window.show_lists()
        self._window.show_files()
        self._view = view.name
        self._queue = view.state or self._queue
        self._window.queues.choose_view(view.name)
        self._show_narrowed(view.narrowing, every_queue=view.state is None)

    def _show_narrowed(self, narrowing: Narrowing, *, every_queue: bool) -> None:
        self._every_queue = every_queue
        self._files.set_filter(replace(self._files.filter, state=self._state(), narrowing=narrowing))
        self._show_empty_face()

    def _state(self) -> ClientFileState | None:
        """Searching looks into every queue; an empty search returns to the chosen one."""
        return None if self._every_queue or self._window.header.search.text().strip() else self._queue

    def _go_to_waiting(self) -> None:
        self._window.show_lists()
        self._window.show_files()
        self._window.queues.choose_state(WAITING)
        self._choose_state(WAITING)

    def _choose_state(self, state: ClientFileState) -> None:
        """What the operator narrowed the list by holds in the next queue too; a view is left with its queue."""
        self._window.show_files()
        self._queue = state
        narrowing = Narrowing() if self._view else self.narrowing
        self._view = ""
        self._show_narrowed(narrowing, every_queue=False)

    def _narrow(self, connection_id: str) -> None:
        """Every queue holds the files of one connection only, until all of them are chosen again."""
        if connection_id != self._files.filter.connection_id:
            self._narrow_to(connection_id)
            self._show_counts()
            if self._window.shows_outbox:
                self._window.queues.choose_state(self._queue)
            self._show_empty_face()

    def _narrow_to(self, connection_id: str) -> None:
        self._files.set_filter(replace(self._files.filter, connection_id=connection_id))
        self._window.queues.choose_connection(connection_id)

    def _search(self, text: str) -> None:
        self._window.show_files()
        self._files.set_filter(replace(self._files.filter, state=self._state(), text=text))
        self._searching.begin(tuple(self._shown))
        self._show_empty_face()

    def _show_empty_face(self) -> None:
        found = self._files.rowCount()
        searching = bool(self._files.filter.text.strip()) and found > 0
        self._window.files.show_caption(self._searching.caption(found) if searching else "")
        narrowed = filter_words(self.narrowing, every_queue=self._every_queue)
        self._window.files.show_filter(
            tr("filter.shown", count=found, terms=formatting.remarks(narrowed)) if narrowed else ""
        )
        self._window.actions_by_id["filter"].setChecked(bool(narrowed))
        for name in ("clear_filter", "save_view"):
            self._window.actions_by_id[name].setEnabled(bool(narrowed))
        empty = self._window.files.empty
        if not self._shown:
            empty.show_message(
                "plug",
                tr("header.no_connection"),
                tr("welcome.connect.text"),
                action="connect",
                action_text=tr("header.new_connection"),
            )
        elif self._files.filter.text:
            self._searching.show_nothing_found(empty)
        elif not self.line.have_answered() and not any(True for _ in self._files.all_rows()):
            empty.show_message("hourglass", tr("list.loading.title"), "")
            empty.show_progress(0, None)
        elif narrowed:
            empty.show_message(
                "filter",
                tr("list.filtered_out.title"),
                tr("list.filtered_out.text"),
                action="clear_filter",
                action_text=tr("action.clear_filter"),
            )
        elif self._files.filter.state == WAITING:
            empty.show_message(
                "check",
                tr("list.all_done.title"),
                tr("list.all_done.text"),
                action="refresh",
                action_text=tr("action.refresh"),
            )
        else:
            empty.show_message("inbox", tr("list.empty.title"), tr("list.empty.text"))

    def _empty_action(self, action: str) -> None:
        if action == "connect":
            self.connection_wanted.emit()
        elif action == "clear_filter":
            self.widen_list()
        else:
            self.refresh()
