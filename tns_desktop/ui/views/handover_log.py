"""The log of hand-overs: a row each, what became of it in words, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from tns_desktop.domain.handover import Handover, HandoverStatus
from tns_desktop.ui import formatting, icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.handover_words import place_words, sentences, status_words
from tns_desktop.ui.widgets.dialog_parts import body
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.read_only_table import ReadOnlyTable

COLUMNS = ("when", "file", "status", "place")
WHEN, FILE, STATUS, PLACE = range(4)
_ROW_HEIGHT = 34
_LOOKS = {
    HandoverStatus.DONE: ("check", "state_accepted"),
    HandoverStatus.FAILED: ("warning", "state_rejected"),
    HandoverStatus.DROPPED: ("close", "text_muted"),
}
_UNDER_WAY = ("hourglass", "state_pending")


class HandoverLog(QDialog):
    """Newest first. What can be done is offered for the row that is current."""

    try_again_requested = Signal(str)
    drop_requested = Signal(str)
    repeat_requested = Signal(str)
    rules_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("handover.log.title"))
        self.resize(860, 520)
        self._rows: list[Handover] = []
        self.table = ReadOnlyTable(tr("handover.log.title"), [tr(f"handover.column.{name}") for name in COLUMNS])
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setSectionResizeMode(PLACE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((WHEN, 130), (FILE, 240), (STATUS, 170)):
            self.table.setColumnWidth(column, width)
        self.words = wrapped()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.empty = wrapped(tr("handover.log.empty"), "muted")
        self.try_again = QPushButton(tr("button.retry"))
        self.drop = QPushButton(tr("handover.drop"))
        self.repeat = QPushButton(tr("handover.repeat"))
        self.rules = QPushButton(tr("handover.rules"))
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        self.try_again.clicked.connect(lambda: self.try_again_requested.emit(self._current_id()))
        self.drop.clicked.connect(lambda: self.drop_requested.emit(self._current_id()))
        self.repeat.clicked.connect(lambda: self.repeat_requested.emit(self._current_id()))
        self.rules.clicked.connect(self.rules_requested)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self.rules)
        buttons.addStretch(1)
        for button in (self.drop, self.repeat, self.try_again, close):
            button.setAutoDefault(button is close)
            buttons.addWidget(button)
        outside = body(self)
        outside.addWidget(label(tr("handover.log.title"), "title"))
        outside.addWidget(self.empty)
        outside.addWidget(self.table, 1)
        outside.addWidget(self.words)
        outside.addLayout(buttons)
        self.table.currentCellChanged.connect(lambda *_: self._show_current())
        self.show_rows([])

    def show_rows(self, rows: Sequence[Handover]) -> None:
        """The row that was current stays so."""
        current, before = self._current_id(), self._rows
        self.table.blockSignals(True)
        self._rows = list(rows)
        self.table.setRowCount(len(self._rows))
        for position, row in enumerate(self._rows):
            if position < len(before) and before[position] == row:
                continue  # of a thousand rows, a few have gone on since the last look
            name, token = _LOOKS.get(row.status, _UNDER_WAY)
            status = QTableWidgetItem(status_words(row))
            status.setIcon(icons.icon(name, token))
            file = tr("handover.file", id=row.display_id, name=row.display_name)
            texts = {WHEN: formatting.date_time(row.planned_at), FILE: file, PLACE: place_words(row)}
            self.table.setItem(position, STATUS, status)
            for column, text in texts.items():
                self.table.put(position, column, text)
        self.table.blockSignals(False)
        ids = [row.handover_id for row in self._rows]
        if self._rows:
            self.table.setCurrentCell(ids.index(current) if current in ids else 0, STATUS)
        self.empty.setVisible(not self._rows)
        self.table.setVisible(bool(self._rows))
        self._show_current()

    def current(self) -> Handover | None:
        position = self.table.currentRow()
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def _current_id(self) -> str:
        row = self.current()
        return row.handover_id if row is not None else ""

    def _show_current(self) -> None:
        row = self.current()
        self.words.setText("\n".join(sentences(row)) if row is not None else "")
        self.try_again.setVisible(row is not None and row.can_be_tried_again)
        self.drop.setVisible(row is not None and row.can_be_dropped)
        self.repeat.setVisible(row is not None and row.status is HandoverStatus.DONE)
