"""Accepting many files at once: which, what was not looked at in each, and what is left out, before anything happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tns_desktop.domain.connection import Connection
from tns_desktop.ui import icons, theme
from tns_desktop.ui.delegates.cells import OriginDelegate, WrappedDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.outbox import OutboxRole
from tns_desktop.ui.state_words import connection_words
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.origin import Origins

_ID, _NAME, _OPEN, _ORIGIN = range(4)


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One file. ``left_out`` says why it is not decided on; else ``points`` say what is open in its review.
    ``connection`` is whose file it is, where the list holds those of several.
    """

    identifier: str
    name: str
    points: tuple[str, ...] = ()
    left_out: str = ""
    connection: Connection | None = None


def open_look(line: BulkLine) -> tuple[str, str, str]:
    """What is open in a file, or why it is left out: words, an icon, and the role of its colour."""
    if line.left_out:
        return line.left_out, "skip", "text_muted"
    if line.points:
        return "\n".join(line.points), "warning", "state_suspended"
    return tr("bulk.all_good"), "check", "state_accepted"


class BulkDialog(QDialog):
    """Accepted when the operator wants it so. Cancel has the focus where something is open, where the files are of several
    products, and where some of them are in production.
    """

    def __init__(self, lines: Sequence[BulkLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("bulk.title.accept"))
        self.resize(760, 460)
        decided = [line for line in lines if not line.left_out]
        self.heading = wrapped(tr("bulk.heading.accept", count=len(decided)), "title")
        left_out = len(lines) - len(decided)
        self.left_out = wrapped(tr("bulk.left_out", count=left_out), "muted")
        self.left_out.setVisible(bool(left_out))
        self.origins = Origins(line.connection for line in decided if line.connection is not None)
        self._make_table(lines)
        for row, line in enumerate(lines):
            self._show(row, line)
        # Words wrap by the width that their column gets, which is not known before the dialog is laid out.
        self.table.horizontalHeader().sectionResized.connect(
            self.table.resizeRowsToContents, Qt.ConnectionType.QueuedConnection
        )
        self.confirm = QPushButton(tr("bulk.confirm.accept", count=len(decided)))
        self.confirm.setProperty("kind", "accept")
        self.confirm.setEnabled(bool(decided))
        self.confirm.clicked.connect(self.accept)
        self.cancel = cancel_button(self)
        self._lay_out()
        careful = any(line.points for line in lines) or bool(self.origins.warning) or not decided
        safest = self.cancel if careful else self.confirm
        safest.setDefault(True)
        safest.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_table(self, lines: Sequence[BulkLine]) -> None:
        self.table = QTableWidget(len(lines), 4)
        self.table.setAccessibleName(tr("bulk.accessible_name"))
        columns = ("list.column.id", "list.column.name", "bulk.column", "bulk.product")
        self.table.setHorizontalHeaderLabels([tr(key) for key in columns])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_OPEN, QHeaderView.ResizeMode.Stretch)
        for column, width in ((_ID, 90), (_NAME, 190), (_ORIGIN, 230)):
            self.table.setColumnWidth(column, width)
        # Beside the file that it says the origin of.
        header.moveSection(_ORIGIN, _OPEN)
        self.table.setItemDelegateForColumn(_OPEN, WrappedDelegate(self.table))
        self.table.setItemDelegateForColumn(_ORIGIN, OriginDelegate(self.table))
        several = any(line.connection is not None for line in lines)
        self.table.setColumnHidden(_ORIGIN, not several)
        if several:
            self.resize(940, 500)

    def _lay_out(self) -> None:
        buttons = foot(self.cancel, self.confirm)
        column = body(self, 8)
        column.addWidget(self.heading)
        column.addWidget(wrapped(tr("bulk.text"), "muted"))
        column.addWidget(self.origins)
        column.addWidget(self.table, 1)
        column.addWidget(self.left_out)
        column.addLayout(buttons)

    def _show(self, row: int, line: BulkLine) -> None:
        words, icon, role = open_look(line)
        origin = connection_words(line.connection) if line.connection is not None else ""
        for column, text in ((_ID, line.identifier), (_NAME, line.name), (_OPEN, words), (_ORIGIN, origin)):
            item = QTableWidgetItem(text)
            if line.left_out:
                item.setForeground(theme.current().colour("text_muted"))
            if column == _OPEN:
                item.setIcon(icons.icon(icon, role))
            elif column == _ORIGIN:
                item.setData(OutboxRole.CONNECTION, line.connection)
                item.setToolTip(origin)
            self.table.setItem(row, column, item)
