"""The settings from the window's side: which page has which, what may be typed, and what a change sets in motion."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.errors import TnsError
from tns_desktop.services import settings
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import Setting
from tns_desktop.ui import formatting
from tns_desktop.ui.actions import key_map
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters import webhooks
from tns_desktop.ui.presenters.message_templates import MessageTemplatesPresenter
from tns_desktop.ui.presenters.passphrase import PassphraseChange
from tns_desktop.ui.presenters.templates import TemplatesPresenter
from tns_desktop.ui.presenters.webhooks import WebHooksPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.keys_page import clash_words
from tns_desktop.ui.views.passphrase_dialog import PassphraseStep
from tns_desktop.ui.views.settings_dialog import Field, Kind, Page, SettingsDialog

CAPTURES = "hide_from_captures"
AUTOSTART, PASSPHRASE, TEMPLATES, MESSAGES = "start_at_login", "passphrase", "templates", "message_templates"
_STEPS = {f"passphrase_{step.value}": step for step in PassphraseStep}

SETTING_OF: dict[str, Setting[Any]] = {
    "language": settings.LANGUAGE,
    "theme": settings.THEME,
    "notifications": settings.NOTIFICATIONS,
    "grace_seconds": settings.GRACE_SECONDS,
    "ask_before_accepting": settings.ASK_BEFORE_ACCEPTING,
    "go_on_after_mark": settings.GO_ON_AFTER_MARK,
    "rejection_causes": settings.REJECTION_CAUSES,
    "customer_language": settings.CUSTOMER_LANGUAGE,
    "trusted_roots": settings.TRUSTED_ROOTS,
    "workflows_file": settings.WORKFLOWS_FILE,
    "prefetch_files": settings.PREFETCH_FILES,
    "prefetch_kilobytes": settings.PREFETCH_KILOBYTES,
    "archive_days": settings.ARCHIVE_DAYS,
    "archive_megabytes": settings.ARCHIVE_MEGABYTES,
    "archive_drop_decided": settings.ARCHIVE_DROP_DECIDED,
    "auto_lock_minutes": settings.AUTO_LOCK_MINUTES,
    CAPTURES: settings.HIDE_FROM_CAPTURES,
    "refresh_seconds": settings.REFRESH_SECONDS,
    "late_days": settings.LATE_DAYS,
    "expires_days": settings.EXPIRES_DAYS,
    "warn_days": settings.WARN_DAYS,
    "clipboard_seconds": settings.CLIPBOARD_SECONDS,
    "keys": settings.KEYS,
    webhooks.ON: settings.WEBHOOKS_ON,
    "webhooks_address": settings.WEBHOOKS_ADDRESS,
    "webhooks_port": settings.WEBHOOKS_PORT,
    "webhooks_public_url": settings.WEBHOOKS_PUBLIC_URL,
    "webhooks_header": settings.WEBHOOKS_HEADER,
}


def _number(name: str) -> Field:
    bounds = SETTING_OF[name].bounds
    assert bounds is not None
    return Field(name, Kind.NUMBER, bounds=bounds)


PAGES: tuple[Page, ...] = (
    Page(
        "desk",
        (
            Field("language", Kind.CHOICE, choices=("system", "fr", "en")),
            Field("theme", Kind.CHOICE, choices=("system", "light", "dark")),
            Field("notifications", Kind.SWITCH),
            Field(AUTOSTART, Kind.SWITCH),
        ),
    ),
    Page(
        "review",
        (
            _number("grace_seconds"),
            Field("ask_before_accepting", Kind.SWITCH),
            Field("go_on_after_mark", Kind.SWITCH),
            Field("rejection_causes", Kind.LINES),
            Field(TEMPLATES, Kind.ACTIONS, actions=("templates",)),
            Field("customer_language", Kind.CHOICE, choices=("", "fr", "en")),
            Field("trusted_roots", Kind.FOLDER),
        ),
    ),
    Page(
        "follow_up",
        (
            _number("late_days"),
            _number("expires_days"),
            _number("warn_days"),
            _number("clipboard_seconds"),
            Field(MESSAGES, Kind.ACTIONS, actions=(MESSAGES,)),
        ),
    ),
    Page(
        "offline",
        (
            _number("prefetch_files"),
            _number("prefetch_kilobytes"),
            _number("archive_days"),
            _number("archive_megabytes"),
            Field("archive_drop_decided", Kind.SWITCH),
        ),
    ),
    Page(
        "security",
        (
            _number("auto_lock_minutes"),
            Field(CAPTURES, Kind.SWITCH),
            Field(PASSPHRASE, Kind.ACTIONS, actions=tuple(_STEPS)),
        ),
    ),
    Page("server", (_number("refresh_seconds"), Field("workflows_file", Kind.TEXT))),
    Page("keys", (Field("keys", Kind.KEYS),)),
    Page(
        "webhooks",
        (
            Field(webhooks.ON, Kind.SWITCH),
            Field(webhooks.STATE, Kind.ACTIONS, actions=webhooks.ACTIONS),
            Field("webhooks_public_url", Kind.TEXT),
            Field("webhooks_header", Kind.TEXT),
            Field(webhooks.SECRET, Kind.HIDDEN),
            Field("webhooks_address", Kind.TEXT),
            _number("webhooks_port"),
        ),
    ),
)
"""Who adds a setting adds it here and in ``SETTING_OF``, and its words to both catalogues."""

_FIELDS = {field.name: field for page in PAGES for field in page.fields}


class PreferencesPresenter(QObject):
    """One dialog at a time. ``changed`` carries the settings that are saved with another value than before."""

    changed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        templates: TemplatesPresenter,
        hooks: WebHooksPresenter,
        messages: MessageTemplatesPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._templates = templates
        self._hooks = hooks
        self._messages = messages
        self._scope = TaskScope(on_error)
        self._passphrase = PassphraseChange(desk, window, on_error)
        self._shown: dict[str, Any] = {}
        window.actions_by_id.use(key_map(desk.settings.get(settings.KEYS)))
        window.actions_by_id["settings"].triggered.connect(lambda: self.open())

    def open(self, name: str = "") -> None:
        """On the page that has the field ``name``; on the first one without."""
        if not self._scope.is_running("settings"):
            self._scope.start("settings", self._open(name))

    async def close(self) -> None:
        """What lies over the dialog first."""
        await self._passphrase.close()
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _open(self, name: str) -> None:
        dialog = SettingsDialog(PAGES, self._window)
        self._show_settings(dialog)
        if name:
            dialog.go_to(name)
        dialog.left.connect(lambda name: dialog.show_field_error(name, problem_of(name, dialog.value(name))))
        dialog.save_requested.connect(lambda: self._scope.start("save", self._save(dialog)))
        dialog.action_requested.connect(lambda action: self._act(dialog, action))
        self._scope.start("autostart", self._show_autostart(dialog))
        self._scope.start("passphrase", self._show_passphrase(dialog))
        self._scope.start("webhooks", self._hooks.show_page(dialog))
        saved = self._passphrase.changed.connect(lambda: self._scope.start("passphrase", self._show_passphrase(dialog)))
        try:
            await shown(dialog)
        finally:
            self._passphrase.changed.disconnect(saved)
            for key in ("autostart", "passphrase", "webhooks", "save"):
                if key != "save" or dialog.result() != QDialog.DialogCode.Accepted:
                    self._scope.cancel(key)

    def _show_settings(self, dialog: SettingsDialog) -> None:
        self._shown = {}
        for name, setting in SETTING_OF.items():
            value = self._desk.settings.get(setting)
            dialog.show_value(name, f"{value:g}" if _FIELDS[name].kind is Kind.NUMBER else value)
            self._shown[name] = dialog.value(name)
            if self._desk.settings.is_fixed(setting):
                dialog.fix(name, tr("preferences.fixed"))
        if obstacle := self._desk.shield.obstacle:
            # What is wanted stays wanted; it is not shown as if it were so.
            dialog.show_value(CAPTURES, False)
            self._shown[CAPTURES] = False
            dialog.fix(CAPTURES, tr(f"preferences.captures.{obstacle}"))
        self._shown[webhooks.SECRET] = ""

    async def _show_autostart(self, dialog: SettingsDialog) -> None:
        autostart = self._desk.autostart
        dialog.set_usable(AUTOSTART, False)
        self._shown[AUTOSTART] = False
        if not autostart.is_possible:
            dialog.show_note(AUTOSTART, tr("preferences.no_autostart"))
            return
        on = await autostart.is_on()
        dialog.show_value(AUTOSTART, on)
        self._shown[AUTOSTART] = on
        dialog.set_usable(AUTOSTART, True)

    async def _show_passphrase(self, dialog: SettingsDialog) -> None:
        """A keychain that does not answer says so here; nothing else of the dialog waits for it."""
        dialog.offer(PASSPHRASE, ())
        dialog.show_note(PASSPHRASE, tr("preferences.passphrase.looking"))
        try:
            is_set = await self._desk.passphrase.is_set()
        except TnsError as error:
            dialog.show_note(PASSPHRASE, message_for(error).sentence)
            return
        dialog.show_note(PASSPHRASE, tr("preferences.passphrase.set") if is_set else tr("preferences.note.passphrase"))
        steps = (PassphraseStep.CHANGE, PassphraseStep.REMOVE) if is_set else (PassphraseStep.SET,)
        dialog.offer(PASSPHRASE, [action for action, step in _STEPS.items() if step in steps])

    def _act(self, dialog: SettingsDialog, action: str) -> None:
        if action in _STEPS:
            self._passphrase.ask(_STEPS[action], dialog)
        elif action in webhooks.ACTIONS:
            self._hooks.act(dialog, action)
        elif action == MESSAGES:
            self._messages.manage(dialog)
        else:
            self._templates.manage(dialog)

    async def _save(self, dialog: SettingsDialog) -> None:
        dialog.show_problem("")
        typed = {name: dialog.value(name) for name in self._shown}
        changed = {name: value for name, value in typed.items() if value != self._shown[name]}
        if not await _judged(dialog, changed, await self._hooks.secret_problem(changed)):
            return
        dialog.set_busy(True)
        try:
            new = await self._keep(changed)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        finally:
            dialog.set_busy(False)
        dialog.accept()
        if settings.KEYS in new:
            self._window.actions_by_id.use(key_map(self._desk.settings.get(settings.KEYS)))
        if any(name.startswith("webhooks_") for name in changed):
            self._hooks.apply()
        self.changed.emit(new)

    async def _keep(self, changed: Mapping[str, Any]) -> list[Setting[Any]]:
        """All or nothing: what the system was told about the next login is taken back when the rest cannot be kept."""
        autostart = self._desk.autostart
        if AUTOSTART in changed:
            await autostart.turn(changed[AUTOSTART])
        changes = [(SETTING_OF[name], meant(name, value)) for name, value in changed.items() if name in SETTING_OF]
        try:
            await self._hooks.keep(changed)
            self._desk.settings.set_all(changes)
        except TnsError:
            if AUTOSTART in changed:
                with contextlib.suppress(TnsError):
                    await autostart.turn(not changed[AUTOSTART])
            raise
        return [setting for setting, _value in changes]


def meant(name: str, value: Any) -> Any:
    """What a field's value stands for. Raises ValueError for a text that is no number."""
    if _FIELDS[name].kind is not Kind.NUMBER:
        return value
    number = float(value.replace(",", "."))
    return int(number) if number.is_integer() else number


def problem_of(name: str, value: Any) -> str:
    """What is wrong with it, in words; empty when nothing is."""
    if _FIELDS[name].kind is Kind.KEYS:
        return clash_words(value)
    if _FIELDS[name].kind is not Kind.NUMBER:
        return webhooks.problem_of(name, value)
    setting = SETTING_OF[name]
    with contextlib.suppress(ValueError):
        if setting.accepts(meant(name, value)):
            return ""
    low, high = setting.bounds or (0, 0)
    least, most = formatting.limit(low), formatting.limit(high)
    if setting.accepts(low + 0.5):
        return tr("preferences.error.number", low=least, high=most)
    return tr("preferences.error.whole_number", low=least, high=most)


async def _judged(dialog: SettingsDialog, typed: Mapping[str, Any], secret_problem: str) -> bool:
    """False when something is wrong: it is said beside each field, and the first of them shown."""
    problems = {name: problem_of(name, value) for name, value in typed.items()}
    if secret_problem:
        problems[webhooks.SECRET] = secret_problem
    folder = typed.get("trusted_roots", "")
    if folder and not await asyncio.to_thread(_is_folder_blocking, folder):
        problems["trusted_roots"] = tr("preferences.error.folder")
    workflows = typed.get("workflows_file", "")
    if workflows and not await asyncio.to_thread(_is_file_blocking, workflows):
        problems["workflows_file"] = tr("preferences.error.file")
    for name in (*SETTING_OF, webhooks.SECRET):
        dialog.show_field_error(name, problems.get(name, ""))
    wrong = [name for name in _FIELDS if problems.get(name)]
    if wrong:
        dialog.go_to(wrong[0])
    return not wrong


def _is_file_blocking(path: str) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return Path(path).is_file()
    return False


def _is_folder_blocking(text: str) -> bool:
    try:
        return Path(text).is_absolute() and Path(text).is_dir()
    except (OSError, ValueError):
        return False
