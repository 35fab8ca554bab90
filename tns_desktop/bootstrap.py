"""The composition root: the one module that sees every layer. It builds, starts and stops; it decides nothing.

First paint comes first: the window is shown before the keychain, the database and the decoder are touched, and what is
heavy is imported where it is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from tns_desktop.adapters.platform.clock import SystemClock
from tns_desktop.adapters.platform.logs import start_logging
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.cli import LaunchOptions
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import SettingsInvalid, TnsError, VaultError
from tns_desktop.services.archives import Archives
from tns_desktop.services.catalogue import Catalogue
from tns_desktop.services.connections import Connections
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.ports import ApiFactory, ClientFileApi, SecretStore, Vault
from tns_desktop.services.previews import Previews
from tns_desktop.services.sending import DecisionSender
from tns_desktop.services.settings import LANGUAGE, THEME, Settings
from tns_desktop.services.sync import Synchroniser
from tns_desktop.ui import i18n, icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.presenters.shell import Models, ShellPresenter
from tns_desktop.ui.runtime.crash import CrashReporter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.loop import run_with_qt
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.main_window import MainWindow

_LOG = logging.getLogger(__name__)

ARCHIVE_THREADS = 2


def run(options: LaunchOptions) -> int:
    """Runs the program to its end and returns its exit status."""
    with _profile(options) as paths:
        redactor = Redactor()
        stop_logging = start_logging(paths.logs_folder, options.log_level, redactor)
        try:
            application = new_application()
            store = TomlSettingsStore(paths.settings_file)
            settings, settings_error = _settings(store)
            return run_with_qt(
                application,
                lambda: Program(application, options, paths, settings, settings_error, redactor).run(),
            )
        finally:
            stop_logging()


def new_application() -> QApplication:
    """Qt, set up once: name, icons, font. Themes and texts come with the first window."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("tns-desktop")
    application.setApplicationDisplayName("TnS Desktop")
    application.setQuitOnLastWindowClosed(False)
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        # Without a desktop nobody chose a font, and the first one found may be anything.
        application.setFont(QFont("DejaVu Sans", 9))
    icons.install(resource_path("icons"))
    return application


def dress(application: QApplication, language: str, theme_name: str) -> None:
    """Text and colours for the windows made afterwards; ``system`` follows the system."""
    if language == "system":
        language = "fr" if QLocale.system().language() is QLocale.Language.French else "en"
    i18n.install(i18n.Translator(language, resource_path("i18n", f"{language}.toml").read_text(encoding="utf-8")))
    themes = theme.load_themes(
        resource_path("themes", "tokens.toml").read_text(encoding="utf-8"),
        resource_path("themes", "style.qss").read_text(encoding="utf-8"),
    )
    theme.apply(application, themes[theme.system_theme_name() if theme_name == "system" else theme_name])


def new_window(clock: SystemClock) -> tuple[MainWindow, Models]:
    models = Models(ClientFileModel(clock.now), QueueModel(), DocumentModel(), OutboxModel(clock.now))
    return MainWindow(models.files, models.queues, models.documents, models.outbox), models


class Program:
    """One run: window first, then the parts behind it; a new window when language or theme change."""

    def __init__(
        self,
        application: QApplication,
        options: LaunchOptions,
        paths: ProfilePaths,
        settings: Settings,
        settings_error: SettingsInvalid | None,
        redactor: Redactor,
    ) -> None:
        self._application = application
        self._options = options
        self._paths = paths
        self._settings = settings
        self._settings_error = settings_error
        self._redactor = redactor
        self._clock = SystemClock()
        for setting, given in ((LANGUAGE, options.language), (THEME, options.theme)):
            if given:
                settings.override(setting, given)
        self._window: MainWindow | None = None
        self._crashes = CrashReporter(lambda: self._window)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: self._unforeseen(context))
        previous_hook, sys.excepthook = sys.excepthook, lambda _kind, error, _trace: self._crashes.report(error)
        try:
            self._dress()
            window, models = new_window(self._clock)
            self._window = window
            self._show_first_face(window)
            await asyncio.sleep(0)
            async with self._desk(window) as desk:
                if desk is None:
                    return 1
                return await self._work(desk, window, models)
        finally:
            sys.excepthook = previous_hook
            if self._window is not None:
                self._window.hide()

    # --- windows ------------------------------------------------------------------------------------------------------

    async def _work(self, desk: Desk, window: MainWindow, models: Models) -> int:
        background = TaskScope(self._crashes.report)
        background.start("decoder", desk.previews.start())
        await desk.sender.recover()
        background.start("sender", desk.sender.run())
        try:
            while True:
                shell = ShellPresenter(desk, window, models, self._crashes.report)
                outcome = await self._until_left(shell, window)
                shell.save_layout()
                await shell.close()
                if outcome == "quit":
                    return 0
                self._dress()
                old, (window, models) = window, new_window(self._clock)
                self._window = window
                window.show()
                old.hide()
                old.deleteLater()
        finally:
            await background.close()

    async def _until_left(self, shell: ShellPresenter, window: MainWindow) -> str:
        left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def leave(outcome: str) -> None:
            if not left.done():
                left.set_result(outcome)

        shell.quit_wanted.connect(lambda: leave("quit"))
        shell.rebuild_wanted.connect(lambda: leave("rebuild"))
        shell.start()
        tour: asyncio.Task[None] | None = None
        if self._options.demo and not self._options.tour and self._settings.records("connections") == []:
            shell.show_samples()
        if self._options.open_file is not None:
            shell.show_from_disk(self._options.open_file)
        if self._settings_error is not None:
            window.snackbar.show_message(message_for(self._settings_error).as_text)
            self._settings_error = None
        if self._options.tour is not None:
            from tns_desktop.tour import take_tour

            tour = asyncio.ensure_future(take_tour(window, self._options.tour))
            tour.add_done_callback(
                lambda done: leave("quit") if done.exception() is None else left.set_exception(_of(done))
            )
        try:
            return await left
        finally:
            if tour is not None and not tour.done():
                tour.cancel()

    def _show_first_face(self, window: MainWindow) -> None:
        if self._settings.records("connections") or self._options.demo or self._options.open_file:
            window.show_desk()
        else:
            window.show_welcome()
        window.show()

    def _dress(self) -> None:
        dress(self._application, self._settings.get(LANGUAGE), self._settings.get(THEME))

    # --- the parts behind ---------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _desk(self, window: MainWindow) -> AsyncIterator[Desk | None]:
        """Everything behind the window, or None when the operator chose to leave instead."""
        from tns_desktop.adapters.api.factory import make_api_factory
        from tns_desktop.adapters.archive import ZipArchiveReader
        from tns_desktop.adapters.render.host import RenderHost
        from tns_desktop.adapters.samples.server import SandboxServer

        secrets = await self._secrets()
        vault = await self._vault(secrets, window)
        if vault is None:
            yield None
            return
        bus, clock, lock = EventBus(), self._clock, asyncio.Lock()
        connections = Connections(
            self._settings,
            secrets,
            _hiding_secrets(make_api_factory(resource_path("api", "trust_and_sign_v6.toml")), self._redactor),
            _new_id,
        )
        lines = Lines(bus)
        pool = ThreadPoolExecutor(ARCHIVE_THREADS, thread_name_prefix="archives")
        archives = Archives(connections, vault, ZipArchiveReader(), bus, clock, pool)
        previews = Previews(archives, RenderHost())
        sender = DecisionSender(connections, vault, lines, bus, clock, lock)
        samples = SandboxServer()
        try:
            yield Desk(
                settings=self._settings,
                connections=connections,
                catalogue=Catalogue(vault, bus),
                archives=archives,
                previews=previews,
                decisions=Decisions(vault, bus, clock, _new_id),
                sender=sender,
                synchroniser=Synchroniser(connections, vault, sender, lines, bus, clock, lock),
                lines=lines,
                bus=bus,
                samples=samples,
                clock=clock,
            )
        finally:
            await connections.close()
            await previews.close()
            await samples.stop()
            pool.shutdown(wait=True)
            await vault.close()

    async def _secrets(self) -> SecretStore:
        from tns_desktop.adapters.secrets import SessionSecretStore, choose_secret_store

        if self._options.demo:
            # A demonstration leaves nothing behind, in the keychain least of all.
            return SessionSecretStore()
        return await choose_secret_store()

    async def _vault(self, secrets: SecretStore, window: MainWindow) -> Vault | None:
        """Opens the vault; when it does not open, the operator chooses: again, set aside and begin anew, or leave."""
        from tns_desktop.adapters.vault import (
            discard_vault_blocking,
            open_vault,
            set_vault_aside_blocking,
            vault_key,
        )

        persistent = (await secrets.describe()).persistent
        folder = self._paths.vault_folder if persistent else self._paths.session_vault_folder
        while True:
            try:
                if not persistent:
                    await asyncio.to_thread(discard_vault_blocking, folder)
                return await open_vault(folder, await vault_key(secrets, folder), self._clock)
            except TnsError as error:
                _LOG.warning("the vault does not open: %s", error.code)
                choices = {"quit": tr("button.quit"), "retry": tr("button.retry")}
                if isinstance(error, VaultError) and error.code not in ("disk_full", "vault_read_only", "vault"):
                    choices = {"quit": choices["quit"], "anew": tr("button.start_again"), "retry": choices["retry"]}
                dialog = ChoiceDialog(message_for(error), choices, window)
                await shown(dialog)
                if dialog.choice == "anew":
                    await asyncio.to_thread(set_vault_aside_blocking, folder, self._clock.now())
                elif dialog.choice != "retry":
                    return None

    def _unforeseen(self, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self._crashes.report(error)
        else:
            _LOG.error("event loop: %s", context.get("message"))


def _settings(store: TomlSettingsStore) -> tuple[Settings, SettingsInvalid | None]:
    """A settings file that cannot be read is set aside, never overwritten; the program starts with its defaults."""
    try:
        return Settings(store), None
    except SettingsInvalid as error:
        store.set_aside()
        return Settings(store), error


def _hiding_secrets(factory: ApiFactory, redactor: Redactor) -> ApiFactory:
    """Every secret that an API is made with is known to the log's redactor first."""

    def make(connection: Connection, secret: str) -> ClientFileApi:
        redactor.hide(secret)
        return factory(connection, secret)

    return make


def _new_id() -> str:
    return str(uuid.uuid4())


def _of(done: asyncio.Task[None]) -> BaseException:
    error = done.exception()
    return error if error is not None else asyncio.CancelledError()


@contextlib.contextmanager
def _profile(options: LaunchOptions) -> Iterator[ProfilePaths]:
    """The profile's folders; a demonstration without a folder of its own has one that goes away."""
    if options.profile_dir is not None or not options.demo:
        yield ProfilePaths(options.profile_dir)
        return
    with tempfile.TemporaryDirectory(prefix="tns-desktop-demo-") as folder:
        yield ProfilePaths(Path(folder))
