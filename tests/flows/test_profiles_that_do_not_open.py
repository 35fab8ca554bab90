"""The whole program, with a real keychain, on profiles that do not open: what it says, which way out there is, what stays."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.support.keyring_session import KeyringSession, private_keyring
from tests.support.windows import delete, dressed, run_in_qt, until
from tns_desktop import bootstrap
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.secrets import choose_secret_store
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.cli import LaunchOptions
from tns_desktop.domain.errors import TnsError, VaultKeyMissing, VaultReadOnly, VaultTooNew
from tns_desktop.program import Program
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.signals import StopSignals
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.frame import Frame

__all__ = ["private_keyring"]

SECONDS = 60.0


@pytest.fixture(autouse=True)
def keychain(private_keyring: KeyringSession, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, private_keyring.environment[name])


@pytest.fixture
def signals() -> Iterator[StopSignals]:
    made = StopSignals()
    yield made
    made.close()


@contextlib.asynccontextmanager
async def started(
    application: QApplication, folder: Path, signals: StopSignals
) -> AsyncIterator[tuple[Program, Frame]]:
    """The program as ``bootstrap`` starts it; closed by its window in the end."""
    paths = ProfilePaths(folder)
    settings, error = bootstrap._settings(TomlSettingsStore(paths.settings_file))
    frame = Frame()
    frame.show()
    options = LaunchOptions(language="en", profile_dir=folder)
    program = Program(application, frame, options, paths, settings, [error] if error else [], Redactor(), signals)
    ended = asyncio.ensure_future(program.run())
    try:
        yield program, frame
        frame.close_requested.emit()
        await asyncio.wait_for(ended, 20)
    finally:
        ended.cancel()
        await asyncio.wait({ended})
        delete(frame)


async def at_work(program: Program) -> None:
    await until(lambda: program._shell is not None, "the desk", seconds=30)


async def asked(frame: Frame) -> ChoiceDialog:
    """The question on screen."""
    questions: list[ChoiceDialog] = []

    def is_asked() -> bool:
        questions[:] = [one for one in frame.findChildren(ChoiceDialog) if one.isVisible()]
        return bool(questions)

    await until(is_asked, "a question", seconds=30)
    return questions[0]


async def pressed(frame: Frame, text: str) -> str:
    """Presses a button of the question on screen; the words that stood above it."""
    question = await asked(frame)
    words = "\n".join(label.text() for label in question.findChildren(QLabel))
    next(button for button in question.findChildren(QPushButton) if button.text() == text).click()
    await until(lambda: not question.isVisible(), "the question to go")
    return words


def says(words: str, error: TnsError) -> bool:
    """Whether the words are those of that error; what it is about is checked apart."""
    return message_for(error).title in words


async def make_too_new(folder: Path) -> None:
    from tns_desktop.adapters.vault import KeychainVaultKey

    key = await KeychainVaultKey(await choose_secret_store(), folder).open()
    database = Database(folder)
    await database.open(key)
    await database.write(lambda connection: connection.execute("PRAGMA user_version = 999").fetchall())
    await database.close()


async def lose_the_key(folder: Path) -> None:
    await (await choose_secret_store()).delete(VAULT_KEY_NAME)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(make_too_new, VaultTooNew(facts={"found": "999"})), (lose_the_key, VaultKeyMissing())],
    ids=["newer", "lost"],
)
def test_a_vault_that_this_program_cannot_open_is_set_aside_and_never_deleted(
    trouble: object, error: TnsError, tmp_path: Path, signals: StopSignals
) -> None:
    application, folder = dressed("en"), tmp_path / "profile"

    async def scenario() -> None:
        async with started(application, folder, signals) as (program, _frame):
            await at_work(program)
        vault = ProfilePaths(folder).vault_folder
        await trouble(vault)  # type: ignore[operator]
        before = (vault / "vault.db").read_bytes()

        # Who looks and leaves changes nothing.
        async with started(application, folder, signals) as (program, frame):
            assert says(await pressed(frame, tr("button.retry")), error)
            assert says(await pressed(frame, tr("button.quit")), error)
        assert (vault / "vault.db").read_bytes() == before

        async with started(application, folder, signals) as (program, frame):
            await pressed(frame, tr("button.start_again"))
            told = await pressed(frame, tr("button.go_on"))
            await at_work(program)
        copies = [path for path in vault.parent.iterdir() if path != vault and (path / "vault.db").exists()]
        assert [str(copy) in told for copy in copies] == [True]
        assert (copies[0] / "vault.db").read_bytes() == before
        async with started(application, folder, signals) as (program, frame):
            await at_work(program)  # the new one opens without a word
            assert not [one for one in frame.findChildren(ChoiceDialog) if one.isVisible()]

    run_in_qt(application, scenario, seconds=SECONDS)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs Linux and root")
def test_a_profile_that_cannot_be_written_says_so_and_opens_once_it_can(tmp_path: Path, signals: StopSignals) -> None:
    application, disk = dressed("en"), tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let even root mount")

    def mounted(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)

    async def scenario() -> None:
        async with started(application, disk / "profile", signals) as (program, _frame):
            await at_work(program)
        mounted("ro")
        async with started(application, disk / "profile", signals) as (program, frame):
            await asked(frame)
            mounted("rw")
            words = await pressed(frame, tr("button.retry"))
            assert says(words, VaultReadOnly())
            assert str(disk / "profile") in words
            await at_work(program)

    try:
        run_in_qt(application, scenario, seconds=SECONDS)
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True, check=False)
