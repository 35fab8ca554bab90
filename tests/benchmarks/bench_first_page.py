"""The first page of an archive that the vault holds, opened for the first time, against PDFium called directly.

Every archive is measured once: what was opened before would come from memory.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median

import pypdfium2

from tests.benchmarks.desk import PAGE_PIXELS, LoopWatch, first_pdf, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.services.archives import OpenArchive

MOST = 1.5
MOST_GAP_MILLISECONDS = 50.0
WARM_UPS = 2


def run(quick: bool) -> list[Result]:
    return on_a_desk(_measure, files=12 if quick else 100)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
    keys = [desk.key(uuid) for uuid in sandbox.uuids()]
    for key in keys:
        await desk.desk.archives.fetch(key)
    with LoopWatch() as idle:
        await asyncio.sleep(0.5)
    ours, baseline, gaps = [], [], []
    for number, key in enumerate(keys):
        with LoopWatch() as watch:
            took, archive = await _first_page(desk, key)
        entry = first_pdf(archive)
        if entry is None:
            continue
        content = (await desk.desk.archives.read(archive, entry.entry_id)).content
        alone = _alone(content)
        if number >= WARM_UPS:
            ours.append(took)
            baseline.append(alone)
            gaps.append(watch.longest)
    return [
        Result("first page from the vault", median(ours), median(baseline), "ms", "pypdfium2 alone", most_ratio=MOST),
        Result("longest gap of the loop", max(gaps), idle.longest, "ms", "the idle loop", most=MOST_GAP_MILLISECONDS),
    ]


async def _first_page(desk: DeskUnderTest, key: ClientFileKey) -> tuple[float, OpenArchive]:
    previews = desk.desk.previews
    began = time.perf_counter()
    archive = await desk.desk.archives.open(key)
    entry = first_pdf(archive)
    if entry is not None:
        description = await previews.describe(archive, entry.entry_id)
        await previews.page(archive, entry.entry_id, 0, scale=PAGE_PIXELS / description.pages[0].width)
    return (time.perf_counter() - began) * 1000, archive


def _alone(content: bytes) -> float:
    began = time.perf_counter()
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    page = document[0]
    bitmap = page.render(scale=PAGE_PIXELS / page.get_width(), may_draw_forms=True)
    took = (time.perf_counter() - began) * 1000
    assert bitmap.width >= PAGE_PIXELS - 1
    page.close()
    document.close()
    return took
