"""The review: open the archive of the chosen file and walk through its documents. The right archive or none.

Everything that arrives late is compared with what is on screen by its key, besides the task being cancelled: two guards,
since showing another client's file is the one mistake that nobody forgives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.archive import PDF_STEP, ArchiveEntry, ArchiveIndex, DocumentKind
from tns_desktop.domain.client_file import ClientFileKey, ClientFileState
from tns_desktop.domain.errors import ClientFileNotFound, TnsError, TransportError
from tns_desktop.domain.follow_up import is_followed_up
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.search import FoundDocument
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import ArchiveProgressed
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.presenters.beside import BesidePresenter
from tns_desktop.ui.presenters.preview import PreviewPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.quiet import quiet_timer
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

COMPARED_AFTER_SECONDS = 0.25
"""After an archive is shown: its first page comes before the question whether it is still the server's."""


class ReviewPresenter(QObject):
    """Shows one client file at a time."""

    archive_shown = Signal()
    """What is on screen changed: what may be decided is to be judged again."""
    archive_extended = Signal()
    """The archive on screen is the same; files attached to one of its PDFs are known now."""
    document_displayed = Signal(object)
    """A DocumentKey whose pixels or text have just come on screen."""
    document_failed = Signal(object)
    """A DocumentKey that cannot be shown."""
    save_copy_requested = Signal(object, str)
    archive_wanted = Signal(object)
    """The operator waits for the archive of this file (None: for none of the server's)."""
    archive_settled = Signal()
    """Nobody waits any more: it is there, or it cannot be had."""
    archive_out_of_reach = Signal(object)
    disk_archive_read = Signal()
    """The archive from disk that was chosen is on screen now, or it is said why it cannot be."""
    document_shown = Signal(object, object)
    """Archive and entry of the document that stands in the preview now, or whose turn it is but cannot be shown."""
    document_left = Signal()
    """Nothing of the last document holds any more."""

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        window: DeskView,
        files: ClientFileModel,
        documents: DocumentModel,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._pane = window.review
        self._files = files
        self._documents = documents
        self._scope = TaskScope(on_error)
        self.preview = PreviewPresenter(desk, self._pane.preview, on_error)
        self.beside = BesidePresenter(desk, window, self.preview, on_error)
        self._key: ClientFileKey | None = None
        self._state: ClientFileState | None = None
        """That of the file when its archive was last compared with the server's."""
        self._path: Path | None = None
        self._archive: OpenArchive | None = None
        self._progress: ArchiveProgressed | None = None
        self._looked_within: set[str] = set()
        self._wanted: FoundDocument | None = None
        """The document through which a search found the file: shown first."""
        self._quiet = quiet_timer(self, self._show_waiting)
        bridge.archive_progressed.connect(self._archive_progressed)
        bridge.archive_stored.connect(lambda event: self._archive_stored(event.key))
        window.files.file_chosen.connect(self.show_file)
        self._pane.document_chosen.connect(self._show_document)
        self._pane.archive_action_requested.connect(self._archive_action)
        self._pane.banner_action_requested.connect(lambda _action: self.fetch_again())
        for preview in (self.preview, self.beside.preview):
            preview.save_copy_requested.connect(self.save_copy_requested)
            preview.document_displayed.connect(self.document_displayed)
            preview.document_displayed.connect(self._look_within_shown)
            preview.document_failed.connect(self.document_failed)
        self.preview.document_shown.connect(self.document_shown)
        self.preview.document_left.connect(self.document_left)
        window.actions_by_id["next_document"].triggered.connect(lambda: self._step_document(1))
        window.actions_by_id["previous_document"].triggered.connect(lambda: self._step_document(-1))
        window.actions_by_id["fetch_again"].triggered.connect(lambda: self.fetch_again())

    @property
    def key(self) -> ClientFileKey | None:
        return self._key

    @property
    def path(self) -> Path | None:
        """Of the archive from disk that is on screen or on its way there."""
        return self._path

    @property
    def archive(self) -> OpenArchive | None:
        """The archive on screen; None while it is being fetched or when it cannot be shown."""
        return self._archive

    @property
    def entry(self) -> ArchiveEntry | None:
        """The chosen document, on screen or on its way there."""
        return self.preview.entry

    @property
    def entry_in_focus(self) -> ArchiveEntry | None:
        """The document that keys judge: the chosen one, or the one beside it while that has the focus.

        None while a document of another archive has it: a mark on that one would land in this archive.
        """
        if not self.beside.is_active:
            return self.preview.entry
        archive, beside = self._archive, self.beside.archive
        if archive is None or beside is None or beside.index.sha256 != archive.index.sha256:
            return None
        return self.beside.entry

    def show_file(self, key: ClientFileKey) -> None:
        if key == self._key:
            return
        row = self._files.file_of(key)
        if row is None:
            return
        self._start(key)
        self._wanted = self._files.found_document(key)
        self._pane.show_file(row, self._files.connection_of(key))
        self._scope.start("seen", self._desk.catalogue.mark_seen(key))
        self._scope.start("archive", self._open(key))

    def show_nothing(self) -> None:
        self._start(None)
        self._window.files.forget_choice()
        self._pane.show_nothing()

    def show_from_disk(self, path: Path) -> None:
        self._start(None, path)
        self._window.files.forget_choice()
        self._window.show_desk()
        self._pane.show_local_archive(path.name)
        self._scope.start("archive", self._open_from_disk(path))

    def refresh_shown(self, key: ClientFileKey | None) -> None:
        """The row of the file on screen changed (None: may have): header, facts and bar follow; documents stay."""
        row = self._files.file_of(self._key) if self._key is not None else None
        if key in (None, self._key) and row is not None:
            self._pane.show_file(row, self._files.connection_of(row.key))
            self.archive_shown.emit()
            if self._archive is not None and row.client_file.state != self._state:
                # The person went on, or somebody decided: what was fetched before that is most likely another archive.
                self._state = row.client_file.state
                self._scope.start("outdated", self._look_for_newer(self._archive))

    def fetch_again(self) -> None:
        """Replaces the stored archive by the server's present one."""
        if self._key is not None:
            key = self._key
            self._start(key)
            self._scope.start("archive", self._open(key, anew=True))

    async def close(self) -> None:
        self._quiet.stop()
        await self.beside.close()
        await self.preview.close()
        await self._scope.close()

    # --- the archive --------------------------------------------------------------------------------------------------

    def _start(self, key: ClientFileKey | None, path: Path | None = None) -> None:
        """Whatever was on screen is gone before anything of the next file appears."""
        for task in ("archive", "outdated"):
            self._scope.cancel(task)
        self._scope.cancel_all("within:")
        self._looked_within.clear()
        self.preview.show_nothing()
        self.beside.end()
        if key != self._key:
            self._wanted = None
        self._key = key
        self._path = path
        self._archive = None
        self._progress = None
        self._documents.set_index(None)
        self._pane.banner.clear()
        self._pane.show_archive_loading()
        self._quiet.start()
        self.archive_shown.emit()
        self.archive_wanted.emit(key)

    async def _open(self, key: ClientFileKey, *, anew: bool = False) -> None:
        try:
            if anew:
                await self._desk.archives.fetch(key)
            archive = await self._desk.archives.open(key)
        except TnsError as error:
            if key == self._key:
                self._show_failure(key, error)
            return
        if key != self._key:
            return
        self._show_archive(archive)
        row = self._files.file_of(key)
        self._state = row.client_file.state if row is not None else None
        self._scope.start("outdated", self._look_for_newer(archive))

    def _show_failure(self, key: ClientFileKey, error: TnsError) -> None:
        self._quiet.stop()
        message = message_for(error)
        row = self._files.file_of(key)
        if isinstance(error, ClientFileNotFound) and row is not None and is_followed_up(row.client_file.state):
            self._pane.show_no_documents_yet()
            self.archive_settled.emit()
            return
        if isinstance(error, TransportError):
            # The wish outlives the broken line: the archive comes, and shows itself, when the server is reachable.
            message = replace(message, remedy=tr("review.will_be_fetched"))
            self.archive_out_of_reach.emit(key)
        self._pane.show_archive_failure(message)
        self.archive_settled.emit()

    def _archive_stored(self, key: ClientFileKey) -> None:
        """Fetched behind the operator's back, while the pane says that it is not there."""
        if key == self._key and self._archive is None and not self._scope.is_running("archive"):
            self._start(key)
            self._scope.start("archive", self._open(key))

    async def _open_from_disk(self, path: Path) -> None:
        try:
            archive = await self._desk.disk.open(path)
        except TnsError as error:
            if path == self._path:
                self._quiet.stop()
                self._pane.show_archive_failure(message_for(error))
                self.disk_archive_read.emit()
            return
        if path == self._path:
            self._show_archive(archive)
            self.disk_archive_read.emit()

    def _show_archive(self, archive: OpenArchive) -> None:
        self._quiet.stop()
        self._archive = archive
        self._documents.set_index(archive.index)
        self._pane.show_documents()
        problems = [tr(f"archive_problem.{problem.value}") for problem in archive.index.problems]
        if not archive.is_of_its_client_file:
            self._pane.banner.show_message("error", "\n".join(problems))
        elif problems:
            self._pane.banner.show_message("warning", "\n".join(problems))
        self.archive_shown.emit()
        self.archive_settled.emit()
        documents = self._documents.documents()
        first = next((entry for entry in documents if self._is_wanted(entry)), next(iter(documents), None))
        if first is not None:
            self._pane.choose_document(first.entry_id)

    def _is_wanted(self, entry: ArchiveEntry) -> bool:
        return self._wanted is not None and (entry.entry_id, entry.name) == (self._wanted.entry_id, self._wanted.name)

    async def _look_for_newer(self, archive: OpenArchive) -> None:
        """In the background: a reviewer should know that the archive was replaced. Offline, nobody can tell."""
        await asyncio.sleep(COMPARED_AFTER_SECONDS)
        try:
            outdated = await self._desk.archives.is_outdated(archive)
        except TnsError:
            return
        if outdated and self._archive is not None and self._archive.stored == archive.stored:
            self._pane.banner.show_message(
                "warning", tr("review.outdated"), action="fetch_again", action_text=tr("button.fetch")
            )

    def _archive_action(self, action: str) -> None:
        if action == "cancel":
            self._scope.cancel("archive")
            self._quiet.stop()
            self._pane.show_archive_cancelled()
            self.archive_settled.emit()
        elif self._key is not None:
            key = self._key
            self._start(key)
            self._scope.start("archive", self._open(key))
        elif self._path is not None:
            self.show_from_disk(self._path)

    def _archive_progressed(self, event: ArchiveProgressed) -> None:
        if event.key != self._key:
            return
        self._progress = event
        if not self._quiet.isActive() and self._scope.is_running("archive"):
            self._show_progress()

    def _show_waiting(self) -> None:
        if self._scope.is_running("archive"):
            self._show_progress()

    def _show_progress(self) -> None:
        received, total = (self._progress.received, self._progress.total) if self._progress else (0, None)
        if total:
            text = tr("review.progress", done=formatting.size(received), total=formatting.size(total))
        else:
            text = formatting.size(received) if received else ""
        self._pane.show_archive_progress(received, total, text)

    # --- what a PDF carries -------------------------------------------------------------------------------------------

    def _look_within_shown(self, key: DocumentKey) -> None:
        if self._archive is not None and key.archive_sha256 == self._archive.index.sha256:
            self.look_within(key.entry_id)

    def look_within(self, entry_id: str) -> None:
        """Lists the files attached to a PDF of the archive on screen, once, below it. Nobody waits for it."""
        entry = self._archive.index.entry(entry_id) if self._archive is not None else None
        if entry is not None and entry.kind is DocumentKind.PDF and entry_id not in self._looked_within:
            self._looked_within.add(entry_id)
            self._scope.start(f"within:{entry_id}", self._look_within(entry_id))

    async def _look_within(self, entry_id: str) -> None:
        archive = self._archive
        if archive is None:
            return
        try:
            seen = await self._desk.enclosed.look_within(archive, entry_id)
        except TnsError:
            # Said where the document is shown, and beside it; a password given later brings another try.
            self._looked_within.discard(entry_id)
            return
        present = self._archive
        if seen is archive or present is None or present.stored != archive.stored:
            return
        if present is not archive:
            # Another PDF's files came meanwhile: to the newest index, what this one carries.
            seen = replace(present, index=_merged(present.index, seen.index, entry_id))
        self._archive = seen
        self._documents.extend(seen.index, entry_id)
        self.archive_extended.emit()

    # --- one document -------------------------------------------------------------------------------------------------

    def _show_document(self, entry_id: str) -> None:
        archive = self._archive
        entry = archive.index.entry(entry_id) if archive is not None else None
        if archive is not None and entry is not None:
            self.preview.show(archive, entry)

    def _step_document(self, step: int) -> None:
        documents = self._documents.documents()
        ids = [entry.entry_id for entry in documents]
        if not ids:
            return
        entry = self.preview.entry
        position = ids.index(entry.entry_id) if entry is not None and entry.entry_id in ids else -1
        self._pane.choose_document(ids[min(max(position + step, 0), len(ids) - 1)])


def _merged(index: ArchiveIndex, other: ArchiveIndex, entry_id: str) -> ArchiveIndex:
    """``index`` with what ``other`` knows of the files of one PDF."""
    holder = other.entry(entry_id)
    attached = [entry for entry in other.entries if entry.entry_id.startswith(f"{entry_id}{PDF_STEP}")]
    return index.with_attached(holder, attached) if holder is not None else index
