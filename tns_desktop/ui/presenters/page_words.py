"""The words and links of the pages on screen: read when the pages are drawn, opened when somebody has agreed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.link_address import examined
from tns_desktop.domain.preview import PageLink, PageText
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.previews import Previews
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.outside import open_address
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.link_dialog import LinkDialog


class PageWordsPresenter(QObject):
    """Serves one page view. Reading waits until no page is being drawn: a word is never more urgent than its page."""

    def __init__(self, previews: Previews, pages: PageView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(pages)
        self._previews = previews
        self._pages = pages
        self._scope = TaskScope(on_error)
        self._archive: OpenArchive | None = None
        self._entry: ArchiveEntry | None = None
        self._wanted: list[int] = []
        self._is_drawing = False
        pages.texts_wanted.connect(self._want)
        pages.link_chosen.connect(self._ask)

    def show(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        self.leave()
        self._archive, self._entry = archive, entry

    def leave(self) -> None:
        """Nothing of the document before is read on; a question about one of its links goes with it."""
        self._archive = self._entry = None
        self._wanted = []
        self._scope.cancel("texts")
        self._scope.cancel("link")

    def set_drawing(self, drawing: bool) -> None:
        """Whether pages are on their way now."""
        self._is_drawing = drawing
        if not drawing and self._wanted:
            self._read()

    async def close(self) -> None:
        await self._scope.close()

    # --- words --------------------------------------------------------------------------------------------------------

    def _want(self, pages: list[int]) -> None:
        self._wanted = list(pages)
        if not self._is_drawing:
            self._read()

    def _read(self) -> None:
        archive, entry = self._archive, self._entry
        if archive is not None and entry is not None and not self._scope.is_running("texts"):
            self._scope.start("texts", self._read_texts(archive, entry))

    async def _read_texts(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        key = archive.document_key(entry.entry_id)
        while self._wanted and not self._is_drawing:
            page = self._wanted.pop(0)
            try:
                text = await self._previews.page_text(archive, entry.entry_id, page)
            except TnsError:
                # The page itself is on screen: that it lends no words is no failure of the document.
                text = PageText(key, page, "", ())
            if self._entry is not entry or text.key != key:
                return
            self._pages.add_text(text)

    # --- links --------------------------------------------------------------------------------------------------------

    def _ask(self, link: PageLink) -> None:
        self.ask_about(link.address)

    def ask_about(self, address: str) -> None:
        """Nothing of a document is opened without a question."""
        self._scope.start("link", self._open(address))

    async def _open(self, address: str) -> None:
        examined_address = examined(address)
        answer = await shown(LinkDialog(examined_address, self._pages))
        if answer == QDialog.DialogCode.Accepted and examined_address.can_be_opened:
            open_address(address)
