"""The keys as they are, from the window's actions: it cannot list one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.ui.actions import ACTIONS, Actions, Place, keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import foot
from tns_desktop.ui.widgets.labels import label

LEFT_FREE = 40
"""Pixels of the window that stay in sight above and below."""


class HelpDialog(QDialog):
    """Two columns of places, each with its actions and keys; scrolled where the window is lower than they are."""

    change_requested = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("help.title"))
        keys = QWidget()
        sides = QHBoxLayout(keys)
        sides.setContentsMargins(0, 0, 16, 0)
        sides.setSpacing(40)
        for places in ((Place.LIST, Place.REVIEW, Place.EVERYWHERE), (Place.PREVIEW, Place.DIALOG)):
            # A grid each: rows of one side must not stretch those of the other.
            sides.addLayout(_grid_of(places, actions))
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        change = QPushButton(tr("help.change"))
        change.setAutoDefault(False)
        change.clicked.connect(self.change_requested)
        buttons = foot(close, left=[change])
        self.keys = QScrollArea()
        self.keys.setFrameShape(QFrame.Shape.NoFrame)
        self.keys.setAccessibleName(tr("help.title"))
        self.keys.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.keys.setWidgetResizable(True)
        self.keys.setWidget(keys)
        self.keys.setMinimumWidth(keys.sizeHint().width() + QScrollBar().sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addWidget(label(tr("help.title"), "heading"))
        column.addWidget(self.keys, 1)
        column.addLayout(buttons)
        # A scroll area asks for little by itself: as high as the keys need, as far as the window has it.
        around = self.sizeHint().height() - self.keys.sizeHint().height()
        wanted = keys.sizeHint().height() + around
        most = parent.window().height() - 2 * LEFT_FREE if parent is not None else wanted
        self.resize(QSize(self.sizeHint().width(), min(wanted, most)))
        self.keys.setFocus(Qt.FocusReason.OtherFocusReason)


def _grid_of(places: Sequence[Place], actions: Actions) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    for place in places:
        heading = label(tr(f"help.place.{place.value}"), "section")
        heading.setContentsMargins(0, 10 if grid.count() else 0, 0, 2)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        for spec in ACTIONS:
            if spec.place is place:
                row = grid.rowCount()
                action = actions[spec.action_id]
                keys = tr("help.keys_separator").join(keys_of(action)) or tr("help.no_key")
                grid.addWidget(label(keys, "muted"), row, 0)
                grid.addWidget(label(action.text()), row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
