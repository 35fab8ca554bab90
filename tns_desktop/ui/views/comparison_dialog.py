"""Two archives compared: documents in one table, fields of the reports in another. Stays open while one looks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QPushButton,
    QTabWidget,
    QWidget,
)

from tns_desktop.domain.archive_comparison import Change, DocumentChange, FieldChange
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import Look
from tns_desktop.ui.widgets.dialog_parts import body, foot
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.read_only_table import ReadOnlyTable

_LOOKS = {
    Change.CHANGED: Look("state_rejected", "changed"),
    Change.REMOVED: Look("state_rejected", "minus"),
    Change.ADDED: Look("state_suspended", "plus"),
    Change.RENAMED: Look("state_suspended", "next"),
    Change.UNKNOWN: Look("text_muted", "question"),
    Change.SAME: Look("state_accepted", "check"),
}


class ComparisonDialog(QDialog):
    """Emits the pair of a row that is to be looked at, side by side."""

    pair_chosen = Signal(object)

    def __init__(
        self,
        heading: str,
        remark: str,
        documents: Sequence[DocumentChange],
        fields: Sequence[FieldChange],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("compare.title"))
        self.setModal(False)
        self.resize(820, 520)
        self._changes = list(documents)
        self.documents = _table(tr("compare.documents"), ("what", "before", "after"))
        self.documents.setRowCount(len(self._changes))
        for row, change in enumerate(self._changes):
            _fill_document(self.documents, row, change)
        self.documents.itemActivated.connect(lambda item: self.pair_chosen.emit(self._changes[item.row()]))
        self.fields = _table(tr("compare.fields"), ("field", "value_before", "value_after"))
        self.fields.setRowCount(len(fields))
        for row, field in enumerate(fields):
            for column, text in enumerate((field.field, _value(field.before), _value(field.after))):
                self.fields.put(row, column, text)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("compare.title"))
        self.tabs.addTab(self.documents, tr("compare.tab_documents", count=_differing(self._changes)))
        self.tabs.addTab(self.fields, tr("compare.tab_fields", count=len(fields)))
        close = QPushButton(tr("button.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        buttons = foot(close)
        column_ = body(self)
        column_.addWidget(wrapped(heading, "title"))
        column_.addWidget(wrapped(remark))
        column_.addWidget(self.tabs, 1)
        column_.addWidget(wrapped(tr("compare.hint"), "muted"))
        column_.addLayout(buttons)
        if self._changes:
            self.documents.setCurrentCell(0, 0)
        self.documents.setFocus(Qt.FocusReason.OtherFocusReason)


def _table(name: str, columns: Sequence[str]) -> ReadOnlyTable:
    table = ReadOnlyTable(name, [tr(f"compare.column.{column}") for column in columns])
    for column in range(1, len(columns)):
        table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    table.setColumnWidth(0, 200)
    return table


def _fill_document(table: ReadOnlyTable, row: int, change: DocumentChange) -> None:
    look = _LOOKS[change.change]
    colour = theme.current().colours[look.token]
    item = table.put(row, 0, tr(f"compare.change.{change.change.value}"))
    item.setIcon(icons.icon(look.icon))
    item.setForeground(QColor(colour))
    for column, document in ((1, change.before), (2, change.after)):
        table.put(row, column, document.path if document is not None else "—")


def _value(text: str | None) -> str:
    return text if text is not None else tr("compare.not_there")


def _differing(changes: Sequence[DocumentChange]) -> int:
    return sum(change.change is not Change.SAME for change in changes)
