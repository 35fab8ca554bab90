"""The outbox from the window's side: what a person does about a decision that is under way, or that waits for one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView


class OutboxPresenter(QObject):
    """One step of one decision at a time; another one of the same decision waits for its end."""

    show_file_requested = Signal(object)
    review_requested = Signal(object)
    """The file is to be shown with what the server has now, its archive fetched anew."""

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._scope = TaskScope(on_error)
        view = window.outbox
        view.withdraw_requested.connect(lambda chosen: self._do(chosen, self._desk.decisions.withdraw))
        view.send_now_requested.connect(lambda chosen: self._do(chosen, self._desk.decisions.send_now))
        view.send_again_requested.connect(lambda chosen: self._do(chosen, self._desk.decisions.send_again))
        view.review_again_requested.connect(lambda chosen: self._do(chosen, self._drop_and_review))
        view.show_file_requested.connect(self.show_file_requested)

    async def close(self) -> None:
        await self._scope.close()

    def _do(self, decision_id: str, step: Callable[[str], Coroutine[Any, Any, OutboxEntry]]) -> None:
        task = f"outbox:{decision_id}"
        if not self._scope.is_running(task):
            self._scope.start(task, self._do_step(step(decision_id)))

    async def _drop_and_review(self, decision_id: str) -> OutboxEntry:
        """A decision on what is no longer there is worth nothing: it goes, and the file comes back before the operator."""
        entry = await self._desk.decisions.withdraw(decision_id)
        self.review_requested.emit(entry.key)
        return entry

    async def _do_step(self, step: Coroutine[Any, Any, OutboxEntry]) -> None:
        try:
            await step
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        self._desk.sender.wake()
