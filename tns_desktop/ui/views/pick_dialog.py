"""One of several: a short list, by keys or mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import wrapped


class PickDialog(QDialog):
    """``picked`` is the position of what was chosen, or -1."""

    def __init__(self, title: str, text: str, items: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self.picked = -1
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        for item in items:
            self.list.addItem(QListWidgetItem(item))
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _item: self._pick())
        choose = primary_button(tr("button.choose"))
        choose.setDefault(True)
        choose.clicked.connect(self._pick)
        cancel = cancel_button(self)
        buttons = foot(cancel, choose)
        column = body(self)
        column.addWidget(wrapped(title, "title"))
        column.addWidget(wrapped(text, "muted"))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pick(self) -> None:
        self.picked = self.list.currentRow()
        if self.picked >= 0:
            self.accept()
