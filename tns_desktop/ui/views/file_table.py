"""The list of client files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.connection import Connection
from tns_desktop.ui.delegates.cells import (
    ROW_HEIGHT,
    TALL_ROW_HEIGHT,
    AgeDelegate,
    NameDelegate,
    PlainDelegate,
    StateDelegate,
)
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import ClientFileModel, Column, Role
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import label, wrapped

_STANDING_WIDTH = 176
"""Of the age where it is told in words."""
_WIDTHS = {Column.ID: 80, Column.NAME: 200, Column.WORKFLOW: 150, Column.AGE: 56, Column.STATE: 200}


class _FileView(QTableView):
    """Paints the second line of its rows: it runs from the name to the edge, across cells that know nothing of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = NameDelegate(self)
        self.setItemDelegateForColumn(Column.NAME, self.names)
        self.two_lines = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.two_lines:
            painter = QPainter(self.viewport())
            for row in self._rows_in(event.rect()):
                self._paint_second_line(painter, row)
            painter.end()

    def _rows_in(self, rect: QRect) -> range:
        first, last = self.rowAt(rect.top()), self.rowAt(rect.bottom())
        return (
            range(max(first, 0), (last if last >= 0 else self.model().rowCount() - 1) + 1) if first >= 0 else range(0)
        )

    def _paint_second_line(self, painter: QPainter, row: int) -> None:
        index = self.model().index(row, Column.NAME)
        connection = index.data(Role.CONNECTION)
        if isinstance(connection, Connection):
            place = self.visualRect(index)
            place.setRight(self.viewport().width() - 1)
            self.names.draw_second_line(painter, place, connection, self.selectionModel().isSelected(index))


class FileTable(QFrame):
    """A table that never moves under the operator: rows of one height, the current file kept through every change."""

    file_chosen = Signal(object)
    empty_action_requested = Signal(str)

    def __init__(self, model: ClientFileModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = model
        self._chosen: ClientFileKey | None = None
        self._removing = False
        self._left_at = -1
        """Where the chosen file stood before it left the list; -1 while it is in it."""
        self.view = _FileView()
        self.view.setObjectName("files")
        # Connected before the view is: it answers a removal by making a neighbour current, and that must not open a file.
        model.rowsAboutToBeRemoved.connect(self._before_removal)
        self.view.setModel(model)
        self.view.setAccessibleName(tr("list.accessible_name"))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.view.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns = self.view.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(False)
        columns.setMinimumSectionSize(48)
        for column, width in _WIDTHS.items():
            self.view.setColumnWidth(column, width)
        columns.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (Column.ID, Column.WORKFLOW):
            self.view.setItemDelegateForColumn(column, PlainDelegate(self.view))
        self.view.setItemDelegateForColumn(Column.AGE, AgeDelegate(self.view))
        self.view.setItemDelegateForColumn(Column.STATE, StateDelegate(self.view))
        self.view.setSortingEnabled(True)
        columns.setSortIndicator(Column.AGE, Qt.SortOrder.DescendingOrder)
        self.empty = EmptyState()
        self.empty.action_requested.connect(self.empty_action_requested)
        stack = QStackedLayout()
        stack.addWidget(self.view)
        stack.addWidget(self.empty)
        self._stack = stack
        self._caption = label(role="section")
        self._caption.setContentsMargins(10, 8, 10, 6)
        self._caption.hide()
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(0)
        column_layout.addWidget(self._filter_strip())
        column_layout.addWidget(self._caption)
        column_layout.addLayout(stack)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        model.modelReset.connect(self._restore)
        model.modelReset.connect(lambda: self.show_columns_for_width(self.width()))
        model.rowsRemoved.connect(self._after_removal)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(lambda *_: self._show_right_face())

    @property
    def chosen(self) -> ClientFileKey | None:
        return self._chosen

    def selected(self) -> list[ClientFileKey]:
        """Every selected file, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [row.key for position in rows if (row := self._model.row_at(position)) is not None]

    def add_menu(self, actions: Sequence[QAction]) -> None:
        """The menu of the list's rows, for the right button and the menu key."""
        self.view.addActions(actions)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_caption(self, text: str) -> None:
        """What the list holds, where that is not the chosen queue; empty to say nothing."""
        self._caption.setText(text)
        self._caption.setVisible(bool(text))

    def add_filter_tools(self, actions: Sequence[QAction]) -> None:
        """Beside the words of the filter, for as long as there is one."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            self._filter_row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_filter(self, text: str) -> None:
        """What narrows the list; empty where nothing does."""
        self._filter_words.setText(text)
        self._filter.setVisible(bool(text))

    def show_origins(self, several: bool) -> None:
        """Rows have a second line, which says whose they are, where the files of several connections are shown."""
        self.view.two_lines = several
        self.view.verticalHeader().setDefaultSectionSize(TALL_ROW_HEIGHT if several else ROW_HEIGHT)

    def choose_row(self, row: int) -> None:
        """Makes a row current, as a click would; out of range does nothing."""
        if 0 <= row < self._model.rowCount():
            column = max(0, self.view.currentIndex().column())
            self.view.setCurrentIndex(self._model.index(row, column))
            self.view.scrollTo(self._model.index(row, 0))

    def forget_choice(self) -> None:
        """Something else is shown now: choosing the same file again is a choice."""
        self._chosen = None
        self.view.selectionModel().clear()

    def current_row(self) -> int:
        """Of the chosen file; once that has left the list, the one before its place, so that "next" goes on from there."""
        return self.view.currentIndex().row() if self.view.currentIndex().isValid() else max(-1, self._left_at - 1)

    def move_by(self, step: int) -> None:
        self.choose_row(min(max(self.current_row() + step, 0), self._model.rowCount() - 1))

    def show_columns_for_width(self, width: int) -> None:
        """A narrow list keeps what identifies a file; the rest returns with the room."""
        self.view.setColumnHidden(Column.WORKFLOW, width < 620)
        standings = self._model.shows_standings
        self.view.setColumnWidth(Column.AGE, _STANDING_WIDTH if standings else _WIDTHS[Column.AGE])
        self.view.setColumnWidth(Column.STATE, 200 if width >= 520 else 120)
        # A queue of open files is of one state: how each stands says more than that.
        self.view.setColumnHidden(Column.STATE, width < (560 if standings else 330))

    def _filter_strip(self) -> QWidget:
        self._filter = QFrame()
        self._filter_words = wrapped(role="muted")
        self._filter_row = QHBoxLayout(self._filter)
        self._filter_row.setContentsMargins(10, 4, 4, 4)
        self._filter_row.setSpacing(0)
        self._filter_row.addWidget(self._filter_words, 1)
        self._filter.hide()
        return self._filter

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex) -> None:
        row = self._model.row_at(current.row()) if current.isValid() else None
        if row is None or self._removing:
            return
        self._left_at = -1
        if row.key == self._chosen:
            return
        self._chosen = row.key
        self.file_chosen.emit(row.key)

    def _before_removal(self, _parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        """A file that leaves the list, because its state changed, stays in review: nobody asked for another one."""
        self._removing = True
        row = self._model.row_of(self._chosen) if self._chosen is not None else -1
        if first <= row <= last:
            self._left_at = first

    def _after_removal(self) -> None:
        self._removing = False
        if self._left_at >= 0 and self._chosen is not None and self._model.row_of(self._chosen) < 0:
            self.view.selectionModel().clear()

    def _restore(self) -> None:
        row = self._model.row_of(self._chosen) if self._chosen is not None else -1
        if row >= 0:
            self.view.setCurrentIndex(self._model.index(row, 0))

    def _show_right_face(self) -> None:
        self._stack.setCurrentWidget(self.view if self._model.rowCount() else self.empty)
