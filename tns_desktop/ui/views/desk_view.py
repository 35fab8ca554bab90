"""What the window holds: header, banner, queues, files, review; or the three doors without a connection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tns_desktop.ui.actions import Actions, key_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.of_window import Models
from tns_desktop.ui.preview.preview_pane import PreviewPane
from tns_desktop.ui.views.archive_list import ArchiveList
from tns_desktop.ui.views.creations_view import CreationsView
from tns_desktop.ui.views.file_table import FileTable
from tns_desktop.ui.views.frame import Frame, bytes_of, text_of
from tns_desktop.ui.views.header import Header
from tns_desktop.ui.views.outbox_place import OutboxPlace
from tns_desktop.ui.views.outbox_view import OutboxView
from tns_desktop.ui.views.queue_list import QueueList
from tns_desktop.ui.views.review_pane import ReviewPane
from tns_desktop.ui.views.welcome import Welcome
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.snackbar import Snackbar
from tns_desktop.ui.widgets.tab_order import move_focus

_MENU = (
    "connections",
    "settings",
    "new_file",
    "import_files",
    "open_archive",
    "disk_archives",
    "save_verdict",
    "check_verdict",
    "compare_archives",
    "filter",
    "views",
    "keep_file",
    "keep_next",
    "keep_offline",
    "drop_archive",
    "reminders",
    "templates",
    "message_templates",
    "wide_review",
    "put_beside",
    "link_previews",
    "detach_preview",
    "thumbnails",
    "adjust",
    "save_report",
    "hand_over",
    "handover_log",
    "handover_rules",
    "pace",
    "language",
    "theme",
    "help",
    "lock",
    "quit",
)
_FILTER_TOOLS = ("filter", "save_view", "clear_filter")
_LIST_MENU = ("keep_file", "keep_next", "keep_offline", "accept_selected", "reject_selected", "hand_over")
_ARCHIVE_ACTIONS = (
    ("save_verdict", "compare_archives", "check_verdict", "open_archive"),
    ("close_archive", "forget_archive"),
)
_MARK_TOOLS = ("mark_good", "mark_problem", "clear_mark")
_PREVIEW_TOOLS = ("zoom_out", "zoom_in", "fit_width", "fit_page", "rotate", "find")
_TEXT_TOOLS = ("zoom_out", "zoom_in", "fit_width", "find")
_FEW_TOOLS = ("zoom_out", "zoom_in", "fit_width")
_BESIDE_TOOLS = ("link_previews", "put_beside")


class DeskView(QWidget):
    """Lays the parts out and connects each to the models; what happens on a click is the presenters' business."""

    def __init__(self, frame: Frame, models: Models) -> None:
        super().__init__()
        self.frame = frame
        self.actions_by_id = Actions(self)
        self.header = Header()
        self.header.add_tools([self.actions_by_id["refresh"], self.actions_by_id["help"]])
        self.header.add_menu([self.actions_by_id[name] for name in _MENU])
        self.banner = Banner()
        self.queues = QueueList(models.queues)
        self.files = FileTable(models.files)
        self.actions_by_id["filter"].setCheckable(True)
        self.header.add_search_tool(self.actions_by_id["filter"])
        self.files.add_filter_tools([self.actions_by_id[name] for name in _FILTER_TOOLS])
        self.files.add_menu([self.actions_by_id[name] for name in _LIST_MENU])
        self.archives = ArchiveList(models.archives)
        self.archives.add_actions(*([self.actions_by_id[name] for name in names] for names in _ARCHIVE_ACTIONS))
        self.review = ReviewPane(models.documents)
        self.review.follow(self.actions_by_id)
        self.actions_by_id.keys_changed.connect(self._name_keys)
        self._name_keys()
        self._add_preview_tools(self.review.previews.main)
        self._add_preview_tools(self.review.previews.beside, *_BESIDE_TOOLS)
        self.review.previews.set_find(self.actions_by_id["find"])
        self.review.documents.add_tools(
            [self.actions_by_id[name] for name in _MARK_TOOLS], self.actions_by_id["group_documents"]
        )
        self.outbox = OutboxView(models.outbox)
        self.creations = CreationsView(models.creations)
        self.outbox_place = OutboxPlace(self.outbox, self.creations)
        self.welcome = Welcome()
        self._sizes: list[tuple[QSplitter, list[int]]] = []
        self._lay_out()
        # Not over the stack itself: of a stack, a screen reader is told the pages and nothing else.
        self.snackbar = Snackbar(self)
        self._connect_preview_tools()
        frame.hold(self)

    def _lay_out(self) -> None:
        self.work = QSplitter(Qt.Orientation.Horizontal)
        self.work.setChildrenCollapsible(False)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.files)
        self.lists.addWidget(self.archives)
        self.work.addWidget(self.lists)
        self.work.addWidget(self.review)
        self.lists.setMinimumWidth(250)
        self.work.setStretchFactor(1, 1)
        self.work.setSizes([440, 660])
        self.work.splitterMoved.connect(lambda *_: self._fit_columns())
        self._places = QStackedWidget()
        self._places.addWidget(self.work)
        self._places.addWidget(self.outbox_place)
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

    def _add_preview_tools(self, pane: PreviewPane, *more: str) -> None:
        """``more`` are there for pages and text alike, and where there is little room too."""
        pane.add_tools(
            [self.actions_by_id[name] for name in (*_PREVIEW_TOOLS, *more)],
            for_text=[self.actions_by_id[name] for name in (*_TEXT_TOOLS, *more)],
            few=[self.actions_by_id[name] for name in (*_FEW_TOOLS, *more)],
        )

    def _connect_preview_tools(self) -> None:
        previews = self.review.previews
        slots: dict[str, Callable[[PreviewPane], None]] = {
            "zoom_in": PreviewPane.zoom_in,
            "zoom_out": PreviewPane.zoom_out,
            "fit_width": PreviewPane.fit_width,
            "fit_page": PreviewPane.fit_page,
            "rotate": PreviewPane.rotate,
            "find": PreviewPane.find_words,
            "find_next": lambda pane: pane.step_found(1),
            "find_previous": lambda pane: pane.step_found(-1),
            "next_page": lambda pane: pane.turn_page(1),
            "previous_page": lambda pane: pane.turn_page(-1),
            "adjust": lambda pane: pane.adjust_bar.toggle(),
            "brighter": lambda pane: pane.adjust_bar.step(brightness=1),
            "darker": lambda pane: pane.adjust_bar.step(brightness=-1),
            "more_contrast": lambda pane: pane.adjust_bar.step(contrast=1),
            "less_contrast": lambda pane: pane.adjust_bar.step(contrast=-1),
            "invert": lambda pane: pane.adjust_bar.turn_over(),
            "magnifier": lambda pane: pane.pages.toggle_loupe(),
            "reset_look": lambda pane: pane.adjust_bar.reset(),
            "toggle_fold": PreviewPane.toggle_fold,
            "toggle_all_folds": PreviewPane.toggle_all_folds,
            "select_page": lambda pane: pane.pages.select_page(),
            "copy": lambda pane: pane.pages.copy_selection(),
            "next_link": PreviewPane.step_link,
            "mail_as_text": PreviewPane.switch_form,
        }
        for name, slot in slots.items():
            self.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot(previews.active))
        for pane in (previews.main, previews.beside):
            pane.pages.addActions([self.actions_by_id[name] for name in ("select_page", "copy")])
        self.actions_by_id["other_preview"].triggered.connect(lambda: previews.focus_other())
        wide = self.actions_by_id["wide_review"]
        wide.setCheckable(True)
        wide.toggled.connect(lambda _is_wide: self._spread())
        link = self.actions_by_id["link_previews"]
        link.setCheckable(True)
        link.setChecked(previews.link.is_on)
        link.toggled.connect(previews.link.switch)
        self.actions_by_id["next_file"].triggered.connect(lambda: self._move_by(1))
        self.actions_by_id["previous_file"].triggered.connect(lambda: self._move_by(-1))
        self.actions_by_id["search"].triggered.connect(self._focus_search)
        self.header.search_left.connect(self.files.view.setFocus)

    # --- which face ---------------------------------------------------------------------------------------------------

    @property
    def shows_welcome(self) -> bool:
        return self._stack.currentWidget() is self.welcome

    @property
    def shows_outbox(self) -> bool:
        return self._places.currentWidget() is self.outbox_place

    def show_welcome(self) -> None:
        self._stack.setCurrentWidget(self.welcome)
        self.welcome.doors["connect"].setFocus()

    def show_desk(self) -> None:
        self._stack.setCurrentIndex(1)
        self._fit_columns()
        # Else the first button of the header has it. Neither the list nor the queues: a view that gets the focus makes its
        # first row current, and that would open a file that nobody chose.
        self.setFocus()

    @property
    def shows_archives(self) -> bool:
        """The archives from disk have the place of the client files."""
        return self._places.currentWidget() is self.work and self.lists.currentWidget() is self.archives

    def show_files(self) -> None:
        self.lists.setCurrentWidget(self.files)
        self._show_place(self.work)

    def show_archives(self) -> None:
        self.lists.setCurrentWidget(self.archives)
        self._show_place(self.work)

    def show_outbox(self) -> None:
        self._show_place(self.outbox_place)

    def show_lists(self) -> None:
        """Whoever looks for a file needs them."""
        self.actions_by_id["wide_review"].setChecked(False)

    def _show_place(self, place: QWidget) -> None:
        self._places.setCurrentWidget(place)
        self._spread()

    def _spread(self) -> None:
        """The review has the lists' room too, where the operator wants it so. Over the outbox the queues lead back."""
        is_wide = self.actions_by_id["wide_review"].isChecked() and self._places.currentWidget() is self.work
        for part in (self.queues, self.lists):
            part.setVisible(not is_wide)

    def show_beside(self) -> None:
        self.review.show_beside()
        if not self.review.is_preview_away:
            self._make_room()

    def end_beside(self) -> None:
        self.review.end_beside()
        self._give_room_back()

    def hand_over_previews(self) -> QWidget:
        """The previews, for a window of their own; their place here says where they are."""
        self._give_room_back()
        return self.review.hand_over_previews()

    def take_previews_back(self) -> None:
        self.review.take_previews_back()
        if self.review.previews.is_beside:
            self._make_room()

    def _make_room(self) -> None:
        """For a second document: the list and the documents go down to their least width meanwhile."""
        for splitter, part in ((self.work, self.lists), (self.review.inner, self.review.documents)):
            if part.isHidden():
                continue
            self._sizes.append((splitter, splitter.sizes()))
            least = part.minimumWidth()
            splitter.setSizes([least, sum(splitter.sizes()) - least])
        self._fit_columns()

    def _give_room_back(self) -> None:
        for splitter, sizes in self._sizes:
            splitter.setSizes(sizes)
        self._sizes = []
        self._fit_columns()

    # --- kept between runs --------------------------------------------------------------------------------------------

    def layout_state(self) -> list[str]:
        """The splitters as text for the settings; as they are with the lists and without a second document."""
        self._give_room_back()
        self.show_lists()
        below, beside = self.review.outer.states()
        columns, work, inner = (splitter.saveState() for splitter in self._splitters())
        return [text_of(state) for state in (columns, work, below, inner, beside)]

    def restore_layout(self, states: list[str]) -> None:
        """What cannot be read is ignored: the reference layout is a good one."""
        columns, work, below, inner, beside, *_ = (*map(bytes_of, states), *([QByteArray()] * 5))
        for splitter, state in zip(self._splitters(), (columns, work, inner), strict=True):
            splitter.restoreState(state)
        self.review.outer.restore([below, beside])

    # --- inside -------------------------------------------------------------------------------------------------------

    def _splitters(self) -> tuple[QSplitter, ...]:
        return (self.columns, self.work, self.review.inner)

    def _move_by(self, step: int) -> None:
        if self.shows_archives:
            self.archives.move_by(step)
        else:
            self.files.move_by(step)

    def _focus_search(self) -> None:
        self.show_lists()
        self.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def _name_keys(self) -> None:
        """Texts that name a key name the one there is; without one they say it otherwise."""
        search, reset, following, previous = (
            key_of(self.actions_by_id[name]) for name in ("search", "reset_look", "next_document", "previous_document")
        )
        self.header.search.setPlaceholderText(
            tr("header.search_with_key", key=search) if search else tr("header.search")
        )
        empty = tr("preview.empty.text")
        if following and previous:
            empty = tr("preview.empty.text_with_keys", next=following, previous=previous)
        mark = tr("adjust.mark_tip_with_key", key=reset) if reset else tr("adjust.mark_tip")
        for pane in (self.review.previews.main, self.review.previews.beside):
            pane.set_empty_text(empty)
            pane.adjust_bar.mark.setToolTip(mark)

    def _fit_columns(self) -> None:
        self.files.show_columns_for_width(self.files.width())

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward=forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
        self.snackbar.place()
