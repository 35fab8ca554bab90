"""Every fault of the sandbox meets every request: nothing is lost, nothing is misreported, and it ends well.

``python -m tests.support.fault_table`` prints the same outcomes as a table.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.fault_table import ROUTES, markdown_table, outcome_of
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.sandbox.faults import FAULT_KINDS

__all__ = ["sandbox", "sandbox_process"]  # fixtures
pytestmark = pytest.mark.anyio

CATALOGUE = Path(__file__).parents[2] / "resources" / "i18n" / "en.toml"
CODES = {
    "hang": "request_timed_out",
    "slow": "request_timed_out",
    "cut": "connection_cut",
    "commit-then-cut": "connection_cut",
    "401": "credentials_refused",
    "403": "access_forbidden",
    "404": "client_file_not_found",
    "409": "state_conflict",
    "429": "too_many_requests",
    "500": "server_failed",
    "503": "server_failed",
    "html": "answer_not_understood",
    "invalid-json": "answer_not_understood",
    "wrong-media": "answer_not_understood",
    "wrong-length": "connection_cut",
    "redirect": "redirect_refused",
    "huge-json": "answer_not_understood",
}
ACTED = frozenset({"slow", "cut", "commit-then-cut", "invalid-json", "wrong-media", "wrong-length"})
"""Faults that spoil an answer which was earned: the decision is carried out."""
WAITS = frozenset({"401", "429"})
FOR_A_PERSON = {"403": OutboxStatus.REFUSED, "404": OutboxStatus.REFUSED, "409": OutboxStatus.CONFLICT}


def status_after(route: str, fault: str) -> OutboxStatus:
    """Where the row must stand after one round in which every request to ``route`` meets ``fault``."""
    if route == "read-after":
        return OutboxStatus.OUTCOME_UNKNOWN
    if route == "read":
        # A file that is not there before anything was sent is for a person; what is merely not readable waits.
        return OutboxStatus.CONFLICT if fault == "404" else OutboxStatus.QUEUED
    if fault in ACTED:
        return OutboxStatus.CONFIRMED
    if fault in FOR_A_PERSON:
        return FOR_A_PERSON[fault]
    if fault in WAITS:
        return OutboxStatus.RETRY_WAIT
    # A body that is not looked into is a success for all we know: the server owes us a result.
    return OutboxStatus.OUTCOME_UNKNOWN if fault == "huge-json" else OutboxStatus.QUEUED


def test_the_matrix_knows_every_fault() -> None:
    assert set(CODES) == set(FAULT_KINDS)


@pytest.mark.parametrize("code", sorted(set(CODES.values())))
def test_there_are_words_for_what_is_told(code: str) -> None:
    assert tomllib.loads(CATALOGUE.read_text("utf-8"))["error"][code]["title"]


@pytest.mark.parametrize("fault", FAULT_KINDS)
@pytest.mark.parametrize("route", ROUTES)
async def test_a_fault_loses_nothing_and_ends_well(
    sandbox: SandboxProcess, tmp_path: Path, route: str, fault: str
) -> None:
    outcome = await outcome_of(sandbox, tmp_path, route, fault)
    assert outcome.rows_kept
    assert outcome.ended_well
    if route in ("list", "archive"):
        assert outcome.code == CODES[fault]
        return
    reading = route.startswith("read")
    assert outcome.code == ("" if fault == "huge-json" and not reading else CODES[fault])
    assert outcome.status == status_after(route, fault)
    assert outcome.carried_out == (route == "read-after" if reading else fault in ACTED)
    assert outcome.final_status == OutboxStatus.CONFIRMED
    assert outcome.carried_out_in_the_end == 1


async def test_the_matrix_can_be_printed(sandbox: SandboxProcess, tmp_path: Path) -> None:
    table = markdown_table([await outcome_of(sandbox, tmp_path, "reject", "commit-then-cut")])
    assert (
        table.splitlines()[-1] == "| reject | commit-then-cut | connection_cut | confirmed | 1 | confirmed | 1 | yes |"
    )
