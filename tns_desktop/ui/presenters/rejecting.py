"""The words of rejections: composed from a file's marks in its customer's language, offered causes, drafts that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QDialog

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.domain.rejection import OPENING, MessageLine, RejectionDraft, Template, template_for
from tns_desktop.domain.review import DocumentMark, Review
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import CUSTOMER_LANGUAGE, REJECTION_CAUSES
from tns_desktop.ui.i18n import LANGUAGES, current_language, text_in, tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.templates import TemplatesPresenter
from tns_desktop.ui.presenters.work_in_hand import Drafts, Files, about
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.views.bulk_dialog import BulkLine
from tns_desktop.ui.views.bulk_reject_dialog import BulkRejectDialog, FileToReject, WordsForAll
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.reject_dialog import RejectDialog
from tns_desktop.ui.views.rejection_fields import Compose

# Reasons met at one client (public material); offered beside those that the server's own rejected files carry.
SUGGESTED_CAUSES = (
    "fraud_suspicion",
    "expired_document",
    "poor_quality",
    "receipt_only",
    "side_missing",
    "truncated",
    "unsupported_document",
    "country_not_accepted",
)

DIALOG_ACTIONS = ("confirm", "next_words", "previous_words")

Words = tuple[str, str, str]
"""Cause, message, internal note."""


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file of a selection, its review and its line in the summary."""

    listed: ListedFile
    review: Review
    line: BulkLine


class RejectionWords:
    """Asks for cause, message and note. What was typed and not sent stays until the program ends."""

    def __init__(self, desk: Desk, window: DeskView, templates: TemplatesPresenter) -> None:
        self._desk = desk
        self._window = window
        self._templates = templates
        self._drafts: dict[Files, RejectionDraft] = {}
        self._open: Callable[[], Drafts] = dict
        """What stands in the open dialog."""

    @property
    def drafts(self) -> Drafts:
        """What was typed and not sent, in the open dialog too."""
        return {**self._drafts, **self._open()}

    def restore(self, drafts: Drafts) -> None:
        """What ``drafts`` gave before the desk was locked."""
        self._drafts.update(drafts)

    async def ask(
        self, client_file: ListedFile, review: Review | None, connection: Connection | None = None
    ) -> Words | None:
        """Cause, message and internal note, or None when the operator thought better of it. ``connection``: whose file it
        is, where several are shown.
        """
        keys = about([client_file.key])
        causes = await self._causes([client_file.key.connection_id], [review] if review is not None else [])
        draft = self._drafts.get(keys) or RejectionDraft(await self._language_for(client_file))
        dialog = RejectDialog(
            tr("reject.heading", name=client_file.display_name),
            causes,
            self._window,
            compose=self._composing(review),
            draft=draft,
            connection=connection,
            confirm_keys=self._window.actions_by_id["confirm"].shortcuts(),
        )
        dialog.templates_requested.connect(
            lambda: self._templates.manage(dialog, dialog.draft.cause.strip(), dialog.compose_again)
        )
        if not await self._accepted(dialog, lambda: {keys: dialog.draft}):
            return None
        self._remember_language(dialog.draft.language, draft.language)
        return dialog.values

    async def ask_for_many(
        self, files: Sequence[ReviewedFile], left_out: Sequence[BulkLine]
    ) -> dict[ClientFileKey, Words] | None:
        """The words for each of several files, from its own marks and in its own customer's language, or one text for all,
        which grows from nobody's marks. None when the operator thought better of it; a file without words was left out.
        """
        keys = about(each.listed.key for each in files)
        reviews = [each.review for each in files]
        causes = await self._causes(list(dict.fromkeys(key.connection_id for key in keys)), reviews)
        own = [
            FileToReject(each.listed.key, each.line, await self._draft_for(each), self._composing(each.review))
            for each in files
        ]
        spoken = Counter(each.draft.language for each in own).most_common(1)
        common = self._drafts.get(keys) or RejectionDraft(spoken[0][0] if spoken else current_language())
        for_all = WordsForAll(common, self._composing(None))
        by_key = {name: self._window.actions_by_id[name].shortcuts() for name in DIALOG_ACTIONS}
        dialog = BulkRejectDialog(own, for_all, left_out, causes, self._window, keys=by_key)
        dialog.templates_requested.connect(lambda: self._templates.manage(dialog, dialog.cause, dialog.compose_again))

        def drafts() -> Drafts:
            begun = {about([key]): draft for key, draft in dialog.drafts.items()}
            return begun if dialog.common is None else {**begun, keys: dialog.common}

        return dialog.values if await self._accepted(dialog, drafts) else None

    def forget(self, keys: Iterable[ClientFileKey]) -> None:
        """The decisions are written down: their words are in the outbox."""
        made = set(keys)
        for files in [files for files in self._drafts if made.issuperset(files)]:
            del self._drafts[files]

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _accepted(self, dialog: QDialog, drafts: Callable[[], Drafts]) -> bool:
        """However it ends, what was typed is kept."""
        self._open = drafts
        try:
            return await shown(dialog) == QDialog.DialogCode.Accepted
        finally:
            self._open = dict
            self._drafts.update(drafts())

    async def _draft_for(self, file: ReviewedFile) -> RejectionDraft:
        """What was begun for it; else the cause that its first marked problem names, as the operator has said it."""
        begun = self._drafts.get(about([file.listed.key])) or RejectionDraft(await self._language_for(file.listed))
        return begun if begun.cause.strip() else replace(begun, cause=next(iter(_marked_causes([file.review])), ""))

    def _composing(self, review: Review | None) -> Compose:
        return lambda language, cause: composed(review, language, cause, self._desk.templates.all())

    async def _causes(self, connection_ids: Sequence[str], reviews: Sequence[Review]) -> list[str]:
        """What the marks say, then what the office configured, what the server's own files carry, what is usual."""
        configured = self._desk.settings.get(REJECTION_CAUSES)
        templates = [item.cause for item in self._desk.templates.all() if item.language == current_language()]
        met = [cause for each in connection_ids for cause in await self._desk.catalogue.rejection_causes_met(each)]
        suggested = [tr(f"reject.suggested.{name}") for name in SUGGESTED_CAUSES]
        return list(dict.fromkeys([*_marked_causes(reviews), *configured, *templates, *met, *suggested]))

    async def _language_for(self, listed: ListedFile) -> str:
        """The file's own, else the one chosen last, else the window's."""
        try:
            client_file = await self._desk.catalogue.file(listed.key)
        except TnsError:
            client_file = None  # a language can be chosen in the dialog; what cannot be read is said elsewhere
        said = client_file.language if client_file is not None else ""
        return said if said in LANGUAGES else self._desk.settings.get(CUSTOMER_LANGUAGE) or current_language()

    def _remember_language(self, chosen: str, offered: str) -> None:
        if chosen == offered or self._desk.settings.is_fixed(CUSTOMER_LANGUAGE):
            return
        try:
            self._desk.settings.set(CUSTOMER_LANGUAGE, chosen)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)


def _marked_causes(reviews: Sequence[Review]) -> list[str]:
    """The reasons of the marked problems, in the operator's words."""
    marks = [review.mark_of(entry.entry_id) for review in reviews for entry in review.with_problem]
    return [tr(f"problem_reason.{mark.reason.value}") for mark in marks if mark.reason is not None]


def composed(review: Review | None, language: str, cause: str, templates: Sequence[Template]) -> list[MessageLine]:
    """One line a problem and one a missing document, between an opening and a closing; the cause's template besides.

    Nothing when there is nothing to say: an opening alone would be an empty letter.
    """
    about = [_about(review, entry, language, templates) for entry in review.with_problem] if review is not None else []
    if review is not None:
        about += [
            MessageLine(f"missing:{number}", text_in(language, "customer.missing", document=document.label))
            for number, document in enumerate(review.missing)
        ]
    template = template_for(templates, [cause], language)
    if template is not None and not template.names_a_document:
        about.append(MessageLine("cause", template.about("")))
    if not about:
        return []
    opening = MessageLine(OPENING, text_in(language, "customer.opening"))
    return [opening, *about, MessageLine("closing", text_in(language, "customer.closing"))]


def _about(review: Review, entry: ArchiveEntry, language: str, templates: Sequence[Template]) -> MessageLine:
    mark, key, name = review.mark_of(entry.entry_id), f"document:{entry.entry_id}", review.label_of(entry)
    template = template_for(templates, _names_of(mark, language), language)
    if template is not None:
        words = template.about(name)
        if not template.names_a_document:
            return MessageLine(key, text_in(language, "customer.document", document=name, reason=words))
        return MessageLine(key, text_in(language, "customer.line", text=words))
    return MessageLine(key, text_in(language, "customer.document", document=name, reason=_reason(mark, language)))


def _reason(mark: DocumentMark, language: str) -> str:
    words = " ".join(mark.words.split())
    if mark.reason is None:
        return words
    reason = text_in(language, f"customer.reason.{mark.reason.value}")
    return text_in(language, "customer.reason_with_words", reason=reason, words=words) if words else reason


def _names_of(mark: DocumentMark, language: str) -> list[str]:
    """How a template may call this reason: by its word in either language, or by the operator's own words."""
    reason = mark.reason
    if reason is None:
        return [mark.words]
    return [text_in(each, f"problem_reason.{reason.value}") for each in LANGUAGES] + [reason.value]
