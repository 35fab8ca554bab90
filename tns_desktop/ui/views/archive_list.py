"""The list of archives from disk: in the place of the client files, for somebody who has no account or none at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui.delegates.disk_archives import DiskArchiveDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.disk_archives import DiskArchiveModel
from tns_desktop.ui.widgets.labels import label


class ArchiveList(QFrame):
    """Emits which archive was chosen, by its path."""

    archive_chosen = Signal(object)

    def __init__(self, model: DiskArchiveModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = model
        self._chosen: Path | None = None
        self.view = QListView()
        self.view.setObjectName("archives")
        self.view.setModel(model)
        self.view.setItemDelegate(DiskArchiveDelegate(self.view))
        self.view.setAccessibleName(tr("archives.accessible_name"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setUniformItemSizes(True)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        model.modelReset.connect(self._restore)
        caption = label(tr("archives.heading"), "section")
        caption.setContentsMargins(10, 8, 10, 6)
        self._buttons = QVBoxLayout()
        self._buttons.setContentsMargins(8, 6, 8, 8)
        self._buttons.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(caption)
        column.addWidget(self.view, 1)
        column.addLayout(self._buttons)

    @property
    def chosen(self) -> Path | None:
        return self._chosen

    def add_actions(self, buttons: Sequence[QAction], menu: Sequence[QAction]) -> None:
        """``buttons`` are what one comes for, below the list; all of them are in the menu of a row."""
        for action in buttons:
            button = QPushButton(action.icon(), action.text())
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)
        self.view.addActions([*buttons, *menu])
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def choose(self, path: Path) -> None:
        """Makes its row current, as a click would."""
        self._make_current(self._model.position_of(path))

    def forget_choice(self) -> None:
        """Something else is on screen now: choosing the same archive again is a choice."""
        self._chosen = None
        self.view.selectionModel().clear()

    def move_by(self, step: int) -> None:
        last = self._model.rowCount() - 1
        self._make_current(min(max(self._model.position_of(self._chosen) + step, 0), last))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _make_current(self, position: int) -> None:
        if position >= 0:
            self.view.setCurrentIndex(self._model.index(position))
            self.view.scrollTo(self._model.index(position))

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex) -> None:
        row = self._model.row_at(current.row()) if current.isValid() else None
        if row is not None and row.path != self._chosen:
            self._chosen = row.path
            self.archive_chosen.emit(row.path)

    def _restore(self) -> None:
        """After a row came or went the same archive stays chosen."""
        self._make_current(self._model.position_of(self._chosen))
