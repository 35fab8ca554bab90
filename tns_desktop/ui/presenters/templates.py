"""Templates of rejections from the window's side: the dialog, and the files they come from and go to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.templates import merged
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.file_choosers import file_to_open, place_to_save
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
        path = await file_to_open(dialog, tr("templates.import"), list(template_formats()))
        if path is None:
            return
        try:
            brought = await self._desk.templates.read_file(path)
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_error("")
        dialog.show_templates(merged(dialog.templates, brought))

    async def _export(self, dialog: TemplatesDialog) -> None:
        path = await place_to_save(dialog, tr("templates.export"), "templates", template_formats())
        if path is None:
            return
        try:
            await self._desk.templates.write_file(path, dialog.templates)
        except TnsError as error:
            dialog.show_error(message_for(error).as_text)
            return
        dialog.show_error("")


def template_formats() -> dict[str, str]:
    """The kinds of file that templates travel in, as a file chooser names them."""
    return {tr("file_dialog.templates_toml"): "toml", tr("file_dialog.templates_json"): "json"}
