"""A PDF of 200 pages in the preview: finding words in all of it, and turning its pages; the way to the decoder included."""

from __future__ import annotations

import asyncio
import time
from statistics import median

from tests.benchmarks.results import Result
from tests.support.documents import document, pdf
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.services.previews import FIND_SECONDS

MOST_FIND_MILLISECONDS = 500.0
MOST_TURN_MILLISECONDS = 50.0
SCALE = 1.5
WORDS = "line 7:"


def run(quick: bool) -> list[Result]:
    return asyncio.run(_measure(pages=20 if quick else 200))


async def _measure(pages: int) -> list[Result]:
    host = RenderHost()
    await host.start()
    shown = document(DocumentKind.PDF, pdf(pages=pages), entry_id="long")
    await host.describe(shown)
    first = 0.0
    searched = found = 0
    began = time.perf_counter()
    while searched < pages:
        step = await host.find(shown, WORDS, searched, pages - searched, FIND_SECONDS)
        searched += step.searched
        found += len(step.hits)
        first = first or _since(began)
    everything = _since(began)
    assert found == pages
    turns = []
    for page in range(pages):
        began = time.perf_counter()
        await host.render_page(shown, page, scale=SCALE)
        turns.append(_since(began))
    await host.close()
    return [
        Result("find in 200 pages: first hits", first, everything, "ms", "the full count"),
        Result("find in 200 pages: full count", everything, first, "ms", "first hits", most=MOST_FIND_MILLISECONDS),
        Result("page turn in 200 pages", median(turns), max(turns), "ms", "the slowest", most=MOST_TURN_MILLISECONDS),
    ]


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
