"""Locking at the real window of the real program: what was seen and known is gone, and comes back with the key."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QWidget

from tests.support.windows import delete, dressed, run_in_qt, until
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME
from tns_desktop.cli import LaunchOptions
from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.program import Program
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING, AUTO_LOCK_MINUTES, GRACE_SECONDS, Settings
from tns_desktop.ui.presenters.shell import ShellPresenter
from tns_desktop.ui.runtime.signals import StopSignals
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.views.lock_view import LockView
from tns_desktop.ui.views.new_file_dialog import NewFileDialog
from tns_desktop.ui.views.passphrase_dialog import PassphraseDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog

D = TypeVar("D", bound=QDialog)

SECONDS = 90.0
PASSPHRASE = "correct horse battery"
_HEX = re.compile(r"[0-9a-f]{64}")


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


@pytest.fixture(autouse=True)
def stop_signals() -> Iterator[StopSignals]:
    signals = StopSignals()
    yield signals
    signals.close()


@dataclass
class Running:
    """The program at work, as ``__main__`` starts it, but for the process around it."""

    program: Program
    frame: Frame
    settings: Settings
    paths: ProfilePaths
    ended: asyncio.Task[int]

    @property
    def desk(self) -> DeskView:
        view = self.frame.centralWidget()
        assert isinstance(view, DeskView)
        return view

    @property
    def locked(self) -> LockView:
        view = self.frame.centralWidget()
        assert isinstance(view, LockView)
        return view

    @property
    def shell(self) -> ShellPresenter:
        assert self.program._shell is not None
        return self.program._shell

    @property
    def secrets(self) -> SessionSecretStore:
        assert self.program._stores._keychain is not None
        found = self.program._stores._keychain.secrets
        assert isinstance(found, SessionSecretStore)
        return found

    async def until_at_work(self) -> None:
        await until(
            lambda: self.program._shell is not None and isinstance(self.frame.centralWidget(), DeskView),
            "a desk",
            seconds=30,
        )
        await until(lambda: self.desk.files.view.model().rowCount() > 0, "the list", seconds=30)

    async def open_first(self) -> ClientFile:
        self.desk.files.choose_row(0)
        await until(lambda: self.shell.review.archive is not None, "its archive", seconds=30)
        await until(lambda: self.desk.review.preview.pages.is_drawn(0), "its first page", seconds=30)
        key = self.shell.review.key
        assert key is not None
        client_file = await self.shell._desk.catalogue.file(key)
        assert client_file is not None
        return client_file

    async def lock(self) -> None:
        self.desk.actions_by_id["lock"].trigger()
        await self.until_locked()

    async def until_locked(self) -> None:
        await until(lambda: isinstance(self.frame.centralWidget(), LockView), "the lock")
        await until(lambda: self.locked.unlock.isEnabled(), "a lock that can be opened", seconds=30)

    async def set_passphrase(self, text: str) -> None:
        await self.shell._desk.passphrase.change("", text)


@contextlib.asynccontextmanager
async def program_at_work(application: QApplication, folder: Path, signals: StopSignals) -> AsyncIterator[Running]:
    paths = ProfilePaths(folder)
    settings = Settings(TomlSettingsStore(paths.settings_file))
    settings.set(GRACE_SECONDS, 120)
    settings.set(ASK_BEFORE_ACCEPTING, False)
    frame = Frame()
    frame.show()
    options = LaunchOptions(demo=True, language="en", profile_dir=folder)
    program = Program(application, frame, options, paths, settings, [], Redactor(), signals)
    running = Running(program, frame, settings, paths, asyncio.ensure_future(program.run()))
    try:
        await running.until_at_work()
        yield running
    finally:
        frame.close_requested.emit()
        if not running.ended.done():
            done, _ = await asyncio.wait({running.ended}, timeout=20)
            if not done:
                running.ended.cancel()
        await asyncio.wait({running.ended})
        delete(frame)
    assert running.ended.result() == 0


def _texts() -> list[str]:
    """Whatever any window of the program could show."""
    found = []
    for root in QApplication.topLevelWidgets():
        for widget in [root, *root.findChildren(QWidget)]:
            found += [widget.windowTitle(), widget.toolTip(), widget.accessibleName()]
            if isinstance(widget, QLabel | QLineEdit):
                found.append(widget.text())
            elif isinstance(widget, QPlainTextEdit):
                found.append(widget.toPlainText())
    return [text for text in found if text]


def _filled_lists() -> list[str]:
    """Lists and tables that still have rows, in any window."""
    return [
        f"{type(root).__name__}: {type(view).__name__} of {view.model().rowCount()}"
        for root in QApplication.topLevelWidgets()
        for view in root.findChildren(QAbstractItemView)
        if view.model() is not None and view.model().rowCount() > 0
    ]


def _pictures(at_least: int) -> list[QLabel]:
    return [
        label
        for root in QApplication.topLevelWidgets()
        for label in root.findChildren(QLabel)
        if not label.pixmap().isNull() and label.pixmap().width() > at_least
    ]


def _who_refers_to(digest: bytes) -> list[str]:
    """Objects of the program that hold the key as bytes, or in the text that the database was given. The key itself would be
    found in the hands of whoever looks for it: known is its SHA-256.
    """
    found = []
    for thing in gc.get_objects():
        for inner in gc.get_referents(thing):
            if isinstance(inner, bytes) and len(inner) == 32:
                held = hashlib.sha256(inner).digest() == digest
            elif isinstance(inner, str) and 64 <= len(inner) < 200:
                held = any(hashlib.sha256(bytes.fromhex(part)).digest() == digest for part in _HEX.findall(inner))
            else:
                continue
            if held:
                found.append(f"{type(thing).__module__}.{type(thing).__name__}")
    return found


def _open_files(folder: Path) -> list[str]:
    """What this process has open below ``folder`` (Linux)."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            target = os.readlink(descriptor)
            if target.startswith(f"{folder}/") and "vault" in target:
                found.append(target)
    return found


def test_a_locked_desk_shows_and_holds_nothing_and_the_work_comes_back(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            client = await running.open_first()
            await running.set_passphrase(PASSPHRASE)
            digest = hashlib.sha256(await running.shell._desk.passphrase.open(PASSPHRASE)).digest()
            shown = client.key
            words = {client.uuid, client.id, *_words_of(client)}
            name = client.participants[0].last_name
            del client
            assert any(name in text for text in _texts())
            assert _open_files(tmp_path) != []
            before = running.desk
            decoder = before.review.preview
            assert decoder.pages.is_drawn(0)
            del before, decoder

            await running.lock()

            texts = _texts()
            assert [word for word in words if any(word in text for text in texts)] == []
            assert running.frame.windowTitle() == "TnS Desktop"
            assert [type(root) for root in QApplication.topLevelWidgets() if root.isVisible()] == [Frame]
            assert _filled_lists() == []
            assert _pictures(at_least=64) == []
            assert _open_files(tmp_path) == []
            assert [thing for thing in gc.get_objects() if isinstance(thing, ClientFile | ListedFile)] == []
            assert [thing for thing in gc.get_objects() if isinstance(thing, QImage) and thing.width() > 64] == []
            assert running.program._redactor._secrets == ()
            assert _who_refers_to(digest) == []
            kept = await running.secrets.get(VAULT_KEY_NAME)
            assert kept is not None
            assert kept.startswith("wrapped-1:")

            QTest.keyClicks(running.locked.passphrase, "wrong")
            QTest.keyClick(running.locked.passphrase, Qt.Key.Key_Return)
            await until(lambda: running.locked.error.isVisible(), "the refusal")
            await until(lambda: running.locked.unlock.isEnabled(), "another try")
            assert running.locked.passphrase.text() == ""
            QTest.keyClicks(running.locked.passphrase, PASSPHRASE)
            QTest.keyClick(running.locked.passphrase, Qt.Key.Key_Return)
            await running.until_at_work()
            await until(lambda: running.shell.review.key == shown, "the file that was on screen")
            await until(lambda: running.desk.review.preview.pages.is_drawn(0), "its first page")

    run_in_qt(application, scenario, seconds=SECONDS)


def test_a_rejection_that_was_being_written_is_there_again(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            client = await running.open_first()
            running.desk.actions_by_id["reject"].trigger()
            dialog = await _dialog(running, RejectDialog)
            dialog.cause.setEditText("A cause")
            dialog.message.setPlainText("A message half-way")
            dialog.note.setPlainText("A note")
            del dialog

            await running.lock()
            assert all("half-way" not in text for text in _texts())
            assert [
                thing
                for thing in gc.get_objects()
                if isinstance(thing, dict | tuple | list) and any("half-way" in str(item) for item in _plain(thing))
            ] == []

            QTest.keyClick(running.locked, Qt.Key.Key_Return)
            await running.until_at_work()
            await until(lambda: running.shell.review.key == client.key, "the file")
            await until(lambda: running.shell.review.archive is not None, "its archive")
            running.desk.actions_by_id["reject"].trigger()
            dialog = await _dialog(running, RejectDialog)
            assert dialog.values == ("A cause", "A message half-way", "A note")
            dialog.reject()

    run_in_qt(application, scenario, seconds=SECONDS)


def test_what_waits_is_counted_without_names_while_locked_and_is_asked_for_before_it_is_lost(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            await running.open_first()
            running.desk.actions_by_id["accept"].trigger()
            await until(lambda: running.shell._models.outbox.rowCount() == 1, "the decision")
            running.desk.actions_by_id["new_file"].trigger()
            form = await _dialog(running, NewFileDialog)
            QTest.keyClicks(form.people[0].lines["last_name"], "Unsent")
            await until(lambda: running.shell._models.queues.waiting == 2, "the draft")
            await running.lock()
            assert running.locked.waiting.isVisible()
            assert running.locked.waiting.text().startswith("2 decisions, creations or drafts are not done yet")
            QTest.mouseClick(running.locked.unlock, Qt.MouseButton.LeftButton)
            await running.until_at_work()
            await until(lambda: running.shell._models.outbox.rowCount() == 1, "the decision again")
            await running.lock()
            # Leaving from here loses it, because this session has no keychain: it is asked first.
            running.frame.close_requested.emit()
            await until(lambda: bool(running.frame.findChildren(ChoiceDialog)), "the question")
            running.frame.findChildren(ChoiceDialog)[0].reject()
            await until(lambda: not running.frame.findChildren(ChoiceDialog), "its end")
            assert not running.ended.done()
            running.frame.close_requested.emit()
            await until(lambda: bool(running.frame.findChildren(ChoiceDialog)), "the question")
            dialog = running.frame.findChildren(ChoiceDialog)[0]
            dialog.choice = "quit"
            dialog.accept()
            await asyncio.wait({running.ended}, timeout=20)
            assert running.ended.done()

    run_in_qt(application, scenario, seconds=SECONDS)


def test_a_desk_that_nobody_touches_locks_and_so_does_a_session_that_is_locked(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            running.program._session_lock.session_locked()
            await running.until_locked()
            QTest.mouseClick(running.locked.unlock, Qt.MouseButton.LeftButton)
            await running.until_at_work()
            running.settings.set(AUTO_LOCK_MINUTES, 0)
            assert running.program._idle._seconds_left() is None
            running.settings.set(AUTO_LOCK_MINUTES, 15)
            before = running.program._idle._touched_at
            # Not by QTest: for a window of the desktop it turns Qt's loop inside of a task.
            pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(running.frame.windowHandle(), pressed)
            await until(lambda: running.program._idle._touched_at > before, "the key to count")

    run_in_qt(application, scenario, seconds=SECONDS)


def test_a_forgotten_passphrase_begins_anew_and_asks_for_the_secret_keys_again(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            await running.set_passphrase(PASSPHRASE)
            await running.lock()
            running.locked.forgot.click()
            await until(lambda: bool(running.frame.findChildren(ChoiceDialog)), "the warning")
            dialog = running.frame.findChildren(ChoiceDialog)[0]
            dialog.choice = "anew"
            dialog.accept()
            await until(lambda: isinstance(running.frame.centralWidget(), DeskView), "the desk")
            await until(lambda: running.program._shell is not None, "its presenters")
            assert not await running.shell._desk.passphrase.is_set()

    caplog.set_level(logging.ERROR)
    run_in_qt(application, scenario, seconds=SECONDS)


def test_settings_and_a_passphrase_are_set_by_keyboard_and_count(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            running.frame.activateWindow()
            await until(running.frame.isActiveWindow, "the keyboard")
            QTest.keyClick(running.desk, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
            dialog = await _dialog(running, SettingsDialog)
            assert not dialog.field("start_at_login").isEnabled()
            QTest.keyClick(dialog.pages, Qt.Key.Key_Down)
            _type_over(dialog.field("grace_seconds"), "33")
            while dialog.pages.currentRow() != dialog._page_of["auto_lock_minutes"]:
                QTest.keyClick(dialog.pages, Qt.Key.Key_Down)
            _type_over(dialog.field("auto_lock_minutes"), "7")
            button = dialog.button("passphrase", "passphrase_set")
            await until(button.isVisible, "a way to set a passphrase")
            QTest.keyClick(button, Qt.Key.Key_Space)
            asking = await _dialog(running, PassphraseDialog)
            for name in ("new", "again"):
                QTest.keyClicks(asking.fields[name], PASSPHRASE)
            QTest.keyClick(asking.fields["again"], Qt.Key.Key_Return)
            await until(
                lambda: dialog.button("passphrase", "passphrase_remove").isVisible(), "the passphrase", seconds=30
            )
            QTest.keyClick(dialog.field("auto_lock_minutes"), Qt.Key.Key_Return)
            await until(lambda: not running.desk.findChildren(SettingsDialog), "the settings to be saved")
            written = Settings(TomlSettingsStore(running.paths.settings_file))
            assert (written.get(GRACE_SECONDS), written.get(AUTO_LOCK_MINUTES)) == (33, 7)

            running.frame.activateWindow()
            await until(running.frame.isActiveWindow, "the keyboard")
            QTest.keyClick(running.desk, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
            await running.until_locked()
            QTest.keyClicks(running.locked.passphrase, PASSPHRASE)
            QTest.keyClick(running.locked.passphrase, Qt.Key.Key_Return)
            await running.until_at_work()

    run_in_qt(application, scenario, seconds=SECONDS)


def test_a_lock_closes_the_settings_and_what_lies_over_them(
    application: QApplication, tmp_path: Path, stop_signals: StopSignals
) -> None:
    async def scenario() -> None:
        async with program_at_work(application, tmp_path, stop_signals) as running:
            running.desk.actions_by_id["settings"].trigger()
            dialog = await _dialog(running, SettingsDialog)
            dialog.action_requested.emit("passphrase_set")
            asking = await _dialog(running, PassphraseDialog)
            QTest.keyClicks(asking.fields["new"], PASSPHRASE)
            del dialog, asking
            await running.lock()
            assert [type(root) for root in QApplication.topLevelWidgets() if root.isVisible()] == [Frame]
            assert PASSPHRASE not in _texts()

    run_in_qt(application, scenario, seconds=SECONDS)


def _type_over(field: QWidget, text: str) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


async def _dialog(running: Running, kind: type[D]) -> D:
    await until(lambda: [found for found in running.desk.findChildren(kind) if found.isVisible()], "the dialog")
    return running.desk.findChildren(kind)[0]


def _words_of(client: ClientFile) -> set[str]:
    return {
        word
        for participant in client.participants
        for word in (participant.last_name, participant.first_name, participant.email)
        if word
    }


def _plain(thing: object) -> list[object]:
    return [item for item in gc.get_referents(thing) if isinstance(item, str)]
