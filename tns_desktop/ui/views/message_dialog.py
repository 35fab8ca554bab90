"""A message to a participant: the words for its purpose in the customer's language, to be read before anything is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from tns_desktop.domain.invitation import PLACEHOLDERS, Purpose, open_placeholders
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.message_fields import MessageFields

_TEXT_HEIGHT = 84


@dataclass(frozen=True, slots=True)
class ComposedMessage:
    """An e-mail's subject and body, and a text message; placeholders without a value stand in them as they were written."""

    subject: str
    email: str
    text: str


class MessageDialog(QDialog):
    """What is shown can be changed; what still has a placeholder in it goes nowhere."""

    mail_requested = Signal(str, str)
    """Subject and body."""
    copy_requested = Signal(str)
    templates_requested = Signal()

    def __init__(
        self,
        name: str,
        address: str,
        purpose: Purpose,
        language: str,
        compose: Callable[[Purpose, str], ComposedMessage],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("message.title"))
        self.resize(620, 560)
        self._compose = compose
        self._address = address
        self._fields = fields = MessageFields(_TEXT_HEIGHT)
        self.purpose, self.language = fields.purpose, fields.language
        self.subject, self.email, self.text = fields.subject, fields.email, fields.text
        fields.choose(purpose, language)
        self.problem = Banner()
        self.mail = QPushButton(tr("message.mail"))
        self.copy = QPushButton(tr("message.copy"))
        self._lay_out(name)
        self.compose_again()
        fields.when_chosen(self.compose_again)
        fields.when_written(self._judge)
        self.mail.clicked.connect(lambda: self.mail_requested.emit(*fields.words[:2]))
        self.copy.clicked.connect(lambda: self.copy_requested.emit(fields.words[2]))

    def compose_again(self) -> None:
        """Anew, in the words for what is chosen now."""
        words = self._compose(*self._fields.chosen)
        self._fields.write(words.subject, words.email, words.text)
        self._judge()

    def show_problem(self, text: str) -> None:
        self.problem.show_message("error", text)

    def _lay_out(self, name: str) -> None:
        self.mail.setProperty("kind", "primary")
        for button in (self.mail, self.copy):
            button.setAutoDefault(False)
        choices = self._fields.choices()
        templates = QPushButton(tr("message.templates"))
        templates.setProperty("kind", "link")
        templates.setAutoDefault(False)
        templates.clicked.connect(self.templates_requested)
        choices.addWidget(templates)
        to = (
            tr("message.to", name=name, address=self._address) if self._address else tr("message.no_address", name=name)
        )
        mail_row, copy_row, close_row = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        mail_row.addWidget(label(tr("message.field.email"), "section"), 1)
        mail_row.addWidget(self.mail)
        copy_row.addWidget(label(tr("message.field.text"), "section"), 1)
        copy_row.addWidget(self.copy)
        close = QPushButton(tr("button.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        close_row.addStretch(1)
        close_row.addWidget(close)
        column = body(self, 8)
        column.addWidget(wrapped(to, "title"))
        column.addLayout(choices)
        column.addLayout(mail_row)
        column.addWidget(self.subject)
        column.addWidget(self.email, 1)
        column.addLayout(copy_row)
        column.addWidget(self.text)
        column.addWidget(self.problem)
        column.addLayout(close_row)

    def _judge(self) -> None:
        subject, email, text = self._fields.words
        of_mail = open_placeholders(f"{subject}\n{email}")
        of_text = open_placeholders(text)
        self.mail.setEnabled(bool(self._address) and not of_mail)
        self.copy.setEnabled(not of_text)
        names = [name for name in PLACEHOLDERS if name in (*of_mail, *of_text)]
        if names:
            missing = tr("message.missing", names=", ".join(f"{{{name}}}" for name in names))
            self.problem.show_message("warning", missing)
        else:
            self.problem.clear()
