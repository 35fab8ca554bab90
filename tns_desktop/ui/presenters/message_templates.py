"""Templates of messages from the window's side: the program's own words, the office's, and the files they travel in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from tns_desktop.domain.invitation import MessageTemplate, Purpose
from tns_desktop.services.desk import Desk
from tns_desktop.services.message_templates import MessageTemplates, merged
from tns_desktop.ui.i18n import LANGUAGES, current_language, text_in
from tns_desktop.ui.presenters.template_files import brought, taken_along
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.message_templates_dialog import MessageTemplatesDialog


def own_words(purpose: Purpose, language: str) -> MessageTemplate:
    """As the program has them, in that language."""
    name = purpose.value
    subject, email, text = (text_in(language, f"message.own.{name}.{part}") for part in ("subject", "email", "text"))
    return MessageTemplate(purpose, language, subject, email.strip(), text)


def words_for(book: MessageTemplates, purpose: Purpose, language: str) -> MessageTemplate:
    """The office's where there are some, else the program's."""
    return book.find(purpose, language) or own_words(purpose, language)


class MessageTemplatesPresenter(QObject):
    """One dialog at a time, over whatever window asked for it."""

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._scope = TaskScope(on_error)
        window.actions_by_id["message_templates"].triggered.connect(lambda: self.manage(window))

    def manage(
        self,
        parent: QWidget,
        purpose: Purpose = Purpose.INVITE,
        language: str = "",
        saved: Callable[[], None] = lambda: None,
    ) -> None:
        """``saved`` is called once the templates are others."""
        if not self._scope.is_running("manage"):
            self._scope.start("manage", self._manage(parent, purpose, language or current_language(), saved))

    async def close(self) -> None:
        await self._scope.close()

    async def _manage(self, parent: QWidget, purpose: Purpose, language: str, saved: Callable[[], None]) -> None:
        dialog = MessageTemplatesDialog(self._desk.messages.all(), own_words, parent)
        dialog.show_words_for(purpose, language)
        dialog.import_requested.connect(lambda: self._scope.start("file", self._import(dialog)))
        dialog.export_requested.connect(lambda: self._scope.start("file", self._export(dialog)))
        try:
            if await shown(dialog) != QDialog.DialogCode.Accepted:
                return
        finally:
            self._scope.cancel("file")
        self._desk.messages.save(dialog.templates)
        saved()

    async def _import(self, dialog: MessageTemplatesDialog) -> None:
        """Into the dialog only: nothing is kept before the operator has seen it and saved."""
        found = await brought(dialog, dialog, self._desk.messages.read_file)
        if found is not None:
            dialog.show_templates(merged(dialog.templates, found))

    async def _export(self, dialog: MessageTemplatesDialog) -> None:
        """What the office has changed; with nothing changed, the program's own words as a beginning."""
        every = [own_words(purpose, language) for purpose in Purpose for language in LANGUAGES]
        templates = dialog.templates or every
        await taken_along(dialog, dialog, "messages", lambda path: self._desk.messages.write_file(path, templates))
