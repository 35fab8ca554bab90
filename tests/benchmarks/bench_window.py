"""The preview in the real window: pages of a long PDF turned, words found in it, a scan of A0 at 300 dots an inch zoomed.

The archive is opened from disk. A page is turned when its pixels are in the window and painted; a frame is a notch of the
wheel and the painting that follows it.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.desk import LoopWatch
from tests.benchmarks.results import Result, milliseconds
from tests.support.desks import account_of
from tests.support.documents import pdf
from tests.support.real_window import Operator, operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tests.support.zips import Part, build_zip
from tns_desktop.ui.preview.page_view import PageView

MOST_TURN = 50.0
MOST_FIND = 500.0
MOST_FRAME = 16.0
MOST_GAP = 50.0
SCAN = (9_933, 14_043)
"""Pixels of A0 at 300 dots an inch."""
WORDS = "line 7:"
NOTCH = 120
_SECONDS = 300.0


def run(quick: bool) -> list[Result]:
    pages, size = (20, (2_483, 3_511)) if quick else (200, SCAN)

    async def scenario(sandbox: SandboxProcess, folder: Path) -> list[Result]:
        archive = folder / "long.zip"
        archive.write_bytes(build_zip([Part(b"1-long.pdf", pdf(pages=pages)), Part(b"2-scan.jpg", _scan(size))]))
        async with operator_at_work(folder / "profile", account_of(sandbox)) as operator:
            return await _measure(operator, archive, pages, 5 if quick else 60)

    with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder, SandboxProcess(files=4) as sandbox:
        return run_in_qt(dressed(), lambda: scenario(sandbox, Path(folder)), seconds=_SECONDS)


async def _measure(operator: Operator, archive: Path, pages: int, rounds: int) -> list[Result]:
    operator.view.frame.resize(1280, 800)
    view = operator.view.review.preview.pages
    with LoopWatch() as idle:
        await asyncio.sleep(0.5)
    with LoopWatch() as watch:
        operator.shell.show_from_disk(archive)
        await until(lambda: view.page_count == pages and view.is_drawn(0), "the long document", seconds=60)
        turns = [await _turned(operator, view, 1 + number) for number in range(min(rounds, pages - 1))]
        first, whole = await _found(operator, pages)
        operator.view.actions_by_id["next_document"].trigger()
        await until(lambda: view.page_count == 1 and view.is_drawn(0), "the scan", seconds=60)
        frames = await _zoomed(operator, view, rounds)
    empty = milliseconds(lambda: operator.view.header.repaint())
    return [
        Result("window: page turn in 200 pages", median(turns), max(turns), "ms", "the slowest", most=MOST_TURN),
        Result("window: find in 200 pages, first hit", first, whole, "ms", "the full count"),
        Result("window: find in 200 pages, all", whole, first, "ms", "the first hit", most=MOST_FIND),
        Result(
            "window: wheel frame on an A0 scan", median(frames), empty, "ms", "painting the header", most=MOST_FRAME
        ),
        Result("window: longest gap of all this", watch.longest, idle.longest, "ms", "the idle loop", most=MOST_GAP),
    ]


async def _turned(operator: Operator, view: PageView, page: int) -> float:
    await asyncio.sleep(0.02)
    began = time.perf_counter()
    operator.view.actions_by_id["next_page"].trigger()
    await _at_once(lambda: view.page == page and view.is_drawn(page))
    view.viewport().repaint()
    return (time.perf_counter() - began) * 1000


async def _found(operator: Operator, pages: int) -> tuple[float, float]:
    """Milliseconds to the first place found and to the whole count: one on each page."""
    preview = operator.view.review.preview
    operator.view.actions_by_id["find"].trigger()
    began = time.perf_counter()
    preview.find_bar.field.setText(WORDS)
    await _at_once(lambda: preview.pages.hits.count)
    first = (time.perf_counter() - began) * 1000
    await _at_once(lambda: preview.pages.hits.count == pages)
    whole = (time.perf_counter() - began) * 1000
    preview.find_bar.leave()
    return first, whole


async def _zoomed(operator: Operator, view: PageView, rounds: int) -> list[float]:
    """In to the scan's own pixels, where its parts come in, then in and out over them."""
    frames = []
    for number in range(rounds):
        notches = 1 if number < 14 or number % 4 < 2 else -1
        frames.append(milliseconds(lambda notches=notches: _wheel(view, notches)))  # type: ignore[misc]
        await asyncio.sleep(0.03)
    return frames


def _wheel(view: PageView, notches: int) -> None:
    at = QPointF(view.viewport().rect().center())
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(
            at,
            QPointF(view.viewport().mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, NOTCH * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    view.viewport().repaint()


async def _at_once(holds: Callable[[], object]) -> None:
    """Looks whenever the loop turns: a wait between two looks would be part of the measure."""
    end = time.perf_counter() + 30
    while not holds():
        assert time.perf_counter() < end
        await asyncio.sleep(0.0005)


def _scan(size: tuple[int, int]) -> bytes:
    """A drawing: white with lines, grey, as scanners of plans deliver it."""
    tile = Image.new("L", (331, 331), 255)
    tile.paste(90, (20, 20, 300, 24))
    tile.paste(20, (20, 20, 24, 300))
    image = Image.new("L", size, 255)
    for top in range(0, size[1], 331):
        for left in range(0, size[0], 331):
            image.paste(tile, (left, top))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()
