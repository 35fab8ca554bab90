"""Many files at once: what is decided on, what was not looked at in each, and what is left out, before anything happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.decision import Verdict
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import wrapped


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One file. ``left_out`` says why it is not decided on; else ``points`` say what is open in its review."""

    identifier: str
    name: str
    points: tuple[str, ...] = ()
    left_out: str = ""


class BulkDialog(QDialog):
    """Accepted when the operator wants it so. Cancel has the focus where something is open."""

    def __init__(self, verdict: Verdict, lines: Sequence[BulkLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(f"bulk.title.{verdict.value}"))
        self.resize(760, 460)
        decided = [line for line in lines if not line.left_out]
        self.heading = wrapped(tr(f"bulk.heading.{verdict.value}", count=len(decided)), "title")
        left_out = len(lines) - len(decided)
        self.left_out = wrapped(tr("bulk.left_out", count=left_out), "muted")
        self.left_out.setVisible(bool(left_out))
        self.table = QTableWidget(len(lines), 3)
        self.table.setAccessibleName(tr("bulk.accessible_name"))
        self.table.setHorizontalHeaderLabels([tr("list.column.id"), tr("list.column.name"), tr("bulk.column")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 90)
        self.table.setColumnWidth(1, 190)
        for row, line in enumerate(lines):
            self._show(row, line)
        self.table.resizeRowsToContents()
        self.confirm = QPushButton(tr(f"bulk.confirm.{verdict.value}", count=len(decided)))
        self.confirm.setProperty("kind", verdict.value)
        self.confirm.setEnabled(bool(decided))
        self.confirm.clicked.connect(self.accept)
        self.cancel = QPushButton(tr("button.cancel"))
        self.cancel.clicked.connect(self.reject)
        self._lay_out()
        careful = any(line.points for line in lines) or not decided
        safest = self.cancel if careful else self.confirm
        safest.setDefault(True)
        safest.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(wrapped(tr("bulk.text"), "muted"))
        column.addWidget(self.table, 1)
        column.addWidget(self.left_out)
        column.addLayout(buttons)

    def _show(self, row: int, line: BulkLine) -> None:
        if line.left_out:
            words, icon, role = line.left_out, "skip", "text_muted"
        elif line.points:
            words, icon, role = "\n".join(line.points), "warning", "state_suspended"
        else:
            words, icon, role = tr("bulk.all_good"), "check", "state_accepted"
        for column, text in enumerate((line.identifier, line.name, words)):
            item = QTableWidgetItem(text)
            if line.left_out:
                item.setForeground(theme.current().colour("text_muted"))
            self.table.setItem(row, column, item)
        last = self.table.item(row, 2)
        assert last is not None
        last.setIcon(icons.icon(icon, role))
