"""The locked window at work: asks for what opens the vault, and answers with its key."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.errors import PassphraseWrong, TnsError, VaultError
from tns_desktop.services.locking import Passphrase
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.presenters.leaving import leaves_anyway
from tns_desktop.ui.runtime.dialogs import close_all_but, shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.views.lock_view import LockView
from tns_desktop.ui.widgets.tray import Tray

COUNT_EVERY_MS = 250


@dataclass(frozen=True, slots=True)
class Unlocking:
    """``wish`` is ``open`` (with the key), ``anew`` (the passphrase is forgotten) or ``quit``."""

    wish: str
    key: bytes = field(default=b"", repr=False)


class LockPresenter(QObject):
    """Covers the window the moment it is made. ``former`` is what was shown before, out of sight, for its owner to delete.

    ``waiting`` decisions, creations and drafts are not done, and lost when the program ends here if ``persistent`` is False.
    """

    def __init__(
        self,
        frame: Frame,
        passphrase: Passphrase,
        on_error: Callable[[BaseException], None],
        *,
        persistent: bool,
        waiting: int = 0,
        quit_keys: Sequence[str] = (),
    ) -> None:
        super().__init__(frame)
        self._frame = frame
        self._passphrase = passphrase
        self._persistent = persistent
        self._waiting = waiting
        self._scope = TaskScope(on_error)
        self._settled: asyncio.Future[Unlocking] = asyncio.get_running_loop().create_future()
        self.view = LockView(waiting, quit_keys)
        self.former: QWidget | None = frame.cover(self.view)
        close_all_but(frame)
        self._tray = Tray(frame)
        self._tray.wanted.connect(frame.come_forward)
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNT_EVERY_MS)
        self._countdown.timeout.connect(self._count_down)
        self.view.unlock_requested.connect(lambda typed: self._scope.start("attempt", self._attempt(typed)))
        self.view.forgotten.connect(lambda: self._scope.start("forgotten", self._ask_to_begin_anew()))
        self.view.quit_requested.connect(self.ask_to_quit)
        frame.close_requested.connect(self.ask_to_quit)

    async def answer(self) -> Unlocking:
        """What the operator chose, once the desk behind is closed. Lasts as long as they take.

        Raises the VaultError of a key that is not there or is none; asked again, it asks again.
        """
        if self._settled.done() and self._settled.exception() is not None:
            self._settled = asyncio.get_running_loop().create_future()
        self._scope.start("ask", self._ask())
        return await self._settled

    async def close(self) -> None:
        self._frame.close_requested.disconnect(self.ask_to_quit)
        self._countdown.stop()
        self.view.passphrase.clear()
        self._tray.wanted.disconnect(self._frame.come_forward)
        self._tray.close()
        self._tray.deleteLater()
        await self._scope.close()
        self.deleteLater()

    def ask_to_quit(self) -> None:
        self._scope.start("quit", self._quit())

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _ask(self) -> None:
        """A keychain that does not answer is asked again with the button."""
        try:
            asks = await self._passphrase.is_set()
        except TnsError as error:
            self._show_ready(passphrase=False)
            self.view.show_error(message_for(error).as_text)
            return
        self._show_ready(passphrase=asks)
        self._count_down()

    def _show_ready(self, *, passphrase: bool) -> None:
        if passphrase:
            text = tr("lock.text.passphrase")
        elif self._persistent:
            text = tr("lock.text.keychain")
        else:
            text = tr("lock.text.session")
        self.view.ask(passphrase=passphrase, text=text)

    async def _attempt(self, typed: str) -> None:
        self.view.set_busy(True)
        try:
            key = await self._passphrase.open(typed)
        except PassphraseWrong as error:
            # Also when a keychain that did not answer at first asks for one now.
            self._show_ready(passphrase=True)
            self.view.show_error(message_for(error).sentence if typed else "")
            self._count_down()
        except VaultError as error:
            if not self._settled.done():
                self._settled.set_exception(error)
        except TnsError as error:
            self.view.set_busy(False)
            self.view.show_error(message_for(error).as_text)
        else:
            self._settle(Unlocking("open", key))

    def _count_down(self) -> None:
        """After several wrong ones the next has to wait, and the window says how long."""
        seconds = math.ceil(self._passphrase.seconds_to_wait)
        if seconds > 0:
            self.view.set_busy(True)
            self.view.show_error(tr("lock.wait", count=seconds))
            self._countdown.start()
        elif self._countdown.isActive():
            self._countdown.stop()
            self.view.show_error("")
            self.view.set_busy(False)

    async def _ask_to_begin_anew(self) -> None:
        remedy = tr("lock.forgotten.remedy") if self._persistent else tr("lock.forgotten.remedy_session")
        message = Message(tr("lock.forgotten.title"), tr("lock.forgotten.sentence"), remedy)
        choices = {"anew": tr("button.start_again"), "stay": tr("button.cancel")}
        dialog = ChoiceDialog(message, choices, self._frame)
        await shown(dialog)
        if dialog.choice == "anew":
            self._settle(Unlocking("anew"))

    async def _quit(self) -> None:
        """Without a keychain the vault ends with the program: what waits in it would end with it."""
        if self._persistent or not self._waiting or await leaves_anyway(self._frame, self._waiting):
            self._settle(Unlocking("quit"))

    def _settle(self, outcome: Unlocking) -> None:
        if not self._settled.done():
            self._settled.set_result(outcome)
