"""Two documents of one file side by side: the one put there stays, the tree goes on choosing the other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.presenters.preview import PreviewPresenter
from tns_desktop.ui.views.desk_view import DeskView


class BesidePresenter(QObject):
    """A preview of its own, with its own tasks and its own key: what comes late for one never shows in the other."""

    def __init__(
        self, desk: Desk, window: DeskView, chosen: PreviewPresenter, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pair = window.review.previews
        self._chosen = chosen
        self.preview = PreviewPresenter(desk, self._pair.beside, on_error)
        window.actions_by_id["put_beside"].triggered.connect(lambda: self.switch())

    @property
    def entry(self) -> ArchiveEntry | None:
        return self.preview.entry

    @property
    def is_active(self) -> bool:
        """Whether keys act on the document beside the chosen one."""
        return self._pair.active is self._pair.beside

    @property
    def archive(self) -> OpenArchive | None:
        """Of the document that stands beside: the one on screen, or one that it is compared with."""
        return self.preview.archive

    def show(self, archive: OpenArchive, entry: ArchiveEntry, origin: str) -> None:
        """Puts a document of another archive beside, under that archive's name."""
        if not self._pair.is_beside:
            self._window.show_beside()
        self.preview.show(archive, entry, origin=origin)

    def switch(self) -> None:
        """Puts the chosen document beside; or takes away what stands there."""
        if self._pair.is_beside:
            self.end()
            return
        archive, entry = self._chosen.archive, self._chosen.entry
        if archive is None or entry is None:
            self._window.snackbar.show_message(tr("snackbar.nothing_to_put_beside"))
            return
        self._window.show_beside()
        self.preview.show(archive, entry)

    def end(self) -> None:
        """At once: nothing of it remains on screen or comes later."""
        self.preview.show_nothing()
        self._window.end_beside()

    async def close(self) -> None:
        await self.preview.close()
