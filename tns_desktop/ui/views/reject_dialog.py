"""Rejecting: a cause, a message for the customer that grows from the marks, and a note that stays here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.rejection import MessageLine, grown
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import LANGUAGES, tr
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.origin import Origin, Origins

Compose = Callable[[str, str], Sequence[MessageLine]]
"""The composed lines for a language and a cause."""


@dataclass(frozen=True, slots=True)
class RejectionDraft:
    """What stands in the dialog: kept while it is closed, so that nothing typed is lost. ``composed`` is ours in it."""

    language: str = ""
    cause: str = ""
    message: str = ""
    note: str = ""
    composed: tuple[MessageLine, ...] = ()


def _nothing(_language: str, _cause: str) -> Sequence[MessageLine]:
    return ()


class RejectDialog(QDialog):
    """No cause is chosen beforehand: the operator says why. Accepted only with both cause and message."""

    templates_requested = Signal()

    def __init__(
        self,
        heading: str,
        causes: Sequence[str],
        parent: QWidget | None = None,
        *,
        compose: Compose = _nothing,
        draft: RejectionDraft | None = None,
        connection: Connection | None = None,
        several: Sequence[Connection] = (),
        confirm_keys: Sequence[QKeySequence] = (),
    ) -> None:
        """``connection`` is whose file it is, where the list holds those of several; ``several`` has one for each file where
        the words are for many. ``confirm_keys`` confirm from anywhere in the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("reject.title"))
        self.setMinimumWidth(560)
        self._compose = compose
        start = draft or RejectionDraft()
        self._composed: tuple[MessageLine, ...] = start.composed
        self.cause = QComboBox()
        self.cause.setEditable(True)
        self.cause.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.cause.addItems(list(causes))
        self.cause.setCurrentIndex(-1)
        self.cause.setAccessibleName(tr("reject.cause"))
        edit = self.cause.lineEdit()
        assert edit is not None
        edit.setAccessibleName(tr("reject.cause"))  # the focus is in it, not in the box around it
        edit.setPlaceholderText(tr("reject.cause_hint"))
        self.cause.setEditText(start.cause)
        self.language = QComboBox()
        self.language.setAccessibleName(tr("reject.language"))
        for language in LANGUAGES:
            self.language.addItem(tr(f"language.{language}"), language)
        self.language.setCurrentIndex(max(0, self.language.findData(start.language)))
        self.templates = QPushButton(tr("reject.templates"))
        self.templates.setAutoDefault(False)
        self.templates.clicked.connect(self.templates_requested)
        self.message = _text_field(tr("reject.message"), tr("reject.message_hint"), 150)
        self.message.setPlainText(start.message)
        self.note = _text_field(tr("reject.note"), tr("reject.note_hint"), 56)
        self.note.setPlainText(start.note)
        self.error = wrapped(role="error")
        self.error.hide()
        self.confirm = QPushButton(tr("reject.confirm"))
        self.confirm.setProperty("kind", "reject")
        self.confirm.clicked.connect(self._confirm)
        # Enter in a text makes a new line; these decide from anywhere in the dialog.
        for key in confirm_keys:
            QShortcut(key, self).activated.connect(self._confirm)
        if confirm_keys:
            shown = confirm_keys[0].toString(QKeySequence.SequenceFormat.NativeText)
            self.confirm.setToolTip(tr("action.tip", text=tr("action.confirm"), keys=shown))
        self.origin = Origin()
        self.origin.show_connection(connection)
        self.origins = Origins(several)
        self._lay_out(heading)
        self.compose_again()
        self.language.currentIndexChanged.connect(lambda _row: self.compose_again())
        self.cause.currentTextChanged.connect(lambda _text: self.compose_again())
        self.cause.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, heading: str) -> None:
        cancel = QPushButton(tr("button.cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.templates)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.confirm)
        message_head = QHBoxLayout()
        caption = label(tr("reject.message"))
        caption.setBuddy(self.message)
        language = label(tr("reject.language"), "muted")
        language.setBuddy(self.language)
        message_head.addWidget(caption, 1)
        message_head.addWidget(language)
        message_head.addWidget(self.language)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(6)
        column.addWidget(wrapped(heading, "title"))
        column.addWidget(self.origin)
        column.addWidget(self.origins)
        column.addSpacing(6)
        column.addWidget(_caption(tr("reject.cause"), self.cause))
        column.addWidget(self.cause)
        column.addSpacing(4)
        column.addLayout(message_head)
        column.addWidget(self.message)
        column.addSpacing(4)
        column.addWidget(_caption(tr("reject.note"), self.note))
        column.addWidget(self.note)
        column.addSpacing(4)
        column.addWidget(self.error)
        column.addLayout(buttons)
        # By the keyboard: why, what the customer reads, what stays here, done; the language is chosen once a day.
        for before, after in (
            (self.cause, self.message),
            (self.message, self.note),
            (self.note, self.confirm),
            (self.confirm, cancel),
            (cancel, self.language),
            (self.language, self.templates),
        ):
            QWidget.setTabOrder(before, after)

    @property
    def values(self) -> tuple[str, str, str]:
        """Cause, message, internal note."""
        return (
            self.cause.currentText().strip(),
            self.message.toPlainText().strip(),
            self.note.toPlainText().strip(),
        )

    @property
    def draft(self) -> RejectionDraft:
        """Everything as it stands, to go on from later."""
        return RejectionDraft(
            language=str(self.language.currentData()),
            cause=self.cause.currentText(),
            message=self.message.toPlainText(),
            note=self.note.toPlainText(),
            composed=self._composed,
        )

    def compose_again(self) -> None:
        """The composed lines follow marks, cause, language and templates; every other word of the message stays."""
        lines = self._compose(str(self.language.currentData()), self.cause.currentText().strip())
        # A text field gives ordinary spaces back for protected ones: a line would not be known again.
        after = tuple(MessageLine(line.key, line.text.replace("\u00a0", " ")) for line in lines)
        before = self.message.toPlainText()
        text = grown(before, self._composed, after)
        self._composed = after
        if text != before:
            # Through the cursor, so that Ctrl+Z in the text brings back what stood there.
            cursor = QTextCursor(self.message.document())
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(text)

    def _confirm(self) -> None:
        cause, message, _note = self.values
        for widget, missing in ((self.cause, not cause), (self.message, not message)):
            theme.mark_invalid(widget, tr("reject.incomplete") if missing else "")
        if cause and message:
            self.accept()
            return
        self.error.setText(tr("reject.incomplete"))
        self.error.show()
        (self.cause if not cause else self.message).setFocus()


def _text_field(name: str, hint: str, height: int) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setTabChangesFocus(True)
    field.setFixedHeight(height)
    return field


def _caption(text: str, widget: QWidget) -> QWidget:
    caption = label(text)
    caption.setBuddy(widget)
    return caption
