"""The fault for which PySide6 is held at a version is not in the one that is installed (docs/adr/0004)."""

from __future__ import annotations

import subprocess
import sys

CALLS = 10_000
"""6.12.0 on Python 3.11 aborted the interpreter after about 5,100 (PYSIDE-3474)."""

_PROGRAM = f"""
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range({CALLS}):
    thing.setObjectName("a")
print(sys.getrefcount(None) - before)
"""


def test_calls_without_a_result_do_not_use_none_up() -> None:
    called = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)

    assert called.returncode == 0, called.stderr
    assert abs(int(called.stdout)) < CALLS / 10
