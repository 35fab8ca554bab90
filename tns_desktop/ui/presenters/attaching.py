"""Documents that are dropped on the form of a new client file: taken one after the other, none of them forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from pathlib import Path

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.creation_desk import CreationDesk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.file_choosers import files_to_open
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.new_file_dialog import NewFileDialog

TASKS = "attach:"
"""What the keys of its tasks begin with."""
_ASKING = f"{TASKS}ask"


class Attaching:
    """For one form. ``begin`` gives the draft's identifier, and may have to begin the draft for it."""

    def __init__(
        self, desk: CreationDesk, scope: TaskScope, dialog: NewFileDialog, begin: Callable[[], Awaitable[str]]
    ) -> None:
        self._desk = desk
        self._scope = scope
        self._dialog = dialog
        self._documents = dialog.documents
        self._begin = begin
        self._turn = asyncio.Lock()
        self._drops = count()
        self._documents.dropped.connect(self._take)
        self._documents.choose_requested.connect(self._ask)

    async def done(self) -> bool:
        """Waits for what was dropped and is not there yet; False when something of that was refused."""
        if not self._turn.locked():
            return True
        async with self._turn:
            return not self._documents.error.text()

    def _ask(self) -> None:
        if not self._scope.is_running(_ASKING):
            self._scope.start(_ASKING, self._choose())

    async def _choose(self) -> None:
        filters = [tr("file_dialog.documents"), tr("file_dialog.all")]
        self._take([str(path) for path in await files_to_open(self._dialog, tr("creation.add_documents"), filters)])

    def _take(self, paths: Sequence[str]) -> None:
        if not self._turn.locked():
            self._documents.show_problem("")
        self._scope.start(f"{TASKS}{next(self._drops)}", self._attach(paths))

    async def _attach(self, paths: Sequence[str]) -> None:
        async with self._turn:
            for path in paths:
                try:
                    draft = await self._desk.attach(await self._begin(), Path(path))
                except TnsError as error:
                    refused = [self._documents.error.text(), message_for(error).sentence]
                    self._documents.show_problem("\n".join(filter(None, refused)))
                else:
                    self._documents.show_documents(draft.documents)
                    self._documents.mark_lost(await self._desk.creations.lost_documents(draft.creation_id))
