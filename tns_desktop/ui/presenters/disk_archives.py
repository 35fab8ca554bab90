"""Archives from disk from the window's side: several open at once, one on screen, each with its own marks."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.disk_archives import DiskArchive
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.models.disk_archives import DiskArchiveModel, DiskRow
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.marks import MarksPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.state_words import Look, conclusion_look, conclusion_words
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView

_NOT_READ = Look("text_muted", "not-seen")
_BEGUN = Look("state_pending", "pen")
_FAILED = Look("state_rejected", "warning")


class DiskArchivesPresenter(QObject):
    """Keeps the list beside the review; the desk's own list outlives the window."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        model: DiskArchiveModel,
        queues: QueueModel,
        review: ReviewPresenter,
        marks: MarksPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._model = model
        self._queues = queues
        self._review = review
        self._marks = marks
        self._scope = TaskScope(on_error)
        window.archives.archive_chosen.connect(self._show)
        window.queues.archives_chosen.connect(window.show_archives)
        review.disk_archive_read.connect(self._read_on_screen)
        review.archive_shown.connect(self._archive_shown)
        marks.review_changed.connect(self._review_changed)
        for name, slot in (
            ("disk_archives", self._go_there),
            ("close_archive", self.close_shown),
            ("forget_archive", self._ask_to_forget),
        ):
            window.actions_by_id[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    @property
    def paths(self) -> tuple[Path, ...]:
        """Of everything that is open, the one on screen first."""
        return tuple(sorted((row.path for row in self._desk.disk.rows), key=lambda path: path != self._review.path))

    def start(self) -> None:
        """What was open before the window was dressed anew; old reviews are forgotten meanwhile."""
        self._scope.start("tidy", self._desk.disk.tidy())
        if self._desk.disk.rows:
            self.refresh()
            if self._desk.disk.on_screen is not None:
                self._bring(self._desk.disk.on_screen)
            else:
                self._read_others()

    def open(self, paths: Sequence[Path], *, show: bool = True) -> None:
        """Into the list, in this order; the first of them on screen."""
        if not paths:
            return
        named = self._desk.disk.add(paths)
        self.refresh()
        if show:
            self._bring(named[0])
        else:
            self._read_others()

    def close_shown(self) -> None:
        """Takes the archive on screen out of the list; its marks stay. The next one takes its place."""
        path = self._review.path
        if path is None:
            self._window.snackbar.show_message(tr("archives.none_on_screen"))
            return
        position = self._model.position_of(path)
        self._desk.disk.remove(path)
        self._window.archives.forget_choice()
        self.refresh()
        left = self._model.row_at(min(position, self._model.rowCount() - 1))
        if left is not None:
            self._bring(left.path)
        else:
            self._leave()

    def refresh(self) -> None:
        """What the list says of each."""
        rows = self._desk.disk.rows
        self._model.set_rows([_row_of(row) for row in rows])
        self._queues.set_archives(len(rows))

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _bring(self, path: Path) -> None:
        self._window.show_desk()
        self._window.queues.choose_archives()
        self._window.show_archives()
        if self._window.archives.chosen == path:
            self._show(path)
        else:
            self._window.archives.choose(path)

    def _show(self, path: Path) -> None:
        self._review.show_from_disk(path)

    def _archive_shown(self) -> None:
        self._desk.disk.on_screen = self._review.path
        if self._review.path is None:
            # A client file is on screen: choosing the same archive again is a choice.
            self._window.archives.forget_choice()
            self._read_others()

    def _review_changed(self) -> None:
        review = self._marks.review
        if self._review.path is not None and review is not None:
            self._desk.disk.note_progress(review)
            self.refresh()

    def _read_on_screen(self) -> None:
        self.refresh()
        self._read_others()

    def _read_others(self) -> None:
        """Once nobody waits for the one on screen."""
        if not self._scope.is_running("read") and self._desk.disk.next_to_read is not None:
            self._scope.start("read", self._read())

    async def _read(self) -> None:
        """Ids, sizes and how far each review is, for the list. What cannot be read says so in its row."""
        while (path := self._desk.disk.next_to_read) is not None:
            with contextlib.suppress(TnsError):
                await self._desk.disk.open(path)
            self.refresh()

    def _go_there(self) -> None:
        if not self._desk.disk.rows:
            self._window.snackbar.show_message(tr("archives.none_open"))
            return
        self._window.queues.choose_archives()
        self._window.show_archives()

    def _leave(self) -> None:
        """The last one was closed."""
        self._review.show_nothing()
        self._window.show_files()
        if not self._desk.connections.all():
            self._window.show_welcome()

    def _ask_to_forget(self) -> None:
        path = self._review.path
        if path is None:
            self._window.snackbar.show_message(tr("archives.none_on_screen"))
        elif not self._scope.is_running("forget"):
            self._scope.start("forget", self._forget(path))

    async def _forget(self, path: Path) -> None:
        message = Message(
            tr("archives.forget.title"), tr("archives.forget.sentence", name=path.name), tr("archives.forget.remedy")
        )
        choices = {"forget": tr("archives.forget.do"), "keep": tr("button.cancel")}
        dialog = ChoiceDialog(message, choices, self._window)
        await shown(dialog)
        if dialog.choice != "forget":
            return
        is_on_screen = self._review.path == path
        if is_on_screen:
            # It leaves the screen first: what is still seen or marked of it would be kept again.
            self._review.show_nothing()
        try:
            await self._desk.disk.forget(path)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
        self.refresh()
        if is_on_screen and self._review.path is None and self._review.key is None:
            self._bring(path)


def told_apart(paths: Sequence[Path]) -> list[str]:
    """What archives are called where one of them is picked: by their names, with their folders where several have the same."""
    names = Counter(path.name for path in paths)
    return [path.name if names[path.name] == 1 else str(path) for path in paths]


def _row_of(row: DiskArchive) -> DiskRow:
    if row.problem is not None:
        return DiskRow(row.path, "", tr("archives.cannot_be_opened"), _FAILED)
    if row.archive is None:
        return DiskRow(row.path, "", tr("archives.not_read"), _NOT_READ)
    size = formatting.size(row.archive.index.size)
    identity = row.archive.index.report_uuid
    facts = tr("archives.facts", id=identity, size=size) if identity else size
    if row.verdict is not None:
        key = "archives.verdict_signed" if row.verdict.signed else "archives.verdict"
        date = formatting.date_time(row.verdict.made_at)
        words = tr(key, conclusion=conclusion_words(row.verdict.conclusion), date=date)
        return DiskRow(row.path, facts, words, conclusion_look(row.verdict.conclusion))
    if not row.judged:
        return DiskRow(row.path, facts, tr("archives.not_begun"), _NOT_READ)
    return DiskRow(row.path, facts, tr("archives.judged", done=row.judged, total=row.to_judge), _BEGUN)
