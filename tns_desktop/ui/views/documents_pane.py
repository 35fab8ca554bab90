"""The documents of the file on screen: the tree, how many are judged, the buttons that mark, and by what they are grouped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QTreeView, QVBoxLayout, QWidget

from tns_desktop.ui.delegates.documents import DocumentDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.documents import DocumentModel, Grouping
from tns_desktop.ui.widgets.labels import label, wrapped


class DocumentsPane(QFrame):
    """Says which document was chosen; what a mark becomes is the presenter's business."""

    document_chosen = Signal(str)

    def __init__(self, documents: DocumentModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = documents
        self.tree = QTreeView()
        self.tree.setObjectName("documents")
        self.tree.setModel(documents)
        self.tree.setItemDelegate(DocumentDelegate(self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(8)
        self.tree.setAccessibleName(tr("documents.accessible_name"))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        documents.modelReset.connect(self.tree.expandAll)
        documents.rowsInserted.connect(lambda parent, _first, _last: self.tree.expandRecursively(parent))
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        self.progress = label(role="muted")
        self.note = wrapped(role="muted")
        self.note.setContentsMargins(10, 4, 10, 4)
        self.note.hide()
        self._groupings = self._grouping_menu()
        self._tools = QHBoxLayout()
        self._tools.setContentsMargins(6, 2, 6, 2)
        self._tools.setSpacing(2)
        self._tools.addStretch(1)
        self.progress.setContentsMargins(10, 0, 10, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools)
        column.addWidget(self.progress)
        column.addWidget(self.note)
        column.addWidget(self.tree, 1)

    def add_tools(self, marks: Sequence[QAction], grouping: QAction) -> None:
        """Buttons that mark the document on screen, and the one that opens the menu of groupings."""
        for action in (*marks, grouping):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            self._tools.insertWidget(self._tools.count() - (1 if action is not grouping else 0), button)
        grouping.triggered.connect(lambda: self._groupings.popup(self.mapToGlobal(QPoint(8, self.tree.y()))))

    def show_progress(self, judged: int, of: int) -> None:
        """For instance *3 of 7 judged*; nothing where there is nothing to judge."""
        self.progress.setText(tr("documents.progress", judged=judged, count=of) if of else "")

    def show_note(self, text: str) -> None:
        """A lasting remark above the documents; empty for none."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def choose(self, entry_id: str) -> None:
        index = self._model.index_of(entry_id)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _grouping_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for grouping in Grouping:
            action = menu.addAction(tr(f"documents.grouping.{grouping.value}"))
            action.setCheckable(True)
            action.setChecked(grouping is self._model.grouping)
            action.triggered.connect(lambda _checked=False, grouping=grouping: self._group_by(grouping))
            group.addAction(action)
        return menu

    def _group_by(self, grouping: Grouping) -> None:
        """The document on screen stays the chosen one: only its place changes."""
        node = self._model.node_at(self.tree.currentIndex())
        current = node.entry.entry_id if node.entry is not None else ""
        self.tree.selectionModel().blockSignals(True)
        try:
            self._model.set_grouping(grouping)
            self.choose(current)
        finally:
            self.tree.selectionModel().blockSignals(False)
        self.tree.viewport().update()

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex) -> None:
        node = self._model.node_at(current)
        if node.entry is not None:
            self.document_chosen.emit(node.entry.entry_id)
