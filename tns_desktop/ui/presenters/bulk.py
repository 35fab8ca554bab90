"""Decisions on many files at once: a summary first, then an outbox row each, tied to its own state and its own archive.

An archive that is not on this computer has no SHA-256: there is nothing that a decision could be tied to, so its file is
left out, as one without an archive on screen is. Nothing is fetched for the occasion: it would be decided on unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import DecisionBlock, OutboxEntry, Verdict
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.review import Review
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.decisions import DecisionsPresenter
from tns_desktop.ui.presenters.rejecting import RejectionWords, ReviewedFile, Words
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import open_points
from tns_desktop.ui.views.bulk_dialog import BulkDialog, BulkLine
from tns_desktop.ui.views.desk_view import DeskView


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A selected file, and the archive that a decision on it would be tied to; or why there is none."""

    row: ProjectedFile
    archive: OpenArchive | None = None
    review: Review | None = None
    left_out: str = ""


class BulkPresenter(QObject):
    """Never decides on what it did not show in the summary."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        decisions: DecisionsPresenter,
        words: RejectionWords,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._decisions = decisions
        self._words = words
        self._scope = TaskScope(on_error)
        for name, verdict in (("accept_selected", Verdict.ACCEPT), ("reject_selected", Verdict.REJECT)):
            action = window.actions_by_id[name]
            action.triggered.connect(lambda _checked=False, verdict=verdict: self.decide(verdict))

    def decide(self, verdict: Verdict) -> None:
        if self._scope.is_running("bulk"):
            return
        keys = self._window.files.selected()
        if len(keys) < 2:
            self._window.snackbar.show_message(tr("snackbar.bulk.select"))
        else:
            self._scope.start("bulk", self._ask_and_decide(keys, verdict))

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _ask_and_decide(self, keys: Sequence[ClientFileKey], verdict: Verdict) -> None:
        candidates = [candidate for key in keys if (candidate := await self._candidate(key)) is not None]
        words = await (
            self._ask_to_accept(candidates) if verdict is Verdict.ACCEPT else self._ask_for_words(candidates)
        )
        if words is None:
            return
        chosen = [each for each in candidates if each.row.key in words]
        made, failed = [], 0
        for candidate in chosen:
            cause, message, note = words[candidate.row.key]
            entry = await self._write(candidate, verdict, cause=cause, message=message, internal_note=note)
            if entry is not None:
                made.append(entry)
            else:
                failed += 1
        if made:
            self._words.forget(entry.decision.key for entry in made)
            self._decisions.announce_made(made)
        if failed:
            self._window.snackbar.show_message(
                tr("snackbar.bulk.not_decided", count=failed, made=len(made)),
                action="outbox",
                action_text=tr("snackbar.show_outbox"),
                lasting=True,
            )

    async def _ask_to_accept(self, candidates: Sequence[_Candidate]) -> dict[ClientFileKey, Words] | None:
        """Each file that is to be accepted, without words; None for none at all."""
        dialog = BulkDialog([self._line(each) for each in candidates], self._window)
        if await shown(dialog) != QDialog.DialogCode.Accepted:
            return None
        return {each.row.key: ("", "", "") for each in candidates if each.archive is not None}

    async def _ask_for_words(self, candidates: Sequence[_Candidate]) -> dict[ClientFileKey, Words] | None:
        return await self._words.ask_for_many(
            [
                ReviewedFile(each.row.client_file, each.review, self._line(each))
                for each in candidates
                if each.review is not None
            ],
            [self._line(each) for each in candidates if each.review is None],
        )

    def _line(self, candidate: _Candidate) -> BulkLine:
        listed = candidate.row.client_file
        connection = self._files.connection_of(candidate.row.key)
        points = tuple(open_points(candidate.review)) if candidate.review is not None else ()
        return BulkLine(listed.display_id, listed.display_name, points, candidate.left_out, connection)

    async def _candidate(self, key: ClientFileKey) -> _Candidate | None:
        """None for a file that left the list while the others were looked at."""
        row = self._files.file_of(key)
        if row is None:
            return None
        block = self._decisions.block_of(row, None)
        if block is not DecisionBlock.ARCHIVE_NOT_REVIEWED:
            # Without an archive this is the last rule but one: any other comes before it and forbids it anyway.
            assert block is not None
            return _Candidate(row, left_out=tr(f"bar.block.{block.value}"))
        try:
            archive = await self._desk.archives.open_kept(key)
            if archive is None:
                return _Candidate(row, left_out=tr("bulk.not_here"))
            review = await self._desk.reviews.review_of_kept(archive)
            archive = await self._desk.enclosed.look_within_all(archive, review)
            review = Review(archive.index, review.marks)
        except TnsError as error:
            return _Candidate(row, left_out=message_for(error).sentence)
        block = self._decisions.block_of(row, archive)
        if block is not None:
            return _Candidate(row, left_out=tr(f"bar.block.{block.value}"))
        return _Candidate(row, archive, review)

    async def _write(self, candidate: _Candidate, verdict: Verdict, **words: str) -> OutboxEntry | None:
        """None when the file or its archive is not what the summary showed any more, or it cannot be written down."""
        shown_row, archive = candidate.row, candidate.archive
        assert archive is not None
        row = self._files.file_of(shown_row.key)
        if (
            row is None
            or row.client_file != shown_row.client_file
            or self._decisions.block_of(row, archive) is not None
        ):
            return None
        try:
            present = await self._desk.archives.open_kept(row.key)
            if present is None or present.stored != archive.stored:
                return None
            return await self._decisions.write(row, archive, verdict, **words)
        except TnsError:
            return None
