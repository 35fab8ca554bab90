"""What holds the window together: the three doors, help, language, theme, leaving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import (
    ARCHIVE_DAYS,
    ARCHIVE_DROP_DECIDED,
    ARCHIVE_MEGABYTES,
    LANGUAGE,
    PREFETCH_FILES,
    REFRESH_SECONDS,
    THEME,
    WINDOW_GEOMETRY,
    WINDOW_SPLITTERS,
    Setting,
)
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import current_language, tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.of_window import Models
from tns_desktop.ui.presenters.bringing import Bringing
from tns_desktop.ui.presenters.bulk import BulkPresenter
from tns_desktop.ui.presenters.comparing import ComparingPresenter
from tns_desktop.ui.presenters.connections import ConnectionsPresenter
from tns_desktop.ui.presenters.creating import CreatingPresenter
from tns_desktop.ui.presenters.decisions import DecisionsPresenter
from tns_desktop.ui.presenters.detached import DetachedPresenter
from tns_desktop.ui.presenters.disk import DiskPresenter
from tns_desktop.ui.presenters.disk_archives import DiskArchivesPresenter
from tns_desktop.ui.presenters.evidence import EvidencePresenter
from tns_desktop.ui.presenters.facts import FactsPresenter
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.presenters.filtering import FilteringPresenter
from tns_desktop.ui.presenters.follow_up import FollowUpPresenter
from tns_desktop.ui.presenters.handover import HandoverPresenter
from tns_desktop.ui.presenters.importing import ImportingPresenter
from tns_desktop.ui.presenters.last_acts import LastActs
from tns_desktop.ui.presenters.leaving import leaves_anyway
from tns_desktop.ui.presenters.marks import MarksPresenter
from tns_desktop.ui.presenters.message_templates import MessageTemplatesPresenter
from tns_desktop.ui.presenters.notices import NoticesPresenter
from tns_desktop.ui.presenters.offline import OfflinePresenter
from tns_desktop.ui.presenters.outbox import OutboxPresenter
from tns_desktop.ui.presenters.pace import PacePresenter
from tns_desktop.ui.presenters.palette import PalettePresenter
from tns_desktop.ui.presenters.preferences import PreferencesPresenter
from tns_desktop.ui.presenters.rejecting import RejectionWords
from tns_desktop.ui.presenters.reporting import ReportingPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.presenters.samples import SamplesPresenter
from tns_desktop.ui.presenters.templates import TemplatesPresenter
from tns_desktop.ui.presenters.thumbnails import ThumbnailsSwitch
from tns_desktop.ui.presenters.verdicts import VerdictsPresenter
from tns_desktop.ui.presenters.webhooks import WebHooksPresenter
from tns_desktop.ui.presenters.work_in_hand import WorkInHand
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.help_dialog import HelpDialog
from tns_desktop.ui.widgets.tray import Tray


class ShellPresenter(QObject):
    """Builds the presenters of one window and passes words between them.

    ``rebuild_wanted``: language or theme changed, the window is to be made anew. ``quit_wanted``: everything that had to
    be asked was asked. ``lock_wanted``: at once.
    """

    rebuild_wanted = Signal()
    quit_wanted = Signal()
    lock_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        models: Models,
        on_error: Callable[[BaseException], None],
        tray: Tray,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._models = models
        self._on_error = on_error
        self._scope = TaskScope(self._failed)
        self._bridge = EventBridge(desk.bus, self)
        failed = self._failed
        self.files = FilesPresenter(desk, self._bridge, window, models.files, models.queues, failed)
        self.filtering = FilteringPresenter(desk, window, models.files, models.queues, self.files, failed)
        self.review = ReviewPresenter(desk, self._bridge, window, models.files, models.documents, failed)
        self.detached = DetachedPresenter(desk, window)
        self.thumbnails = ThumbnailsSwitch(desk, window)
        self.facts = FactsPresenter(desk, window, self.review, failed)
        self.offline = OfflinePresenter(desk, self._bridge, window, models.files, self.review, failed)
        self.marks = MarksPresenter(desk, window, models.files, models.documents, self.review, failed)
        self.evidence = EvidencePresenter(desk, window, self.review, failed)
        self.archives = DiskArchivesPresenter(
            desk, window, models.archives, models.queues, self.review, self.marks, failed
        )
        self.reporting = ReportingPresenter(desk, window, models.files, self.review, self.marks, failed)
        self.handover = HandoverPresenter(desk, self._bridge, window, models.files, self.review, failed)
        self.palette = PalettePresenter(desk, window, models.files, models.documents, self.files, self.review, failed)
        self.pace = PacePresenter(desk, window, models.files, failed)
        self.templates = TemplatesPresenter(desk, window, failed)
        self.webhooks = WebHooksPresenter(desk, self._bridge, window, failed)
        self.messages = MessageTemplatesPresenter(desk, window, failed)
        self.follow_up = FollowUpPresenter(desk, window, models.files, self.review, self.messages, failed)
        self.preferences = PreferencesPresenter(desk, window, self.templates, self.webhooks, self.messages, failed)
        self.words = words = RejectionWords(desk, window, self.templates)
        self.acts = LastActs(window, failed)
        self.decisions = DecisionsPresenter(
            desk,
            self._bridge,
            window,
            models.files,
            models.queues,
            models.outbox,
            self.files,
            self.review,
            self.marks,
            words,
            self.acts,
            failed,
        )
        self.outbox = OutboxPresenter(desk, window, failed)
        self.creating = CreatingPresenter(
            desk, self._bridge, window, models.creations, models.queues, self.acts, failed
        )
        self.importing = ImportingPresenter(desk, window, self.creating, failed)
        self.bulk = BulkPresenter(desk, window, models.files, self.decisions, words, failed)
        self.notices = NoticesPresenter(desk, self._bridge, window.frame, models.files, self.files, tray)
        self.connections = ConnectionsPresenter(desk, window, failed)
        self.verdicts = VerdictsPresenter(desk, window, self.review, self.marks, self.archives, failed)
        self.comparing = ComparingPresenter(desk, window, self.review, failed)
        self.disk = DiskPresenter(desk, window, self.review, self.archives, failed)
        self.bringing = Bringing(window, models.files, self.files, self.review, self.connections)
        self.samples = SamplesPresenter(desk, window, self.connections, failed)
        self.preferences.changed.connect(self._settings_changed)
        self.preferences.changed.connect(self.follow_up.settings_changed)
        self.connections.connections_ready.connect(self._show_connections)
        self.connections.connection_changed.connect(self._connection_changed)
        self.connections.connections_ready.connect(lambda _shown: self.webhooks.follow_connections())
        self.connections.connection_changed.connect(lambda _changed: self.webhooks.follow_connections(anew=True))
        self.connections.connection_forgotten.connect(self.decisions.load)
        self.files.connection_wanted.connect(self.connections.add)
        self.files.credentials_wanted.connect(self.connections.edit)
        self.palette.show_view_requested.connect(self.filtering.show_view)
        self.files.file_changed.connect(self.review.refresh_shown)
        for asks in (self.palette, self.decisions, self.outbox, self.follow_up):
            asks.show_file_requested.connect(self.bringing.show)
        self.creating.show_file_requested.connect(self.bringing.show)
        self.outbox.review_requested.connect(self.bringing.show_anew)
        window.welcome.door_chosen.connect(self._door)
        window.frame.close_requested.connect(self.ask_to_quit)
        for name, slot in (
            ("help", self._show_help),
            ("language", self._switch_language),
            ("theme", self._switch_theme),
            ("lock", self.lock_wanted.emit),
            ("quit", self.ask_to_quit),
        ):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    def start(self) -> None:
        """The connection of last time, or the three doors."""
        settings = self._desk.settings
        self._window.restore_layout(settings.get(WINDOW_SPLITTERS))
        if not self.connections.start():
            self._window.show_welcome()
        else:
            self.detached.start()
        self.filtering.start()
        self.offline.start()
        self.handover.start()
        self.archives.start()

    def work_in_hand(self) -> WorkInHand:
        """What should be there again after the desk was locked."""
        return WorkInHand(self.review.key, self.words.drafts, self.archives.paths)

    def resume(self, work: WorkInHand) -> None:
        """Rejections that were begun, and, once the rows are there, the file that was on screen."""
        self.words.restore(work.drafts)
        self.archives.open(work.archives, show=work.key is None)
        if work.key is not None and self.review.key is None:
            self.bringing.await_rows_of(work.key)

    def show_samples(self) -> None:
        self.samples.show()

    def show_from_disk(self, *paths: Path) -> None:
        self.archives.open(paths)

    def ask_to_quit(self) -> None:
        self._scope.start("quit", self._quit())

    def save_layout(self) -> None:
        try:
            self._desk.settings.set(WINDOW_GEOMETRY, self._window.frame.geometry_text())
            self._desk.settings.set(WINDOW_SPLITTERS, self._window.layout_state())
        except TnsError:
            # A layout that cannot be kept is no reason to disturb somebody who is leaving.
            return

    async def close(self) -> None:
        self.detached.close()
        for part in (
            self.acts,
            self.importing,
            self.creating,
            self.bulk,
            self.outbox,
            self.follow_up,
            self.messages,
            self.templates,
            self.preferences,
            self.webhooks,
            self.decisions,
            self.reporting,
            self.handover,
            self.pace,
            self.palette,
            self.verdicts,
            self.comparing,
            self.archives,
            self.evidence,
            self.marks,
            self.offline,
            self.facts,
            self.review,
            self.filtering,
            self.files,
            self.samples,
            self.disk,
            self.connections,
        ):
            await part.close()
        await self._scope.close()
        self._bridge.close()
        self.notices.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _failed(self, error: BaseException) -> None:
        """What has words is told; anything else is a fault of the program."""
        if isinstance(error, TnsError):
            self._window.snackbar.show_message(message_for(error).sentence)
        else:
            self._on_error(error)

    def _door(self, name: str) -> None:
        if name == "connect":
            self.connections.add()
        elif name == "sample":
            self.samples.show()
        else:
            self.disk.choose()

    def _show_connections(self, shown: list[Connection]) -> None:
        stays = len(shown) > 1 and len(self.files.connections) > 1
        kept = {item.connection_id for item in shown} if stays else set()
        if self.review.key is None or self.review.key.connection_id not in kept:
            self.review.show_nothing()
        self.decisions.show_connections()
        if shown:
            self.files.show_connections(shown)
            self.samples.serve(shown)
        else:
            self.files.leave_connections()
            self._window.show_welcome()

    def _connection_changed(self, connection_id: str) -> None:
        self.files.follow_anew(connection_id)
        if self.review.key is not None and self.review.key.connection_id == connection_id:
            self.review.show_nothing()

    def _show_help(self) -> None:
        self._scope.start("help", self._help())

    async def _help(self) -> None:
        dialog = HelpDialog(self._window.actions_by_id, self._window)
        wants_change = False

        def change() -> None:
            nonlocal wants_change
            wants_change = True
            dialog.accept()

        dialog.change_requested.connect(change)
        await shown(dialog)
        if wants_change:
            self.preferences.open("keys")

    def _switch_language(self) -> None:
        self._switch(LANGUAGE, "en" if current_language() == "fr" else "fr")

    def _switch_theme(self) -> None:
        self._switch(THEME, "light" if theme.current().name == "dark" else "dark")

    def _switch(self, setting: Setting[str], value: str) -> None:
        try:
            self._desk.settings.set(setting, value)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).as_text)
            return
        self.rebuild_wanted.emit()

    def _settings_changed(self, changed: list[Setting[Any]]) -> None:
        """What does not read its setting each time is told; the rest follows by itself."""
        if REFRESH_SECONDS in changed:
            self._desk.synchroniser.wake()
        if PREFETCH_FILES in changed:
            self.offline.read_ahead()
        if any(rule in changed for rule in (ARCHIVE_DAYS, ARCHIVE_MEGABYTES, ARCHIVE_DROP_DECIDED)):
            self._desk.keeper.look_again()
        if LANGUAGE in changed or THEME in changed:
            self.rebuild_wanted.emit()
        elif changed:
            self._window.snackbar.show_message(tr("preferences.saved"))

    async def _quit(self) -> None:
        """Without a keychain the vault ends with the session: unfinished decisions would end with it."""
        try:
            keychain = await self._desk.connections.keychain()
            unfinished = sum(not entry.status.is_final for entry in await self._desk.decisions.all())
            counts = await self._desk.creation.creations.counts()
            unfinished += sum(count for status, count in counts.items() if not status.is_final)
        except TnsError:
            # A store that does not answer must not hold anybody here; what it has written is safe in it.
            self.quit_wanted.emit()
            return
        if keychain.persistent or not unfinished or await leaves_anyway(self._window, unfinished):
            self.quit_wanted.emit()
