"""Ten thousand files: the first refresh from the server, against the same requests by bare httpx."""

from __future__ import annotations

import asyncio
import json
import time
from statistics import median

from tests.benchmarks.desk import LoopWatch, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess

MOST = 1.5
LONGEST_GAP = 50.0
PAGE = 200


def run(quick: bool) -> list[Result]:
    files, rounds = (400, 1) if quick else (10_000, 3)

    async def measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
        return await _measure(desk, sandbox, rounds)

    return on_a_desk(measure, files=files, refresh=False)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess, rounds: int) -> list[Result]:
    ours, again, bare, gaps = [], [], [], []
    states = [state.name for state in (await desk.desk.connections.api_for(desk.connection_id)).queues]
    for number in range(rounds + 1):
        began = time.perf_counter()
        expected = await asyncio.to_thread(_bare_blocking, sandbox, states)
        between = time.perf_counter()
        await desk.desk.keeper.forget_connection(desk.connection_id)
        started = time.perf_counter()
        with LoopWatch() as watch:
            await desk.refresh()
        ended = time.perf_counter()
        assert len(await desk.rows()) == expected
        before = time.perf_counter()
        await desk.refresh()
        repeated = time.perf_counter() - before
        if number > 0:  # the first one reads the libraries from the disk
            bare.append(between - began)
            ours.append(ended - started)
            again.append(repeated)
            gaps.append(watch.longest)
    files = f"{expected:,} files"
    return [
        Result(f"first refresh of {files}", median(ours), median(bare), "s", "the requests alone", most_ratio=MOST),
        Result(f"second refresh of {files}", median(again), median(bare), "s", "the requests alone", most_ratio=MOST),
        Result("longest gap meanwhile", max(gaps), LoopWatch.TICK_SECONDS * 1000, "ms", "the tick", most=LONGEST_GAP),
    ]


def _bare_blocking(sandbox: SandboxProcess, states: list[str]) -> int:
    """Every page of every state, parsed and counted."""
    found = 0
    with sandbox.api(timeout=60) as client:
        for state in states:
            offset = 0
            while True:
                answer = client.get("/client-files", params={"state": state, "limit": PAGE, "offset": offset})
                page = len(json.loads(answer.raise_for_status().content)["clientFiles"])
                found += page
                offset += PAGE
                if page < PAGE:
                    break
    return found
