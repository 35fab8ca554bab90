"""The list: local rows at once, then the server's; counts, banner and search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from tns_desktop.domain.client_file import WAITING, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection, ConnectionState
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.filters import ClientFileFilter
from tns_desktop.domain.projection import count_queues
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import ClientFilesChanged, ConnectionStateChanged, RefreshFinished
from tns_desktop.services.settings import REFRESH_SECONDS
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.searching import Searching
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

AGES_EVERY_MS = 30_000


class FilesPresenter(QObject):
    """Feeds the list of one connection at a time."""

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
        self._connection: Connection | None = None
        self._as_of: datetime | None = None
        self._touched: set[ClientFileKey | None] = set()
        self._searching = Searching(desk, files, self._scope, self._show_empty_face)
        bridge.client_files_changed.connect(self._client_files_changed)
        bridge.refresh_finished.connect(self._refresh_finished)
        bridge.connection_state_changed.connect(self._connection_state_changed)
        window.queues.state_chosen.connect(self._choose_state)
        window.queues.outbox_chosen.connect(window.show_outbox)
        window.header.search_changed.connect(self._search)
        window.banner.action_requested.connect(self._banner_action)
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
    def connection(self) -> Connection | None:
        return self._connection

    @property
    def is_reloading(self) -> bool:
        """Rows that have changed are on their way to the list."""
        return self._scope.is_running("rows")

    def show_connection(self, connection: Connection) -> None:
        """Local rows first; the loop then asks the server, again and again."""
        self._connection = connection
        self._as_of = None
        self._files.set_rows([])
        self._show_line()
        self._window.show_desk()
        self._go_to_waiting()
        self._scope.start("sync", self._load_then_follow(connection.connection_id))

    def leave_connection(self) -> None:
        """There is none any more: nothing is asked for it, and nothing of it stays on screen."""
        self._scope.cancel("sync")
        self._scope.cancel("rows")
        self._searching.stop()
        self._connection = None
        self._as_of = None
        self._files.set_rows([])
        self._queues.set_counts(count_queues([]))
        self._window.banner.clear()
        self._show_empty_face()

    def refresh(self) -> None:
        if self._connection is None:
            return
        if self._desk.lines.state_of(self._connection.connection_id) is ConnectionState.WRONG_CREDENTIALS:
            self._desk.sender.unpark(self._connection.connection_id)
        self._desk.synchroniser.wake()

    async def close(self) -> None:
        self._ages.stop()
        await self._scope.close()

    # --- rows ---------------------------------------------------------------------------------------------------------

    async def _load_then_follow(self, connection_id: str) -> None:
        await self._reload(connection_id)
        await self._desk.synchroniser.run(connection_id, self._desk.settings.get(REFRESH_SECONDS))

    async def _reload(self, connection_id: str) -> None:
        rows = await self._desk.catalogue.rows(connection_id)
        if self._connection is None or self._connection.connection_id != connection_id:
            return
        self._files.set_rows(rows)
        self._queues.set_counts(count_queues(rows))
        self._searching.begin(connection_id, again=True)
        self._show_empty_face()
        self.rows_shown.emit()

    def _client_files_changed(self, event: ClientFilesChanged) -> None:
        if self._connection is not None and event.connection_id == self._connection.connection_id:
            # A reload that a newer one replaces leaves its keys to it: whoever shows one of them must hear of it.
            self._touched.update(event.keys or {None})
            self._scope.start("rows", self._reload_and_tell(event.connection_id))

    async def _reload_and_tell(self, connection_id: str) -> None:
        await self._reload(connection_id)
        touched, self._touched = self._touched, set()
        for key in touched:
            self.file_changed.emit(key)

    # --- filter -------------------------------------------------------------------------------------------------------

    def _go_to_waiting(self) -> None:
        self._window.show_files()
        self._window.queues.choose_state(WAITING)
        self._choose_state(WAITING)

    def _choose_state(self, state: ClientFileState) -> None:
        self._window.show_files()
        self._files.set_filter(replace(self._files.filter, state=state))
        self._show_empty_face()

    def _search(self, text: str) -> None:
        """Searching looks into every queue; an empty search returns to the chosen one."""
        index = self._window.queues.view.currentIndex()
        queue = self._queues.queue_at(index.row()) if index.isValid() else None
        state = None if text.strip() else (queue.state if queue is not None else WAITING)
        self._window.show_files()
        self._files.set_filter(ClientFileFilter(state=state, text=text))
        self._searching.begin(self._connection.connection_id if self._connection is not None else None)
        self._show_empty_face()

    def _show_empty_face(self) -> None:
        found = self._files.rowCount()
        searching = bool(self._files.filter.text.strip()) and found > 0
        self._window.files.show_caption(self._searching.caption(found) if searching else "")
        empty = self._window.files.empty
        if self._connection is None:
            empty.show_message(
                "plug",
                tr("header.no_connection"),
                tr("welcome.connect.text"),
                action="connect",
                action_text=tr("header.new_connection"),
            )
        elif self._files.filter.text:
            self._searching.show_nothing_found(empty)
        elif self._as_of is None and not any(True for _ in self._files.all_rows()):
            empty.show_message("hourglass", tr("list.loading.title"), "")
            empty.show_progress(0, None)
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
        else:
            self.refresh()

    # --- the line -----------------------------------------------------------------------------------------------------

    def _refresh_finished(self, event: RefreshFinished) -> None:
        if self._connection is None or event.connection_id != self._connection.connection_id:
            return
        if event.complete:
            self._as_of = self._desk.clock.now()
        self._show_line()
        self._show_empty_face()

    def _connection_state_changed(self, event: ConnectionStateChanged) -> None:
        if self._connection is not None and event.connection_id == self._connection.connection_id:
            self._show_line()

    def _show_line(self) -> None:
        connection = self._connection
        if connection is None:
            return
        state = self._desk.lines.state_of(connection.connection_id)
        error = self._desk.lines.error_of(connection.connection_id)
        self._window.header.show_status(state, formatting.clock_time(self._as_of) if self._as_of else "")
        banner = self._window.banner
        if state in (ConnectionState.ONLINE, ConnectionState.CONNECTING, ConnectionState.NEVER_TRIED):
            banner.clear()
        elif state is ConnectionState.OFFLINE:
            banner.show_message("warning", tr("banner.offline"), action="refresh", action_text=tr("button.retry"))
        elif state in (ConnectionState.SIGNED_OUT, ConnectionState.WRONG_CREDENTIALS):
            banner.show_message(
                "error", tr(f"banner.{state.value}"), action="credentials", action_text=tr("banner.edit_connection")
            )
        else:
            message = message_for(error or TnsError())
            text = tr("banner.server_trouble", title=message.title, sentence=message.sentence, remedy=message.remedy)
            banner.show_message("warning", text, action="refresh", action_text=tr("button.retry"))

    def _banner_action(self, action: str) -> None:
        if action == "refresh":
            self.refresh()
        elif self._connection is not None:
            self.credentials_wanted.emit(self._connection.connection_id)
