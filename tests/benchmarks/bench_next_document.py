"""The next document of an archive in the vault, from its key to its pixels, against PDFium or Pillow called directly.

All that the desk does in between is in it: vault, unpacking, the way to the decoder's process and back. Each document is
measured once: what was read before would come from memory. So those of a third of the files are measured as the operator has
them: chosen in a preview, until they are painted there.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator
from statistics import median
from typing import TypeVar

import pypdfium2
from PIL import Image, ImageOps
from PySide6.QtCore import QEvent, QObject, QTimer

from tests.benchmarks.desk import PAGE_PIXELS, LoopWatch, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess
from tests.support.windows import delete
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.archives import OpenArchive
from tns_desktop.ui.presenters.preview import PreviewPresenter
from tns_desktop.ui.preview.preview_pane import PreviewPane

T = TypeVar("T")

MOST = 1.3
MOST_GAP_MILLISECONDS = 50.0
MOST_ON_SCREEN_MILLISECONDS = 33.0
"""Two pictures of a screen that shows 60 a second."""
PATIENCE_SECONDS = 15.0
PANE_SIZE = 1300, 1000
"""Wide enough for a page of ``PAGE_PIXELS``."""
WARM_UPS = 4
PICTURES = (DocumentKind.JPEG, DocumentKind.PNG)
"""What Pillow opens without a plug-in of ours."""


def run(quick: bool) -> list[Result]:
    return on_a_desk(_measure, files=9 if quick else 60)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
    with LoopWatch() as idle:
        await asyncio.sleep(0.5)
    pairs: dict[str, list[tuple[float, float]]] = {"PDF": [], "picture": []}
    on_screen: dict[str, list[float]] = {"PDF": [], "picture": []}
    longest = 0.0
    uuids = sandbox.uuids()
    kept_for_the_screen = len(uuids) // 3
    async for archive, entry, name in _documents(desk, uuids[kept_for_the_screen:]):
        with LoopWatch() as watch:
            scale, took = await _ours(desk, archive, entry.entry_id)
        if not scale:
            continue  # one of the samples that cannot be shown
        longest = max(longest, watch.longest)
        content = (await desk.desk.previews.document(archive, entry.entry_id)).content
        alone = _pdf_alone(content, scale) if name == "PDF" else _picture_alone(content, scale)
        pairs[name].append((took, alone))
    preview = OnScreen(desk)
    async for archive, entry, name in _documents(desk, uuids[:kept_for_the_screen]):
        shown = await preview.milliseconds(archive, entry)
        on_screen[name] += [] if shown is None else [shown]
    await preview.close()
    results = []
    for name, library in (("PDF", "pypdfium2 alone"), ("picture", "Pillow alone")):
        measured, seen = _warm(pairs[name]), _warm(on_screen[name])
        ours, baseline = (median(pair[side] for pair in measured) for side in (0, 1))
        what = f"next document, {name}, of {len(measured)}"
        results.append(Result(what, ours, baseline, "ms", library, most_ratio=MOST))
        what = f"next document on screen, {name}, of {len(seen)}"
        results.append(Result(what, median(seen), ours, "ms", "without a window", most=MOST_ON_SCREEN_MILLISECONDS))
    gap = Result("next document: gap", longest, idle.longest, "ms", "the idle loop", most=MOST_GAP_MILLISECONDS)
    return [*results, gap]


async def _documents(desk: DeskUnderTest, uuids: list[str]) -> AsyncIterator[tuple[OpenArchive, ArchiveEntry, str]]:
    for uuid in uuids:
        archive = await desk.desk.archives.open(desk.key(uuid))
        for entry in archive.index.entries:
            if entry.can_be_read and not entry.is_locked and entry.kind in (DocumentKind.PDF, *PICTURES):
                yield archive, entry, "PDF" if entry.kind is DocumentKind.PDF else "picture"


def _warm(measured: list[T]) -> list[T]:
    return measured[WARM_UPS:] or measured


class OnScreen(QObject):
    """A preview in a window of its own."""

    def __init__(self, desk: DeskUnderTest) -> None:
        super().__init__()
        self._pane = PreviewPane()
        self._pane.resize(*PANE_SIZE)
        self._pane.show()
        self._pane.pages.viewport().installEventFilter(self)
        self._presenter = PreviewPresenter(desk.desk, self._pane, self._fail)
        self._presenter.document_failed.connect(self._end)
        self._painted: asyncio.Future[float | None] | None = None

    async def milliseconds(self, archive: OpenArchive, entry: ArchiveEntry) -> float | None:
        """From the choice to the first pixels of it that are painted; None for what cannot be shown."""
        self._presenter.show_nothing()
        await asyncio.sleep(0.03)  # until the document before is gone from the screen
        painted = self._painted = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self._presenter.show(archive, entry)
        ended = await asyncio.wait_for(painted, PATIENCE_SECONDS)
        return None if ended is None else (ended - began) * 1000

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._pane.pages.is_drawn(0):
            # After this event: then it has been painted.
            QTimer.singleShot(0, lambda: self._end(None, time.perf_counter()))
        return super().eventFilter(watched, event)

    def _end(self, _what: object, at: float | None = None) -> None:
        if self._painted is not None and not self._painted.done():
            self._painted.set_result(at)

    def _fail(self, error: BaseException) -> None:
        if self._painted is not None and not self._painted.done():
            self._painted.set_exception(error)

    async def close(self) -> None:
        await self._presenter.close()
        delete(self._pane)


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
