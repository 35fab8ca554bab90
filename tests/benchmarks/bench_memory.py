"""Memory over 500 archives opened in a row: later ones must not need more than earlier ones. Linux only (/proc)."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

from tests.benchmarks.desk import PAGE_PIXELS, first_pdf, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess
from tns_desktop.adapters.render.host import RenderHost

TOLERANCE = 0.1
ARCHIVES = 40


def run(quick: bool) -> list[Result]:
    if not Path("/proc/self/status").exists():
        return []
    opened = 40 if quick else 500

    async def measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
        return await _measure(desk, sandbox, opened)

    return on_a_desk(measure, files=20 if quick else 160)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess, opened: int) -> list[Result]:
    previews = desk.desk.previews
    renderer = previews._renderer
    assert isinstance(renderer, RenderHost)
    uuids = sandbox.uuids()[:ARCHIVES]
    own, workers, workers_seen = [], [], set()
    for number in range(opened):
        archive = await desk.desk.archives.open(desk.key(uuids[number % len(uuids)]))
        entry = first_pdf(archive)
        if entry is not None:
            description = await previews.describe(archive, entry.entry_id)
            await previews.page(archive, entry.entry_id, 0, scale=PAGE_PIXELS / description.pages[0].width)
        worker = renderer.worker_pid
        assert worker is not None
        workers_seen.add(worker)
        own.append(_resident(os.getpid()))
        workers.append(_resident(worker))
    assert len(workers_seen) == 1, "the worker was replaced meanwhile: its figures are of several processes"
    quarter = opened // 4
    return [
        Result(
            f"memory, {name}, {len(uuids)} archives over and over",
            median(values[-quarter:]),
            median(values[quarter : 2 * quarter]),
            "MB",
            f"archives {quarter}-{2 * quarter}, ours {opened - quarter}-{opened}",
            most_ratio=1 + TOLERANCE,
            least_ratio=1 - TOLERANCE,
        )
        for name, values in (("desk", own), ("render worker", workers))
    ]


def _resident(pid: int) -> float:
    """Megabytes in memory, shared ones included."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
