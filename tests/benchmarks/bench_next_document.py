"""The next document of an archive in the vault, from its key to its pixels, against PDFium or Pillow called directly.

All that the desk does in between is in it: vault, unpacking, the way to the decoder's process and back. Each document is
measured once: what was read before would come from memory.
"""

from __future__ import annotations

import asyncio
import io
import time
from statistics import median

import pypdfium2
from PIL import Image, ImageOps

from tests.benchmarks.desk import PAGE_PIXELS, LoopWatch, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.archives import OpenArchive

MOST = 1.3
MOST_GAP_MILLISECONDS = 50.0
WARM_UPS = 4
PICTURES = (DocumentKind.JPEG, DocumentKind.PNG)
"""What Pillow opens without a plug-in of ours."""


def run(quick: bool) -> list[Result]:
    return on_a_desk(_measure, files=6 if quick else 60)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
    with LoopWatch() as idle:
        await asyncio.sleep(0.5)
    pairs: dict[str, list[tuple[float, float]]] = {"PDF": [], "picture": []}
    longest = 0.0
    for uuid in sandbox.uuids():
        archive = await desk.desk.archives.open(desk.key(uuid))
        for entry in archive.index.entries:
            if not entry.can_be_read or entry.is_locked or entry.kind not in (DocumentKind.PDF, *PICTURES):
                continue
            with LoopWatch() as watch:
                scale, took = await _ours(desk, archive, entry.entry_id)
            if not scale:
                continue  # one of the samples that cannot be shown
            longest = max(longest, watch.longest)
            content = (await desk.desk.previews.document(archive, entry.entry_id)).content
            is_pdf = entry.kind is DocumentKind.PDF
            alone = _pdf_alone(content, scale) if is_pdf else _picture_alone(content, scale)
            pairs["PDF" if is_pdf else "picture"].append((took, alone))
    results = []
    for name, library in (("PDF", "pypdfium2 alone"), ("picture", "Pillow alone")):
        measured = pairs[name][WARM_UPS:]
        ours, baseline = (median(pair[side] for pair in measured) for side in (0, 1))
        results.append(
            Result(f"next document, {name}, of {len(measured)}", ours, baseline, "ms", library, most_ratio=MOST)
        )
    gap = Result("next document: gap", longest, idle.longest, "ms", "the idle loop", most=MOST_GAP_MILLISECONDS)
    return [*results, gap]


async def _ours(desk: DeskUnderTest, archive: OpenArchive, entry_id: str) -> tuple[float, float]:
    """The scale and the milliseconds; a scale of 0 for what cannot be shown."""
    previews = desk.desk.previews
    began = time.perf_counter()
    try:
        description = await previews.describe(archive, entry_id)
        scale = PAGE_PIXELS / description.pages[0].width
        await previews.page(archive, entry_id, 0, scale=scale)
    except TnsError:
        return 0.0, 0.0
    return scale, (time.perf_counter() - began) * 1000


def _pdf_alone(content: bytes, scale: float) -> float:
    began = time.perf_counter()
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    page = document[0]
    bitmap = page.render(scale=scale, may_draw_forms=True)
    took = (time.perf_counter() - began) * 1000
    assert bitmap.width >= PAGE_PIXELS - 1
    page.close()
    document.close()
    return took


def _picture_alone(content: bytes, scale: float) -> float:
    """Decoded at the nearest fraction that JPEG offers, upright, at the wanted size, as bytes."""
    began = time.perf_counter()
    image = Image.open(io.BytesIO(content))
    if scale < 1:
        image.draft("RGB", (int(image.width * scale), int(image.height * scale)))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.resize((PAGE_PIXELS, max(1, upright.height * PAGE_PIXELS // upright.width))).tobytes()
    return (time.perf_counter() - began) * 1000
