"""The fields of a message to a participant: its purpose, its language, and an e-mail's and a text message's words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit

from tns_desktop.domain.invitation import Purpose
from tns_desktop.ui.i18n import LANGUAGES, tr
from tns_desktop.ui.widgets.editors import written_in
from tns_desktop.ui.widgets.labels import label


class MessageFields:
    """For the dialogs that show them, each in its own order."""

    def __init__(self, text_height: int) -> None:
        """``text_height`` in pixels: a text message is short."""
        self.purpose, self.language = QComboBox(), QComboBox()
        for one in Purpose:
            self.purpose.addItem(tr(f"message.purpose.{one.value}"), one)
        for code in LANGUAGES:
            self.language.addItem(tr(f"language.{code}"), code)
        self.subject, self.email, self.text = QLineEdit(), QPlainTextEdit(), QPlainTextEdit()
        for widget, key in (
            (self.purpose, "purpose"),
            (self.language, "language"),
            (self.subject, "subject"),
            (self.email, "email"),
            (self.text, "text"),
        ):
            widget.setAccessibleName(tr(f"message.field.{key}"))
        for editor in (self.email, self.text):
            editor.setTabChangesFocus(True)
        self.text.setMaximumHeight(text_height)

    def choices(self) -> QHBoxLayout:
        """Purpose and language beside each other, with room behind them."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for key, box in (("purpose", self.purpose), ("language", self.language)):
            caption = label(tr(f"message.field.{key}"))
            caption.setBuddy(box)
            row.addWidget(caption)
            row.addWidget(box)
        row.addStretch(1)
        return row

    @property
    def chosen(self) -> tuple[Purpose, str]:
        return Purpose(self.purpose.currentData()), str(self.language.currentData())

    def choose(self, purpose: Purpose, language: str) -> None:
        self.purpose.setCurrentIndex(self.purpose.findData(purpose))
        self.language.setCurrentIndex(max(0, self.language.findData(language)))

    @property
    def words(self) -> tuple[str, str, str]:
        """Subject, e-mail and text message, as they are written now."""
        return self.subject.text(), written_in(self.email), written_in(self.text)

    def write(self, subject: str, email: str, text: str) -> None:
        self.subject.setText(subject)
        self.email.setPlainText(email)
        self.text.setPlainText(text)

    def when_chosen(self, slot: Callable[[], None]) -> None:
        for box in (self.purpose, self.language):
            box.currentIndexChanged.connect(lambda _index: slot())

    def when_written(self, slot: Callable[[], object]) -> None:
        for changed in (self.subject.textChanged, self.email.textChanged, self.text.textChanged):
            changed.connect(lambda *_: slot())
