"""The name of a view that is to be kept, and the views that are: their names, their order, their end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from tns_desktop.domain.narrowing import SavedView
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped


class SaveViewDialog(QDialog):
    """Accepted with ``name``."""

    def __init__(
        self,
        name: str,
        shows: str,
        taken: Collection[str],
        longest: int,
        parent: QWidget | None = None,
    ) -> None:
        """``shows``: what the view shows, in words. ``taken``: names that stand for a view already."""
        super().__init__(parent)
        self.setWindowTitle(tr("views.save.title"))
        self.setMinimumWidth(440)
        self._taken = taken
        self.field = QLineEdit(name)
        self.field.setMaxLength(longest)
        self.field.setAccessibleName(tr("views.save.name"))
        self.field.selectAll()
        self.note = wrapped(role="muted")
        self.save = primary_button(tr("views.save.save"))
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        cancel = cancel_button(self)
        buttons = foot(cancel, self.save)
        column = body(self)
        column.addWidget(label(tr("views.save.title"), "title"))
        column.addWidget(wrapped(shows, "muted"))
        column.addWidget(self.field)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self.field.textChanged.connect(lambda _text: self._judge())
        self._judge()
        self.field.setFocus()

    @property
    def name(self) -> str:
        return self.field.text().strip()

    def _judge(self) -> None:
        self.save.setEnabled(bool(self.name))
        self.note.setText(tr("views.save.replaces" if self.name in self._taken else "views.save.text"))


class ViewsDialog(QDialog):
    """Accepted with ``views``."""

    def __init__(self, views: Sequence[SavedView], longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("views.title"))
        self.resize(460, 380)
        self._longest = longest
        self.list = QListWidget()
        self.list.setAccessibleName(tr("views.title"))
        self.list.setSpacing(3)
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        for view in views:
            item = QListWidgetItem(view.name)
            item.setData(Qt.ItemDataRole.UserRole, view)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.error = wrapped(role="error")
        self.error.hide()
        self._lay_out()
        self.list.itemChanged.connect(lambda _item: self._judge())
        self.list.currentRowChanged.connect(lambda _row: self._show_tools())
        self._show_tools()
        self.list.setFocus()

    @property
    def views(self) -> list[SavedView]:
        found = []
        for item in self._items():
            view = item.data(Qt.ItemDataRole.UserRole)
            assert isinstance(view, SavedView)
            found.append(SavedView(item.text().strip(), view.state, view.narrowing))
        return found

    def _lay_out(self) -> None:
        self.rename, self.remove, self.up, self.down = (
            QPushButton(tr(f"views.{name}")) for name in ("rename", "remove", "up", "down")
        )
        self.rename.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.remove.clicked.connect(self._remove)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        tools = QHBoxLayout()
        for button in (self.rename, self.remove, self.up, self.down):
            button.setAutoDefault(False)
            tools.addWidget(button)
        tools.addStretch(1)
        self.save = primary_button(tr("views.keep"))
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        cancel = cancel_button(self)
        buttons = foot(cancel, self.save)
        column = body(self)
        column.addWidget(label(tr("views.title"), "title"))
        column.addWidget(wrapped(tr("views.text" if self.list.count() else "views.none"), "muted"))
        column.addWidget(self.list, 1)
        column.addLayout(tools)
        column.addWidget(self.error)
        column.addLayout(buttons)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _remove(self) -> None:
        self.list.takeItem(self.list.currentRow())
        self._judge()
        self._show_tools()

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        item = self.list.takeItem(row)
        self.list.insertItem(row + step, item)
        self.list.setCurrentRow(row + step)

    def _show_tools(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.rename.setEnabled(row >= 0)
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)

    def _judge(self) -> None:
        names = [item.text().strip() for item in self._items()]
        wrong = ""
        if not all(0 < len(name) <= self._longest for name in names):
            wrong = tr("views.error.name", most=self._longest)
        elif len(set(names)) < len(names):
            wrong = tr("views.error.twice")
        self.error.setText(wrong)
        self.error.setVisible(bool(wrong))
        self.save.setEnabled(not wrong)
