"""From the start of the process to the first paint of the window, against an empty window of the same toolkit."""

from __future__ import annotations

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
    for number in range(rounds + 1):
        with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder:
            times = (
                _milliseconds("bare"),
                _milliseconds("desk", "--profile-dir", folder),
                _milliseconds("desk", "--demo", "--profile-dir", folder),
            )
        if number > 0:  # the first one reads the libraries from the disk
            for found, values in zip(times, (bare, welcome, desk), strict=True):
                values.append(found)
    against = "an empty QMainWindow"
    return [
        Result("first paint, first start", median(welcome), median(bare), "ms", against, most_ratio=MOST),
        Result("first paint, desk", median(desk), median(bare), "ms", against, most_ratio=MOST),
    ]


def _milliseconds(*arguments: str) -> float:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.first_paint_child", *arguments],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    return (float(done.stdout) - began) * 1000
