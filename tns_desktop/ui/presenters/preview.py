"""One preview at work: describe a document, draw what the view asks for, ask for a password. The right document or none.

A result is compared with what this preview shows by its key, besides its task being cancelled: two guards, since showing
another document than the one that was chosen is the mistake that nobody forgives.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.errors import (
    ArchiveError,
    ArchiveNotAvailable,
    DocumentLocked,
    EntryEncrypted,
    EntryUnreadable,
    TnsError,
    VaultError,
)
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.beside_pages import BesidePages
from tns_desktop.ui.presenters.page_words import PageWordsPresenter
from tns_desktop.ui.presenters.thumbnails import ThumbnailsPresenter
from tns_desktop.ui.preview.page_request import Look, PageRequest
from tns_desktop.ui.preview.preview_pane import PreviewPane
from tns_desktop.ui.runtime.quiet import quiet_timer
from tns_desktop.ui.runtime.tasks import TaskScope

AT_ONCE = 2
"""Pages or parts on their way: one is drawn while the other's pixels are taken over."""
HITS_LIMIT = 10_000
"""Marked places of one document; the count then says that there are more."""


class PreviewPresenter(QObject):
    """Shows one document at a time in one pane."""

    save_copy_requested = Signal(object, str)
    document_displayed = Signal(object)
    """A DocumentKey whose pixels or text have just come on screen."""
    document_failed = Signal(object)
    """A DocumentKey that cannot be shown."""
    document_shown = Signal(object, object)
    """Archive and entry of the document that stands in the preview now, or whose turn it is but cannot be shown."""
    document_left = Signal()
    """Nothing of the last document holds any more."""

    def __init__(self, desk: Desk, pane: PreviewPane, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(pane)
        self._desk = desk
        self._pane = pane
        self._scope = TaskScope(on_error)
        self._words = PageWordsPresenter(desk.previews, pane.pages, on_error)
        self._beside_pages: tuple[BesidePages, ...] = (
            self._words,
            ThumbnailsPresenter(desk.previews, pane.thumbnails, on_error),
        )
        self._archive: OpenArchive | None = None
        self._entry: ArchiveEntry | None = None
        self._origin = ""
        self._looks: dict[DocumentKey, Look] = {}
        self._waiting: list[PageRequest] = []
        self._drawing: set[PageRequest] = set()
        self._quiet = quiet_timer(self, self._show_busy)
        pane.pages.pages_wanted.connect(self._render_pages)
        pane.words_wanted.connect(self._look_for)
        pane.text.link_chosen.connect(self._words.ask_about)
        pane.retry_requested.connect(self._retry)
        pane.password_entered.connect(self._unlock)
        pane.save_copy_requested.connect(self._ask_to_save)

    @property
    def entry(self) -> ArchiveEntry | None:
        """The document that was chosen, shown or not yet."""
        return self._entry

    @property
    def archive(self) -> OpenArchive | None:
        """The archive of that document."""
        return self._archive

    def show(self, archive: OpenArchive, entry: ArchiveEntry, *, origin: str = "") -> None:
        """``origin`` names the archive of a document that is not of the one on screen: it stands above the document."""
        self._leave()
        self._archive, self._entry, self._origin = archive, entry, origin
        self.document_left.emit()
        self._pane.show_loading(self._title_of(entry))
        if not entry.can_be_read:
            error = EntryUnreadable(facts={"name": entry.name, "reason": f"entry_{entry.problems[0].value}"})
            self._pane.show_failure(self._title_of(entry), message_for(error), can_save=False)
            self.document_failed.emit(archive.document_key(entry.entry_id))
            return
        self._quiet.start()
        self._scope.start("preview", self._preview(archive, entry))

    def show_nothing(self) -> None:
        """At once: nothing of the document before remains on screen or comes later."""
        self._leave()
        self._archive = self._entry = None
        self._pane.show_nothing()
        self.document_left.emit()

    async def close(self) -> None:
        self._quiet.stop()
        for beside in self._beside_pages:
            await beside.close()
        await self._scope.close()

    # --- one document -------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        self._remember_look()
        self._quiet.stop()
        self._scope.cancel("preview")
        self._scope.cancel("find")
        self._scope.cancel_all("page:")
        for beside in self._beside_pages:
            beside.leave()
        self._waiting, self._drawing = [], set()
        self._set_drawing(False)

    async def _preview(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        try:
            if (await self._desk.previews.kind(archive, entry)).is_text:
                content = await self._desk.previews.text(archive, entry.entry_id)
                if self._is_shown(content.key):
                    self._quiet.stop()
                    self._pane.show_text(self._title_of(entry), content)
                    self.document_displayed.emit(content.key)
                    self.document_shown.emit(archive, entry)
            else:
                description = await self._desk.previews.describe(archive, entry.entry_id)
                if self._is_shown(description.key):
                    self._quiet.stop()
                    for beside in self._beside_pages:
                        beside.show(archive, entry)
                    look = self._looks.get(description.key)
                    self._pane.show_pages(self._title_of(entry), description, look=look)
                    self.document_shown.emit(archive, entry)
        except TnsError as error:
            if self._entry is entry:
                self._quiet.stop()
                self._show_failure(archive, entry, error)

    def _show_failure(self, archive: OpenArchive, entry: ArchiveEntry, error: TnsError) -> None:
        if _asks_for_password(error):
            wrong = error.facts.get("reason") == "password_wrong"
            if wrong:
                self._desk.previews.forget_password(archive, entry.entry_id)
            self._pane.show_password(self._title_of(entry), wrong=wrong)
        else:
            can_save = not isinstance(error, ArchiveError)
            self._pane.show_failure(self._title_of(entry), message_for(error), can_save=can_save)
        # What is not here, or cannot be read from the vault, says nothing about the document.
        if not isinstance(error, ArchiveNotAvailable | VaultError):
            self.document_failed.emit(archive.document_key(entry.entry_id))
        self.document_shown.emit(archive, entry)

    def _show_busy(self) -> None:
        if self._scope.is_running("preview"):
            self._pane.show_busy()

    def _render_pages(self, requests: list[PageRequest]) -> None:
        """What was wanted before and is not any more is not drawn; what is being drawn is not stopped for it."""
        archive, entry = self._archive, self._entry
        if archive is None or entry is None:
            return
        self._waiting = [one for one in requests if self._is_shown(one.key) and one not in self._drawing]
        while self._waiting and len(self._drawing) < AT_ONCE:
            request = self._waiting.pop(0)
            self._drawing.add(request)
            self._scope.start(f"page:{request}", self._draw(archive, entry, request, self._drawing))
        self._set_drawing(bool(self._drawing))

    def _set_drawing(self, drawing: bool) -> None:
        for beside in self._beside_pages:
            beside.set_drawing(drawing)

    async def _draw(
        self, archive: OpenArchive, entry: ArchiveEntry, request: PageRequest, drawing: set[PageRequest]
    ) -> None:
        try:
            await self._render_page(archive, entry, request)
        finally:
            drawing.discard(request)
        if drawing is self._drawing:
            self._render_pages(self._waiting)

    async def _render_page(self, archive: OpenArchive, entry: ArchiveEntry, request: PageRequest) -> None:
        pages = self._pane.pages
        try:
            raster = await self._desk.previews.page(
                archive,
                entry.entry_id,
                request.page,
                scale=request.scale,
                rotation=request.rotation,
                area=request.area,
                adjustment=request.adjustment,
            )
        except TnsError as error:
            if self._is_shown(request.key):
                pages.set_failed(request.key, request.page, message_for(error).as_text)
                self.document_failed.emit(request.key)
            return
        if self._is_shown(raster.key):
            taken = pages.add_raster(raster, request.rotation, request.scale)
            # Of a page at the edge too little is to be seen to have been on screen.
            if taken and raster.page in pages.pages_in_view():
                self.document_displayed.emit(raster.key)

    def _look_for(self, words: str) -> None:
        archive, entry = self._archive, self._entry
        self._scope.cancel("find")
        if words.strip() and archive is not None and entry is not None:
            self._scope.start("find", self._find(archive, entry, words))

    async def _find(self, archive: OpenArchive, entry: ArchiveEntry, words: str) -> None:
        """Each step is marked as it comes; the count is whole once every page was looked at."""
        pages = self._pane.pages
        steps = self._desk.previews.find(
            archive, entry.entry_id, words, page_count=pages.page_count, from_page=pages.page
        )
        try:
            async for found in steps:
                if not self._is_shown(found.key):
                    return
                pages.add_hits(found)
                if pages.hits.count >= HITS_LIMIT:
                    break
                self._pane.show_found(looking=True)
        except TnsError as error:
            if self._entry is entry:
                self._pane.find_bar.count.setText(message_for(error).title)
            return
        if self._entry is entry:
            self._pane.show_found(looking=pages.hits.count >= HITS_LIMIT)

    def _title_of(self, entry: ArchiveEntry) -> str:
        return tr("preview.of_archive", name=entry.name, archive=self._origin) if self._origin else entry.name

    def _is_shown(self, key: DocumentKey) -> bool:
        archive, entry = self._archive, self._entry
        return archive is not None and entry is not None and key == archive.document_key(entry.entry_id)

    def _remember_look(self) -> None:
        pages = self._pane.pages
        if pages.key is not None:
            self._looks[pages.key] = pages.look

    # --- wishes -------------------------------------------------------------------------------------------------------

    def _retry(self) -> None:
        if self._archive is not None and self._entry is not None:
            self.show(self._archive, self._entry, origin=self._origin)

    def _unlock(self, password: str) -> None:
        if self._archive is not None and self._entry is not None:
            self._desk.previews.unlock(self._archive, self._entry.entry_id, password)
            self.show(self._archive, self._entry, origin=self._origin)

    def _ask_to_save(self) -> None:
        if self._archive is not None and self._entry is not None:
            self.save_copy_requested.emit(self._archive, self._entry.entry_id)


def _asks_for_password(error: TnsError) -> bool:
    """The document's own lock, or the archive's around it."""
    return isinstance(error, DocumentLocked) or (
        isinstance(error, EntryEncrypted) and error.facts.get("reason") in ("password_needed", "password_wrong")
    )
