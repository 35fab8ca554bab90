"""What the operator did last, decisions and creations in one order, and the one key that takes it back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

UNDO = "undo:"
"""The snackbar's way to take back exactly what it speaks of; one of the act's names follows."""


class Outcome(StrEnum):
    """What came of taking an act back."""

    DONE = "done"
    STAYS = "stays"
    """It has left, or may have, or the operator thought better of it: whoever was asked has said so."""
    WAS_DONE = "was_done"
    """There was nothing left to take back: that had been done elsewhere before, and nothing was said."""


TakeBack = Callable[[], Coroutine[Any, Any, Outcome]]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that the operator did, under the names of the rows that it made."""

    names: tuple[str, ...]
    take_back: TakeBack


class LastActs(QObject):
    """The acts of this window, in the order in which they were done; whoever did one says how it is taken back.

    What has left stays where it is: the key would else take back something older than what the operator means.
    """

    def __init__(self, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._window = window
        self._scope = TaskScope(on_error)
        self._acts: list[Act] = []
        window.actions_by_id["undo"].triggered.connect(lambda: self.undo())
        window.snackbar.action_requested.connect(self._snackbar_action)

    def did(self, names: Sequence[str], take_back: TakeBack) -> None:
        """The newest act from now on; one that is done once more is the newest again."""
        act = Act(tuple(names), take_back)
        self._acts = [*(one for one in self._acts if one.names != act.names), act]

    def forget(self, name: str) -> None:
        """Taken back elsewhere, or it has become something else."""
        self._acts = [act for act in self._acts if name not in act.names]

    def holds(self, name: str) -> bool:
        return any(name in act.names for act in self._acts)

    def is_newest(self, name: str) -> bool:
        """Only the newest act has the snackbar; what became of the others stands in the outbox."""
        return bool(self._acts) and name in self._acts[-1].names

    def undo(self) -> None:
        """Takes back the newest act that was not taken back yet."""
        if not self._acts:
            self._say_nothing_to_undo()
        elif not self._scope.is_running("undo"):
            self._scope.start("undo", self._undo_newest())

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _snackbar_action(self, action: str) -> None:
        name = action.removeprefix(UNDO)
        act = next((one for one in self._acts if name in one.names), None)
        if action.startswith(UNDO) and act is not None and not self._scope.is_running("undo"):
            self._scope.start("undo", self._undo(act))

    async def _undo_newest(self) -> None:
        while self._acts:
            if await self._undo(self._acts[-1]) is not Outcome.WAS_DONE:
                return
        self._say_nothing_to_undo()

    async def _undo(self, act: Act) -> Outcome:
        outcome = await act.take_back()
        if outcome is not Outcome.STAYS and act in self._acts:
            self._acts.remove(act)
        return outcome

    def _say_nothing_to_undo(self) -> None:
        self._window.snackbar.show_message(tr("snackbar.nothing_to_undo"))
