"""The stage of a scene: a real window on real models, without presenters and without anything behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QCoreApplication, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from tests.screens.pictures import contract_raster, part_of, photo_raster
from tests.support.files import NOW, a_connection, a_file, a_row, an_entry, an_index
from tests.support.screen_reader import nameless
from tests.support.windows import delete, dressed
from tns_desktop.domain.archive import ArchiveIndex, DocumentKind
from tns_desktop.domain.client_file import ACCEPTED, PENDING, REJECTED, SUSPENDED, ClientFileState
from tns_desktop.domain.connection import ConnectionState, Environment
from tns_desktop.domain.decision import DecisionBlock, LegalArchiving, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.facts import facts_of
from tns_desktop.domain.narrowing import ClientFileFilter
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.projection import ProjectedFile, count_queues
from tns_desktop.ui.models.of_window import Models, new_models
from tns_desktop.ui.preview.page_request import PageRequest
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.widgets.labels import ElidedLabel

WAITING_STATE = ClientFileState("WAITING")


@dataclass
class Stage:
    """One window. ``dialog``, once set, is painted over it."""

    window: DeskView
    models: Models
    dialog: QWidget | None = None
    aside: list[QWidget] = field(default_factory=list)
    """Taken out of the window by the scene, which no window's end deletes."""

    # --- settings of the scene ----------------------------------------------------------------------------------------

    def desk(
        self,
        state: ConnectionState = ConnectionState.ONLINE,
        *,
        environment: Environment = Environment.PREPRODUCTION,
        as_of: str = "14:32",
    ) -> None:
        connection = a_connection(environment)
        self.window.header.show_connections([connection], [connection])
        self.window.header.show_status(state, as_of)
        self.window.show_desk()
        self.models.queues.set_counts(count_queues([]))
        self.window.queues.choose_state(WAITING_STATE)

    def rows(self, rows: list[ProjectedFile], *, text: str = "") -> None:
        self.models.files.set_filter(ClientFileFilter(state=None if text else WAITING_STATE, text=text))
        self.models.files.set_rows(rows)
        self.models.queues.set_counts(count_queues(rows))
        self.models.queues.set_outbox(2, 1)
        self.window.queues.choose_state(WAITING_STATE)

    def usual_rows(self) -> list[ProjectedFile]:
        waiting = [
            replace(
                a_row(number, kept=number % 3 == 0, changed=number == 2, pending=_pending(number)),
                review_begun=number in (3, 11),
            )
            for number in range(1, 19)
        ]
        others = [
            a_row(20 + position, state=state)
            for position, state in enumerate(
                [PENDING] * 7 + [SUSPENDED] * 3 + [ACCEPTED] * 12 + [REJECTED] * 4 + [ClientFileState("ARCHIVING")]
            )
        ]
        return [*waiting, *others]

    def review(
        self,
        row: ProjectedFile,
        index: ArchiveIndex | None = None,
        *,
        block: DecisionBlock | None = None,
        archiving: LegalArchiving = LegalArchiving.WILL_ARCHIVE,
    ) -> None:
        """A file on screen, with its documents where ``index`` is given."""
        self.window.files.choose_row(max(0, self.models.files.row_of(row.key)))
        self.window.review.show_file(row)
        shown = a_file(int(row.key.uuid[-12:]), state=row.queue)
        self.window.review.facts.show_declared(shown, facts_of(shown, index), NOW.date())
        if index is None:
            self.window.review.show_archive_loading()
            block = block or DecisionBlock.ARCHIVE_NOT_REVIEWED
        else:
            self.models.documents.set_index(index)
            self.window.review.show_documents()
            self.window.review.choose_document(self.models.documents.documents()[0].entry_id)
        self.window.review.bar.show_state(block, archiving, row.pending)

    def draw_pages(self, kind: DocumentKind) -> None:
        """Answers the page view's requests with pixels from now on."""
        self.draw_pages_of(self.window.review.preview.pages, kind)

    def draw_pages_of(self, pages: PageView, kind: DocumentKind) -> None:
        def draw(requests: list[PageRequest]) -> None:
            for request in requests:
                if kind is DocumentKind.PDF:
                    raster = contract_raster(request.key, request.page, request.scale)
                else:
                    raster = photo_raster(request.key, request.scale, request.rotation)
                pages.add_raster(part_of(raster, request.area), request.rotation, request.scale)

        pages.pages_wanted.connect(draw)

    def draw_thumbnails(self) -> None:
        """Small pages of the contract, for whatever document the chosen preview shows."""
        strip = self.window.review.preview.thumbnails

        def draw(requests: list[PageRequest]) -> None:
            for request in requests:
                strip.add_raster(contract_raster(request.key, request.page, request.scale))

        strip.pages_wanted.connect(draw)

    def cover(self, view: QWidget) -> None:
        """In place of the desk, as the lock does."""
        if (former := self.window.frame.cover(view)) is not None:
            self.aside.append(former)

    # --- the picture --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Layouts, polishing and paint events that wait; nothing here depends on time."""
        for _ in range(4):
            QCoreApplication.sendPostedEvents(None, 0)
            QApplication.processEvents()

    def picture(self) -> QPixmap:
        self.settle()
        picture = self.window.frame.grab()
        if self.dialog is not None:
            painter = QPainter(picture)
            painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
            grabbed = self.dialog.grab()
            painter.drawPixmap(
                (picture.width() - grabbed.width()) // 2, (picture.height() - grabbed.height()) // 2, grabbed
            )
            painter.end()
        return picture

    def clipped(self) -> list[str]:
        """Labels and buttons that are narrower or lower than their text, parts that stick out of the window, and a dialog
        whose buttons would be below the screen.
        """
        self.settle()
        faults = [
            fault for root in self._roots for widget in root.findChildren(QWidget) for fault in _faults_of(widget, root)
        ]
        if self.dialog is not None and self.dialog.height() > self.window.frame.height():
            faults.append(f"higher than the window: {self.dialog.height()} > {self.window.frame.height()}")
        return faults

    def nameless(self) -> list[str]:
        """What takes the focus and has no name for a screen reader."""
        self.settle()
        return [thing for root in self._roots for thing in nameless(root)]

    @property
    def _roots(self) -> list[QWidget]:
        return [self.window.frame] if self.dialog is None else [self.window.frame, self.dialog]

    def close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
        frame = self.window.frame
        for widget in self.aside:
            delete(widget)
        delete(frame)


def new_stage(language: str, theme_name: str, size: QSize | None = None) -> Stage:
    dressed(language, theme_name)
    models = new_models(lambda: NOW)
    frame = Frame()
    window = DeskView(frame, models)
    if size is not None:
        frame.resize(size)
    frame.show()
    return Stage(window, models)


def document_key(index: ArchiveIndex, position: int = 0) -> DocumentKey:
    return DocumentKey(index.sha256, index.entries[position].entry_id)


def usual_index(number: int = 1) -> ArchiveIndex:
    return an_index(number, kinds=(DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.PDF, DocumentKind.EMAIL))


def _pending(number: int) -> OutboxEntry | None:
    if number == 4:
        return an_entry(number, status=OutboxStatus.QUEUED)
    if number == 7:
        return an_entry(number, status=OutboxStatus.CONFLICT, verdict=Verdict.REJECT)
    return None


def _faults_of(widget: QWidget, root: QWidget) -> list[str]:
    if not widget.isVisible() or widget.window() is not root:
        return []
    if not isinstance(widget, QLabel | QPushButton | QToolButton) or isinstance(widget, ElidedLabel):
        return []
    text = widget.text()
    if not text:
        return []
    faults = []
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.height() < widget.heightForWidth(widget.width()):
            faults.append(f"too low: {text!r} {widget.height()} < {widget.heightForWidth(widget.width())}")
    elif not isinstance(widget, QToolButton) and widget.width() < widget.sizeHint().width():
        faults.append(f"too narrow: {text!r} {widget.width()} < {widget.sizeHint().width()}")
    inside = QRect(widget.mapTo(root, widget.rect().topLeft()), widget.size())
    if not _scrolls(widget) and not root.rect().contains(inside):
        faults.append(f"outside the window: {text!r}")
    return faults


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.objectName() == "qt_scrollarea_viewport":
            return True
        parent = parent.parentWidget()
    return False
