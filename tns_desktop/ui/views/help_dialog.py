"""The keys, from the table of actions: it cannot list one that does not exist."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui.actions import ACTIONS, Place, all_keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label


class HelpDialog(QDialog):
    """Two columns of places, each with its actions and keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("help.title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        columns = ((Place.LIST, Place.EVERYWHERE), (Place.REVIEW, Place.PREVIEW))
        for side, places in enumerate(columns):
            row = 0
            for place in places:
                heading = label(tr(f"help.place.{place.value}"), "section")
                heading.setContentsMargins(0, 10 if row else 0, 0, 2)
                grid.addWidget(heading, row, side * 3, 1, 2)
                row += 1
                for spec in ACTIONS:
                    if spec.place is not place:
                        continue
                    grid.addWidget(label(tr("help.keys_separator").join(all_keys_of(spec)), "muted"), row, side * 3)
                    grid.addWidget(label(tr(f"action.{spec.action_id}")), row, side * 3 + 1)
                    row += 1
        grid.setColumnMinimumWidth(2, 24)
        close = QPushButton(tr("button.close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(label(tr("help.title"), "heading"))
        column.addLayout(grid)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
