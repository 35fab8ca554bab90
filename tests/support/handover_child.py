"""Hands files over in a process of its own, which ends in the middle as if it were killed: ``folder count at``."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.handovers import FakeCommands, FakeServer, deliveries
from tests.support.zips import SAMPLE_PDF, Part, build_zip, sample_report
from tns_desktop.adapters.handover import DiskFolders
from tns_desktop.domain.handover import CsvIndex
from tns_desktop.services import handing_over
from tns_desktop.services.ports import Delivery

BATCH = 4
"""Small, so that a few files are several batches."""
COMMAND = ("/usr/bin/take", "{id}")
EXIT_STATUS = 9


def server_with(count: int) -> FakeServer:
    server = FakeServer()
    for number in range(1, count + 1):
        report = Part(b"report.json", sample_report(f"uuid-{number}"))
        server.put(number, build_zip([report, Part(b"signed/contract.pdf", SAMPLE_PDF)]))
    return server


class NotedCommands(FakeCommands):
    """Notes what it is given where it outlives the process."""

    def __init__(self, path: Path, death: Death | None = None) -> None:
        super().__init__()
        self._path = path
        self._death = death

    async def run(self, command: Sequence[str], seconds: float) -> int:
        with self._path.open("a") as stream:
            stream.write(f"{command[-1]}\n")
        if self._death is not None:
            self._death.step()
        return 0


class Death:
    """At the ``at``-th step nothing of the process goes on: no thread, no clearing up."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os._exit(EXIT_STATUS)


class DyingFolders(DiskFolders):
    def __init__(self, death: Death) -> None:
        self._death = death

    def begin_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> Any:
        return _DyingDelivery(super().begin_blocking(folder, names, handover_id), self._death)

    def settle_blocking(self, folder: Path, places: Sequence[Sequence[str]]) -> None:
        self._death.step()
        super().settle_blocking(folder, places)
        self._death.step()

    def write_indexes_blocking(
        self, folder: Path, lines: Sequence[Mapping[str, str]], *, csv: CsvIndex, json: bool
    ) -> None:
        self._death.step()
        super().write_indexes_blocking(folder, lines, csv=csv, json=json)
        self._death.step()


class _DyingDelivery:
    def __init__(self, inner: Delivery, death: Death) -> None:
        self._inner = inner
        self._death = death

    def write_blocking(self, names: Sequence[str], pieces: Iterable[bytes], *, origin: str | None = None) -> Any:
        written = self._inner.write_blocking(names, pieces, origin=origin)
        self._death.step()
        return written

    def commit_blocking(self) -> bool:
        is_done = self._inner.commit_blocking()
        self._death.step()
        return is_done

    def abort_blocking(self) -> None:
        self._inner.abort_blocking()


async def _hand_over(folder: Path, count: int, death: Death) -> None:
    server = server_with(count)
    handing_over.BATCH = BATCH
    commands = NotedCommands(folder / "runs", death)
    async with deliveries(folder, server, folders=DyingFolders(death), commands=commands) as desk:
        desk.rule(command=COMMAND)
        await desk.ask(*server.files.values())
        await desk.work()


if __name__ == "__main__":
    asyncio.run(_hand_over(Path(sys.argv[1]), int(sys.argv[2]), Death(int(sys.argv[3]))))
