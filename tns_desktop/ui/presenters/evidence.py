"""Evidence from the window's side: which page is before the operator now, while the window has the keyboard.

A page counts once its pixels are on screen, and only while this window is the one that is worked in: behind another window,
a dialog or the outbox nobody is taken to look at it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.evidence import PageOnScreen
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.services.desk import Desk
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

LOOK_EVERY_MS = 5_000
"""Well below ``LONGEST_STRETCH_SECONDS``: what is longer counts as a computer that slept."""
KEEP_EVERY_LOOKS = 6
"""Half a minute is the most that a crash before the decision can cost; the decision itself takes everything."""


class EvidencePresenter(QObject):
    """Tells the evidence book what is on screen."""

    def __init__(
        self, desk: Desk, window: DeskView, review: ReviewPresenter, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._pane = window.review.preview
        self._review = review
        self._displayed: DocumentKey | None = None
        self._looks = 0
        self._scope = TaskScope(on_error)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look_again)
        self._timer.start()
        review.document_displayed.connect(self._document_displayed)
        review.document_left.connect(self._document_left)
        self._pane.pages.page_changed.connect(lambda _page: self.look())
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._focus_moved)

    def look(self) -> None:
        """What is before the operator now, if anything."""
        archive, seen = self._review.archive, self._page_on_screen()
        if archive is None or seen is None:
            self._desk.evidence.pause()
        else:
            self._desk.evidence.show(archive, seen)

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

    def _page_on_screen(self) -> PageOnScreen | None:
        archive, entry, displayed = self._review.archive, self._review.entry, self._displayed
        if archive is None or entry is None or displayed != archive.document_key(entry.entry_id):
            return None
        if not self._window.isActiveWindow() or not self._pane.isVisible():
            return None
        pages = self._pane.pages
        is_paged = pages.key == displayed
        if is_paged and not pages.is_drawn(pages.page):
            return None
        connection = self._desk.connections.find(archive.key.connection_id)
        operator = connection.operator_uuid if connection is not None else ""
        return PageOnScreen(entry.entry_id, pages.page if is_paged else 0, operator)

    def _document_displayed(self, key: DocumentKey) -> None:
        self._displayed = key
        self.look()

    def _document_left(self) -> None:
        self._displayed = None
        self._desk.evidence.pause()
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
