"""Rejecting: a cause, a message for the customer, and a note that stays here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.connection import Connection
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.origin import Origin


class RejectDialog(QDialog):
    """No cause is chosen beforehand: the operator says why. Accepted only with both cause and message."""

    def __init__(
        self,
        name: str,
        causes: Sequence[str],
        parent: QWidget | None = None,
        *,
        connection: Connection | None = None,
    ) -> None:
        """``connection`` is whose file it is, where the list holds those of several."""
        super().__init__(parent)
        self.setWindowTitle(tr("reject.title"))
        self.setMinimumWidth(520)
        self.cause = QComboBox()
        self.cause.setEditable(True)
        self.cause.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.cause.addItems(list(causes))
        self.cause.setCurrentIndex(-1)
        self.cause.setAccessibleName(tr("reject.cause"))
        edit = self.cause.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(tr("reject.cause_hint"))
        self.message = QPlainTextEdit()
        self.message.setAccessibleName(tr("reject.message"))
        self.message.setPlaceholderText(tr("reject.message_hint"))
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(120)
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(tr("reject.note"))
        self.note.setPlaceholderText(tr("reject.note_hint"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(64)
        self.error = wrapped(role="error")
        self.error.hide()
        self.confirm = QPushButton(tr("reject.confirm"))
        self.confirm.setProperty("kind", "reject")
        self.confirm.clicked.connect(self._confirm)
        cancel = QPushButton(tr("button.cancel"))
        cancel.clicked.connect(self.reject)
        # Enter in a text makes a new line; this one decides from anywhere in the dialog.
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._confirm)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(6)
        column.addWidget(wrapped(tr("reject.heading", name=name), "title"))
        self.origin = Origin()
        self.origin.show_connection(connection)
        column.addWidget(self.origin)
        column.addSpacing(6)
        for text, widget in (
            (tr("reject.cause"), self.cause),
            (tr("reject.message"), self.message),
            (tr("reject.note"), self.note),
        ):
            caption = label(text)
            caption.setBuddy(widget)
            column.addWidget(caption)
            column.addWidget(widget)
            column.addSpacing(4)
        column.addWidget(self.error)
        column.addLayout(buttons)
        self.cause.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def values(self) -> tuple[str, str, str]:
        """Cause, message, internal note."""
        return (
            self.cause.currentText().strip(),
            self.message.toPlainText().strip(),
            self.note.toPlainText().strip(),
        )

    def _confirm(self) -> None:
        cause, message, _note = self.values
        for widget, missing in ((self.cause, not cause), (self.message, not message)):
            widget.setProperty("invalid", "true" if missing else "false")
            theme.restyle(widget)
        if cause and message:
            self.accept()
            return
        self.error.setText(tr("reject.incomplete"))
        self.error.show()
        (self.cause if not cause else self.message).setFocus()
