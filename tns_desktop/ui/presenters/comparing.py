"""Comparing the archive on screen with another one: which other, what differs, and the two versions side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.archive_comparison import Change, DocumentChange
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.comparing import ArchiveComparison
from tns_desktop.services.desk import Desk
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.disk_archives import told_apart
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.file_choosers import file_to_open
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.comparison_dialog import ComparisonDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.pick_dialog import PickDialog


class ComparingPresenter(QObject):
    """One comparison at a time; it closes when the archive on screen is another one."""

    def __init__(
        self, desk: Desk, window: DeskView, review: ReviewPresenter, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._review = review
        self._scope = TaskScope(on_error)
        self._dialog: ComparisonDialog | None = None
        review.archive_shown.connect(self._archive_shown)
        window.actions_by_id["compare_archives"].triggered.connect(lambda _checked=False: self.compare())

    def compare(self) -> None:
        archive = self._review.archive
        if archive is None:
            self._window.snackbar.show_message(tr("compare.nothing"))
        elif not self._scope.is_running("compare"):
            self._close_dialog()
            self._scope.start("compare", self._compare(archive))

    async def close(self) -> None:
        self._close_dialog()
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _compare(self, archive: OpenArchive) -> None:
        try:
            other = await self._other(archive)
            if other is None:
                return
            self._window.snackbar.show_message(tr("compare.under_way"))
            comparison = await self._desk.comparisons.compare(other, archive)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        self._window.snackbar.hide()
        if self._shows(archive):
            self._show(comparison)

    async def _other(self, archive: OpenArchive) -> OpenArchive | None:
        """One that is open from disk, one that this computer keeps of the same file, or a file that is chosen now."""
        paths = [row.path for row in self._desk.disk.rows if row.path != archive.path]
        kept = await self._desk.comparisons.kept_of_the_same_file(archive)
        names = [
            *told_apart(paths),
            *(tr("compare.kept", date=formatting.date_time(one.stored.stored_at)) for one in kept),
            tr("audit.check.another_archive"),
        ]
        picked = len(names) - 1
        if len(names) > 1:
            dialog = PickDialog(tr("compare.choose"), tr("compare.choose_text"), names, self._window)
            await shown(dialog)
            picked = dialog.picked
        if picked < 0:
            return None
        if picked < len(paths):
            return await self._desk.disk.open(paths[picked])
        if picked < len(paths) + len(kept):
            return kept[picked - len(paths)]
        filters = [tr("file_dialog.archives"), tr("file_dialog.all")]
        chosen = await file_to_open(self._window, tr("compare.choose"), filters)
        return await self._desk.archives.open_from_disk(chosen) if chosen is not None else None

    def _show(self, comparison: ArchiveComparison) -> None:
        before, after = name_of(comparison.before), name_of(comparison.after)
        dialog = ComparisonDialog(
            tr("compare.heading", before=before, after=after),
            remark_of(comparison),
            comparison.documents,
            comparison.fields,
            self._window,
        )
        dialog.pair_chosen.connect(lambda change: self._put_side_by_side(comparison, change))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda _result: self._forget(dialog))
        self._dialog = dialog
        dialog.show()

    def _put_side_by_side(self, comparison: ArchiveComparison, change: DocumentChange) -> None:
        """The earlier one on the left, under its archive's name; the present one is chosen in the tree as by a click."""
        if not self._shows(comparison.after):
            return
        before, after = change.before, change.after
        if after is not None:
            self._window.review.choose_document(after.entry_id)
        entry = comparison.before.index.entry(before.entry_id) if before is not None else None
        if entry is None:
            self._review.beside.end()
            self._window.snackbar.show_message(
                tr("compare.only_in", name=change.path, archive=name_of(comparison.after))
            )
            return
        self._review.beside.show(comparison.before, entry, name_of(comparison.before))
        if change.change is Change.REMOVED:
            archive = name_of(comparison.before)
            self._window.snackbar.show_message(tr("compare.only_in", name=change.path, archive=archive))

    def _archive_shown(self) -> None:
        if self._dialog is not None and self._review.archive is None:
            self._close_dialog()

    def _shows(self, archive: OpenArchive) -> bool:
        present = self._review.archive
        return present is not None and (present.stored, present.path) == (archive.stored, archive.path)

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    def _forget(self, dialog: ComparisonDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None


def name_of(archive: OpenArchive) -> str:
    """What the operator knows it by: its file, or that it is the kept one."""
    if archive.path is not None:
        return archive.path.name
    return tr("compare.kept", date=formatting.date_time(archive.stored.stored_at))


def remark_of(comparison: ArchiveComparison) -> str:
    if comparison.are_the_same_bytes:
        return tr("compare.same_bytes")
    if comparison.are_of_the_same_file is False:
        own, other = comparison.before.index.report_uuid, comparison.after.index.report_uuid
        return tr("compare.other_file", before=own, after=other)
    if comparison.are_of_the_same_file is None:
        return tr("compare.unknown_file")
    return tr("compare.same_file", uuid=comparison.after.index.report_uuid)
