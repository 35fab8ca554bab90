"""What would be started at login, as each system is told."""

from __future__ import annotations

import plistlib
import re
from pathlib import Path

import pytest

from tns_desktop.adapters.platform.autostart import (
    NAME,
    FileAutostart,
    NoAutostart,
    RunKeyAutostart,
    autostart,
    desktop_entry,
    launch_agent,
    start_command,
)
from tns_desktop.domain.errors import AutostartRefused

pytestmark = pytest.mark.anyio
COMMAND = ["/opt/My Programs/tns", "--profile-dir", '/home/a "b" $c 100%\\d']


@pytest.mark.skipif(not Path("/proc").exists(), reason="XDG Autostart is Linux's")
async def test_linux_has_an_entry_in_the_autostart_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    entry = tmp_path / "autostart" / "tns-desktop.desktop"
    ours = autostart(tmp_path / "profile")
    assert not await ours.is_on()
    for _ in range(2):
        await ours.turn(True)
        assert await ours.is_on()
    assert f'"{tmp_path / "profile"}"' in entry.read_text(encoding="utf-8")
    assert [path.name for path in entry.parent.iterdir()] == [entry.name]
    for _ in range(2):
        await ours.turn(False)
        assert not await ours.is_on()


def test_an_entry_quotes_what_the_specification_says() -> None:
    line = next(line for line in desktop_entry(COMMAND).decode().splitlines() if line.startswith("Exec="))
    # The type "string" first, then quoting, then field codes: the way a desktop reads it.
    as_string = line.removeprefix("Exec=").replace("\\\\", "\\")
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', as_string)
    assert [re.sub(r"\\(.)", r"\1", part).replace("%%", "%") for part in parts] == COMMAND


def test_macos_is_given_a_launch_agent() -> None:
    agent = plistlib.loads(launch_agent(COMMAND))
    assert agent["ProgramArguments"] == COMMAND
    assert agent["RunAtLoad"] is True
    assert "KeepAlive" not in agent


class Values:
    """The registry's edge, in memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.refuses = False

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def set(self, name: str, value: str) -> None:
        if self.refuses:
            raise PermissionError(13, "denied")
        self.values[name] = value

    def delete(self, name: str) -> None:
        self.values.pop(name, None)


async def test_windows_has_a_value_in_the_registry() -> None:
    values = Values()
    ours = RunKeyAutostart(["C:\\Program Files\\tns.exe", "--profile-dir", "D:\\x y"], values)
    await ours.turn(True)
    assert await ours.is_on()
    assert values.values == {NAME: '"C:\\Program Files\\tns.exe" --profile-dir "D:\\x y"'}
    await ours.turn(False)
    assert not await ours.is_on()
    values.refuses = True
    with pytest.raises(AutostartRefused):
        await ours.turn(True)


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where the folder should be")
    with pytest.raises(AutostartRefused) as caught:
        await FileAutostart(tmp_path / "autostart" / "x.desktop", b"x").turn(True)
    assert caught.value.facts["path"].endswith("x.desktop")


async def test_a_demonstration_is_never_started_at_login() -> None:
    assert not NoAutostart().is_possible
    with pytest.raises(AutostartRefused):
        await NoAutostart().turn(True)


def test_the_profile_is_given_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert start_command(Path("profile"))[-2:] == ["--profile-dir", str(tmp_path / "profile")]
    assert "--profile-dir" not in start_command(None)
