"""A thousand client files from a CSV, against the same requests by bare httpx; and a hundred thousand rows, unsent."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.desk import LoopWatch, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess
from tns_desktop.domain.creation import CreationStatus
from tns_desktop.domain.table_mapping import ColumnMapping

MOST = 1.25
"""Of the time of the bare requests: 0.8 of their rate."""
LONGEST_GAP = 50.0
WORKFLOW = "Crédit à la consommation"
_HEADER = "Civilité;Nom;Prénom;E-mail;Date de naissance;Mobile;Référence;agence\r\n"


def run(quick: bool) -> list[Result]:
    rows, many, rounds = (50, 500, 1) if quick else (1_000, 100_000, 3)

    async def measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
        return [*await _created(desk, sandbox, rows, rounds), *await _large(desk, many)]

    return on_a_desk(measure)


async def _created(desk: DeskUnderTest, sandbox: SandboxProcess, rows: int, rounds: int) -> list[Result]:
    ours, bare, gaps = [], [], []
    for number in range(rounds + 1):
        path = _table(desk.folder / f"clients-{number}.csv", rows, f"R{number}")
        began = time.perf_counter()
        await asyncio.to_thread(_bare_blocking, sandbox, rows, f"B{number}")
        started = time.perf_counter()
        with LoopWatch() as watch:
            batch = await _queued(desk, path)
            error = await desk.create()
        ended = time.perf_counter()
        assert error is None, error
        done = await desk.desk.creation.importing.outcomes(batch)
        assert [row.status for row in done] == [CreationStatus.CREATED] * rows
        if number > 0:  # the first one reads the libraries from the disk
            bare.append(started - began)
            ours.append(ended - started)
            gaps.append(watch.longest)
    what = f"{rows:,} client files from a CSV"
    return [
        Result(what, median(ours), median(bare), "s", "the requests alone", most_ratio=MOST),
        Result("longest gap meanwhile", max(gaps), LoopWatch.TICK_SECONDS * 1000, "ms", "the tick", most=LONGEST_GAP),
    ]


async def _large(desk: DeskUnderTest, rows: int) -> list[Result]:
    path = _table(desk.folder / "many.csv", rows, "M")
    began = time.perf_counter()
    with LoopWatch() as watch:
        await _queued(desk, path)
    took = time.perf_counter() - began
    return [
        Result(f"{rows:,} rows read, tried and queued", took, took, "s", "itself"),
        Result(
            "longest gap meanwhile", watch.longest, LoopWatch.TICK_SECONDS * 1000, "ms", "the tick", most=LONGEST_GAP
        ),
    ]


async def _queued(desk: DeskUnderTest, path: Path) -> str:
    importing = desk.desk.creation.importing
    table = await importing.read(path)
    workflows = await desk.desk.creation.workflows.of(desk.connection_id)
    workflow = next(one for one in workflows if one.label == WORKFLOW)
    mapping = ColumnMapping(await importing.proposed(table, workflow), WORKFLOW)
    trial = await importing.try_out(table, mapping, desk.connection_id, workflows)
    assert trial.wrong == []
    return await importing.run(trial, desk.connection_id)


def _table(path: Path, rows: int, prefix: str) -> Path:
    lines = (
        f"Mme;Nom{number};Zoé;z{number}@courriel.test;01/02/1980;+33 6 12 34 56 78;{prefix}-{number};Lyon\r\n"
        for number in range(rows)
    )
    path.write_bytes((_HEADER + "".join(lines)).encode("cp1252"))
    return path


def _bare_blocking(sandbox: SandboxProcess, rows: int, prefix: str) -> None:
    """The same requests, one after the other, over one connection."""
    with sandbox.api(timeout=60) as client:
        for number in range(rows):
            person = {
                "civility": "MRS", "lastName": f"Nom{number}", "firstName": "Zoé", "email": f"z{number}@courriel.test",
                "birthDate": "1980-02-01", "mobilePhone": "+33 6 12 34 56 78",
            }  # fmt: skip
            described = {"participants": [person], "externalInfo": [{"name": "agence", "value": "Lyon"}]}
            parts: list[tuple[str, tuple[str | None, str] | tuple[str | None, str, str]]] = [
                ("workflowLabel", (None, WORKFLOW)),
                ("externalId", (None, f"{prefix}-{number}")),
                ("clientFile", (None, json.dumps(described), "application/json")),
            ]
            client.post("/client-files", files=parts).raise_for_status()
