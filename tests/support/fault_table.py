"""Every fault of the sandbox against a desk: what the operator was told, what happened, and how it ended.

``python -m tests.support.fault_table`` prints the outcomes as a Markdown table; ``tests/flows/test_fault_matrix.py``
judges them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.desks import DeskUnderTest, account_of, opened_desk
from tests.support.sandbox import SandboxProcess
from tns_desktop.adapters.api.transport import Timeouts
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import TnsError
from tns_desktop.sandbox.faults import FAULT_KINDS
from tns_desktop.services.events import OutboxChanged

ROUTES = ("list", "archive", "accept", "reject", "read", "read-after")
"""Of the looks at a file, ``read`` meets the fault before the decision is sent, ``read-after`` once it is carried out."""
SHORT = Timeouts(connect=5, read=0.5, write=5, exchange=5)
"""What hangs costs half a second; what is merely behind on a busy machine does not look like a fault."""
TRIES = 15
_SLOWER_THAN_PATIENCE = "slow(5)"  # eight pieces, each later than ``read`` allows


@dataclass(frozen=True, slots=True)
class FaultOutcome:
    """``code`` is of the error that was told, empty when there was none; ``carried_out`` counts in the server's log."""

    route: str
    fault: str
    code: str
    rows_kept: bool
    ended_well: bool
    status: str = ""
    carried_out: int = 0
    final_status: str = ""
    carried_out_in_the_end: int = 0


def spec_of(route: str, fault: str) -> str:
    asked, _, after = route.partition("-")
    return f"{asked}:{_SLOWER_THAN_PATIENCE if fault == 'slow' else fault}{'@1' if after else ''}"


async def outcome_of(sandbox: SandboxProcess, folder: Path, route: str, fault: str) -> FaultOutcome:
    """Runs one case on a new desk in ``folder`` against a sandbox that was reset."""
    async with _desk_with_list(sandbox, folder) as desk:
        if route == "list":
            return await _list_outcome(sandbox, desk, fault)
        if route == "archive":
            return await _archive_outcome(sandbox, desk, fault)
        return await _decision_outcome(sandbox, desk, route, fault)


async def _list_outcome(sandbox: SandboxProcess, desk: DeskUnderTest, fault: str) -> FaultOutcome:
    before = await desk.rows()
    sandbox.set_faults(spec_of("list", fault))
    code = await _code_of(desk.refresh)
    kept = await desk.rows() == before
    sandbox.set_faults("")
    added = sandbox.add_file()["uuid"]
    await _patiently(desk.refresh)
    after = {row.client_file.uuid for row in await desk.rows()}
    return FaultOutcome("list", fault, code, kept, after == {row.client_file.uuid for row in before} | {added})


async def _archive_outcome(sandbox: SandboxProcess, desk: DeskUnderTest, fault: str) -> FaultOutcome:
    before = await desk.rows()
    key = before[0].key
    sandbox.set_faults(spec_of("archive", fault))
    code = await _code_of(lambda: desk.desk.archives.open(key))
    kept = await desk.rows() == before and await desk.vault.blobs.find(key) is None
    sandbox.set_faults("")
    await _patiently(lambda: desk.desk.archives.open(key))
    archive = await desk.desk.archives.open(key)
    return FaultOutcome("archive", fault, code, kept, archive.is_of_its_client_file and bool(archive.index.entries))


async def _decision_outcome(sandbox: SandboxProcess, desk: DeskUnderTest, route: str, fault: str) -> FaultOutcome:
    verdict = Verdict.ACCEPT if route.startswith("read") else Verdict(route)
    before = await desk.rows()
    chosen = (await desk.waiting())[0].uuid
    cause, message = ("", "") if verdict is Verdict.ACCEPT else ("Fraude", "Document falsifié")
    await _patiently(lambda: desk.desk.archives.open(desk.key(chosen)))
    decision_id = (await desk.decide(chosen, verdict, cause=cause, message=message)).decision.decision_id
    sandbox.set_faults(spec_of(route, fault))
    seen: list[str] = []
    told = desk.desk.bus.subscribe(OutboxChanged, lambda event: seen.append(event.entry.error_code))
    error = await desk.push()
    told.cancel()
    entry = await desk.entry(decision_id)
    carried_out = _carried_out(sandbox, chosen)
    kept = len(await desk.rows()) == len(before)
    sandbox.set_faults("")
    await _patiently(desk.refresh)
    final = await desk.settle(decision_id)
    if final.status.needs_a_person:
        await desk.desk.decisions.send_again(decision_id)
        final = await desk.settle(decision_id)
    shown = (await desk.row(chosen)).client_file.state
    return FaultOutcome(
        route,
        fault,
        error.code if error else next((code for code in seen if code), ""),
        kept,
        final.status is OutboxStatus.CONFIRMED and shown == verdict.resulting_state,
        entry.status.value,
        carried_out,
        final.status.value,
        _carried_out(sandbox, chosen),
    )


@asynccontextmanager
async def _desk_with_list(sandbox: SandboxProcess, folder: Path) -> AsyncIterator[DeskUnderTest]:
    async with opened_desk(folder, account_of(sandbox), timeouts=SHORT) as desk:
        await _patiently(desk.refresh)
        yield desk


async def _patiently(work: Callable[[], Awaitable[object]]) -> None:
    """Again when the machine was too busy to answer in half a second."""
    for tries_left in reversed(range(TRIES)):
        try:
            await work()
        except TnsError:
            if not tries_left:
                raise
        else:
            return


async def _code_of(work: Callable[[], Awaitable[object]]) -> str:
    try:
        await work()
    except TnsError as error:
        return error.code
    return ""


def _carried_out(sandbox: SandboxProcess, uuid: str) -> int:
    return sum(decision["uuid"] == uuid for decision in sandbox.decisions())


def markdown_table(outcomes: list[FaultOutcome]) -> str:
    lines = [
        "| Request | Fault | Error told | Row just after | Server acted | Row in the end | Server acted in all | Ended well |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.route} | {one.fault} | {one.code or '—'} | {one.status or '—'} | {one.carried_out} "
        f"| {one.final_status or '—'} | {one.carried_out_in_the_end} | {'yes' if one.ended_well else 'NO'} |"
        for one in outcomes
    ]
    return "\n".join(lines) + "\n"


async def _all_outcomes() -> list[FaultOutcome]:
    outcomes = []
    with SandboxProcess() as sandbox, tempfile.TemporaryDirectory() as folder:
        for route in ROUTES:
            for fault in FAULT_KINDS:
                sandbox.reset()
                outcomes.append(await outcome_of(sandbox, Path(folder) / f"{route}-{fault}", route, fault))
    return outcomes


if __name__ == "__main__":
    sys.stdout.write(markdown_table(asyncio.run(_all_outcomes())))
