"""The words and links of the pages on screen: read when the pages are drawn, opened when somebody has agreed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.link_address import examined
from tns_desktop.domain.preview import PageLink, PageText
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.previews import Previews
from tns_desktop.ui.presenters.beside_pages import BesidePages
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.outside import open_address
from tns_desktop.ui.views.link_dialog import LinkDialog


class PageWordsPresenter(BesidePages):
    """Serves one page view. Reading waits until no page is being drawn: a word is never more urgent than its page."""

    def __init__(self, previews: Previews, pages: PageView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(previews, pages, on_error)
        self._pages = pages
        self._wanted: list[int] = []
        pages.texts_wanted.connect(self._want)
        pages.link_chosen.connect(self._ask)

    def leave(self) -> None:
        """A question about one of the links goes with the document."""
        super().leave()
        self._wanted = []

    # --- words --------------------------------------------------------------------------------------------------------

    def _want(self, pages: list[int]) -> None:
        self._wanted = list(pages)
        if not self._is_drawing:
            self._go_on()

    def _go_on(self) -> None:
        archive, entry = self._archive, self._entry
        if self._wanted and archive is not None and entry is not None and not self._scope.is_running("texts"):
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
