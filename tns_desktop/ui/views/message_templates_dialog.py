"""The words of messages to participants, for each purpose in each language: changed in place, said at once what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from tns_desktop.domain.invitation import PLACEHOLDERS, MessageTemplate, Purpose, unknown_placeholders
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.message_fields import MessageFields

_Key = tuple[Purpose, str]
_TEXT_HEIGHT = 90


class MessageTemplatesDialog(QDialog):
    """Holds every template until they are saved. What is as the program has it is not kept: it follows later versions."""

    import_requested = Signal()
    export_requested = Signal()

    def __init__(
        self,
        templates: Iterable[MessageTemplate],
        own_words: Callable[[Purpose, str], MessageTemplate],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("message_templates.title"))
        self.resize(680, 600)
        self._own_words = own_words
        self._held: dict[_Key, MessageTemplate] = {}
        self._shown: _Key | None = None
        self._fields = fields = MessageFields(_TEXT_HEIGHT)
        self.purpose, self.language = fields.purpose, fields.language
        self.subject, self.email, self.text = fields.subject, fields.email, fields.text
        self.error = wrapped(role="error")
        self.save = QPushButton(tr("templates.save"))
        self.own_words = QPushButton(tr("message_templates.own_words"))
        self.import_button = QPushButton(tr("templates.import"))
        self.export_button = QPushButton(tr("templates.export"))
        self._lay_out()
        self.show_templates(templates)
        fields.when_chosen(self._turn)
        fields.when_written(self._judge)

    # --- what the presenter says --------------------------------------------------------------------------------------

    @property
    def templates(self) -> list[MessageTemplate]:
        """Those that are not the program's own words."""
        self._take()
        return [one for key, one in self._held.items() if one != self._own_words(*key)]

    def show_templates(self, templates: Iterable[MessageTemplate]) -> None:
        self._held = {(one.purpose, one.language): one for one in templates}
        self._shown = None
        self._turn()

    def show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def show_words_for(self, purpose: Purpose, language: str) -> None:
        self._fields.choose(purpose, language)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.error.hide()
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._save)
        self.own_words.clicked.connect(self._show_own_words)
        self.import_button.clicked.connect(self.import_requested)
        self.export_button.clicked.connect(self.export_requested)
        cancel = cancel_button(self)
        tools, buttons = QHBoxLayout(), QHBoxLayout()
        for button in (self.own_words, self.import_button, self.export_button):
            button.setAutoDefault(False)
            tools.addWidget(button)
        tools.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        column = body(self, 8)
        column.addWidget(label(tr("message_templates.title"), "title"))
        column.addWidget(wrapped(tr("message_templates.text", names=names), "muted"))
        column.addLayout(self._fields.choices())
        fields: tuple[tuple[str, QWidget], ...] = (
            ("subject", self.subject),
            ("email", self.email),
            ("text", self.text),
        )
        for key, field in fields:
            column.addWidget(label(tr(f"message.field.{key}"), "section"))
            column.addWidget(field, int(field is self.email))
        column.addWidget(self.error)
        column.addLayout(tools)
        column.addLayout(buttons)

    def _turn(self) -> None:
        """What was typed is held, and the words for what is chosen now are shown."""
        self._take()
        self._shown = None
        key = self._fields.chosen
        self._write(self._held.get(key) or self._own_words(*key))
        self._shown = key
        self._judge()

    def _write(self, template: MessageTemplate) -> None:
        self._fields.write(*template.all_words)

    def _take(self) -> None:
        if self._shown is not None:
            self._held[self._shown] = MessageTemplate(*self._shown, *(text.strip() for text in self._fields.words))

    def _show_own_words(self) -> None:
        self._write(self._own_words(*self._fields.chosen))

    def _judge(self) -> bool:
        """At once, beside the field: a name that nobody can fill in, or no words at all."""
        wrong = []
        for field, words in zip((self.subject, self.email, self.text), self._fields.words, strict=True):
            unknown = unknown_placeholders(words)
            problem = ""
            if unknown:
                problem = tr("message_templates.unknown", names=", ".join(f"{{{name}}}" for name in unknown))
            elif not words.strip():
                problem = tr("message_templates.empty")
            theme.mark_invalid(field, problem)
            wrong += [problem] if problem else []
        self.show_error(wrong[0] if wrong else "")
        return not wrong

    def _save(self) -> None:
        """A template that is wrong is shown, whichever it is; nothing is saved then."""
        self._take()
        for key, template in self._held.items():
            if any(unknown_placeholders(words) or not words for words in template.all_words):
                self.show_words_for(*key)
                self._judge()
                return
        self.accept()
