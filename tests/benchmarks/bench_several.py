"""Two products of 10,000 files each in one list, in a real vault: how long the window stands still while one file changes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from tests.benchmarks.desk import LoopWatch
from tests.benchmarks.results import Result
from tests.support.desks import connection_for
from tests.support.files import CONNECTION_ID, OPERATOR, OTHER_CONNECTION_ID, a_file, a_key
from tests.support.real_window import Operator, operator_at_work
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.domain.client_file import KNOWN_STATES
from tns_desktop.services.events import ClientFilesChanged
from tns_desktop.services.ports import SampleAccount
from tns_desktop.ui.runtime.collector import Collector

FILES = 10_000
MOST_MILLISECONDS = 50.0
"""Longer than this, a key that is held down stumbles."""
NOWHERE = SampleAccount("http://127.0.0.1:9", "credit-demo", "0123456789abcdef", OPERATOR)
"""Nobody answers there: what is measured is the window over what it keeps."""
_SECONDS = 300.0


def run(quick: bool) -> list[Result]:
    files, rounds = (200, 2) if quick else (FILES, 12)
    application = dressed()
    with tempfile.TemporaryDirectory(prefix="tns-bench-") as folder:
        one, both = run_in_qt(application, lambda: _longest(Path(folder), files, rounds), seconds=_SECONDS)
    return [
        Result(
            f"one file changes among 2 x {files:,}",
            both,
            one,
            "ms",
            "one of the two products shown",
            most=MOST_MILLISECONDS,
        )
    ]


async def _longest(folder: Path, files: int, rounds: int) -> Sequence[float]:
    """The median of the longest standstills in milliseconds, with one product shown, then with both."""
    async with operator_at_work(folder, NOWHERE) as operator:
        connections = operator.under.desk.connections
        await connections.save(connection_for(NOWHERE, connection_id=OTHER_CONNECTION_ID), NOWHERE.secret_key)
        for connection_id in (CONNECTION_ID, OTHER_CONNECTION_ID):
            await _fill(operator, connection_id, files)
        collector = Collector()
        try:
            operator.shell.connections.choose(CONNECTION_ID)
            one = await _median(operator, files, rounds, shown=files)
            operator.shell.connections.choose_all()
            return one, await _median(operator, files, rounds, shown=2 * files)
        finally:
            collector.close()


async def _fill(operator: Operator, connection_id: str, files: int) -> None:
    for start in range(1, files + 1, 1_000):
        await operator.under.vault.client_files.upsert(
            [
                a_file(number, state=KNOWN_STATES[number % len(KNOWN_STATES)], connection_id=connection_id)
                for number in range(start, min(start + 1_000, files + 1))
            ]
        )


async def _median(operator: Operator, files: int, rounds: int, *, shown: int) -> float:
    await until(lambda: sum(1 for _ in operator.models.files.all_rows()) == shown, "the rows", seconds=_SECONDS)
    return median([await _change(operator, files - number) for number in range(rounds)])


async def _change(operator: Operator, number: int) -> float:
    """One file goes to the next queue: counts, the list and the views over it follow."""
    key, models = a_key(number), operator.models
    before = models.files.file_of(key)
    assert before is not None
    state = KNOWN_STATES[(KNOWN_STATES.index(before.client_file.state) + 1) % len(KNOWN_STATES)]
    client_file = await operator.under.vault.client_files.get(key)
    assert client_file is not None
    await operator.under.vault.client_files.upsert([replace(client_file, state=state)])
    await asyncio.sleep(0.05)
    with LoopWatch() as watch:
        operator.under.desk.bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))
        await until(lambda: models.files.file_of(key) != before, "the change", seconds=_SECONDS)
        await until(lambda: not operator.shell.files.is_reloading, "the list", seconds=_SECONDS)
        await asyncio.sleep(2 * LoopWatch.TICK_SECONDS)
    return watch.longest
