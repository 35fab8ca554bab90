"""The composition root: the one module that sees every layer. It builds, starts and stops; it decides nothing.

``bootstrap`` has a window on screen before this module is read. The view comes next, before the keychain, the database and
the decoder are touched, and before the presenters and the use cases are read: they are a third of the start.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtWidgets import QApplication

from tns_desktop.adapters.platform.autostart import NoAutostart, autostart
from tns_desktop.adapters.platform.clock import SystemClock
from tns_desktop.adapters.platform.hardening import forbid_dumps
from tns_desktop.adapters.platform.logs import logging_if_possible
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.power import SystemPower
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.platform.screen_shield import screen_shield
from tns_desktop.adapters.samples.server import SandboxServer
from tns_desktop.adapters.webhooks import LocalWebHookReceiver
from tns_desktop.cli import LaunchOptions
from tns_desktop.domain.errors import TnsError
from tns_desktop.dressing import dress
from tns_desktop.services.locking import IdleLock
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.settings import HIDE_FROM_CAPTURES, LANGUAGE, THEME, Settings
from tns_desktop.stores import Opened, Stores
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.of_window import Models, new_models
from tns_desktop.ui.presenters.work_in_hand import WorkInHand
from tns_desktop.ui.runtime.collector import Collector, collect_everything
from tns_desktop.ui.runtime.crash import CrashReporter
from tns_desktop.ui.runtime.input_watch import InputWatch
from tns_desktop.ui.runtime.instance import InstanceServer
from tns_desktop.ui.runtime.loop import run_with_qt
from tns_desktop.ui.runtime.open_requests import OpenRequests
from tns_desktop.ui.runtime.qt_messages import log_qt_messages
from tns_desktop.ui.runtime.screen_guard import ScreenGuard
from tns_desktop.ui.runtime.session_lock import SessionLock
from tns_desktop.ui.runtime.signals import StopSignals
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.widgets.tray import Tray

if TYPE_CHECKING:
    from tns_desktop.parts import Machine
    from tns_desktop.services.desk import Desk
    from tns_desktop.ui.presenters.shell import ShellPresenter

T = TypeVar("T")

_LOG = logging.getLogger(__name__)


PAINTED_AFTER_SECONDS = 0.03
"""What an empty event loop needs to paint a window that was shown; longer only delays the rest."""


class OperatorLeft(Exception):
    """The window was closed before the desk was there."""


def run_program(
    application: QApplication,
    frame: Frame,
    options: LaunchOptions,
    paths: ProfilePaths,
    settings: Settings,
    start_errors: Sequence[TnsError],
) -> int:
    """Runs the program in ``frame``, to its end, and returns its exit status. ``start_errors`` are said once it is there."""
    signals = StopSignals()
    redactor = Redactor()
    stop_logging, log_error = logging_if_possible(paths.logs_folder, options.log_level, redactor)
    errors = [*start_errors, *([log_error] if log_error is not None else [])]
    for error in errors:
        _LOG.warning("the start: %s", error.code)
    _LOG.info("the desk's process: %s", ", ".join(forbid_dumps()) or "no limits on this system")
    stop_qt_messages = log_qt_messages()
    try:
        return run_with_qt(
            application,
            lambda: Program(application, frame, options, paths, settings, errors, redactor, signals).run(),
        )
    finally:
        stop_qt_messages()
        stop_logging()
        signals.close()


def new_view(frame: Frame, clock: SystemClock) -> tuple[DeskView, Models]:
    models = new_models(clock.now)
    return DeskView(frame, models), models


class Program:
    """One run: the view first, then the parts behind it; a new view when language or theme change."""

    def __init__(
        self,
        application: QApplication,
        frame: Frame,
        options: LaunchOptions,
        paths: ProfilePaths,
        settings: Settings,
        start_errors: Sequence[TnsError],
        redactor: Redactor,
        signals: StopSignals,
    ) -> None:
        self._application = application
        self._frame = frame
        self._options = options
        self._paths = paths
        self._settings = settings
        self._start_errors = start_errors
        self._redactor = redactor
        self._signals = signals
        self._clock = SystemClock()
        self._shell: ShellPresenter | None = None
        self._face: tuple[DeskView, Models] | None = None
        self._was_locked = False
        self._asked_for: list[Path] = list(options.open_files)
        """Archives to open as soon as there is a desk."""
        self._crashes = CrashReporter(frame)
        self._samples = SandboxServer()
        self._hooks = LocalWebHookReceiver()
        self._autostart = NoAutostart() if options.demo else autostart(options.profile_dir, options.preset)
        self._shield = screen_shield(application.platformName())
        self._guard = ScreenGuard(self._shield, frame)
        self._guard.use(settings.get(HIDE_FROM_CAPTURES))
        self._stores = Stores(frame, paths, settings, self._clock, self._crashes.report, demo=options.demo)
        self._idle = IdleLock(settings, self._clock)
        self._input = InputWatch(frame)
        self._input.touched.connect(self._idle.note_input)
        self._session_lock = SessionLock(frame)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: self._unforeseen(context))
        previous_hook, sys.excepthook = sys.excepthook, lambda _kind, error, _trace: self._crashes.report(error)
        collector = Collector(self._frame)
        instance = InstanceServer(self._paths.instance_marker, self._frame)
        instance.started_again.connect(self._started_again)
        opens = OpenRequests(self._application, self._frame)
        opens.requested.connect(lambda path: self._started_again([path]))
        self._session_lock.listen(int(self._frame.winId()))
        try:
            self._dress()
            self._face = new_view(self._frame, self._clock)
            self._show_first_face(self._face[0])
            reading = asyncio.ensure_future(_read_the_rest(collector))
            while True:
                opened = await self._unless_left(self._stores.open())
                await reading
                if opened is None:
                    return 0 if self._was_locked else 1
                self._was_locked = await self._worked_until_locked(opened)
                self._redactor.forget()
                if not self._was_locked:
                    return 0
                del opened
        except OperatorLeft:
            return 0
        finally:
            await self._hooks.close()
            await self._samples.stop()
            self._guard.close()
            self._session_lock.close()
            self._input.close()
            opens.close()
            instance.close()
            collector.close()
            sys.excepthook = previous_hook
            self._frame.hide()

    async def _unless_left(self, opening: Coroutine[Any, Any, T]) -> T:
        """The result of ``opening``. Raises OperatorLeft when the window is closed before there is one: a keychain that
        asks its own questions may take minutes.
        """
        task = asyncio.ensure_future(opening)
        leaving = [
            (self._frame.close_requested, self._frame.close_requested.connect(lambda: self._leave_opening(task))),
            (self._signals.stop_requested, self._signals.stop_requested.connect(lambda: task.cancel())),
        ]
        if self._signals.were_heard:
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            raise OperatorLeft from None
        finally:
            for wish, connection in leaving:
                wish.disconnect(connection)

    def _leave_opening(self, task: asyncio.Future[Any]) -> None:
        if not self._stores.asks_itself:
            task.cancel()

    # --- views --------------------------------------------------------------------------------------------------------

    async def _worked_until_locked(self, opened: Opened) -> bool:
        """One desk, from its opening to its end; False when the operator left. Nothing of it outlives this call."""
        from tns_desktop.parts import desk_of, outside_of

        view, models = self._face or new_view(self._frame, self._clock)
        self._face = None
        async with desk_of(opened, self._machine(), outside_of(self._redactor), ConnectionLocks()) as desk:
            background = TaskScope(self._crashes.report)
            background.start("decoder", desk.previews.start())
            await desk.sender.recover()
            await desk.creation.sender.recover()
            background.start("sender", desk.sender.run())
            background.start("creations", desk.creation.sender.run())
            background.start("prefetcher", desk.prefetcher.run())
            background.start("keeper", desk.keeper.run())
            background.start("handover", desk.handing_over.worker.run())
            background.start("indexer", desk.indexer.run())
            background.start("webhooks", desk.webhooks.run())
            try:
                return await self._work(desk, view, models, opened)
            finally:
                await background.close()

    async def _work(self, desk: Desk, view: DeskView, models: Models, opened: Opened) -> bool:
        from tns_desktop.ui.presenters.shell import ShellPresenter

        work = opened.work
        while True:
            tray = Tray(self._frame)
            self._shell = shell = ShellPresenter(desk, view, models, self._crashes.report, tray)
            outcome = await self._until_left(shell, view, work)
            self._shell, work = None, None
            shell.save_layout()
            if outcome == "lock":
                self._stores.lock(opened, shell.work_in_hand(), models.queues.waiting)
            await shell.close()
            tray.close()
            tray.deleteLater()
            if outcome == "lock":
                models.clear()
                view.deleteLater()
                return True
            if outcome == "quit":
                return False
            # The old view must not be seen in the colours of the new one.
            self._frame.show_outlines(of_desk=not view.shows_welcome)
            self._dress()
            del shell
            view, models = new_view(self._frame, self._clock)
            collect_everything()

    async def _until_left(self, shell: ShellPresenter, view: DeskView, work: WorkInHand | None) -> str:
        left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def leave(outcome: str) -> None:
            if not left.done():
                left.set_result(outcome)

        shell.quit_wanted.connect(lambda: leave("quit"))
        shell.rebuild_wanted.connect(lambda: leave("rebuild"))
        shell.lock_wanted.connect(lambda: leave("lock"))
        shell.preferences.changed.connect(lambda _changed: self._guard.use(self._settings.get(HIDE_FROM_CAPTURES)))
        stopping = self._signals.stop_requested.connect(lambda: leave("quit"))
        locking = self._session_lock.locked.connect(lambda: leave("lock"))
        self._idle.note_input()
        idle = asyncio.ensure_future(self._idle.run())
        idle.add_done_callback(lambda done: None if done.cancelled() else leave("lock"))
        shell.start()
        if work is not None:
            shell.resume(work)
        tour: asyncio.Task[None] | None = None
        if self._options.demo and not self._options.tour and not self._settings.has_connections:
            shell.show_samples()
        if self._asked_for:
            shell.show_from_disk(*self._asked_for)
            self._asked_for = []
        if self._start_errors:
            words = "\n\n".join(message_for(error).as_text for error in self._start_errors)
            view.snackbar.show_message(words, lasting=True)
            self._start_errors = ()
        refused = self._guard.refused.connect(lambda: _say_captured(view))
        if self._guard.was_refused:
            _say_captured(view)
        if self._options.tour is not None:
            from tns_desktop.tour.audit import take_auditors_tour
            from tns_desktop.tour.walk import take_tour

            take = take_auditors_tour if self._options.auditor else take_tour
            tour = asyncio.ensure_future(take(view, self._options.tour))
            tour.add_done_callback(
                lambda done: leave("quit") if done.exception() is None else left.set_exception(_of(done))
            )
        if self._signals.were_heard:
            leave("quit")
        try:
            return await left
        finally:
            self._signals.stop_requested.disconnect(stopping)
            self._session_lock.locked.disconnect(locking)
            self._guard.refused.disconnect(refused)
            idle.cancel()
            if tour is not None and not tour.done():
                tour.cancel()

    def _started_again(self, paths: list[str]) -> None:
        """Somebody started the program once more, or opened files with it: this is the window they look for."""
        self._frame.come_forward()
        self._asked_for += map(Path, paths)
        if self._asked_for and self._shell is not None:
            self._shell.show_from_disk(*self._asked_for)
            self._asked_for = []

    def _show_first_face(self, view: DeskView) -> None:
        if self._options.starts_at_the_desk(has_connections=self._settings.has_connections):
            view.show_desk()
        else:
            view.show_welcome()

    def _dress(self) -> None:
        dress(self._application, self._settings.get(LANGUAGE), self._settings.get(THEME))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _machine(self) -> Machine:
        from tns_desktop.parts import Machine

        return Machine(
            settings=self._settings,
            clock=self._clock,
            samples=self._samples,
            autostart=self._autostart,
            workflows_file=self._paths.workflows_file,
            hooks=self._hooks,
            shield=self._shield,
            power=SystemPower(),
        )

    def _unforeseen(self, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self._crashes.report(error)
        else:
            _LOG.error("event loop: %s", context.get("message"))


async def _read_the_rest(collector: Collector) -> None:
    """What is behind the view, while keychain and database open in threads of their own; the view is painted first."""
    await asyncio.sleep(PAINTED_AFTER_SECONDS)
    import tns_desktop.parts
    import tns_desktop.ui.presenters.shell  # noqa: F401

    collector.freeze()


def _say_captured(view: DeskView) -> None:
    view.snackbar.show_message(tr("preferences.captures.refused"), lasting=True)


def _of(done: asyncio.Task[None]) -> BaseException:
    return done.exception() or asyncio.CancelledError()
