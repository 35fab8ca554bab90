"""A hundred thousand files in the vault: until the list can be used, what the program then weighs, and full-text search."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.results import Result

MOST_SECONDS = 1.2
MOST_MEGABYTES = 300.0
MOST_SEARCH = 50.0
_ROOT = Path(__file__).resolve().parents[2]


def run(quick: bool) -> list[Result]:
    files, rounds = (2_000, 1) if quick else (100_000, 5)
    from tests.benchmarks.large_list_child import fill

    with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder:
        asyncio.run(fill(Path(folder), files))
        found = [_measured(folder) for _ in range(rounds + 1)][1:]
    empty = [_measured("") for _ in range(3)]
    name = f"{files:,} files"
    results = [
        Result(
            f"list of {name} usable",
            median(one["seconds"] for one in found),
            median(one["seconds"] for one in empty),
            "s",
            "an empty vault",
            most=MOST_SECONDS,
        )
    ]
    if Path("/proc/self/status").exists():
        results.append(
            Result(
                f"window with {name}, resident",
                median(one["megabytes"] for one in found),
                median(one["megabytes"] for one in empty),
                "MB",
                "an empty vault",
                most=MOST_MEGABYTES,
            )
        )
    results.append(
        Result(
            f"full-text query over {name}",
            median(one["search"] for one in found),
            median(one["search"] for one in empty),
            "ms",
            "an empty vault",
            most=MOST_SEARCH,
        )
    )
    results.append(
        Result(
            "  the slowest of them (in every file)",
            median(one["slowest"] for one in found),
            median(one["slowest"] for one in empty),
            "ms",
            "an empty vault",
            most=MOST_SEARCH,
        )
    )
    return results


def _measured(folder: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.large_list_child", folder],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured
