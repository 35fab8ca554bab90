"""From an acceptance to the firm's folder, against the sandbox: only what the server has confirmed, and only once."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.desks import DeskUnderTest, desk
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process
from tns_desktop.adapters.handover.folders import SIGN_NAME
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.handover import HandoverRule, HandoverStatus, Layout

__all__ = ["desk", "sandbox", "sandbox_process"]

pytestmark = pytest.mark.anyio


async def work(desk: DeskUnderTest) -> None:
    parts = desk.desk.handing_over
    await parts.planner.plan_due()
    while await parts.worker.work_batch():
        pass


async def test_an_acceptance_reaches_the_folder_once_the_server_shows_it(
    desk: DeskUnderTest, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    target = tmp_path / "depot"
    target.mkdir()
    handovers = desk.desk.handing_over.handovers
    await handovers.prepare_folder(target)
    handovers.rules.save(HandoverRule(desk.connection_id, str(target), template="{state}/{id}", layout=Layout.ZIP))
    await desk.refresh()
    accepted, rejected = (file for file in (await desk.waiting())[:2])
    await desk.decide(rejected.uuid, Verdict.REJECT, cause="EXPIRED", message="x")
    entry = await desk.decide(accepted.uuid, grace=5)
    await work(desk)
    assert await handovers.all() == []  # decided, not confirmed

    desk.clock.advance(6)
    (target / SIGN_NAME).unlink()  # the share is away when the confirmation comes
    assert (await desk.settle(entry.decision.decision_id)).status is OutboxStatus.CONFIRMED
    await work(desk)
    (row,) = await handovers.all()
    assert (row.key, row.status, row.error_code) == (accepted.key, HandoverStatus.PLANNED, "handover_folder_gone")
    assert list(target.iterdir()) == []

    await handovers.prepare_folder(target)
    desk.clock.advance(10)
    await work(desk)
    (row,) = await handovers.all()
    assert row.status is HandoverStatus.DONE
    folder = target / "ACCEPTED" / accepted.id
    (archive,) = folder.glob("*.zip")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert manifest["archive"]["sha256"] == manifest["files"][0]["sha256"] == digest
    assert manifest["client_file"]["state"] == "ACCEPTED"
    assert manifest["client_file"]["uuid"] == accepted.uuid
    with sandbox.api() as client:
        assert client.get(f"/client-files/{accepted.uuid}/archive").content == archive.read_bytes()

    desk.desk.handing_over.planner.look_again()
    await work(desk)
    assert len(await handovers.all()) == 1
    assert len(json.loads((target / "index.json").read_text(encoding="utf-8"))["files"]) == 1
