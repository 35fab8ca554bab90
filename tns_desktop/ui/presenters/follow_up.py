"""Following up from the window's side: an open file's participants, their links, messages to them, and the reminders.

A link is shown to nobody who did not ask for it: it goes to the clipboard, into a QR code, or into a message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.follow_up import Standing, is_followed_up, reminders, standing_of
from tns_desktop.domain.invitation import Purpose, filled, mailto, purpose_for
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.services.desk import Desk
from tns_desktop.services.follow_up import Invited, NoLink
from tns_desktop.services.settings import CLIPBOARD_SECONDS, CUSTOMER_LANGUAGE, LATE_DAYS, Setting
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import LANGUAGES, current_language, tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.message_templates import MessageTemplatesPresenter, words_for
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.clipboard import SecretClipboard
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.outside import open_address
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import connection_words
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.follow_up_pane import PersonLine
from tns_desktop.ui.views.message_dialog import ComposedMessage, MessageDialog
from tns_desktop.ui.views.qr_dialog import PIXELS, QrDialog
from tns_desktop.ui.views.reminders_dialog import ReminderLine, RemindersDialog
from tns_desktop.ui.widgets.qr_code import qr_image


class FollowUpPresenter(QObject):
    """Of the file on screen, while the customer or the checks are at work on it."""

    show_file_requested = Signal(object)

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        review: ReviewPresenter,
        templates: MessageTemplatesPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._pane = window.review.follow_up
        self._files = files
        self._review = review
        self._templates = templates
        self._scope = TaskScope(on_error)
        self._row: ProjectedFile | None = None
        self._file: ClientFile | None = None
        self._invited: list[Invited] = []
        self.clipboard = SecretClipboard(self)
        files.set_rules(desk.follow_up.rules)
        review.archive_shown.connect(self._look)
        self._pane.write_requested.connect(self.write)
        self._pane.copy_requested.connect(self.copy_link)
        self._pane.qr_requested.connect(self.show_qr)
        for name, slot in (("follow_up", self.write), ("copy_link", self.copy_link), ("show_qr", self.show_qr)):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: self._for_current(slot))
        window.actions_by_id["reminders"].triggered.connect(lambda _checked=False: self.show_reminders())

    def settings_changed(self, changed: Sequence[Setting[Any]]) -> None:
        if any(setting.key.startswith("follow_up.") for setting in changed):
            self._files.set_rules(self._desk.follow_up.rules)
            self._row = None
            self._look()

    def show_reminders(self) -> None:
        if not self._scope.is_running("reminders"):
            self._scope.start("reminders", self._show_reminders())

    def copy_link(self, number: int) -> None:
        person = self._invited[number]
        if person.link:
            self._copy(person.link, tr("follow_up.copied", name=_name_of(person), seconds=self._seconds()))

    def show_qr(self, number: int) -> None:
        person = self._invited[number]
        if not person.link:
            return
        image = qr_image(person.link, PIXELS)
        if image is None:
            self._window.snackbar.show_message(tr("follow_up.qr.too_long"))
        else:
            self._scope.start("qr", self._show(QrDialog(_name_of(person), image, self._window)))

    def write(self, number: int) -> None:
        person, file, row = self._invited[number], self._file, self._row
        if file is None or row is None or person.why_not is NoLink.ROLE or self._scope.is_running("write"):
            return
        self._scope.start("write", self._write(person, file, self._standing_of(row)))

    async def close(self) -> None:
        """What was copied does not outlive the window."""
        self.clipboard.clear()
        await self._scope.close()

    # --- what is on screen --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """The file on screen is another one, or its row has changed."""
        key = self._review.key
        row = self._files.file_of(key) if key is not None else None
        if row is None or not is_followed_up(row.client_file.state):
            self._scope.cancel("people")
            self._row, self._file, self._invited = None, None, []
            self._pane.clear()
            return
        former, self._row = self._row, row
        if former is not None and former.key != row.key:
            self._file, self._invited = None, []
            self._pane.clear()
        self._pane.show_standing(self._standing_of(row))
        if former is None or former.client_file != row.client_file:
            self._scope.start("people", self._show_people(row.key))

    async def _show_people(self, key: ClientFileKey) -> None:
        try:
            found = await self._desk.follow_up.invited(key)
        except TnsError as error:
            if self._is_shown(key):
                self._pane.show_people([], message_for(error).sentence)
            return
        if found is None or not self._is_shown(key):
            return
        self._file, self._invited = found
        self._pane.show_people(
            [_line_of(person) for person in self._invited], "" if self._invited else tr("follow_up.nobody")
        )

    def _is_shown(self, key: ClientFileKey) -> bool:
        return self._row is not None and self._row.key == key and self._review.key == key

    def _standing_of(self, row: ProjectedFile) -> Standing:
        return standing_of(row.client_file.start_date, self._desk.clock.now(), self._desk.follow_up.rules)

    def _for_current(self, slot: Callable[[int], None]) -> None:
        """By its key: what has no button on screen, or a button that is off, says why."""
        number = self._pane.current if self._row is not None else -1
        if not 0 <= number < len(self._invited):
            self._window.snackbar.show_message(tr("follow_up.not_here"))
            return
        line = _line_of(self._invited[number])
        why_not = line.why_no_message if slot == self.write else line.why_no_link
        if why_not:
            self._window.snackbar.show_message(why_not)
        else:
            slot(number)

    # --- out of the window --------------------------------------------------------------------------------------------

    def _seconds(self) -> int:
        return self._desk.settings.get(CLIPBOARD_SECONDS)

    def _copy(self, text: str, told: str) -> None:
        self.clipboard.copy(text, self._seconds())
        self._window.snackbar.show_message(told)

    async def _write(self, person: Invited, file: ClientFile, standing: Standing) -> None:
        name = _name_of(person)

        def compose(purpose: Purpose, language: str) -> ComposedMessage:
            words = words_for(self._desk.messages, purpose, language)
            values = _values(person, file, standing, language)
            return ComposedMessage(*(filled(text, values).text for text in words.all_words))

        address = person.participant.email
        dialog = MessageDialog(name, address, purpose_for(standing), self._language(file), compose, self._window)
        dialog.mail_requested.connect(lambda subject, body: self._open_mail(dialog, address, subject, body))
        dialog.copy_requested.connect(
            lambda text: self._copy(text, tr("message.copied", name=name, seconds=self._seconds()))
        )
        dialog.templates_requested.connect(
            lambda: self._templates.manage(
                dialog, dialog.purpose.currentData(), str(dialog.language.currentData()), dialog.compose_again
            )
        )
        await shown(dialog)

    def _open_mail(self, dialog: MessageDialog, address: str, subject: str, body: str) -> None:
        if open_address(mailto(address, subject, body)):
            dialog.accept()
        else:
            dialog.show_problem(tr("message.no_program"))

    def _language(self, file: ClientFile) -> str:
        """The customer's, else the one chosen last for customers, else the window's."""
        chosen = file.language if file.language in LANGUAGES else self._desk.settings.get(CUSTOMER_LANGUAGE)
        return chosen or current_language()

    async def _show(self, dialog: QrDialog) -> None:
        await shown(dialog)

    async def _show_reminders(self) -> None:
        rows = {row.key: row for row in self._files.all_rows()}
        found = reminders(
            (row.client_file for row in rows.values()), self._desk.clock.now(), self._desk.follow_up.rules
        )
        lines = [
            ReminderLine(
                file.key,
                file.display_name,
                file.display_id,
                standing,
                connection_words(connection) if (connection := self._files.connection_of(file.key)) is not None else "",
            )
            for file, standing in found
        ]
        dialog = RemindersDialog(lines, self._desk.settings.get(LATE_DAYS), self._window)
        dialog.file_chosen.connect(self.show_file_requested)
        await shown(dialog)


def _name_of(person: Invited) -> str:
    one = person.participant
    names = [name for name in (one.first_name, one.last_name) if name]
    return " ".join(names) or one.email or tr("follow_up.somebody")


def _line_of(person: Invited) -> PersonLine:
    one = person.participant
    why_not = tr(f"follow_up.no_link.{person.why_not.value}") if person.why_not is not None else ""
    contact = formatting.remarks([text for text in (one.email, one.mobile_phone or one.phone) if text])
    return PersonLine(_name_of(person), contact, why_not, why_not if person.why_not is NoLink.ROLE else "")


def _values(person: Invited, file: ClientFile, standing: Standing, language: str) -> dict[str, str]:
    return {
        "first_name": person.participant.first_name,
        "last_name": person.participant.last_name,
        "link": person.link,
        "due_date": formatting.date(standing.due, language),
        "days": "" if standing.days is None else str(standing.days),
        "file_id": file.display_id,
        "workflow": file.workflow_label,
    }
