"""Setting, changing and removing the vault's passphrase from the window."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.errors import PassphraseWrong, TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.locking import SHORTEST_PASSPHRASE, is_long_enough
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.passphrase_dialog import AGAIN, NEW, PRESENT, PassphraseDialog, PassphraseStep


class PassphraseChange(QObject):
    """One dialog at a time. ``changed``: the passphrase is another one now, or none, or nobody knows."""

    changed = Signal()

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._scope = TaskScope(on_error)

    def ask(self, step: PassphraseStep, parent: QWidget) -> None:
        if not self._scope.is_running("dialog") and not self._scope.is_running("change"):
            self._scope.start("dialog", self._ask(step, parent))

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _ask(self, step: PassphraseStep, parent: QWidget) -> None:
        dialog = PassphraseDialog(step, SHORTEST_PASSPHRASE, parent)
        dialog.confirmed.connect(lambda: self._confirm(dialog))
        await shown(dialog)

    def _confirm(self, dialog: PassphraseDialog) -> None:
        dialog.clear_errors()
        if dialog.step is not PassphraseStep.REMOVE:
            if not is_long_enough(dialog.text(NEW)):
                dialog.show_field_error(NEW, tr("passphrase.too_short", count=SHORTEST_PASSPHRASE))
                return
            if dialog.text(NEW) != dialog.text(AGAIN):
                dialog.show_field_error(AGAIN, tr("passphrase.not_the_same"))
                return
        if not self._scope.is_running("change"):
            self._scope.start("change", self._change(dialog))

    async def _change(self, dialog: PassphraseDialog) -> None:
        """Goes on when its dialog is closed, and tells its end all the same: half a change is none."""
        present, new = dialog.text(PRESENT), dialog.text(NEW)
        done = tr(f"passphrase.done.{dialog.step.value}")
        dialog.set_busy(True)
        gone: list[bool] = []
        dialog.finished.connect(lambda _result: gone.append(True))
        try:
            await self._desk.passphrase.change(present, new)
        except TnsError as error:
            if gone:
                self._window.snackbar.show_message(message_for(error).sentence)
                self.changed.emit()
                return
            dialog.set_busy(False)
            self._show_error(dialog, error)
            return
        if not gone:
            dialog.accept()
        self._window.snackbar.show_message(done)
        self.changed.emit()

    def _show_error(self, dialog: PassphraseDialog, error: TnsError) -> None:
        if isinstance(error, PassphraseWrong) and PRESENT in dialog.fields:
            seconds = math.ceil(self._desk.passphrase.seconds_to_wait)
            words = tr("lock.wait", count=seconds) if seconds else message_for(error).title
            dialog.show_field_error(PRESENT, words)
        else:
            dialog.show_problem(message_for(error).as_text)
