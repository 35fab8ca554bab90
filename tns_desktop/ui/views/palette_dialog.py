"""The palette: a field and what it finds. The keyboard never leaves the field; arrows move the choice, Enter takes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.palette import PaletteItem
from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label

_ICONS = {"document": "document", "view": "filter", "action": "send", "file": "folder"}
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
_ROW_HEIGHT = 28


class PaletteDialog(QDialog):
    """Accepted with ``chosen`` set, or rejected."""

    text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("palette.title"))
        self.resize(640, 420)
        self.chosen: PaletteItem | None = None
        self._items: list[PaletteItem] = []
        self._text = ""
        """What the items were found for."""
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("palette.hint"))
        self.field.setAccessibleName(tr("palette.title"))
        self.field.textChanged.connect(self.text_changed)
        self.field.installEventFilter(self)
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(tr("palette.found"))
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.currentCellChanged.connect(lambda *_: self._say_current())
        self.table.cellClicked.connect(lambda _row, _column: self._take())
        self.nothing = label(tr("palette.nothing"), "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_items(self, items: Sequence[PaletteItem]) -> None:
        """The choice stays where it was if that item is still there, else it is the first one."""
        row = self.table.currentRow()
        before = self._items[row].target if 0 <= row < len(self._items) and self.field.text() == self._text else None
        self._text = self.field.text()
        self._items = list(items)
        self.table.setRowCount(len(self._items))
        for number, item in enumerate(self._items):
            title = QTableWidgetItem(icons.icon(_ICONS[item.find.value]), item.title)
            title.setData(Qt.ItemDataRole.AccessibleTextRole, self._words(item))
            self.table.setItem(number, 0, title)
            detail = QTableWidgetItem(item.detail)
            detail.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(number, 1, detail)
        self.nothing.setVisible(not self._items)
        chosen = next((number for number, item in enumerate(self._items) if item.target == before), 0)
        self.table.setCurrentCell(chosen if self._items else -1, 0)
        self._say_current()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _words(self, item: PaletteItem) -> str:
        return tr("palette.spoken", kind=tr(f"palette.kind.{item.find.value}"), title=item.title, detail=item.detail)

    def _say_current(self) -> None:
        """The keyboard is in the field: a screen reader reads the choice from there."""
        row = self.table.currentRow()
        there = 0 <= row < len(self._items)
        self.field.setAccessibleDescription(self._words(self._items[row]) if there else tr("palette.nothing"))

    def _take(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._items):
            self.chosen = self._items[row]
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
            if key in _STEPS and self._items:
                row = min(max(self.table.currentRow() + _STEPS[key], 0), len(self._items) - 1)
                self.table.setCurrentCell(row, 0)
                return True
        return super().eventFilter(watched, event)
