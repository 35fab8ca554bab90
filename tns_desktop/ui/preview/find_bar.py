"""The line above a document in which one looks for words: how many there are, the next one, the one before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label


class FindBar(QFrame):
    """Shows what was found; finds nothing itself."""

    words_changed = Signal(str)
    step_requested = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("find.field"))
        self.field.setAccessibleName(tr("find.field"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.words_changed)
        self.field.installEventFilter(self)
        self.count = label(role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for icon, name, slot in (
            ("previous", tr("action.find_previous"), lambda: self.step_requested.emit(-1)),
            ("next", tr("action.find_next"), lambda: self.step_requested.emit(1)),
            ("close", tr("find.close"), self.leave),
        ):
            button = QToolButton()
            button.setIcon(icons.icon(icon))
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(slot)
            row.addWidget(button)
        self.hide()

    def open_up(self) -> None:
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def leave(self) -> None:
        if self.isHidden():
            return
        self.hide()
        self.field.clear()
        self.left.emit()

    def show_count(self, position: int, count: int, *, looking: bool = False) -> None:
        """``looking``: the end of the document is not reached yet."""
        if not self.field.text().strip():
            self.count.clear()
        elif count:
            so_far = tr("find.so_far", position=position, count=count)
            self.count.setText(so_far if looking else tr("find.count", position=position, count=count))
        else:
            self.count.setText(tr("find.looking") if looking else tr("find.nothing"))

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.step_requested.emit(-1 if back else 1)
                return True
        return super().eventFilter(watched, event)
