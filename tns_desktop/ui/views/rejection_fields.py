"""The words of one rejection as fields: a cause, a message that grows from the marks, its language, a note that stays here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from tns_desktop.domain.rejection import MessageLine, RejectionDraft, recomposed
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import LANGUAGES, tr
from tns_desktop.ui.widgets.labels import label

Compose = Callable[[str, str], Sequence[MessageLine]]
"""The composed lines for a language and a cause."""


def nothing(_language: str, _cause: str) -> Sequence[MessageLine]:
    """For words that grow from nothing."""
    return ()


class RejectionFields(QWidget):
    """Shows one draft at a time. No cause is chosen by itself: the operator says why."""

    changed = Signal()
    """The draft is another one, because somebody typed or chose; not because another draft is shown."""

    def __init__(self, causes: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compose: Compose = nothing
        self._composed: tuple[MessageLine, ...] = ()
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
        self.language = QComboBox()
        self.language.setAccessibleName(tr("reject.language"))
        for language in LANGUAGES:
            self.language.addItem(tr(f"language.{language}"), language)
        self.message = _text_field(tr("reject.message"), tr("reject.message_hint"), 150)
        self.note = _text_field(tr("reject.note"), tr("reject.note_hint"), 56)
        self.note.setFixedHeight(56)
        self._lay_out()
        self.language.currentIndexChanged.connect(lambda _row: self.compose_again())
        self.cause.currentTextChanged.connect(lambda _text: self.compose_again())
        for field in (self.message, self.note):
            field.textChanged.connect(self.changed)

    def _lay_out(self) -> None:
        message_head = QHBoxLayout()
        caption = label(tr("reject.message"))
        caption.setBuddy(self.message)
        language = label(tr("reject.language"), "muted")
        language.setBuddy(self.language)
        message_head.addWidget(caption, 1)
        message_head.addWidget(language)
        message_head.addWidget(self.language)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(_caption(tr("reject.cause"), self.cause))
        column.addWidget(self.cause)
        column.addSpacing(4)
        column.addLayout(message_head)
        column.addWidget(self.message, 1)
        column.addSpacing(4)
        column.addWidget(_caption(tr("reject.note"), self.note))
        column.addWidget(self.note)

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

    def show_draft(self, draft: RejectionDraft, compose: Compose) -> None:
        """Another rejection's words. Nothing of the one before remains: neither a letter nor a step that could be undone."""
        self._compose = compose
        self._composed = draft.composed
        with QSignalBlocker(self.cause), QSignalBlocker(self.language):
            self.cause.setCurrentIndex(-1)
            self.cause.setEditText(draft.cause)
            self.language.setCurrentIndex(max(0, self.language.findData(draft.language)))
        for field, text in ((self.message, draft.message), (self.note, draft.note)):
            with QSignalBlocker(field):
                field.setPlainText(text)
        self.mark_missing(is_shown=False)
        self._grow()

    def compose_again(self) -> None:
        """The composed lines follow marks, cause, language and templates; every other word of the message stays."""
        self._grow()
        self.changed.emit()

    def mark_missing(self, *, is_shown: bool = True) -> None:
        """Says at the fields what is missing, and goes to the first of them; or says nothing any more."""
        draft = self.draft
        for widget, missing in ((self.cause, not draft.cause.strip()), (self.message, not draft.message.strip())):
            theme.mark_invalid(widget, tr("reject.incomplete") if is_shown and missing else "")
        if is_shown and not draft.is_complete:
            (self.cause if not draft.cause.strip() else self.message).setFocus()

    def _grow(self) -> None:
        before = self.draft
        after = recomposed(before, self._compose(before.language, before.cause.strip()))
        self._composed = after.composed
        if after.message != before.message:
            # Through the cursor, so that Ctrl+Z in the text brings back what stood there.
            cursor = QTextCursor(self.message.document())
            cursor.select(QTextCursor.SelectionType.Document)
            with QSignalBlocker(self.message):
                cursor.insertText(after.message)


def _text_field(name: str, hint: str, height: int) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setTabChangesFocus(True)
    field.setMinimumHeight(height)
    return field


def _caption(text: str, widget: QWidget) -> QWidget:
    caption = label(text)
    caption.setBuddy(widget)
    return caption
