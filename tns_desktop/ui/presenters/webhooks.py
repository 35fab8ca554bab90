"""Web hooks from the window's side: what may be typed, how they are, and the self-test."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from tns_desktop.domain import webhooks as rules
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import WebHooksChanged
from tns_desktop.services.hook_test import HookStep, StepOutcome
from tns_desktop.services.settings import WEBHOOKS_ON
from tns_desktop.services.webhooks import HookState
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.clipboard import SecretClipboard
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.hook_test_dialog import HookTestDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog
from tns_desktop.ui.widgets.finding_list import Finding

ON, STATE, SECRET = "webhooks_on", "webhooks_state", "webhooks_secret"
TEST, COPY, MAKE = "webhooks_test", "webhooks_copy", "webhooks_make"
ACTIONS = (TEST, COPY, MAKE)
SECRET_BYTES = 24

_PROBLEM_OF: dict[str, Callable[[str], str]] = {
    "webhooks_address": rules.address_problem,
    "webhooks_public_url": rules.public_url_problem,
    "webhooks_header": rules.header_problem,
    SECRET: lambda value: rules.secret_problem(value) if value else "",
}
_LOOKS = {
    StepOutcome.DONE: ("check", "state_accepted"),
    StepOutcome.FAILED: ("cross", "state_rejected"),
    StepOutcome.SKIPPED: ("minus", "text_muted"),
}


class WebHooksPresenter(QObject):
    """One self-test at a time, above the settings dialog that asked for it."""

    def __init__(
        self, desk: Desk, bridge: EventBridge, window: DeskView, on_error: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._scope = TaskScope(on_error)
        self._clipboard = SecretClipboard(self)
        self._dialog: SettingsDialog | None = None
        self._of = self._present()
        """The connections that are listened for."""
        bridge.webhooks_changed.connect(self._changed)

    async def close(self) -> None:
        """A value that was made does not stay on the clipboard over a lock."""
        self._clipboard.clear()
        await self._scope.close()

    # --- the page of the settings -------------------------------------------------------------------------------------

    async def show_page(self, dialog: SettingsDialog) -> None:
        """How web hooks are now, for as long as the dialog is open."""
        self._dialog = dialog
        dialog.finished.connect(self._forget)
        self._show_state()
        try:
            kept = await self._desk.webhooks.header_value()
        except TnsError as error:
            dialog.show_note(SECRET, message_for(error).sentence)
            return
        dialog.show_placeholder(SECRET, tr("webhooks.secret_kept") if kept else "")

    async def secret_problem(self, typed: Mapping[str, Any]) -> str:
        """Why they cannot be switched on, in words: without a value for the header nobody is let in."""
        if not typed.get(ON) or typed.get(SECRET):
            return ""
        try:
            kept = await self._desk.webhooks.header_value()
        except TnsError as error:
            return message_for(error).sentence
        return "" if kept else tr("webhooks.problem.secret_needed")

    async def keep(self, changed: Mapping[str, Any]) -> None:
        """The header's value goes into the keychain. Raises SecretStoreError."""
        if value := changed.get(SECRET):
            await self._desk.webhooks.save_header_value(value)

    def act(self, dialog: SettingsDialog, action: str) -> None:
        if action == TEST:
            self._scope.start("test", self._test(dialog))
        elif action == COPY:
            try:
                addresses = "\n".join(
                    f"{item.label}: {self._desk.webhooks.address_of(item.connection_id)}"
                    for item in self._desk.connections.all()
                )
            except TnsError as error:
                dialog.show_note(STATE, message_for(error).as_text)
                return
            QGuiApplication.clipboard().setText(addresses)
            dialog.show_note(STATE, tr("webhooks.copied"))
        else:
            value = secrets.token_urlsafe(SECRET_BYTES)
            dialog.show_value(SECRET, value)
            # Without a time: it has to be set in every workflow, and is shown nowhere afterwards.
            self._clipboard.copy(value)
            dialog.show_note(SECRET, tr("webhooks.made"))

    # --- what happens meanwhile ---------------------------------------------------------------------------------------

    def apply(self) -> None:
        """What was saved counts now."""
        self._of = self._present()
        self._desk.webhooks.apply_soon()

    def follow_connections(self, *, anew: bool = False) -> None:
        """One more, or one less, is to be listened for; ``anew``: one of them is another now."""
        if self._desk.settings.get(WEBHOOKS_ON) and (anew or self._of != self._present()):
            self.apply()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _present(self) -> frozenset[str]:
        return frozenset(item.connection_id for item in self._desk.connections.all())

    def _changed(self, event: WebHooksChanged) -> None:
        if self._dialog is not None:
            self._show_state()
        elif isinstance(event.error, TnsError):
            self._window.snackbar.show_message(message_for(event.error).as_text)

    def _forget(self) -> None:
        self._dialog = None

    def _show_state(self) -> None:
        if self._dialog is not None:
            self._dialog.show_note(STATE, state_words(self._desk.webhooks.state, self._desk.clock.now()))

    async def _test(self, parent: SettingsDialog) -> None:
        connection = self._desk.connections.current()
        if connection is None:
            parent.show_note(STATE, tr("webhooks.test.no_connection"))
            return
        try:
            address = self._desk.webhooks.address_of(connection.connection_id)
        except TnsError as error:
            parent.show_note(STATE, message_for(error).as_text)
            return
        dialog = HookTestDialog(connection.label, address, parent)
        dialog.again_requested.connect(
            lambda: self._scope.start("steps", self._show_steps(dialog, connection.connection_id))
        )
        self._scope.start("steps", self._show_steps(dialog, connection.connection_id))
        try:
            await shown(dialog)
        finally:
            self._scope.cancel("steps")

    async def _show_steps(self, dialog: HookTestDialog, connection_id: str) -> None:
        dialog.show_running()
        dialog.show_steps([step_words(step) for step in await self._desk.hook_test.run(connection_id)])


def problem_of(name: str, value: Any) -> str:
    """What is wrong with what was typed, in words; empty when nothing is."""
    judge = _PROBLEM_OF.get(name)
    reason = judge(value) if judge is not None else ""
    return tr(f"webhooks.problem.{reason}") if reason else ""


def state_words(state: HookState, now: datetime) -> str:
    """Whether the desk listens, what keeps it from it, what has arrived and what was turned away."""
    if state.error is not None:
        return message_for(state.error).as_text
    if not state.place:
        return tr("webhooks.state.off")
    lines = [tr("webhooks.state.listening", place=state.place)]
    if state.last_at is None:
        lines.append(tr("webhooks.state.no_event"))
    else:
        lines.append(tr("webhooks.state.last", age=formatting.age(state.last_at, now)))
    tally = state.tally
    counts = {"accepted": tally.accepted, "duplicates": tally.duplicates, "foreign": tally.foreign}
    said = [tr(f"webhooks.count.{name}", count=number) for name, number in counts.items() if number]
    said += [tr(f"webhooks.refused.{reason}", count=number) for reason, number in sorted(tally.refused.items())]
    if said:
        lines.append(formatting.remarks(said))
    return "\n".join(lines)


def step_words(step: HookStep) -> Finding:
    """A step as a finding: what happened, what the machine said of it, and what can be done."""
    icon, token = _LOOKS[step.outcome]
    lines = [message_for(step.error).sentence] if step.error is not None else []
    name = f"{step.name}_{step.word}"
    hint = f"webhooks.hint.{name}"
    if has_text(hint):
        lines.append(tr(hint))
    return Finding(icon, token, tr(f"webhooks.step.{name}", **step.facts), tuple(lines))
