"""What the window holds: header, banner, queues, files, review; or the three doors without a connection."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tns_desktop.ui.actions import Actions
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.views.file_table import FileTable
from tns_desktop.ui.views.frame import Frame, bytes_of, text_of
from tns_desktop.ui.views.header import Header
from tns_desktop.ui.views.outbox_view import OutboxView
from tns_desktop.ui.views.queue_list import QueueList
from tns_desktop.ui.views.review_pane import ReviewPane
from tns_desktop.ui.views.welcome import Welcome
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.snackbar import Snackbar

_MENU = (
    "connections",
    "open_archive",
    "keep_file",
    "keep_next",
    "keep_offline",
    "drop_archive",
    "templates",
    "save_report",
    "pace",
    "language",
    "theme",
    "help",
    "lock",
    "quit",
)
_LIST_MENU = ("keep_file", "keep_next", "keep_offline", "accept_selected", "reject_selected")
_MARK_TOOLS = ("mark_good", "mark_problem", "clear_mark")
_PREVIEW_TOOLS = ("zoom_out", "zoom_in", "fit_width", "fit_page", "rotate", "find")
_TEXT_TOOLS = ("zoom_out", "zoom_in", "fit_width", "find")


class DeskView(QWidget):
    """Lays the parts out and connects each to the models; what happens on a click is the presenters' business."""

    def __init__(
        self,
        frame: Frame,
        files: ClientFileModel,
        queues: QueueModel,
        documents: DocumentModel,
        outbox: OutboxModel,
    ) -> None:
        super().__init__()
        self.frame = frame
        self.actions_by_id = Actions(self)
        self.header = Header()
        self.header.add_tools([self.actions_by_id["refresh"], self.actions_by_id["help"]])
        self.header.add_menu([self.actions_by_id[name] for name in _MENU])
        self.banner = Banner()
        self.queues = QueueList(queues)
        self.files = FileTable(files)
        self.files.add_menu([self.actions_by_id[name] for name in _LIST_MENU])
        self.review = ReviewPane(documents)
        self.review.preview.add_tools(
            [self.actions_by_id[name] for name in _PREVIEW_TOOLS],
            for_text=[self.actions_by_id[name] for name in _TEXT_TOOLS],
        )
        self.review.documents.add_tools(
            [self.actions_by_id[name] for name in _MARK_TOOLS], self.actions_by_id["group_documents"]
        )
        self.outbox = OutboxView(outbox)
        self.welcome = Welcome()
        self._lay_out()
        self.snackbar = Snackbar(self._stack)
        self._connect_preview_tools()
        frame.hold(self)

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
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect_preview_tools(self) -> None:
        preview = self.review.preview
        for name, slot in (
            ("zoom_in", preview.zoom_in),
            ("zoom_out", preview.zoom_out),
            ("fit_width", preview.fit_width),
            ("fit_page", preview.fit_page),
            ("rotate", preview.rotate),
            ("find", preview.find_words),
            ("find_next", lambda: preview.step_found(1)),
            ("find_previous", lambda: preview.step_found(-1)),
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
        # Else the first button of the header has it. Neither the list nor the queues: a view that gets the focus makes its
        # first row current, and that would open a file that nobody chose.
        self.setFocus()

    def show_files(self) -> None:
        self._places.setCurrentWidget(self.work)

    def show_outbox(self) -> None:
        self._places.setCurrentWidget(self.outbox)

    # --- kept between runs --------------------------------------------------------------------------------------------

    def layout_state(self) -> list[str]:
        """The splitters as text for the settings."""
        return [text_of(splitter.saveState()) for splitter in self._splitters()]

    def restore_layout(self, states: list[str]) -> None:
        """What cannot be read is ignored: the reference layout is a good one."""
        for splitter, state in zip(self._splitters(), states, strict=False):
            splitter.restoreState(bytes_of(state))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _splitters(self) -> tuple[QSplitter, ...]:
        return (self.columns, self.work, self.review.outer, self.review.inner)

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
