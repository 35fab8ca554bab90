"""What is wrong with a document: known reasons by number, words of one's own, Enter. Nothing here needs the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from tns_desktop.domain.review import ProblemReason
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

_ROW_HEIGHT = 26


class ProblemDialog(QDialog):
    """A number chooses, Enter accepts; letters go to the words at once. Accepted only with a reason or words."""

    def __init__(
        self,
        name: str,
        reasons: Sequence[ProblemReason],
        chosen: ProblemReason | None,
        words: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("problem.title"))
        self.setMinimumWidth(420)
        self._reasons = list(reasons)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("problem.reasons"))
        for number, reason in enumerate(self._reasons, start=1):
            item = QListWidgetItem(tr("problem.numbered", number=number, reason=tr(f"problem_reason.{reason.value}")))
            item.setSizeHint(QSize(0, _ROW_HEIGHT))
            self.list.addItem(item)
        self.list.setFixedHeight(_ROW_HEIGHT * len(self._reasons) + 8)
        self.list.setCurrentRow(self._reasons.index(chosen) if chosen in self._reasons else -1)
        self.list.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self._confirm())
        self.words = QLineEdit(words)
        self.words.setAccessibleName(tr("problem.words"))
        self.words.setPlaceholderText(tr("problem.words_hint"))
        self.words.setMaxLength(500)
        self.error = wrapped(tr("problem.incomplete"), "error")
        self.error.hide()
        self.confirm = primary_button(tr("problem.confirm"))
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._confirm)
        cancel = cancel_button(self)
        buttons = foot(cancel, self.confirm)
        caption = label(tr("problem.words"))
        caption.setBuddy(self.words)
        column = body(self, 8)
        column.addWidget(wrapped(tr("problem.heading", name=name), "title"))
        column.addWidget(self.list)
        column.addWidget(caption)
        column.addWidget(self.words)
        column.addWidget(self.error)
        column.addLayout(buttons)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def values(self) -> tuple[ProblemReason | None, str]:
        """The reason, if one of the known ones was chosen, and the operator's own words."""
        # Selected, not current: a list that gets the focus makes its first row current, and nobody chose that.
        rows = [self.list.row(item) for item in self.list.selectedItems()]
        return (self._reasons[rows[0]] if rows else None), self.words.text().strip()

    def _confirm(self) -> None:
        reason, words = self.values
        if reason is None and not words:
            self.error.show()
            return
        self.accept()

    def _list_key(self, event: QKeyEvent) -> bool:
        """True when the key is dealt with."""
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._confirm()
            return True
        if text.isdecimal() and 1 <= int(text) <= len(self._reasons):
            self.list.setCurrentRow(int(text) - 1)
            return True
        if text.strip() and text.isprintable():
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
            self.words.insert(text)
            return True
        return False

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._list_key(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)
