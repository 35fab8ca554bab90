"""Whom to write to first: open files that are late, expire soon or have expired, the most urgent on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QPushButton,
    QWidget,
)

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.follow_up import Standing
from tns_desktop.ui import formatting, icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import age_words, urgency_look, urgency_words
from tns_desktop.ui.widgets.dialog_parts import body, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.read_only_table import ReadOnlyTable

URGENCY, NAME, ID, AGE, DUE, ORIGIN = range(6)
_COLUMNS = ("urgency", "name", "id", "age", "due", "origin")
_WIDTHS = {URGENCY: 150, ID: 100, AGE: 80, DUE: 110, ORIGIN: 190}
_ROW_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """``origin`` is empty where a single connection is shown."""

    key: ClientFileKey
    name: str
    display_id: str
    standing: Standing
    origin: str = ""


class RemindersDialog(QDialog):
    """Choosing a file closes it, and the file is on screen."""

    file_chosen = Signal(object)

    def __init__(self, lines: Sequence[ReminderLine], days: int, parent: QWidget | None = None) -> None:
        """``days``: after how many a reminder is due."""
        super().__init__(parent)
        self.setWindowTitle(tr("reminders.title"))
        self.resize(860, 460)
        self._lines = list(lines)
        headings = [tr(f"reminders.column.{name}") for name in _COLUMNS]
        self.table = ReadOnlyTable(tr("reminders.title"), headings, len(lines))
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        for column, width in _WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnHidden(ORIGIN, not any(line.origin for line in lines))
        for row, line in enumerate(lines):
            self._fill(row, line)
        self.show_file = primary_button(tr("reminders.show_file"))
        self.show_file.setDefault(True)
        self.show_file.setEnabled(bool(lines))
        self.show_file.clicked.connect(self._choose)
        self.table.cellActivated.connect(lambda *_: self._choose())
        close = QPushButton(tr("button.close"))
        close.clicked.connect(self.reject)
        buttons = foot(close, self.show_file)
        column_layout = body(self)
        column_layout.addWidget(label(tr("reminders.title"), "title"))
        column_layout.addWidget(wrapped(tr("reminders.text", count=days) if lines else tr("reminders.none"), "muted"))
        column_layout.addWidget(self.table, 1)
        column_layout.addLayout(buttons)
        if lines:
            self.table.setCurrentCell(0, URGENCY)
        self.table.setFocus()

    def _fill(self, row: int, line: ReminderLine) -> None:
        standing = line.standing
        look = urgency_look(standing.urgency)
        texts = (
            urgency_words(standing.urgency),
            line.name,
            line.display_id,
            age_words(standing),
            formatting.date(standing.due),
            line.origin,
        )
        for column, text in enumerate(texts):
            item = self.table.put(row, column, text)
            if column == URGENCY:
                item.setIcon(icons.icon(look.icon, look.token))
                item.setForeground(theme.current().colour(look.token))

    def _choose(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._lines):
            self.file_chosen.emit(self._lines[row].key)
            self.accept()
