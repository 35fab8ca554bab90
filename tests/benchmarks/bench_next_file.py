"""From the key that decides to the first page of the next file on screen, in the real window, against the same without one."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.desk import PAGE_PIXELS
from tests.benchmarks.results import Result
from tests.support.desks import account_of
from tests.support.real_window import Operator, operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.client_file import ClientFileKey

MOST = 100.0
WARM_UPS = 2
_SECONDS = 300.0
_GRACE = 120.0
"""Nothing leaves while it is measured."""


def run(quick: bool) -> list[Result]:
    rounds = 2 if quick else 12

    async def scenario(sandbox: SandboxProcess, folder: Path) -> list[Result]:
        async with operator_at_work(folder, account_of(sandbox), grace=_GRACE) as operator:
            await operator.under.refresh()
            return await _measure(operator, rounds)

    with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder, SandboxProcess(files=60) as sandbox:
        return run_in_qt(dressed(), lambda: scenario(sandbox, Path(folder)), seconds=_SECONDS)


async def _measure(operator: Operator, rounds: int) -> list[Result]:
    files, review = operator.models.files, operator.shell.review
    await operator.open((await operator.under.waiting())[0].uuid)
    ours, alone = [], []
    for number in range(rounds + WARM_UPS):
        after = files.row_of(review.key) if review.key is not None else -1
        (following,) = files.next_to_do(after, 1)
        await until(lambda key=following: _is_kept(operator, key), "the next archive")  # type: ignore[misc]
        await asyncio.sleep(0.2)  # an operator reads before he decides
        began = time.perf_counter()
        operator.view.actions_by_id["accept"].trigger()
        await until(
            lambda key=following: review.key == key and _shows_something(operator),  # type: ignore[misc]
            "the next file",
        )
        ended = time.perf_counter()
        if number >= WARM_UPS:
            ours.append((ended - began) * 1000)
            alone.append(await _alone(operator))
    against = "open and draw it, no window"
    return [Result("next file after a decision", median(ours), median(alone), "ms", against, most=MOST)]


def _is_kept(operator: Operator, key: ClientFileKey) -> bool:
    row = operator.models.files.file_of(key)
    return row is not None and row.archive_kept


def _shows_something(operator: Operator) -> bool:
    """The first page; or the word that this document cannot be shown, for the samples have such ones too."""
    preview = operator.view.review.preview
    return preview.pages.is_drawn(0) or bool(preview.text.text) or preview.asks_for_password


async def _alone(operator: Operator) -> float:
    """The use cases for the file on screen: vault, index, decoder."""
    desk, key = operator.under.desk, operator.shell.review.key
    assert key is not None
    began = time.perf_counter()
    archive = await desk.archives.open(key)
    entry = next(entry for entry in archive.index.entries if entry.kind is DocumentKind.PDF)
    description = await desk.previews.describe(archive, entry.entry_id)
    await desk.previews.page(archive, entry.entry_id, 0, scale=PAGE_PIXELS / description.pages[0].width)
    return (time.perf_counter() - began) * 1000
