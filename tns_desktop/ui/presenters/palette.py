"""The palette at work: documents of the file on screen, actions that can be done now, and files, by what is typed.

Names answer at once, from the list's own rows; the vault adds what it finds in all data a moment later, for the text that is
still in the field or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.filters import words_of
from tns_desktop.domain.palette import MOST_SHOWN, Find, PaletteItem, best_of
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.actions import ACTIONS, Place, key_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.presenters.searching import FEWEST_LETTERS
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.palette_dialog import PaletteDialog

MOST_RANKED = 500
"""Files that are put in order at one key: a letter that is in 100,000 names must not stop the window."""


class PalettePresenter(QObject):
    """One palette at a time."""

    show_file_requested = Signal(object)
    show_view_requested = Signal(str)

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        documents: DocumentModel,
        files_presenter: FilesPresenter,
        review: ReviewPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._documents = documents
        self._files_presenter = files_presenter
        self._review = review
        self._scope = TaskScope(on_error)
        window.actions_by_id["palette"].triggered.connect(lambda _checked=False: self.show_palette())

    def show_palette(self) -> None:
        if not self._scope.is_running("palette"):
            self._scope.start("palette", self._ask())

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _ask(self) -> None:
        archive = self._review.archive
        at_hand = [*self._document_items(archive), *self._view_items(), *self._action_items()]
        dialog = PaletteDialog(self._window)
        dialog.text_changed.connect(lambda text: self._look_for(dialog, at_hand, text))
        dialog.show_items(best_of(at_hand, ""))
        try:
            await shown(dialog)
        finally:
            self._scope.cancel("search")
        if dialog.chosen is not None:
            self._do(dialog.chosen, archive)

    def _do(self, item: PaletteItem, archive: OpenArchive | None) -> None:
        if item.find is Find.ACTION:
            self._window.actions_by_id[str(item.target)].trigger()
        elif item.find is Find.FILE:
            self.show_file_requested.emit(item.target)
        elif item.find is Find.VIEW:
            self.show_view_requested.emit(str(item.target))
        elif archive is not None and archive is self._review.archive:
            self._window.show_files()
            self._window.review.choose_document(str(item.target))

    def _look_for(self, dialog: PaletteDialog, at_hand: list[PaletteItem], text: str) -> None:
        self._scope.cancel("search")
        words = words_of(text)
        dialog.show_items(best_of(chain(at_hand, self._named_items(words)), text))
        if any(len(word) >= FEWEST_LETTERS for word in words):
            self._scope.start("search", self._look_deeper(dialog, at_hand, text))

    async def _look_deeper(self, dialog: PaletteDialog, at_hand: list[PaletteItem], text: str) -> None:
        connection_ids = [connection.connection_id for connection in self._files_presenter.connections]
        try:
            result = await self._desk.catalogue.search(connection_ids, text)
        except TnsError:
            return  # names are found all the same; the search of the list says what is wrong
        if text != dialog.field.text():
            return
        words = words_of(text)
        named = list(self._named_items(words))
        known = {item.target for item in named}
        deeper = [item for key in result.files if key not in known and (item := self._file_item(key)) is not None]
        first = best_of(chain(at_hand, named), text)
        dialog.show_items([*first, *deeper[: MOST_SHOWN - len(first)]])

    def _document_items(self, archive: OpenArchive | None) -> list[PaletteItem]:
        if archive is None:
            return []
        return [
            PaletteItem(Find.DOCUMENT, entry.name, entry.entry_id, tr("palette.kind.document"))
            for entry in self._documents.documents()
        ]

    def _view_items(self) -> list[PaletteItem]:
        kind = tr("palette.kind.view")
        return [PaletteItem(Find.VIEW, view.name, view.name, kind) for view in self._desk.views.all()]

    def _action_items(self) -> list[PaletteItem]:
        return [
            PaletteItem(Find.ACTION, action.text(), spec.action_id, key_of(action))
            for spec in ACTIONS
            if spec.action_id != "palette"
            and spec.place is not Place.DIALOG
            and (action := self._window.actions_by_id[spec.action_id]).isEnabled()
        ]

    def _named_items(self, words: tuple[str, ...]) -> list[PaletteItem]:
        """Files whose names or numbers hold every word; a plain loop over the list's own folded texts."""
        if not words:
            return []
        *first, last = words
        rows = self._files.all_rows()
        for word in first:
            # Word by word: a generator within a generator for each of 100,000 rows took 100 ms.
            rows = [row for row in rows if word in row.client_file.haystack]
        matching = (row for row in rows if last in row.client_file.haystack)
        return [item for row in islice(matching, MOST_RANKED) if (item := self._file_item(row.key)) is not None]

    def _file_item(self, key: ClientFileKey) -> PaletteItem | None:
        row = self._files.file_of(key)
        if row is None:
            return None
        file = row.client_file
        return PaletteItem(Find.FILE, file.display_name, key, file.display_id, file.haystack)
