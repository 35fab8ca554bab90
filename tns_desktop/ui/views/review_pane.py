"""The review pane: documents on the left, preview on the right, declared data below, the decision bar at the foot."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QTreeView, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.ui import icons, theme
from tns_desktop.ui.delegates.cells import DocumentDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.preview.preview_pane import PreviewPane
from tns_desktop.ui.state_words import pending_look, pending_words, state_look, state_words
from tns_desktop.ui.views.decision_bar import DecisionBar
from tns_desktop.ui.views.facts import FactsPanel
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import ElidedLabel, label


class ReviewPane(QFrame):
    """Lays out one client file. It holds no data of its own beyond what it shows."""

    document_chosen = Signal(str)
    archive_action_requested = Signal(str)
    banner_action_requested = Signal(str)

    def __init__(self, documents: DocumentModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = documents
        self.name = ElidedLabel(role="title")
        self.identifier = label(role="muted")
        self._state_icon = label()
        self._state_text = label()
        self.banner = Banner()
        self.banner.action_requested.connect(self.banner_action_requested)
        self.tree = QTreeView()
        self.tree.setObjectName("documents")
        self.tree.setModel(documents)
        self.tree.setItemDelegate(DocumentDelegate(self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(8)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(tr("documents.accessible_name"))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        documents.modelReset.connect(self.tree.expandAll)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        self.preview = PreviewPane()
        self.facts = FactsPanel()
        self.bar = DecisionBar()
        self._empty = EmptyState()
        self._archive_face = EmptyState()
        self._archive_face.action_requested.connect(self.archive_action_requested)
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(10)
        head.addWidget(self.name, 1)
        head.addWidget(self.identifier)
        head.addWidget(self._state_icon)
        head.addWidget(self._state_text)
        self.inner = QSplitter(Qt.Orientation.Horizontal)
        self.inner.setChildrenCollapsible(False)
        self.inner.addWidget(self.tree)
        self.inner.addWidget(self.preview)
        self.inner.setStretchFactor(1, 1)
        self.inner.setSizes([190, 520])
        self.tree.setMinimumWidth(130)
        self.preview.setMinimumWidth(308)
        self._archive = QStackedWidget()
        self._archive.addWidget(self._archive_face)
        self._archive.addWidget(self.inner)
        self.outer = QSplitter(Qt.Orientation.Vertical)
        self.outer.setChildrenCollapsible(False)
        self.outer.addWidget(self._archive)
        self.outer.addWidget(self.facts)
        self.outer.setStretchFactor(0, 1)
        self.outer.setSizes([560, 150])
        self._file = QWidget()
        column = QVBoxLayout(self._file)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.outer, 1)
        column.addWidget(self.bar)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._file)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._stack)

    # --- faces --------------------------------------------------------------------------------------------------------

    @property
    def archive_message(self) -> str:
        """The text shown in place of the documents; empty while they are shown."""
        return self._archive_face.text if self._archive.currentWidget() is self._archive_face else ""

    def show_nothing(self) -> None:
        self._empty.show_message("inbox", tr("review.empty.title"), tr("review.empty.text"))
        self._stack.setCurrentWidget(self._empty)

    def show_file(self, row: ProjectedFile) -> None:
        client_file = row.client_file
        self.name.setText(client_file.display_name)
        self.identifier.setText(client_file.display_id)
        look = pending_look(row.pending) if row.pending is not None else state_look(client_file.state)
        words = pending_words(row.pending) if row.pending is not None else state_words(client_file.state)
        colour = theme.current().colours[look.token]
        self._state_icon.setPixmap(icons.pixmap(look.icon, colour, 18, self.devicePixelRatioF()))
        self._state_text.setText(words)
        self._state_text.setStyleSheet(f"color: {colour}; font-weight: 600;")
        self.facts.setVisible(True)
        self.bar.setVisible(True)
        self._stack.setCurrentWidget(self._file)

    def show_facts(self, client_file: ClientFile | None) -> None:
        """Declared data of the file that ``show_file`` was told of; None while it is on its way."""
        self.facts.show_file(client_file)

    def show_local_archive(self, name: str) -> None:
        """An archive from disk: documents and preview, no decision and no declared data from a server."""
        self.name.setText(name)
        self.identifier.setText("")
        self._state_icon.clear()
        self._state_text.setText(tr("review.local_archive"))
        self._state_text.setStyleSheet("")
        self.facts.setVisible(False)
        self.bar.setVisible(False)
        self._stack.setCurrentWidget(self._file)

    def show_archive_loading(self) -> None:
        self._archive_face.show_message("archive", "", "")
        self._archive.setCurrentWidget(self._archive_face)

    def show_archive_progress(self, received: int, total: int | None, text: str) -> None:
        if self._archive.currentWidget() is self._archive_face:
            self._archive_face.show_message(
                "archive", tr("review.fetching"), text, action="cancel", action_text=tr("button.cancel")
            )
            self._archive_face.show_progress(received, total)

    def show_archive_failure(self, message: Message) -> None:
        self._archive_face.show_message(
            "warning",
            message.title,
            "\n".join(part for part in (message.sentence, message.remedy, message.server_words) if part),
            colour_role="state_suspended",
            action="retry",
            action_text=tr("button.retry"),
        )
        self._archive.setCurrentWidget(self._archive_face)

    def show_archive_cancelled(self) -> None:
        self._archive_face.show_message(
            "archive",
            tr("review.fetch_cancelled.title"),
            tr("review.fetch_cancelled.text"),
            action="retry",
            action_text=tr("button.fetch"),
        )
        self._archive.setCurrentWidget(self._archive_face)

    def show_documents(self) -> None:
        self._archive.setCurrentWidget(self.inner)

    def choose_document(self, entry_id: str) -> None:
        index = self._model.index_of(entry_id)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex) -> None:
        node = self._model.node_at(current)
        if node.entry is not None:
            self.document_chosen.emit(node.entry.entry_id)
