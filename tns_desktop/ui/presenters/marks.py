"""Marks from the window's side: what was really on screen, what the operator thinks of it, and which document comes next.

A document counts as seen once its pixels or its text are on screen, never because it was chosen. A key judges what is on
screen, and only that: while a document is loading there is nothing to judge.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex
from tns_desktop.domain.errors import ArchiveError, RenderError, TnsError
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.review import DocumentMark, Review, next_to_judge, reasons_for
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.enclosed import holders_of
from tns_desktop.services.reviews import OpenReview
from tns_desktop.services.settings import GO_ON_AFTER_MARK
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.problem_dialog import ProblemDialog

FILES_NAMED = 3
"""Of the files that hold the same document; the rest is a number nobody reads."""


class MarksPresenter(QObject):
    """Keeps the review of the archive on screen. ``review`` is None until its marks are there."""

    review_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        documents: DocumentModel,
        review: ReviewPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._pane = window.review.documents
        self._files = files
        self._documents = documents
        self._presenter = review
        self._scope = TaskScope(on_error)
        self._archive: OpenArchive | None = None
        self._review: Review | None = None
        self._waiting: set[tuple[str, bool]] = set()
        self._noted: set[str] = set()
        self._numbers = count()
        self._unkept: dict[int, tuple[OpenArchive, ArchiveEntry, DocumentMark]] = {}
        review.archive_shown.connect(self._archive_shown)
        review.archive_extended.connect(self._archive_extended)
        review.document_displayed.connect(lambda key: self._displayed(key, ok=True))
        review.document_failed.connect(lambda key: self._displayed(key, ok=False))
        for name, slot in (
            ("mark_good", self.mark_good),
            ("mark_problem", self.mark_problem),
            ("clear_mark", self.clear_mark),
        ):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    @property
    def review(self) -> Review | None:
        return self._review

    def mark_good(self) -> None:
        target = self._target()
        if target is not None:
            entry, mark = target
            self._judge(entry, mark.good())

    def mark_problem(self) -> None:
        target = self._target()
        if target is not None and not self._scope.is_running("problem"):
            self._scope.start("problem", self._ask_for_problem(*target))

    def clear_mark(self) -> None:
        entry = self._presenter.entry_in_focus
        if self._review is not None and entry is not None:
            self._set(entry, self._review.mark_of(entry.entry_id).cleared())

    async def close(self) -> None:
        """A key was pressed, so it counts, also when the window closes before the mark's task had its first turn."""
        await self._scope.close()
        for archive, entry, mark in self._unkept.values():
            with contextlib.suppress(TnsError):
                await self._desk.reviews.keep(archive, entry, mark)
        self._unkept.clear()

    # --- which archive ------------------------------------------------------------------------------------------------

    def _archive_shown(self) -> None:
        archive = self._presenter.archive
        if archive is self._archive:
            return
        for task in ("people", "load", "twins", "problem"):
            self._scope.cancel(task)
        self._scope.cancel_all("digest:")
        self._archive, self._review = archive, None
        self._waiting.clear()
        self._noted.clear()
        self._pane.show_note("")
        self._pane.show_progress(0, 0)
        if archive is not None:
            self._scope.start("people", self._name_people(archive))
            self._scope.start("load", self._load(archive))

    async def _name_people(self, archive: OpenArchive) -> None:
        """The participants, by whom documents may be grouped: more than a row of the list holds."""
        try:
            client_file = await self._desk.catalogue.file(archive.key)
        except TnsError:
            return  # said where the declared data are shown
        if self._is_shown(archive):
            people = client_file.participants if client_file is not None else ()
            self._documents.set_people({person.uuid: person.display_name for person in people if person.uuid})

    async def _load(self, archive: OpenArchive) -> None:
        try:
            opened = await self._desk.reviews.open(archive)
        except TnsError as error:
            # Judging goes on; what cannot be read may not be kept either, and that is said with each mark.
            self._window.snackbar.show_message(message_for(error).sentence)
            opened = OpenReview(Review(archive.index))
        if not self._is_shown(archive):
            return
        assert self._archive is not None
        # Files attached to a PDF may have become known while the marks were read.
        self._review = _of_index(opened.review, self._archive.index)
        if opened.change is not None:
            carried, set_back = opened.change.carried, opened.change.set_back
            self._pane.show_note(tr("documents.archive_changed", carried=carried, set_back=set_back))
        waiting, self._waiting = self._waiting, set()
        self._show()
        for entry_id, ok in sorted(waiting):
            self._displayed(archive.document_key(entry_id), ok=ok)
        for holder in holders_of(self._review):
            # A mark of last time on a file within a PDF: it counts, though nobody has opened that PDF yet.
            self._presenter.look_within(holder)
        self._scope.start("twins", self._look_for_twins(self._archive))

    def _archive_extended(self) -> None:
        """The same archive with more documents known: marks stay, what there is to judge is counted again."""
        archive = self._presenter.archive
        if archive is None or not self._is_shown(archive):
            return
        self._archive = archive
        if self._review is None:
            return  # its marks are on their way
        self._review = _of_index(self._review, archive.index)
        self._show()
        for holder in holders_of(self._review):
            self._presenter.look_within(holder)
        self._scope.start("twins", self._look_for_twins(archive))

    def _is_shown(self, archive: OpenArchive | None) -> bool:
        """Whether these are the bytes on screen; what is known of them may have grown."""
        shown = self._archive
        if archive is None or shown is None:
            return False
        return (archive.stored, archive.path) == (shown.stored, shown.path)

    async def _look_for_twins(self, archive: OpenArchive) -> None:
        try:
            twins = await self._desk.reviews.twins(archive)
        except TnsError:
            return  # said where the document itself is opened
        if self._is_shown(archive):
            self._documents.set_twins(twins)

    # --- what was on screen -------------------------------------------------------------------------------------------

    def _displayed(self, key: DocumentKey, *, ok: bool) -> None:
        archive = self._archive
        entry = archive.index.entry(key.entry_id) if archive is not None else None
        if archive is None or entry is None or key.archive_sha256 != archive.index.sha256:
            return
        if self._review is None:
            self._waiting.add((key.entry_id, ok))
            return
        mark = self._review.mark_of(entry.entry_id)
        if not ok:
            self._set(entry, mark.failed())
            return
        self._set(entry, mark.shown())
        if entry.entry_id not in self._noted:
            self._noted.add(entry.entry_id)
            self._scope.start(f"digest:{entry.entry_id}", self._note_bytes(archive, entry))

    async def _note_bytes(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        """Which bytes were on screen: the mark holds for them, and they may be known from another file."""
        try:
            digest = await self._desk.reviews.digest(archive, entry.entry_id)
            known = await self._desk.reviews.elsewhere(archive, digest)
        except (ArchiveError, RenderError):
            return
        if not self._is_shown(archive) or self._review is None:
            return
        self._set(entry, self._review.mark_of(entry.entry_id).shown(digest))
        rows = (self._files.file_of(key) for key in sorted(known)[:FILES_NAMED])
        names = [row.client_file.display_id for row in rows if row is not None]
        if names:
            self._documents.set_elsewhere(entry.entry_id, ", ".join(names))

    # --- judging ------------------------------------------------------------------------------------------------------

    def _target(self) -> tuple[ArchiveEntry, DocumentMark] | None:
        """The document in focus and its mark, when it may be judged; else it is said why not."""
        entry = self._presenter.entry_in_focus
        if self._review is None or entry is None:
            return None
        mark = self._review.mark_of(entry.entry_id)
        if mark.may_be_judged:
            return entry, mark
        self._window.snackbar.show_message(tr("snackbar.not_on_screen_yet", name=self._review.label_of(entry)))
        return None

    async def _ask_for_problem(self, entry: ArchiveEntry, mark: DocumentMark) -> None:
        archive, review = self._archive, self._review
        assert review is not None
        dialog = ProblemDialog(review.label_of(entry), reasons_for(entry), mark.reason, mark.words, self._window)
        # At the key itself, not when this task has its next turn: the window may be closing by then.
        dialog.accepted.connect(lambda: self._problem_said(archive, entry, dialog))
        await shown(dialog)

    def _problem_said(self, archive: OpenArchive | None, entry: ArchiveEntry, dialog: ProblemDialog) -> None:
        if self._is_shown(archive) and self._review is not None:
            self._judge(entry, self._review.mark_of(entry.entry_id).problem(*dialog.values))

    def _judge(self, entry: ArchiveEntry, mark: DocumentMark) -> None:
        self._set(entry, mark)
        assert self._review is not None
        if not self._desk.settings.get(GO_ON_AFTER_MARK) or self._presenter.entry is not entry:
            return
        order = [document.entry_id for document in self._documents.documents()]
        following = next_to_judge(self._review, order, entry.entry_id)
        if following:
            self._window.review.choose_document(following)

    def _set(self, entry: ArchiveEntry, mark: DocumentMark) -> None:
        review, archive = self._review, self._archive
        if review is None or archive is None or mark == review.mark_of(entry.entry_id):
            return
        self._review = review.with_mark(entry.entry_id, mark)
        self._show()
        tell = (review.judged > 0) != (self._review.judged > 0)
        # A task for each: a mark must not stop the one before it half-way. The vault takes them in this order.
        number = next(self._numbers)
        self._unkept[number] = (archive, entry, mark)
        self._scope.start(f"keep:{number}", self._keep(number, tell=tell))

    async def _keep(self, number: int, *, tell: bool) -> None:
        archive, entry, mark = self._unkept.pop(number)
        try:
            await self._desk.reviews.keep(archive, entry, mark, tell=tell)
        except TnsError as error:
            text = tr("snackbar.mark_not_kept", name=entry.name, sentence=message_for(error).sentence)
            self._window.snackbar.show_message(text)

    def _show(self) -> None:
        assert self._review is not None
        self._documents.set_review(self._review)
        self._pane.show_progress(self._review.judged, len(self._review.to_judge))
        self.review_changed.emit()


def _of_index(review: Review, index: ArchiveIndex) -> Review:
    """The marks, seen with what is known of the archive by now."""
    return review if review.index is index else Review(index, review.marks)
