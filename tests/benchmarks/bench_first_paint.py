"""From the start of the process to the first paint of the window, against an empty window of the same toolkit."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.results import Result

MOST = 1.5
_ROOT = Path(__file__).resolve().parents[2]


def run(quick: bool) -> list[Result]:
    rounds = 2 if quick else 11
    bare: list[float] = []
    welcome: list[float] = []
    desk: list[float] = []
    view: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tns-bench-") as bytecode:
        for number in range(rounds + 1):
            with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder:
                times = (
                    _milliseconds(bytecode, "bare"),
                    _milliseconds(bytecode, "window", "--profile-dir", folder),
                    _milliseconds(bytecode, "window", "--demo", "--profile-dir", folder),
                    _milliseconds(bytecode, "view", "--demo", "--profile-dir", folder),
                )
            if number > 0:  # the first one reads the libraries from the disk and compiles them
                for found, values in zip(times, (bare, welcome, desk, view), strict=True):
                    values.append(found)
    against = "an empty QMainWindow"
    return [
        Result("first paint, first start", median(welcome), median(bare), "ms", against, most_ratio=MOST),
        Result("first paint, desk", median(desk), median(bare), "ms", against, most_ratio=MOST),
        Result("queues, list and review painted", median(view), median(bare), "ms", against),
    ]


def _milliseconds(bytecode: str, *arguments: str) -> float:
    """An installed program has its bytecode beside it; a checkout may be told not to keep any, so a folder is lent."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.first_paint_child", *arguments],
        cwd=_ROOT,
        env={**environment, "PYTHONPYCACHEPREFIX": bytecode},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    return (float(done.stdout) - began) * 1000
