"""The second half of a search: what the vault's index finds in all data and in documents, after the names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.filters import words_of
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.widgets.empty_state import EmptyState

FEWEST_LETTERS = 2
"""A single letter begins a word of nearly every file: the vault is asked from the second one on."""


class Reach(Enum):
    """How far the search that is on screen has looked."""

    NAMES = auto()
    STILL_SEARCHING = auto()
    EVERYTHING = auto()
    MORE_THAN_SHOWN = auto()
    FAILED = auto()


class Searching:
    """Asks the vault for the text that is in the search field, and says what was searched."""

    def __init__(self, desk: Desk, files: ClientFileModel, scope: TaskScope, on_answer: Callable[[], None]) -> None:
        self._desk = desk
        self._files = files
        self._scope = scope
        self._on_answer = on_answer
        self._reach = Reach.NAMES
        self._trouble = ""

    def begin(self, connection_ids: Sequence[str], *, again: bool = False) -> None:
        """For the model's present text. ``again``: its rows have changed, and what was found stays until the answer."""
        text = self._files.filter.text
        if not connection_ids or not any(len(word) >= FEWEST_LETTERS for word in words_of(text)):
            self.stop()
            return
        if not again:
            self._reach = Reach.STILL_SEARCHING
        self._scope.start("search", self._ask(connection_ids, text))

    def stop(self) -> None:
        self._scope.cancel("search")
        self._reach = Reach.NAMES

    def caption(self, found: int) -> str:
        """What the list holds, and where it was looked for."""
        key = {
            Reach.NAMES: "list.found_names",
            Reach.STILL_SEARCHING: "list.found_so_far",
            Reach.EVERYTHING: "list.found",
            Reach.MORE_THAN_SHOWN: "list.found_more",
            Reach.FAILED: "list.found_names",
        }[self._reach]
        return tr(key, count=found)

    def show_nothing_found(self, empty: EmptyState) -> None:
        if self._reach is Reach.STILL_SEARCHING:
            empty.show_message("search", tr("list.searching.title"), "")
        elif self._reach is Reach.FAILED:
            empty.show_message("warning", tr("list.search_failed.title"), self._trouble)
        else:
            text = "list.nothing_found.names" if self._reach is Reach.NAMES else "list.nothing_found.text"
            empty.show_message("search", tr("list.nothing_found.title"), tr(text))

    async def _ask(self, connection_ids: Sequence[str], text: str) -> None:
        try:
            result = await self._desk.catalogue.search(connection_ids, text)
        except TnsError as error:
            if text == self._files.filter.text:
                self._reach, self._trouble = Reach.FAILED, message_for(error).as_text
                self._on_answer()
            return
        if text != self._files.filter.text:
            return
        self._files.set_found(text, result.files)
        self._reach = Reach.EVERYTHING if result.is_complete else Reach.MORE_THAN_SHOWN
        self._on_answer()
