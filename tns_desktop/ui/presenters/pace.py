"""Personal pace from the window's side: worked out when it is asked for, shown, and forgotten."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.personal_pace import made_since, pace_of
from tns_desktop.services.desk import Desk
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.pace_dialog import PaceDialog


class PacePresenter(QObject):
    """Of the connections that are in the list, and of what was decided on this computer since midnight."""

    def __init__(
        self, desk: Desk, window: DeskView, files: ClientFileModel, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._scope = TaskScope(on_error)
        window.actions_by_id["pace"].triggered.connect(lambda _checked=False: self.show_pace())

    def show_pace(self) -> None:
        if not self._scope.is_running("pace"):
            self._scope.start("pace", self._show())

    async def close(self) -> None:
        await self._scope.close()

    async def _show(self) -> None:
        now = self._desk.clock.now()
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        decided = made_since(await self._desk.decisions.all(), midnight)
        seconds = {}
        for entry in decided:
            evidence = await self._desk.evidence.of(entry.decision.decision_id)
            if evidence is not None and evidence.seconds:
                seconds[entry.decision.decision_id] = evidence.seconds
        await shown(PaceDialog(pace_of(self._files.all_rows(), decided, seconds), now, self._window))
