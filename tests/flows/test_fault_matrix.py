"""The fault matrix: every fault of the sandbox met by list, archive and decision.

Nothing is lost, nothing is misreported, a sentence is there for what happened, and all ends well once the fault is over.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.fault_table import ROUTES, outcome_of
from tests.support.sandbox import SandboxProcess
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.sandbox.faults import FAULT_KINDS

pytestmark = pytest.mark.anyio

ENGLISH = tomllib.loads(resource_path("i18n", "en.toml").read_text(encoding="utf-8"))
UNDECIDED = {"queued", "retry_wait", "outcome_unknown"}


@pytest.mark.parametrize("fault", FAULT_KINDS)
@pytest.mark.parametrize("route", ROUTES)
async def test_a_fault_loses_nothing_and_misreports_nothing(
    sandbox: SandboxProcess, tmp_path: Path, route: str, fault: str
) -> None:
    outcome = await outcome_of(sandbox, tmp_path, route, fault)
    assert outcome.rows_kept
    assert outcome.ended_well
    if outcome.code:
        assert ENGLISH["error"][outcome.code]["title"]
    if route in ("accept", "reject"):
        # "Confirmed" only when the server's own log has it; carried out once, whatever happened on the way.
        assert outcome.status != "confirmed" or outcome.carried_out == 1
        assert outcome.carried_out == 0 or outcome.status in UNDECIDED | {"confirmed", "sent"}
        assert outcome.carried_out_in_the_end == 1
