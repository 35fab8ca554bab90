"""Batches of hand-overs: what is under way side by side, and what is left when the program is gone in the middle of them."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.handover_child import BATCH, COMMAND, EXIT_STATUS, NotedCommands, server_with
from tests.support.handovers import FakeCommands, deliveries
from tns_desktop.adapters.handover import DiskFolders
from tns_desktop.domain.errors import VaultError
from tns_desktop.domain.handover import HandoverStatus
from tns_desktop.services import handing_over

pytestmark = pytest.mark.anyio

COUNT = 3 * BATCH + 2


def assert_whole(target: Path) -> None:
    """What has its name is whole."""
    for sums in target.glob("24-*/SHA256SUMS"):
        lines = sums.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 2
        for line in lines:
            digest, _, name = line.partition("  ")
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest
    for folder in target.glob("24-*"):
        assert (folder / "SHA256SUMS").exists()


@pytest.mark.parametrize("at", [7, 31, 62, 68, 77])
async def test_a_process_that_is_gone_in_the_middle_of_its_batches_has_handed_each_file_over_once_in_the_end(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first ones are written, between two names, around the indexes, and among the commands."""
    child = [sys.executable, "-m", "tests.support.handover_child", str(tmp_path), str(COUNT), str(at)]
    ended = await asyncio.to_thread(subprocess.run, child, timeout=60, check=False)
    assert ended.returncode == EXIT_STATUS
    assert_whole(tmp_path / "target")

    monkeypatch.setattr(handing_over, "BATCH", BATCH)
    server, commands = server_with(COUNT), NotedCommands(tmp_path / "runs")
    async with deliveries(tmp_path, server, commands=commands) as desk:
        desk.rule(command=COMMAND)
        await desk.work()
        rows = await desk.parts.handovers.all()
        names = [f"24-{number:04}" for number in range(1, COUNT + 1)]
        assert_whole(desk.target)
        assert sorted(path.name for path in desk.target.glob("24-*")) == names
        assert not list(desk.target.rglob("*.part"))
        with (desk.target / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert sorted(line["place"] for line in csv.DictReader(stream, delimiter=";")) == names
        listed = json.loads((desk.target / "index.json").read_text(encoding="utf-8"))["files"]
        assert sorted(line["id"] for line in listed) == names
        runs = Counter((tmp_path / "runs").read_text().split())
        assert sorted(runs) == names
        assert set(runs.values()) == {1}
        # Only that command whose end nobody saw waits for a person.
        cut_off = [row for row in rows if row.status is not HandoverStatus.DONE]
        assert [(row.status, row.error_facts["reason"]) for row in cut_off] == [
            (HandoverStatus.FAILED, "interrupted")
        ] * len(cut_off)
        assert len(cut_off) <= 1


class WaitingFolders(DiskFolders):
    """Nothing of the first batch gets onto the disk before the second one has its places."""

    def __init__(self) -> None:
        self.is_reserved = threading.Event()
        self.begun: list[str] = []
        self.waited: list[bool] = []

    def begin_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> Any:
        self.begun.append(names[-1])
        return super().begin_blocking(folder, names, handover_id)

    def settle_blocking(self, folder: Path, places: Sequence[Sequence[str]]) -> None:
        self.waited.append(self.is_reserved.wait(10))
        super().settle_blocking(folder, places)


async def test_two_batches_are_under_way_and_no_file_is_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "BATCH", BATCH)
    server, folders = server_with(COUNT), WaitingFolders()
    async with deliveries(tmp_path, server, folders=folders) as desk:
        reserve, reserved = desk.vault.handovers.reserve, []

        async def noted(changes: Any) -> frozenset[str]:
            refused = await reserve(changes)
            reserved.append(len(changes))
            if len(reserved) == 2:
                folders.is_reserved.set()
            return refused

        monkeypatch.setattr(desk.vault.handovers, "reserve", noted)
        desk.rule()
        await desk.ask(*server.files.values())
        await desk.work()
        assert {row.status for row in await desk.parts.handovers.all()} == {HandoverStatus.DONE}
    assert len(folders.begun) == len(set(folders.begun)) == COUNT
    assert folders.waited == [True] * 4
    assert sorted(reserved) == [2, BATCH, BATCH, BATCH]


async def test_one_batch_in_trouble_leaves_the_other_one_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "BATCH", BATCH)
    server, commands = server_with(2 * BATCH), FakeCommands()
    async with deliveries(tmp_path, server, commands=commands) as desk:
        update, failing = desk.vault.handovers.update, [VaultError("busy")]

        async def once_failing(changes: Any) -> None:
            if changes and failing:
                raise failing.pop()
            await update(changes)

        desk.rule(command=COMMAND)
        await desk.ask(*server.files.values())
        monkeypatch.setattr(desk.vault.handovers, "update", once_failing)
        with pytest.raises(VaultError):
            await desk.parts.worker.work_batch()
        statuses = Counter(row.status for row in await desk.parts.handovers.all())
        assert statuses == {HandoverStatus.WRITING: BATCH, HandoverStatus.WRITTEN: BATCH}
        await desk.work()
        assert {row.status for row in await desk.parts.handovers.all()} == {HandoverStatus.DONE}
        assert len(commands.runs) == 2 * BATCH
        assert not list(desk.target.glob("* (2)"))
