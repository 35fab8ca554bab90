"""The command that follows a hand-over: a program with its arguments as a list, and nothing of the desk in its surroundings.

Threads and ``subprocess`` instead of the loop's own child processes: Qt's loop has none on every system.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tns_desktop.adapters.platform.os_reasons import reason_of
from tns_desktop.domain.handover_errors import HandoverCommandFailed

_KEPT_VARIABLES = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "WINDIR",
        "COMSPEC",
        "PATHEXT",
        "USERPROFILE",
        "USERNAME",
        "APPDATA",
        "LOCALAPPDATA",
        "PROGRAMDATA",
        "PROGRAMFILES",
    }
)
"""What programs need to run at all; anything else of the desk's environment is not theirs."""
NO_STATUS = "–"
_WITHOUT_CONSOLE = 0x08000000
"""CREATE_NO_WINDOW, which Python names on Windows only."""


class ProcessRunner:
    """The ``CommandRunner`` port. What the program prints is read by nobody: it could be about clients."""

    async def run(self, command: Sequence[str], seconds: float) -> int:
        name = Path(command[0]).name
        try:
            process = await asyncio.to_thread(_start_blocking, command)
        except OSError as error:
            raise HandoverCommandFailed(
                name, facts={"name": name, "reason": reason_of(error), "status": NO_STATUS}
            ) from error
        except ValueError as error:  # a NUL in an argument
            raise HandoverCommandFailed(
                name, facts={"name": name, "reason": "file_operation", "status": NO_STATUS}
            ) from error
        waiting = asyncio.ensure_future(asyncio.to_thread(_wait_blocking, process, seconds))
        try:
            status = await asyncio.shield(waiting)
        except asyncio.CancelledError:
            _end(process)
            await asyncio.wait({waiting})
            raise
        if status is None:
            raise HandoverCommandFailed(name, facts={"name": name, "reason": "too_slow", "status": NO_STATUS})
        return status


def kept_environment() -> dict[str, str]:
    """The variables that a program is given."""
    return {name: value for name, value in os.environ.items() if name.upper() in _KEPT_VARIABLES or name[:3] == "LC_"}


def _start_blocking(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=kept_environment(),
        close_fds=True,
        creationflags=_WITHOUT_CONSOLE if sys.platform == "win32" else 0,
        start_new_session=sys.platform != "win32",
    )


def _wait_blocking(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The exit status, or None for a program that had to be ended."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        process.wait()
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started itself, where a system knows of such families."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
