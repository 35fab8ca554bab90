"""Starting the program at login, by each system's own means, for this user alone.

Linux: an entry of the desktop's autostart folder (XDG Autostart). Windows: a value under ``Run`` in the user's registry.
macOS: a LaunchAgent. What the system has is the truth; no setting of ours repeats it.
"""

from __future__ import annotations

import asyncio
import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tns_desktop.domain.errors import AutostartRefused
from tns_desktop.services.ports import Autostart

NAME = "TnS Desktop"
_DESKTOP_FILE = "tns-desktop.desktop"
_AGENT_LABEL = "com.tns-desktop.start"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def autostart(profile_dir: Path | None, preset: Path | None = None) -> Autostart:
    """This system's way, starting the program as it was started now, on the same profile and with the same preset."""
    command = start_command(profile_dir, preset)
    if sys.platform == "win32":
        return RunKeyAutostart(command, _Registry())
    if sys.platform == "darwin":
        return FileAutostart(Path.home() / "Library" / "LaunchAgents" / f"{_AGENT_LABEL}.plist", launch_agent(command))
    config = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(config) if os.path.isabs(config) else Path.home() / ".config"
    return FileAutostart(folder / "autostart" / _DESKTOP_FILE, desktop_entry(command))


def start_command(profile_dir: Path | None, preset: Path | None = None) -> list[str]:
    """The frozen program itself, or the interpreter with our package."""
    command = (
        [sys.executable] if getattr(sys, "frozen", False) else [_without_console(sys.executable), "-m", "tns_desktop"]
    )
    for option, path in (("--profile-dir", profile_dir), ("--preset", preset)):
        if path is not None:
            command += [option, str(path.expanduser().absolute())]
    return command


def desktop_entry(command: Sequence[str]) -> bytes:
    """As the Desktop Entry Specification 1.5 wants it; ``Path`` is where a checkout finds its package."""
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        f"Name={NAME}\n"
        f"Exec={' '.join(_quoted(part) for part in command)}\n"
        f"Path={_escaped(str(_package_parent()))}\n"
        "Terminal=false\n"
        "X-GNOME-Autostart-enabled=true\n"
    ).encode()


def launch_agent(command: Sequence[str]) -> bytes:
    """launchd.plist(5): once at login, not kept alive."""
    return plistlib.dumps(
        {
            "Label": _AGENT_LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "WorkingDirectory": str(_package_parent()),
        }
    )


class NoAutostart:
    """For a demonstration, which leaves nothing behind."""

    is_possible = False

    async def is_on(self) -> bool:
        return False

    async def turn(self, on: bool) -> None:
        raise AutostartRefused("not for a demonstration", facts={"path": NAME})


class FileAutostart:
    """On when the file is there. Implements ``Autostart``."""

    is_possible = True

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._content = content

    async def is_on(self) -> bool:
        return await asyncio.to_thread(self._path.exists)

    async def turn(self, on: bool) -> None:
        try:
            await asyncio.to_thread(self._write_blocking if on else self._remove_blocking)
        except OSError as error:
            raise AutostartRefused(str(error.strerror), facts={"path": str(self._path)}) from error

    def _write_blocking(self) -> None:
        """Complete or not at all: half an entry would be started too."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f".{self._path.name}.new")
        beside.write_bytes(self._content)
        beside.replace(self._path)

    def _remove_blocking(self) -> None:
        self._path.unlink(missing_ok=True)


class RunValues(Protocol):
    """The values under the user's ``Run`` key. Raises OSError."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...


class RunKeyAutostart:
    """On when the registry has our value. Implements ``Autostart``."""

    is_possible = True

    def __init__(self, command: Sequence[str], values: RunValues) -> None:
        self._command = subprocess.list2cmdline(command)
        self._values = values

    async def is_on(self) -> bool:
        try:
            return await asyncio.to_thread(self._values.get, NAME) is not None
        except OSError:
            return False

    async def turn(self, on: bool) -> None:
        try:
            if on:
                await asyncio.to_thread(self._values.set, NAME, self._command)
            else:
                await asyncio.to_thread(self._values.delete, NAME)
        except OSError as error:
            raise AutostartRefused(str(error.strerror), facts={"path": f"HKCU\\{_RUN_KEY}"}) from error


if sys.platform == "win32":
    import winreg

    class _Registry:
        def get(self, name: str) -> str | None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                    return str(winreg.QueryValueEx(key, name)[0])
            except FileNotFoundError:
                return None

        def set(self, name: str, value: str) -> None:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

        def delete(self, name: str) -> None:
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY, 0, winreg.KEY_SET_VALUE) as key:
                    winreg.DeleteValue(key, name)
            except FileNotFoundError:
                return


def _package_parent() -> Path:
    if getattr(sys, "frozen", False):
        return Path(sys.executable).absolute().parent
    return Path(__file__).absolute().parents[3]


def _without_console(interpreter: str) -> str:
    """Windows opens a console window for ``python.exe``."""
    windowless = re.sub(r"python\.exe$", "pythonw.exe", interpreter, flags=re.IGNORECASE)
    return windowless if windowless == interpreter or Path(windowless).exists() else interpreter


def _escaped(text: str) -> str:
    """A value of the type "string"."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _quoted(argument: str) -> str:
    """An argument of ``Exec``: quoted for its own rules, the percent sign for field codes, then the string's rules on top."""
    inside = re.sub(r'(["`$\\])', r"\\\1", argument).replace("%", "%%")
    return _escaped(f'"{inside}"')
