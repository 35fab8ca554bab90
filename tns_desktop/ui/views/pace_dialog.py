"""The operator's own pace: a line a queue. Nobody else sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.personal_pace import QueuePace
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import queue_words
from tns_desktop.ui.widgets.labels import label, wrapped

_COLUMNS = ("queue", "waiting", "oldest", "decided", "median")


class PaceDialog(QDialog):
    """Read and closed; nothing can be changed here."""

    def __init__(self, queues: Sequence[QueuePace], now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("pace.title"))
        self.resize(720, 340)
        self.table = QTableWidget(len(queues), len(_COLUMNS))
        self.table.setAccessibleName(tr("pace.title"))
        self.table.setHorizontalHeaderLabels([tr(f"pace.column.{name}") for name in _COLUMNS])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for row, queue in enumerate(queues):
            for column, text in enumerate(_words(queue, now)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        for column in range(len(_COLUMNS)):
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            heading = self.table.horizontalHeaderItem(column)
            if heading is not None:
                heading.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 24, 24, 20)
        lines.setSpacing(12)
        lines.addWidget(label(tr("pace.title"), "heading"))
        lines.addWidget(wrapped(tr("pace.text"), "muted"))
        lines.addWidget(self.table, 1)
        lines.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _words(queue: QueuePace, now: datetime) -> tuple[str, ...]:
    measured = queue.median_seconds
    return (
        queue_words(queue.state),
        formatting.count(queue.waiting),
        formatting.age(queue.oldest, now) or tr("pace.nothing"),
        formatting.count(queue.decided_today),
        formatting.duration(measured) if measured is not None else tr("pace.nothing"),
    )
