"""A desk on the loop that the program runs on, and the archives of a sandbox, for the benchmarks that need them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from tests.support.desks import DeskUnderTest, account_of, opened_desk
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.services.archives import OpenArchive
from tns_desktop.ui.runtime.collector import Collector

T = TypeVar("T")

PAGE_PIXELS = 1240
"""Width of a page of A4 at 150 dots an inch."""
_SECONDS = 600.0


def on_a_desk(
    work: Callable[[DeskUnderTest, SandboxProcess], Awaitable[T]], *, files: int = 40, refresh: bool = True
) -> T:
    """Runs ``work`` with a desk, refreshed if wished, on qasync, in front of a sandbox of ``files`` client files."""

    async def run(sandbox: SandboxProcess, folder: Path) -> T:
        async with opened_desk(folder, account_of(sandbox)) as desk:
            if refresh:
                await desk.refresh()
            await desk.desk.previews.start()
            collector = Collector()
            try:
                return await work(desk, sandbox)
            finally:
                collector.close()

    with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder, SandboxProcess(files=files) as sandbox:
        return run_in_qt(dressed(), lambda: run(sandbox, Path(folder)), seconds=_SECONDS)


def first_pdf(archive: OpenArchive) -> ArchiveEntry | None:
    return next((entry for entry in archive.index.entries if entry.kind is DocumentKind.PDF), None)


class LoopWatch:
    """The longest time in which the running loop let nothing else run, in milliseconds, while the block lasted."""

    TICK_SECONDS = 0.005

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def __enter__(self) -> LoopWatch:
        self._last = asyncio.get_running_loop().time()
        self._plan()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._handle is not None
        self._handle.cancel()
        self._look()

    def _plan(self) -> None:
        self._handle = asyncio.get_running_loop().call_later(self.TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        self._look()
        self._plan()

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        self.longest = max(self.longest, (now - self._last) * 1000)
        self._last = now
