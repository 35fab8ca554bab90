"""Finds a Python that the program runs on. The one that started the command may be too old or too new for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from devtools.failures import Stop

if TYPE_CHECKING:  # Python 3.8 cannot evaluate these
    Version = tuple[int, ...]
    Probe = Callable[[str], Version | None]

OLDEST = (3, 11)
NEWEST = (3, 14)


def is_supported(version: Version) -> bool:
    """``requires-python`` of pyproject.toml, as a test on ``(major, minor, …)``."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def dotted(version: Iterable[int]) -> str:
    return ".".join(str(part) for part in version)


def version_of(executable: str) -> Version | None:
    """Major, minor, micro of an interpreter; None when it does not run (a dangling link, a shim without a Python)."""
    question = "import sys; print(*sys.version_info[:3])"
    try:
        answer = subprocess.run(
            [executable, "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=True
        )
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def find_python(
    running: Version = tuple(sys.version_info[:3]),
    executable: str = sys.executable,
    which: Callable[[str], str | None] = shutil.which,
    probe: Probe = version_of,
    say: Callable[[str], None] = print,
) -> str:
    """The running interpreter if it will do, else the newest on PATH that does. Raises Stop when there is none."""
    if is_supported(running):
        return executable
    here = f"This is Python {dotted(running)}; TnS Desktop needs {dotted(OLDEST)} to {dotted(NEWEST)}"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = which(f"python3.{minor}")
        version = probe(found) if found else None
        if found and version and is_supported(version):
            say(f"{here}. Using {found} ({dotted(version)}) instead.")
            return found
    raise Stop(f"{here}, and there is no such python3.x on PATH. Install one and run the command again.")
