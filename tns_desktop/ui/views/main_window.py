"""The window: header, banner, queues, files, review; or the three doors when there is no connection yet."""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tns_desktop.ui import icons
from tns_desktop.ui.actions import Actions
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.views.file_table import FileTable
from tns_desktop.ui.views.header import Header
from tns_desktop.ui.views.outbox_view import OutboxView
from tns_desktop.ui.views.queue_list import QueueList
from tns_desktop.ui.views.review_pane import ReviewPane
from tns_desktop.ui.views.welcome import Welcome
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.snackbar import Snackbar

REFERENCE_SIZE = QSize(1280, 800)
SMALLEST_SIZE = QSize(1024, 680)

_PREVIEW_TOOLS = ("zoom_out", "zoom_in", "fit_width", "fit_page", "rotate")


class MainWindow(QMainWindow):
    """Lays the parts out and connects each to the models; what happens on a click is the presenters' business."""

    close_requested = Signal()
    got_focus = Signal()
    archive_dropped = Signal(str)

    def __init__(
        self, files: ClientFileModel, queues: QueueModel, documents: DocumentModel, outbox: OutboxModel
    ) -> None:
        super().__init__()
        self.setWindowTitle(tr("app.name"))
        self.setWindowIcon(icons.application_icon())
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(REFERENCE_SIZE)
        self.setAcceptDrops(True)
        self.actions_by_id = Actions(self)
        self.header = Header()
        self.header.add_tools([self.actions_by_id["refresh"], self.actions_by_id["help"]])
        self.header.add_menu(
            [self.actions_by_id[name] for name in ("connections", "open_archive", "language", "theme", "help", "quit")]
        )
        self.banner = Banner()
        self.queues = QueueList(queues)
        self.files = FileTable(files)
        self.review = ReviewPane(documents)
        self.review.preview.add_tools([self.actions_by_id[name] for name in _PREVIEW_TOOLS])
        self.outbox = OutboxView(outbox)
        self.welcome = Welcome()
        self._lay_out()
        self.snackbar = Snackbar(self._stack)
        self._connect_preview_tools()

    def _lay_out(self) -> None:
        self.work = QSplitter(Qt.Orientation.Horizontal)
        self.work.setChildrenCollapsible(False)
        self.work.addWidget(self.files)
        self.work.addWidget(self.review)
        self.files.setMinimumWidth(250)
        self.review.setMinimumWidth(470)
        self.work.setStretchFactor(1, 1)
        self.work.setSizes([440, 660])
        self.work.splitterMoved.connect(lambda *_: self._fit_columns())
        self._places = QStackedWidget()
        self._places.addWidget(self.work)
        self._places.addWidget(self.outbox)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setChildrenCollapsible(False)
        self.columns.addWidget(self.queues)
        self.columns.addWidget(self._places)
        self.queues.setMinimumWidth(150)
        self.columns.setStretchFactor(1, 1)
        self.columns.setSizes([180, 1100])
        self.columns.splitterMoved.connect(lambda *_: self._fit_columns())
        desk = QWidget()
        column = QVBoxLayout(desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self.columns, 1)
        self._stack = QStackedWidget()
        self._stack.setObjectName("root")
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(desk)
        self.setCentralWidget(self._stack)

    def _connect_preview_tools(self) -> None:
        preview = self.review.preview
        for name, slot in (
            ("zoom_in", preview.zoom_in),
            ("zoom_out", preview.zoom_out),
            ("fit_width", preview.fit_width),
            ("fit_page", preview.fit_page),
            ("rotate", preview.rotate),
        ):
            self.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        self.actions_by_id["next_page"].triggered.connect(lambda: preview.turn_page(1))
        self.actions_by_id["previous_page"].triggered.connect(lambda: preview.turn_page(-1))
        self.actions_by_id["next_file"].triggered.connect(lambda: self.files.move_by(1))
        self.actions_by_id["previous_file"].triggered.connect(lambda: self.files.move_by(-1))
        self.actions_by_id["search"].triggered.connect(self._focus_search)
        self.header.search_left.connect(self.files.view.setFocus)

    # --- which face ---------------------------------------------------------------------------------------------------

    @property
    def shows_welcome(self) -> bool:
        return self._stack.currentWidget() is self.welcome

    @property
    def shows_outbox(self) -> bool:
        return self._places.currentWidget() is self.outbox

    def show_welcome(self) -> None:
        self._stack.setCurrentWidget(self.welcome)
        self.welcome.doors["connect"].setFocus()

    def show_desk(self) -> None:
        self._stack.setCurrentIndex(1)
        self._fit_columns()

    def show_files(self) -> None:
        self._places.setCurrentWidget(self.work)

    def show_outbox(self) -> None:
        self._places.setCurrentWidget(self.outbox)

    # --- kept between runs --------------------------------------------------------------------------------------------

    def layout_state(self) -> tuple[str, list[str]]:
        """Geometry and splitters as text for the settings."""
        splitters = (self.columns, self.work, self.review.outer, self.review.inner)
        return _text_of(self.saveGeometry()), [_text_of(splitter.saveState()) for splitter in splitters]

    def restore_layout(self, geometry: str, splitters: list[str]) -> None:
        """What cannot be read is ignored: the reference layout is a good one."""
        if geometry:
            self.restoreGeometry(_bytes_of(geometry))
        parts = (self.columns, self.work, self.review.outer, self.review.inner)
        for splitter, state in zip(parts, splitters, strict=False):
            splitter.restoreState(_bytes_of(state))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _focus_search(self) -> None:
        self.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def _fit_columns(self) -> None:
        self.files.show_columns_for_width(self.files.width())

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
        self.snackbar.place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.got_focus.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The desk closes in its own time: work in hand is stopped and written first."""
        event.ignore()
        self.close_requested.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.archive_dropped.emit(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()


def _text_of(data: QByteArray) -> str:
    return base64.b64encode(bytes(data.data())).decode("ascii")


def _bytes_of(text: str) -> QByteArray:
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except ValueError:
        return QByteArray()
