"""The first start on a computer that an administrator has prepared: the connection is there and asks for its secret key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.support.fake_desk import MemoryShield
from tests.support.windows import delete, dressed, run_in_qt, until
from tns_desktop import bootstrap
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.cli import parse
from tns_desktop.program import Program
from tns_desktop.services.settings import HIDE_FROM_CAPTURES
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.screen_guard import ScreenGuard
from tns_desktop.ui.runtime.signals import StopSignals
from tns_desktop.ui.views.connection_dialog import ConnectionDialog
from tns_desktop.ui.views.frame import Frame

SECONDS = 60.0
SECRET = "a-specimen-secret"
PRESET = """
fixed = ["connections", "theme"]
theme = "dark"

[[connections]]
environment = "other"
base_url = "https://127.0.0.1:9/v6"
public_id = "credit-demo"
label = "Crédit Demo"
"""


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[StopSignals]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")  # no keychain: this session's memory
    made = StopSignals()
    yield made
    made.close()


def test_a_preset_connection_is_there_at_the_first_start_and_asks_for_its_secret(
    tmp_path: Path, signals: StopSignals
) -> None:
    application, file = dressed("en"), tmp_path / "preset.toml"
    file.write_text(PRESET, "utf-8")
    file.chmod(0o600)
    options = parse(["--profile-dir", str(tmp_path / "profile"), "--preset", str(file), "--language", "en"])

    async def scenario() -> None:
        paths = ProfilePaths(options.profile_dir)
        preset, error = bootstrap._preset(options)
        assert error is None
        settings, _error = bootstrap._settings(TomlSettingsStore(paths.settings_file), preset)
        frame = Frame()
        frame.show()
        program = Program(application, frame, options, paths, settings, [], Redactor(), signals)
        ended = asyncio.ensure_future(program.run())
        try:
            await until(lambda: dialogs(frame), "the question", seconds=30)
            (dialog,) = dialogs(frame)
            await until(lambda: dialog.keychain.text, "the keychain")
            assert dialog.preset.text == tr("connection.preset.fixed")
            assert (dialog.public_id.text(), dialog.base_url.text()) == ("credit-demo", "https://127.0.0.1:9/v6")
            off = (
                dialog.environment,
                dialog.base_url,
                dialog.public_id,
                dialog.role,
                dialog.label_field,
                dialog.api_map,
            )
            assert not any(field.isEnabled() for field in off)
            assert dialog.secret_key.isEnabled()
            assert dialog.operator_uuid.isEnabled()
            assert not dialog.remove.isVisible()
            assert dialog.secret_key.placeholderText() == tr("connection.hint.secret_asked")

            dialog.save.click()
            await until(lambda: tr("connection.error.empty") in words(dialog), "what is missing")
            dialog.secret_key.setText(SECRET)
            dialog.save.click()
            await until(lambda: not dialogs(frame), "the desk")
            shell = program._shell
            assert shell is not None
            (connection,) = shell._desk.connections.all()
            assert await shell._desk.connections.has_secret(connection.connection_id)
            assert SECRET not in paths.settings_file.read_text("utf-8")
            # Who goes there again has nothing to fill in.
            shell.connections.edit(connection.connection_id)
            await until(lambda: dialogs(frame), "the dialog")
            assert dialogs(frame)[0].secret_key.placeholderText() == tr("connection.hint.secret_kept")
            dialogs(frame)[0].reject()
            frame.close_requested.emit()
            await asyncio.wait_for(ended, 20)
        finally:
            ended.cancel()
            await asyncio.wait({ended})
            delete(frame)

    run_in_qt(application, scenario, seconds=SECONDS)


def test_a_broken_preset_is_said_with_its_line_and_the_desk_starts_without_it(
    tmp_path: Path, signals: StopSignals
) -> None:
    application, file = dressed("en"), tmp_path / "preset.toml"
    file.write_text(PRESET + 'secret_key = "VALUE"\n', "utf-8")
    file.chmod(0o600)
    options = parse(["--profile-dir", str(tmp_path / "profile"), "--preset", str(file), "--language", "en"])

    async def scenario() -> None:
        paths = ProfilePaths(options.profile_dir)
        preset, error = bootstrap._preset(options)
        assert error is not None
        settings, _error = bootstrap._settings(TomlSettingsStore(paths.settings_file), preset)
        frame = Frame()
        frame.show()
        program = Program(application, frame, options, paths, settings, [error], Redactor(), signals)
        program._shield = shield = MemoryShield()
        program._guard, shield.refuses = ScreenGuard(shield, frame), True
        ended = asyncio.ensure_future(program.run())
        try:
            await until(lambda: message_for(error).as_text in words(frame), "the sentence", seconds=30)
            assert f"{file}, line 10, key connections.0.secret_key: this looks like a secret" in "\n".join(words(frame))
            assert "VALUE" not in "\n".join(words(frame))
            assert program._shell is not None
            assert program._shell._desk.connections.all() == []

            # A switch of the settings counts for the windows at once, and a refusal is said.
            settings.set(HIDE_FROM_CAPTURES, True)
            program._shell.preferences.changed.emit([HIDE_FROM_CAPTURES])
            assert program._guard.was_refused
            assert tr("preferences.captures.refused") in words(frame)
            frame.close_requested.emit()
            await asyncio.wait_for(ended, 20)
        finally:
            ended.cancel()
            await asyncio.wait({ended})
            delete(frame)

    run_in_qt(application, scenario, seconds=SECONDS)


def dialogs(frame: Frame) -> list[ConnectionDialog]:
    return [one for one in frame.findChildren(ConnectionDialog) if one.isVisible()]


def words(widget: Frame | ConnectionDialog) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
