"""Five hundred archives from the vault into a folder, against decrypting them and copying the same bytes with ``cp``.

The server answers at once: what is measured is the hand-over, not the line. The copies of ``cp`` are asked onto the disk
together afterwards; ours are, each before it has its name.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.results import Result
from tests.support.handovers import Deliveries, FakeServer, deliveries
from tests.support.zips import SAMPLE_PDF, STORED, Part, build_zip, sample_report
from tns_desktop.domain.handover import HandoverStatus
from tns_desktop.services.ports import ArchiveReceipt

MOST = 1.3
KILOBYTES = (4096, 1024)
"""A contract and a handful of scans; and a small file, of which its steps weigh more than its bytes."""
STEP = 1 << 20
_PHOTOS = {size: os.urandom(size * 1024) for size in KILOBYTES}


def run(quick: bool) -> list[Result]:
    count, rounds = (20, 1) if quick else (500, 2)
    return [result for size in KILOBYTES for result in asyncio.run(_measure(count, rounds, size))]


async def _measure(count: int, rounds: int, kilobytes: int) -> list[Result]:
    ours, plain, alone = [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-handover-") as name:
        folder, server = Path(name), MakingServer(kilobytes=kilobytes)
        files = [server.put(number, b"") for number in range(1, count + 1)]
        async with deliveries(folder, server) as desk:
            for file in files:
                await desk.parts.worker._archives.fetch(file.key)
            clear = folder / "clear"
            for _ in range(rounds):
                before = time.perf_counter()
                await asyncio.to_thread(_decrypt_blocking, desk, await _streams(desk))
                between = time.perf_counter()
                await asyncio.to_thread(_written_blocking, clear, count, kilobytes)
                copying = time.perf_counter()
                await asyncio.to_thread(_copied_blocking, clear, folder / "copies")
                copied = time.perf_counter()
                os.sync()
                synced = time.perf_counter()
                shutil.rmtree(folder / "copies")
                desk.rule()
                await desk.ask(*files)
                os.sync()
                started = time.perf_counter()
                await desk.work()
                ended = time.perf_counter()
                assert {row.status for row in await desk.parts.handovers.all()} == {HandoverStatus.DONE}
                await desk.vault.handovers.forget_connection("c1")
                _emptied_blocking(desk.target)
                ours.append(ended - started)
                plain.append(between - before + synced - copying)
                alone.append(between - before + copied - copying)
    size = f"{count} archives of {len(_archive(1, kilobytes)) / 1e6:.1f} MB"
    return [
        Result(f"hand-over of {size}", median(ours), median(plain), "s", "decrypt, cp, sync", most_ratio=MOST),
        Result("the same", median(ours), median(alone), "s", "decrypt, cp, nothing asked onto the disk"),
    ]


@dataclass
class MakingServer(FakeServer):
    """Makes an archive when it is asked for: together they would not fit into a small memory."""

    kilobytes: int = 0

    async def download_archive(self, uuid: str, sink: Any, progress: object, pace: object = None) -> ArchiveReceipt:
        content = _archive(int(uuid.removeprefix("uuid-")), self.kilobytes)
        sink.write_blocking(content)
        return ArchiveReceipt(len(content), self.etags[uuid])


def _archive(number: int, kilobytes: int) -> bytes:
    report = Part(b"report.json", sample_report(f"uuid-{number}"))
    photo = Part(b"documents/photo.bin", _PHOTOS[kilobytes], method=STORED)
    return build_zip([report, Part(b"signed/contract.pdf", SAMPLE_PDF), photo])


async def _streams(desk: Deliveries) -> list[object]:
    return [await desk.vault.blobs.open(stored.key) for stored in await desk.vault.blobs.stored()]


def _decrypt_blocking(desk: Deliveries, streams: list[object]) -> None:
    for stream in streams:
        with stream as opened:  # type: ignore[attr-defined]
            while opened.read(STEP):
                pass


def _copied_blocking(clear: Path, copies: Path) -> None:
    subprocess.run(["cp", "-r", str(clear), str(copies)], check=True)


def _written_blocking(clear: Path, count: int, kilobytes: int) -> None:
    clear.mkdir(exist_ok=True)
    for number in range(1, count + 1):
        (clear / f"uuid-{number}").write_bytes(_archive(number, kilobytes))
    os.sync()


def _emptied_blocking(target: Path) -> None:
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name.startswith("index"):
            path.unlink()
