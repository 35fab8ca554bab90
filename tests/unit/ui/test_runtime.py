"""Tasks with an owner, events as signals, awaited dialogs, the loop, and crash reports without values."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from tests.support.files import a_key, an_entry
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.services.events import (
    ArchiveProgressed,
    ArchiveStored,
    ClientFilesChanged,
    ConnectionStateChanged,
    EventBus,
    OfflineProgressed,
    OutboxChanged,
    RefreshFinished,
)
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.runtime.collector import Collector, collect_when_due
from tns_desktop.ui.runtime.crash import CrashDialog, CrashReporter, report_of
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.instance import InstanceServer, hand_over
from tns_desktop.ui.runtime.loop import run_with_qt
from tns_desktop.ui.runtime.qt_messages import log_qt_messages
from tns_desktop.ui.runtime.signals import StopSignals
from tns_desktop.ui.runtime.tasks import TaskScope


class _Ring:
    """Garbage that only the collector finds."""

    def __init__(self, gone: list[str]) -> None:
        self.me = self
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.current_thread().name)


VOID_CALLS = 10_000
"""PySide6 6.12 on Python 3.11 aborts after about 5,100 void Qt calls (PYSIDE-3474)."""


# --- tasks ------------------------------------------------------------------------------------------------------------


class _Work:
    """A coroutine that waits to be let go, and remembers how it ended."""

    def __init__(self, error: Exception | None = None) -> None:
        self.gate = asyncio.Event()
        self.error = error
        self.ended = ""

    async def run(self) -> None:
        try:
            await self.gate.wait()
            if self.error is not None:
                raise self.error
            self.ended = "done"
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


def test_starting_a_key_cancels_its_previous_holder(english: QApplication) -> None:
    async def scenario() -> None:
        errors: list[BaseException] = []
        scope = TaskScope(errors.append)
        first, second = _Work(), _Work()
        scope.start("list", first.run())
        await turns()
        scope.start("list", second.run())
        await until(lambda: first.ended)
        assert first.ended == "cancelled"
        assert scope.is_running("list")
        second.gate.set()
        await until(lambda: second.ended)
        await until(lambda: not scope.is_running("list"))
        assert (second.ended, errors) == ("done", [])
        await scope.close()

    run_in_qt(english, scenario)


def test_work_that_has_ended_runs_no_more_although_nobody_was_told_yet(english: QApplication) -> None:
    async def scenario() -> None:
        errors: list[BaseException] = []
        scope = TaskScope(errors.append)
        again, seen = _Work(), list[bool]()

        def ask() -> None:
            seen.append(scope.is_running("list"))
            scope.start("list", again.run())

        async def fail() -> None:
            asyncio.get_running_loop().call_soon(ask)  # before the scope is told of the end
            raise ValueError("x")

        scope.start("list", fail())
        await until(lambda: seen)
        assert seen == [False]
        await until(lambda: errors)
        assert [type(error) for error in errors] == [ValueError]
        assert scope.is_running("list")
        again.gate.set()
        await until(lambda: again.ended == "done")
        await scope.close()

    run_in_qt(english, scenario)


def test_keys_do_not_disturb_each_other_and_go_together_by_their_prefix(english: QApplication) -> None:
    async def scenario() -> None:
        scope = TaskScope(lambda error: None)
        work = {key: _Work() for key in ("page:1", "page:2", "archive")}
        for key, one in work.items():
            scope.start(key, one.run())
        await turns()
        scope.cancel_all("page:")
        await until(lambda: work["page:1"].ended and work["page:2"].ended)
        assert scope.is_running("archive")
        assert work["archive"].ended == ""
        await scope.close()
        assert work["archive"].ended == "cancelled"

    run_in_qt(english, scenario)


def test_an_error_reaches_the_one_handler_and_a_cancellation_does_not(english: QApplication) -> None:
    async def scenario() -> None:
        errors: list[BaseException] = []
        scope = TaskScope(errors.append)
        failing, cancelled = _Work(ValueError("x")), _Work()
        failing.gate.set()
        scope.start("a", failing.run())
        scope.start("b", cancelled.run())
        await until(lambda: errors)
        scope.cancel("b")
        await until(lambda: cancelled.ended)
        assert [type(error) for error in errors] == [ValueError]
        assert not scope.is_running("a")
        await scope.close()

    run_in_qt(english, scenario)


def test_closing_waits_for_what_takes_its_time_to_go(english: QApplication) -> None:
    async def scenario() -> None:
        gone: list[str] = []

        async def tidy() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await turns(5)
                gone.append("tidied")

        scope = TaskScope(lambda error: None)
        scope.start("a", tidy())
        await turns()
        scope.cancel("a")
        await scope.close()
        assert gone == ["tidied"]
        await scope.close()

    run_in_qt(english, scenario)


def test_a_closed_owner_starts_nothing(english: QApplication) -> None:
    async def scenario() -> None:
        scope = TaskScope(lambda error: None)
        await scope.close()
        late = _Work()
        scope.start("late", late.run())
        await turns()
        assert not scope.is_running("late")
        assert late.ended == ""

    run_in_qt(english, scenario)


def test_a_failure_while_closing_is_logged_without_its_text(
    english: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        errors: list[BaseException] = []

        async def stubborn() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                raise ValueError("Martin, Léa")

        scope = TaskScope(errors.append)
        scope.start("a", stubborn())
        await turns()
        await scope.close()
        assert errors == []

    with caplog.at_level(logging.WARNING):
        run_in_qt(english, scenario)
    assert "ValueError" in caplog.text
    assert "Martin" not in caplog.text


# --- events -----------------------------------------------------------------------------------------------------------


def test_every_event_becomes_its_signal_until_the_bridge_closes(english: QApplication) -> None:
    bus = EventBus()
    bridge = EventBridge(bus)
    heard: list[object] = []
    for told in (
        bridge.client_files_changed,
        bridge.refresh_finished,
        bridge.connection_state_changed,
        bridge.outbox_changed,
        bridge.archive_progressed,
        bridge.archive_stored,
        bridge.offline_progressed,
    ):
        told.connect(heard.append)
    events: list[object] = [
        ClientFilesChanged("c1", frozenset({a_key(1)})),
        RefreshFinished("c1", True),
        ConnectionStateChanged("c1", ConnectionState.OFFLINE),
        OutboxChanged(an_entry(1)),
        ArchiveProgressed(a_key(1), 3, None),
        ArchiveStored(a_key(1)),
        OfflineProgressed(1, 2, 0),
    ]
    for event in events:
        bus.publish(event)
    assert heard == events
    bridge.close()
    bridge.close()
    for event in events:
        bus.publish(event)
    assert heard == events


# --- dialogs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("close", "result"),
    [("accept", QDialog.DialogCode.Accepted), ("reject", QDialog.DialogCode.Rejected), ("close", 0)],
)
def test_a_dialog_is_awaited_while_other_tasks_go_on(english: QApplication, close: str, result: int) -> None:
    async def scenario() -> None:
        parent = QWidget()
        parent.show()
        dialog = QDialog(parent)
        waiting = asyncio.ensure_future(shown(dialog))
        await until(dialog.isVisible)
        steps = [await asyncio.sleep(0, step) for step in range(3)]
        assert steps == [0, 1, 2]
        getattr(dialog, close)()
        assert await waiting == result
        parent.hide()

    run_in_qt(english, scenario)


def test_cancelling_closes_the_dialog_and_it_is_deleted(english: QApplication) -> None:
    async def scenario() -> None:
        parent = QWidget()
        parent.show()
        dialog = QDialog(parent)
        gone: list[bool] = []
        dialog.destroyed.connect(lambda: gone.append(True))
        waiting = asyncio.ensure_future(shown(dialog))
        await until(dialog.isVisible)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await until(lambda: gone)
        parent.hide()

    run_in_qt(english, scenario)


# --- the loop ---------------------------------------------------------------------------------------------------------


class _Bell(QObject):
    rang = Signal()


def test_ten_thousand_void_qt_calls_do_not_wear_none_out(english: QApplication) -> None:
    async def scenario() -> int:
        bell, label = _Bell(), QLabel()
        heard = 0

        def hear() -> None:
            nonlocal heard
            heard += 1

        bell.rang.connect(hear)
        for number in range(VOID_CALLS):
            bell.rang.emit()
            label.setText(str(number))
            if number % 1000 == 0:
                await asyncio.sleep(0)
        return heard

    assert run_in_qt(english, scenario) == VOID_CALLS
    gc.collect()


def test_the_program_s_result_comes_back_and_its_error_too(english: QApplication) -> None:
    async def three() -> int:
        await asyncio.sleep(0)
        return 3

    async def failing() -> int:
        raise ValueError("x")

    assert run_with_qt(english, three) == 3
    with pytest.raises(ValueError, match="x"):
        run_with_qt(english, failing)


def test_a_generator_left_half_way_is_finished_by_the_loop(english: QApplication) -> None:
    finished: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            finished.append("finished")

    async def main() -> int:
        async for _number in numbers():
            break
        gc.collect()
        await until(lambda: finished)
        return 0

    assert run_with_qt(english, main) == 0
    assert finished == ["finished"]


def test_threads_and_timers_reach_the_loop(english: QApplication) -> None:
    async def scenario() -> str:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[str] = loop.create_future()
        await asyncio.to_thread(loop.call_soon_threadsafe, told.set_result, "told")
        await asyncio.sleep(0.01)
        return await told

    assert run_in_qt(english, scenario) == "told"


# --- crashes ----------------------------------------------------------------------------------------------------------


def _crash() -> ValueError:
    try:
        try:
            raise KeyError("Martin, Léa")
        except KeyError as cause:
            raise ValueError("FR7630006000011234567890189") from cause
    except ValueError as error:
        return error


def test_a_report_says_where_and_never_what() -> None:
    report = report_of(_crash())
    assert "builtins.ValueError" in report
    assert "builtins.KeyError" in report
    assert "test_runtime.py:" in report
    assert "_crash" in report
    for value in ("Martin", "FR76", "/"):
        assert value not in report


def test_a_report_names_the_task_s_own_error_even_without_a_cause() -> None:
    assert "RuntimeError" in report_of(RuntimeError("x"))


def test_the_dialog_copies_its_report(language: str) -> None:
    dialog = CrashDialog("line 1\nline 2")
    copy = dialog.findChildren(QPushButton)[0]
    copy.click()
    assert QGuiApplication.clipboard().text() == "line 1\nline 2"
    assert not dialog.result()


def test_one_crash_dialog_at_a_time_and_the_log_knows_each(
    english: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    window = QWidget()
    window.show()
    reporter = CrashReporter(window)
    with caplog.at_level(logging.ERROR):
        reporter.report(_crash())
        reporter.report(_crash())
    dialogs = [dialog for dialog in window.findChildren(CrashDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    assert len(caplog.records) == 2
    assert "Martin" not in caplog.text
    dialogs[0].accept()
    reporter.report(_crash())
    assert len([dialog for dialog in window.findChildren(CrashDialog) if dialog.isVisible()]) == 1
    window.hide()


# --- the collector and the signals ------------------------------------------------------------------------------------


def test_garbage_of_worker_threads_is_collected_on_the_main_thread(english: QApplication) -> None:
    gone: list[str] = []

    def work() -> None:
        _Ring(gone)
        # Far more than the threshold: left alone, the collector would run here.
        kept: list[list[int]] = [[] for _ in range(20 * gc.get_threshold()[0])]
        assert len(kept) > 0

    collector = Collector()
    try:
        worker = threading.Thread(target=work, name="worker")
        worker.start()
        worker.join()
        assert gone == []
        while collect_when_due():
            pass
    finally:
        collector.close()

    gc.collect()
    assert gone == [threading.main_thread().name]


@pytest.mark.skipif(os.name != "posix", reason="signals to oneself")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_the_window_to_close_and_ends_nothing(english: QApplication, number: signal.Signals) -> None:
    former = signal.getsignal(number)

    async def scenario() -> None:
        asked: list[bool] = []
        signals = StopSignals()
        signals.stop_requested.connect(lambda: asked.append(True))
        try:
            os.kill(os.getpid(), number)
            await until(lambda: asked, "the signal")
        finally:
            signals.close()

    run_in_qt(english, scenario)
    assert signal.getsignal(number) == former


def test_what_qt_says_goes_to_the_log_but_for_chatter(caplog: pytest.LogCaptureFixture) -> None:
    stop = log_qt_messages()
    try:
        with caplog.at_level(logging.WARNING, logger="qt"):
            qWarning("something is odd")
            qWarning("This plugin does not support propagateSizeHints()")
    finally:
        stop()

    assert [record.getMessage() for record in caplog.records] == ["default: something is odd"]
    caplog.clear()


def _second_start(marker: Path, paths: list[str], folder: Path) -> str:
    """In a process of its own and in a folder of its own, as it would be."""
    words = f"[Path(path) for path in {paths!r}]"
    program = (
        "from pathlib import Path; from tns_desktop.ui.runtime.instance import hand_over; "
        f"print(hand_over(Path({str(marker)!r}), {words}), end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=30,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    return done.stdout


def test_a_second_start_hands_its_files_over_in_their_order_and_a_stale_marker_leads_nowhere(
    english: QApplication, tmp_path: Path
) -> None:
    marker = tmp_path / "running"
    assert not hand_over(marker, ())

    async def scenario() -> None:
        heard: list[list[str]] = []
        server = InstanceServer(marker)
        server.started_again.connect(heard.append)
        try:
            assert marker.exists()
            for paths in (["z é\n.zip", "/elsewhere/a.zip"], []):
                assert await asyncio.to_thread(_second_start, marker, paths, tmp_path) == "True"
            assert heard == [[str(tmp_path / "z é\n.zip"), "/elsewhere/a.zip"], []]
        finally:
            server.close()
        assert not marker.exists()

    run_in_qt(english, scenario)
    assert not hand_over(marker, ())
