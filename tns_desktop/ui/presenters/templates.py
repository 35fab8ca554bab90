"""Templates of rejections from the window's side: the dialog, and the files they come from and go to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from tns_desktop.services.desk import Desk
from tns_desktop.services.templates import merged
from tns_desktop.ui.presenters.template_files import brought, taken_along
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.templates_dialog import TemplatesDialog


class TemplatesPresenter(QObject):
    """One dialog at a time, over whatever window asked for it."""

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._scope = TaskScope(on_error)
        window.actions_by_id["templates"].triggered.connect(lambda: self.manage(window))

    def manage(self, parent: QWidget, cause: str = "", saved: Callable[[], None] = lambda: None) -> None:
        """``cause``: a row for it is begun if there is none. ``saved`` is called once the templates are others."""
        if not self._scope.is_running("manage"):
            self._scope.start("manage", self._manage(parent, cause, saved))

    async def close(self) -> None:
        await self._scope.close()

    async def _manage(self, parent: QWidget, cause: str, saved: Callable[[], None]) -> None:
        dialog = TemplatesDialog(self._desk.templates.all(), cause, parent)
        dialog.import_requested.connect(lambda: self._scope.start("file", self._import(dialog)))
        dialog.export_requested.connect(lambda: self._scope.start("file", self._export(dialog)))
        try:
            if await shown(dialog) != QDialog.DialogCode.Accepted:
                return
        finally:
            self._scope.cancel("file")
        self._desk.templates.save(dialog.templates)
        saved()

    async def _import(self, dialog: TemplatesDialog) -> None:
        """Into the dialog only: nothing is kept before the operator has seen it and saved."""
        found = await brought(dialog, dialog, self._desk.templates.read_file)
        if found is not None:
            dialog.show_templates(merged(dialog.templates, found))

    async def _export(self, dialog: TemplatesDialog) -> None:
        templates = dialog.templates
        await taken_along(dialog, dialog, "templates", lambda path: self._desk.templates.write_file(path, templates))
