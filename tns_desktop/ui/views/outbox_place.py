"""The outbox as one place with two parts: decisions, and client files that are to be created."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.creations_view import CreationsView
from tns_desktop.ui.views.outbox_view import OutboxView


class OutboxPlace(QWidget):
    """The tabs stand above both parts."""

    def __init__(self, decisions: OutboxView, creations: CreationsView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = QStackedWidget()
        self._parts.addWidget(decisions)
        self._parts.addWidget(creations)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setObjectName("outboxParts")
        self.tabs.setAccessibleName(tr("queue.outbox"))
        self.tabs.addTab(tr("outbox.accessible_name"))
        self.tabs.addTab(tr("creation.outbox"))
        self.tabs.currentChanged.connect(self._parts.setCurrentIndex)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._parts, 1)

    def show_decisions(self) -> None:
        self.tabs.setCurrentIndex(0)

    def show_creations(self) -> None:
        self.tabs.setCurrentIndex(1)

    def count_creations(self, waiting: int) -> None:
        """How many drafts and creations are not done, beside the word."""
        words = tr("creation.outbox")
        self.tabs.setTabText(1, tr("creation.outbox_count", words=words, count=waiting) if waiting else words)
