"""Evidence from the window's side: which pages are before the operator now, while one of the desk's windows has the keyboard.

A page counts once its pixels are on screen, beside the chosen document and in the preview's own window too, and only while the
desk is what is worked in: behind another program, a dialog or the outbox nobody is taken to look at it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.evidence import PageOnScreen
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.presenters.preview import PreviewPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.preview.preview_pane import PreviewPane
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

LOOK_EVERY_MS = 5_000
"""Well below ``LONGEST_STRETCH_SECONDS``: what is longer counts as a computer that slept."""
KEEP_EVERY_LOOKS = 6
"""Half a minute is the most that a crash before the decision can cost; the decision itself takes everything."""


class _Watched:
    """One preview: what it shows now. ``changed``: something else may be on screen. ``left``: its document is not any more."""

    def __init__(
        self, preview: PreviewPresenter, pane: PreviewPane, changed: Callable[[], None], left: Callable[[], None]
    ) -> None:
        self._preview = preview
        self._pane = pane
        self._displayed: DocumentKey | None = None
        self._changed = changed
        self._left = left
        preview.document_displayed.connect(self._document_displayed)
        preview.document_left.connect(self._document_left)
        for signal in (pane.pages.page_changed, pane.pages.zoom_changed, pane.pages.verticalScrollBar().valueChanged):
            signal.connect(lambda _value: self._changed())

    def pages(self, archive: OpenArchive, desk: QWidget) -> set[tuple[str, int]]:
        """Entry ids and pages (0 for a text) of ``archive`` that are before somebody who works in ``desk``."""
        entry, displayed = self._preview.entry, self._displayed
        if entry is None or displayed != archive.document_key(entry.entry_id) or not self._is_visible(desk):
            return set()
        pages = self._pane.pages
        if pages.key != displayed:
            return {(entry.entry_id, 0)}
        return {(entry.entry_id, page) for page in pages.pages_in_view() if pages.is_drawn(page)}

    def _is_visible(self, desk: QWidget) -> bool:
        """On a screen at all, and worked in: its window may be minimised or hidden while the other one is active."""
        own = self._pane.window()
        handle = own.windowHandle()
        is_worked_in = own.isActiveWindow() or desk.isActiveWindow()
        is_there = self._pane.isVisible() and not own.isMinimized()
        return is_worked_in and is_there and handle is not None and handle.isExposed()

    def _document_displayed(self, key: DocumentKey) -> None:
        self._displayed = key
        self._changed()

    def _document_left(self) -> None:
        self._displayed = None
        self._left()


class EvidencePresenter(QObject):
    """Tells the evidence book what is on screen."""

    def __init__(
        self, desk: Desk, window: DeskView, review: ReviewPresenter, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._review = review
        self._on_screen: frozenset[PageOnScreen] = frozenset()
        self._looks = 0
        self._scope = TaskScope(on_error)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look_again)
        self._timer.start()
        previews = window.review.previews
        self._watched = (
            _Watched(review.preview, previews.main, self._look_if_other, self._document_left),
            _Watched(review.beside.preview, previews.beside, self._look_if_other, self._document_left),
        )
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._focus_moved)

    def look(self) -> None:
        """What is before the operator now, if anything."""
        archive, seen = self._review.archive, self._pages_on_screen()
        self._on_screen = seen
        if archive is None or not seen:
            self._desk.evidence.pause()
        else:
            self._desk.evidence.show(archive, *seen)

    async def close(self) -> None:
        self._timer.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._focus_moved)
        self._desk.evidence.pause()
        await self._scope.close()
        with contextlib.suppress(TnsError):
            await self._desk.evidence.keep()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _pages_on_screen(self) -> frozenset[PageOnScreen]:
        archive = self._review.archive
        if archive is None:
            return frozenset()
        connection = self._desk.connections.find(archive.key.connection_id)
        operator = connection.operator_uuid if connection is not None else ""
        # The same page in both previews is one page.
        pages = {page for each in self._watched for page in each.pages(archive, self._window)}
        return frozenset(PageOnScreen(entry_id, page, operator) for entry_id, page in pages)

    def _look_if_other(self) -> None:
        """While one scrolls through a page, it is the same page at every step."""
        if self._pages_on_screen() != self._on_screen:
            self.look()

    def _document_left(self) -> None:
        self.look()
        self._keep()

    def _focus_moved(self) -> None:
        self.look()
        self._keep()

    def _look_again(self) -> None:
        self.look()
        self._looks += 1
        if self._looks % KEEP_EVERY_LOOKS == 0:
            self._keep()

    def _keep(self) -> None:
        if not self._scope.is_running("keep"):
            self._scope.start("keep", self._keep_now())

    async def _keep_now(self) -> None:
        # What was not written is tried again, and a vault that is in trouble says so at the decision, where it matters.
        with contextlib.suppress(TnsError):
            await self._desk.evidence.keep()
