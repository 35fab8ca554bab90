"""What is read of a document beside its pages: of the one on screen only, and after the pages that somebody waits for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.previews import Previews
from tns_desktop.ui.runtime.tasks import TaskScope


class BesidePages(QObject):
    """Serves one ``view``, whose pages somebody else draws."""

    def __init__(self, previews: Previews, view: QObject, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(view)
        self._previews = previews
        self._scope = TaskScope(on_error)
        self._archive: OpenArchive | None = None
        self._entry: ArchiveEntry | None = None
        self._is_drawing = False

    def show(self, archive: OpenArchive, entry: ArchiveEntry) -> None:
        self.leave()
        self._archive, self._entry = archive, entry

    def leave(self) -> None:
        """Nothing of the document before is read on, and nothing is asked about it any more."""
        self._archive = self._entry = None
        self._scope.cancel_all("")

    def set_drawing(self, drawing: bool) -> None:
        """Whether pages are on their way now: they come first."""
        self._is_drawing = drawing
        if not drawing:
            self._go_on()

    async def close(self) -> None:
        await self._scope.close()

    def _go_on(self) -> None:
        """Reads what is still wanted; asked for while no page is being drawn."""
        raise NotImplementedError
