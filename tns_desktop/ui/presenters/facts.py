"""What stands beside the document: asks for it, shows it as it comes, drops what belongs to another document.

As in the review: everything late is compared by its key with what is on screen, besides its task being cancelled.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.errors import DocumentLocked, EntryEncrypted, TnsError
from tns_desktop.domain.facts import Fact, FactGroup, Sightings, facts_of
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.quiet import quiet_timer
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView


class FactsPresenter(QObject):
    """Follows the review; it decides nothing and holds nothing up."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        review: ReviewPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._panel = window.review.facts
        self._preview = window.review.preview
        self._banner = window.review.banner
        self._client_file: ClientFile | None = None
        self._review = review
        self._scope = TaskScope(on_error)
        self._groups: tuple[FactGroup, ...] = ()
        self._archive: OpenArchive | None = None
        self._entry: ArchiveEntry | None = None
        self._sightings: Sightings | None = None
        self._next: dict[str, int] = {}
        self._quiet = quiet_timer(self, self._panel.show_busy)
        review.archive_shown.connect(self._show_declared)
        review.document_left.connect(self._leave)
        review.document_shown.connect(self._look_into)
        self._panel.fact_chosen.connect(self._choose)
        self._panel.retry_requested.connect(self._look_again)
        window.actions_by_id["next_facts"].triggered.connect(lambda: self._panel.next_tab())

    async def close(self) -> None:
        self._quiet.stop()
        await self._scope.close()

    # --- what is declared ---------------------------------------------------------------------------------------------

    def _show_declared(self) -> None:
        """Another file, its archive, or a newer answer of the server about it."""
        self._show_what_is_here()
        key = self._review.key
        if key is not None:
            self._scope.start("declared", self._read_declared(key))

    async def _read_declared(self, key: ClientFileKey) -> None:
        """More than a row of the list holds, so it is read from the vault for the file on screen."""
        try:
            client_file = await self._desk.catalogue.file(key)
        except TnsError as error:
            if key == self._review.key:
                self._banner.show_message("error", message_for(error).as_text)
            return
        if key == self._review.key and client_file != self._client_file:
            self._client_file = client_file
            self._show_what_is_here()

    def _show_what_is_here(self) -> None:
        archive = self._review.archive
        client_file = self._client_file
        if client_file is not None and client_file.key != self._review.key:
            client_file = self._client_file = None
        index = archive.index if archive is not None else None
        groups = facts_of(client_file, index)
        today = self._desk.inspections.today()
        self._panel.show_declared(client_file, groups, today)
        people = index.people if index is not None else ()
        self._panel.show_checks(people, today, has_report=index is not None and bool(index.report_json))
        if groups != self._groups:
            self._groups = groups
            if self._archive is not None and self._entry is not None:
                self._scope.start("sightings", self._find(self._archive, self._entry))

    # --- the document -------------------------------------------------------------------------------------------------

    def _leave(self) -> None:
        for task in ("sightings", "signatures", "hygiene", "place"):
            self._scope.cancel(task)
        self._quiet.stop()
        self._archive = self._entry = self._sightings = None
        self._next = {}
        self._panel.show_no_document()

    def _look_into(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        self._leave()
        self._archive, self._entry = archive, entry
        self._panel.show_looking()
        self._quiet.start()
        # The newest question is answered first: values before signatures, signatures before hygiene.
        self._scope.start("hygiene", self._look_inside(archive, entry))
        self._scope.start("signatures", self._read_signatures(archive, entry))
        self._scope.start("sightings", self._find(archive, entry))

    def _look_again(self) -> None:
        if self._archive is not None and self._entry is not None:
            self._look_into(self._archive, self._entry)

    async def _find(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        facts: list[Fact] = [fact for group in self._groups for fact in group.facts]
        try:
            sightings = await self._desk.inspections.sightings(archive, entry, facts)
        except TnsError as error:
            if self._is_shown(archive, entry):
                self._panel.show_sightings_failure(_words_for(error))
            return
        if self._is_shown(archive, entry) and sightings.key == archive.document_key(entry.entry_id):
            self._sightings = sightings
            self._panel.show_sightings(sightings)

    async def _read_signatures(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        try:
            report = await self._desk.inspections.signatures(archive, entry)
        except TnsError as error:
            if self._is_shown(archive, entry):
                self._panel.show_signatures_failure(_words_for(error), can_retry=error.retryable)
            return
        if self._is_shown(archive, entry) and (report is None or report.key == archive.document_key(entry.entry_id)):
            self._panel.show_signatures(report, entry)

    async def _look_inside(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        try:
            report = await self._desk.inspections.hygiene(archive, entry)
        except TnsError as error:
            if self._is_shown(archive, entry):
                self._panel.show_hygiene_failure(_words_for(error), can_retry=error.retryable)
            return
        if self._is_shown(archive, entry) and report.key == archive.document_key(entry.entry_id):
            self._panel.show_hygiene(report)

    # --- going there --------------------------------------------------------------------------------------------------

    def _choose(self, fact_id: str) -> None:
        """The first place of the value; once more, the next one."""
        archive, entry, sightings = self._archive, self._entry, self._sightings
        seen = sightings.seen.get(fact_id) if sightings is not None else None
        if archive is None or entry is None or seen is None or not seen.occurrences:
            return
        number = self._next.get(fact_id, 0) % len(seen.occurrences)
        self._next = {fact_id: number + 1}
        self._scope.start("place", self._go_to(archive, entry, fact_id, number))

    async def _go_to(self, archive: OpenArchive, entry: ArchiveEntry, fact_id: str, number: int) -> None:
        if self._sightings is None:
            return
        occurrence = self._sightings.seen[fact_id].occurrences[number]
        try:
            places = await self._desk.inspections.places(archive, entry.entry_id, occurrence)
        except TnsError as error:
            if self._is_shown(archive, entry):
                self._panel.show_sightings_failure(_words_for(error))
            return
        if not self._is_shown(archive, entry):
            return
        pages = self._preview.pages
        if places and pages.key == archive.document_key(entry.entry_id):
            pages.show_marks(occurrence.page, places)
            pages.go_to(occurrence.page, places[0])
        elif not places and occurrence.spans:
            self._preview.text.show_mark(occurrence.spans[0].start, occurrence.spans[0].end)

    def _is_shown(self, archive: OpenArchive, entry: ArchiveEntry) -> bool:
        return archive is self._archive and entry is self._entry


def _words_for(error: TnsError) -> str:
    if isinstance(error, DocumentLocked | EntryEncrypted):
        return tr("facts.locked")
    message = message_for(error)
    return tr("facts.failed", title=message.title, sentence=message.sentence)
