"""The review pane: documents on the left, preview on the right, declared data below or beside, the decision bar at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.ui import icons, theme
from tns_desktop.ui.actions import Actions, key_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.preview.pair import PreviewPair
from tns_desktop.ui.state_words import pending_look, pending_words, state_look, state_words
from tns_desktop.ui.views.decision_bar import DecisionBar
from tns_desktop.ui.views.documents_pane import DocumentsPane
from tns_desktop.ui.views.facts import FactsPanel
from tns_desktop.ui.views.follow_up_pane import FollowUpPane
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped
from tns_desktop.ui.widgets.origin import Origin
from tns_desktop.ui.widgets.turning_splitter import TurningSplitter

DOCUMENTS_WIDTH = 150
FACTS_WIDTH = 410
"""At least: its four tabs, and a value with where it was found."""
FACTS_BESIDE_FROM = 1050
"""Pixels of the whole pane from which the facts stand beside one document."""
FACTS_BESIDE_TWO_FROM = 1500
LEAST_WIDTH = 470


class ReviewPane(QFrame):
    """Lays out one client file. It holds no data of its own beyond what it shows."""

    document_chosen = Signal(str)
    archive_action_requested = Signal(str)
    banner_action_requested = Signal(str)
    previews_wanted_back = Signal()

    def __init__(self, documents: DocumentModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.name = ElidedLabel(role="title")
        self.identifier = label(role="muted")
        self._state_icon = label()
        self._state_text = label()
        self.origin = Origin()
        self.origin.setContentsMargins(16, 0, 16, 10)
        self.handover = wrapped(role="muted")
        self.handover.setContentsMargins(16, 0, 16, 10)
        self.handover.hide()
        self.banner = Banner()
        self.banner.action_requested.connect(self.banner_action_requested)
        self.follow_up = FollowUpPane()
        self.documents = DocumentsPane(documents)
        self.documents.document_chosen.connect(self.document_chosen)
        self.previews = PreviewPair()
        self.preview = self.previews.main
        self._away = EmptyState(self)
        self._away.hide()
        self._away.action_requested.connect(lambda _action: self.previews_wanted_back.emit())
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
        self.inner.addWidget(self.documents)
        self.inner.addWidget(self.previews)
        self.inner.setStretchFactor(1, 1)
        self.inner.setSizes([214, 520])
        self.documents.setMinimumWidth(DOCUMENTS_WIDTH)
        self.facts.setMinimumWidth(FACTS_WIDTH)
        self.setMinimumWidth(LEAST_WIDTH)
        self._archive = QStackedWidget()
        self._archive.addWidget(self._archive_face)
        self._archive.addWidget(self.inner)
        self.outer = TurningSplitter([540, 190], [720, FACTS_WIDTH])
        self.outer.setChildrenCollapsible(False)
        self.outer.addWidget(self._archive)
        self.outer.addWidget(self.facts)
        self.outer.setStretchFactor(0, 1)
        self._file = QWidget()
        column = QVBoxLayout(self._file)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.origin)
        column.addWidget(self.handover)
        column.addWidget(self.banner)
        column.addWidget(self.follow_up)
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

    def follow(self, actions: Actions) -> None:
        """What stands here names the keys of these actions, as they are."""
        self.bar.follow(actions)
        actions.keys_changed.connect(lambda: self._name_keys(actions))
        self._name_keys(actions)

    def _name_keys(self, actions: Actions) -> None:
        next_file, previous, help_key, detach = (
            key_of(actions[name]) for name in ("next_file", "previous_file", "help", "detach_preview")
        )
        text = tr("review.empty.text_without_keys")
        if next_file and previous and help_key:
            text = tr("review.empty.text", next=next_file, previous=previous, help=help_key)
        self._empty.show_message("inbox", tr("review.empty.title"), text)
        self._away.show_message(
            "window",
            tr("preview.away.title"),
            tr("preview.away.text", key=detach) if detach else tr("preview.away.text_without_key"),
            action="back",
            action_text=tr("preview.away.back"),
        )

    def show_nothing(self) -> None:
        self._stack.setCurrentWidget(self._empty)

    def show_file(self, row: ProjectedFile, connection: Connection | None = None) -> None:
        """``connection`` is whose file it is, where the list holds those of several: said here and beside the buttons."""
        client_file = row.client_file
        self.origin.show_connection(connection)
        self.bar.origin.show_connection(connection)
        self.name.setText(client_file.display_name)
        self.identifier.setText(client_file.display_id)
        look = pending_look(row.pending) if row.pending is not None else state_look(client_file.state)
        words = pending_words(row.pending) if row.pending is not None else state_words(client_file.state)
        colour = theme.current().colours[look.token]
        self._state_icon.setPixmap(icons.pixmap(look.icon, colour, 18, self.devicePixelRatioF()))
        self._state_text.setText(words)
        self._state_text.setStyleSheet(f"color: {colour}; font-weight: 600;")
        self.bar.setVisible(True)
        self._stack.setCurrentWidget(self._file)

    def show_local_archive(self, name: str) -> None:
        """An archive from disk: documents and what is found in them, no decision and no data from a server."""
        self.name.setText(name)
        self.identifier.setText("")
        self._state_icon.clear()
        self._state_text.setText(tr("review.local_archive"))
        self._state_text.setStyleSheet("")
        self.origin.show_connection(None)
        self.bar.setVisible(False)
        self._stack.setCurrentWidget(self._file)

    def show_handover(self, text: str) -> None:
        """Whether and where the file was handed over; empty: nothing is said of it."""
        self.handover.setText(text)
        self.handover.setVisible(bool(text))

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

    def show_no_documents_yet(self) -> None:
        """Nothing is wrong: the customer is still at work on the file."""
        self._archive_face.show_message(
            "hourglass",
            tr("review.no_documents_yet.title"),
            tr("review.no_documents_yet.text"),
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

    # --- a second document, a window of its own ------------------------------------------------------------------------

    @property
    def is_preview_away(self) -> bool:
        return self.inner.indexOf(self.previews) < 0

    def show_beside(self) -> None:
        self.previews.show_beside()
        self._fit()

    def end_beside(self) -> None:
        self.previews.end_beside()
        self._fit()

    def hand_over_previews(self) -> QWidget:
        """Leaves in its place where the preview is, and the way back."""
        self._replace(self.previews, self._away)
        return self.previews

    def take_previews_back(self) -> None:
        self._replace(self._away, self.previews)

    def _replace(self, here: QWidget, instead: QWidget) -> None:
        sizes = self.inner.sizes()
        self.inner.replaceWidget(self.inner.indexOf(here), instead)
        here.setParent(None)
        instead.show()
        self.inner.setSizes(sizes)
        self._fit()

    def _fit(self) -> None:
        """Two documents fit into the smallest window too."""
        least = LEAST_WIDTH
        if not self.is_preview_away and self.previews.is_beside:
            least = DOCUMENTS_WIDTH + self.inner.handleWidth() + self.previews.minimumWidth()
        self.setMinimumWidth(least)
        self._turn()

    def _turn(self) -> None:
        """A page is high, and a wide window is not: there, what is to be compared with it stands beside it."""
        two = not self.is_preview_away and self.previews.is_beside
        self.outer.turn(beside=self.width() >= (FACTS_BESIDE_TWO_FROM if two else FACTS_BESIDE_FROM))

    # --- documents ----------------------------------------------------------------------------------------------------

    def choose_document(self, entry_id: str) -> None:
        self.documents.choose(entry_id)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()
