"""Small pages beside the pages: drawn one at a time while nothing on screen waits, shown or not as the operator wants."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.previews import Previews
from tns_desktop.services.settings import WINDOW_THUMBNAILS
from tns_desktop.ui.presenters.beside_pages import BesidePages
from tns_desktop.ui.preview.page_request import PageRequest
from tns_desktop.ui.preview.thumbnails import ThumbnailStrip
from tns_desktop.ui.views.desk_view import DeskView


class ThumbnailsPresenter(BesidePages):
    """Serves one strip. Nothing it draws counts as seen: it tells nobody but the strip."""

    def __init__(self, previews: Previews, strip: ThumbnailStrip, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(previews, strip, on_error)
        self._strip = strip
        self._wanted: list[PageRequest] = []
        self._in_hand: PageRequest | None = None
        strip.pages_wanted.connect(self._want)

    def leave(self) -> None:
        super().leave()
        self._wanted = []
        self._in_hand = None

    # --- inside -------------------------------------------------------------------------------------------------------

    def _want(self, requests: list[PageRequest]) -> None:
        """What has been scrolled out of view is not drawn any more."""
        self._wanted = [request for request in requests if request != self._in_hand]
        self._go_on()

    def _go_on(self) -> None:
        archive, entry = self._archive, self._entry
        if (
            self._wanted
            and self._in_hand is None
            and not self._is_drawing
            and archive is not None
            and entry is not None
        ):
            self._in_hand = self._wanted.pop(0)
            self._scope.start("thumbnails", self._draw_one(archive, entry, self._in_hand))

    async def _draw_one(self, archive: OpenArchive, entry: ArchiveEntry, request: PageRequest) -> None:
        try:
            raster = await self._previews.thumbnail(archive, entry.entry_id, request.page, request.scale)
        except TnsError:
            # What is wrong with the page is said on the page itself.
            raster = None
        if self._in_hand is not request:
            return
        self._in_hand = None
        if raster is None or (raster.key, raster.page) != (request.key, request.page):
            self._strip.give_up(request.key, request.page)
        else:
            self._strip.add_raster(raster)
        self._go_on()


class ThumbnailsSwitch(QObject):
    """The operator's wish, for every preview of the window and for the next time."""

    def __init__(self, desk: Desk, window: DeskView) -> None:
        super().__init__(window)
        self._desk = desk
        self._previews = window.review.previews
        action = window.actions_by_id["thumbnails"]
        action.setCheckable(True)
        action.setChecked(desk.settings.get(WINDOW_THUMBNAILS))
        action.toggled.connect(self._switch)
        self._show(action.isChecked())

    def _switch(self, is_wanted: bool) -> None:
        self._show(is_wanted)
        # A wish that cannot be kept holds for this session.
        with contextlib.suppress(TnsError):
            self._desk.settings.set(WINDOW_THUMBNAILS, is_wanted)

    def _show(self, is_wanted: bool) -> None:
        for pane in (self._previews.main, self._previews.beside):
            pane.thumbnails.set_wanted(is_wanted)
