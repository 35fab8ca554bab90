"""Handing over to a real folder from a real vault: what is delivered, exactly once, whatever happens in between."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.desks import FakeClock
from tests.support.handovers import CONNECTION_ID, ORIGIN, Deliveries, FakeCommands, FakeServer, a_handover, deliveries
from tests.support.vaults import sample_entry
from tests.support.zips import SAMPLE_JPEG, SAMPLE_PDF, Part, build_zip, locked_part, sample_report
from tns_desktop.adapters.handover import DiskFolders
from tns_desktop.adapters.handover.folders import SIGN_NAME
from tns_desktop.adapters.vault.content import dump_entry, dump_time
from tns_desktop.domain.client_file import ACCEPTED, REJECTED, WAITING, ClientFile, ClientFileKey
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import CredentialsRefused, IllegalTransition, ServerUnreachable, TnsError, VaultError
from tns_desktop.domain.handover import CsvIndex, HandoverStatus, Layout, Occasion, Schedule
from tns_desktop.domain.handover_errors import HandoverCommandFailed, HandoverFolderFull, HandoverFolderGone
from tns_desktop.services.handing_over import LONGEST_WAIT
from tns_desktop.services.ports import Delivery, HandoverChange, Vault
from tns_desktop.services.settings import Settings

pytestmark = pytest.mark.anyio


def archive_of(number: int, *more: Part) -> bytes:
    """A client archive that names its file."""
    report = sample_report(f"uuid-{number}")
    signed = Part(b"signed/contrat.pdf", SAMPLE_PDF + b"%" + str(number).encode())
    return build_zip([Part(b"report.json", report), signed, Part(b"documents/id.jpg", SAMPLE_JPEG), *more])


def server_with(count: int = 1) -> FakeServer:
    server = FakeServer()
    for number in range(1, count + 1):
        server.put(number, archive_of(number))
    return server


def files_of(server: FakeServer) -> list[ClientFile]:
    return list(server.files.values())


def sums_hold(folder: Path) -> None:
    """Every file is the one that the checksums name."""
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def index_of(target: Path) -> list[dict[str, str]]:
    text = (target / "index.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


# --- what is delivered ------------------------------------------------------------------------------------------------


async def test_an_archive_is_delivered_with_manifest_checksums_and_indexes(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule(template="{state}/{id}")
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert row.status is HandoverStatus.DONE
        assert (row.place, row.documents, row.left_out) == ("ACCEPTED/24-0001", 3, 0)
        assert desk.names() == [
            "ACCEPTED/24-0001/24-0001.zip",
            "ACCEPTED/24-0001/SHA256SUMS",
            "ACCEPTED/24-0001/manifest.json",
            "index.csv",
            "index.json",
        ]
        folder = desk.target / "ACCEPTED" / "24-0001"
        assert (folder / "24-0001.zip").read_bytes() == server.archives["uuid-1"]
        sums_hold(folder)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["archive"]["sha256"] == hashlib.sha256(server.archives["uuid-1"]).hexdigest()
        assert manifest["client_file"]["participants"][0]["last_name"] == "Müller"
        (line,) = index_of(desk.target)
        assert (line["id"], line["place"], line["documents"]) == ("24-0001", "ACCEPTED/24-0001", "3")
        assert json.loads((desk.target / "index.json").read_text(encoding="utf-8"))["files"] == [line]


async def test_documents_are_unpacked_and_what_must_not_be_is_said(tmp_path: Path) -> None:
    server = FakeServer()
    file = server.put(
        1,
        archive_of(
            1,
            Part(b"../../evil.sh", b"#!/bin/sh"),
            Part(b"documents/CON.jpg", SAMPLE_JPEG + b"2"),
            Part(b"documents/ID.JPG", SAMPLE_JPEG + b"3"),
            Part(b"documents/link", b"/etc/passwd", attributes=0o120777 << 16),
            locked_part(b"documents/locked.txt", b"secret", b"pw"),
        ),
    )
    async with deliveries(tmp_path, server) as desk:
        desk.rule(layout=Layout.UNPACKED)
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.left_out) == (HandoverStatus.DONE, 3)
        documents = [name.removeprefix("24-0001/documents/") for name in desk.names() if "/documents/" in name]
        assert documents == [
            "documents/ID (2).JPG",
            "documents/_CON.jpg",
            "documents/id.jpg",
            "report.json",
            "signed/contrat.pdf",
        ]
        sums_hold(desk.target / "24-0001")
        manifest = json.loads((desk.target / "24-0001" / "manifest.json").read_text(encoding="utf-8"))
        assert {one["reason"] for one in manifest["left_out"]} == {"unsafe_path", "link", "encrypted"}
        assert not (tmp_path / "evil.sh").exists()


async def test_only_signed_documents(tmp_path: Path) -> None:
    server = server_with()
    nothing = server.put(2, build_zip([Part(b"report.json", sample_report("uuid-2"))]))
    async with deliveries(tmp_path, server) as desk:
        desk.rule(layout=Layout.SIGNED, csv=CsvIndex.NONE, json=False)
        await desk.ask(*files_of(server))
        await desk.work()
        assert desk.names() == ["24-0001/SHA256SUMS", "24-0001/documents/contrat.pdf", "24-0001/manifest.json"]
        row = await desk.row(nothing)
        assert (row.status, row.error_facts["reason"]) == (HandoverStatus.FAILED, "no_signed_document")
        assert row.place == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the mark of Linux")
async def test_files_are_marked_as_coming_from_there(tmp_path: Path) -> None:
    import os

    server = server_with()
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(*files_of(server))
        await desk.work()
        try:
            mark = os.getxattr(desk.target / "24-0001" / "24-0001.zip", "user.xdg.origin.url")
        except OSError:
            pytest.skip("this file system has no such attributes")
        assert mark.decode() == ORIGIN


async def test_names_that_mean_the_same_place_become_two(tmp_path: Path) -> None:
    server = server_with(3)
    async with deliveries(tmp_path, server) as desk:
        (desk.target / "muller").mkdir()
        (desk.target / "muller" / "theirs.txt").write_text("not ours")
        desk.rule(template="muller")
        await desk.ask(*files_of(server))
        await desk.work()
        places = sorted([(await desk.row(file)).place for file in files_of(server)])
        assert places == ["muller (2)", "muller (3)", "muller (4)"]
        assert (desk.target / "muller" / "theirs.txt").read_text() == "not ours"


async def test_what_the_server_has_is_delivered_not_what_was_reviewed(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        old = await desk.parts.worker._archives.open(file.key)
        server.archives["uuid-1"] = archive_of(1, Part(b"signed/seal.pdf", SAMPLE_PDF))
        server.etags["uuid-1"] = '"2"'
        decided = sample_entry(1, status=OutboxStatus.QUEUED)
        decision = replace(
            decided.decision,
            key=file.key,
            verdict=Verdict.ACCEPT,
            archive_sha256=old.index.sha256,
            send_after=file_time(),
        )
        entry = replace(decided, decision=decision)
        await desk.vault.outbox.insert(entry)
        await desk.vault.outbox.update(entry.moved_to(OutboxStatus.CONFIRMED, file_time()), expected=entry)
        await desk.vault.client_files.upsert([file])
        desk.rule()
        rule = desk.parts.handovers.rules.of(CONNECTION_ID)
        assert rule is not None
        desk.settings.set_records("handover_rules", [{**desk.settings.records("handover_rules")[0], "made_at": ""}])
        desk.parts.planner.look_again()
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.occasion) == (HandoverStatus.DONE, Occasion.ACCEPTED)
        assert row.is_other_than_reviewed
        assert (desk.target / "24-0001" / "24-0001.zip").read_bytes() == server.archives["uuid-1"]
        desk.parts.planner.look_again()
        await desk.work()
        assert len(await desk.parts.handovers.all()) == 1


def file_time() -> Any:
    return FakeClock().now()


async def test_an_acceptance_behind_a_thousand_later_decisions_is_handed_over(tmp_path: Path) -> None:
    """They are sent oldest first: of a long list decided at once, the first confirmed ones are the oldest."""
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        await desk.vault.client_files.upsert([file])
        desk.rule()
        first = sample_entry(1, updated_at=desk.clock.now())
        decision = replace(first.decision, key=file.key, verdict=Verdict.ACCEPT, archive_sha256="another")
        entries = [replace(first, decision=decision), *(sample_entry(number) for number in range(2, 1010))]
        rows = [
            (
                entry.decision.decision_id,
                entry.key.connection_id,
                entry.key.uuid,
                "confirmed",
                dump_time(entry.decision.decided_at),
                dump_entry(replace(entry, status=OutboxStatus.CONFIRMED)),
            )
            for entry in entries
        ]
        await cast(Any, desk.vault.outbox)._database.write(
            lambda connection: connection.executemany(
                "INSERT INTO decisions (decision_id, connection_id, uuid, status, decided_at, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            ).fetchall()
        )
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.occasion) == (HandoverStatus.DONE, Occasion.ACCEPTED)
        assert row.is_other_than_reviewed


async def test_an_acceptance_is_not_forgotten_for_a_vault_in_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deliveries(tmp_path, server_with()) as desk:
        desk.rule()
        asked: list[str] = []
        answers = iter([VaultError("busy")])

        async def still_to_come(connection_id: str, since: object) -> list[ClientFileKey]:
            asked.append(connection_id)
            for trouble in answers:
                raise trouble
            return []

        monkeypatch.setattr(desk.vault.handovers, "still_to_come", still_to_come)
        with pytest.raises(VaultError):
            await desk.parts.planner.plan_due()
        await desk.parts.planner.plan_due()
        await desk.parts.planner.plan_due()
        assert len(asked) == 2


async def test_the_archive_of_another_file_is_never_delivered(tmp_path: Path) -> None:
    server = FakeServer()
    file = server.put(1, archive_of(2))
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_facts["reason"]) == (HandoverStatus.FAILED, "other_file")
        assert desk.names() == []


async def test_by_itself_only_what_the_server_shows_as_accepted(tmp_path: Path) -> None:
    server = FakeServer()
    file = server.put(1, archive_of(1), state=WAITING)
    asked = server.put(2, archive_of(2), state=REJECTED)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.parts.handovers.plan([replace(file, state=ACCEPTED)], Occasion.SCHEDULED)
        await desk.ask(asked)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_facts["reason"]) == (HandoverStatus.FAILED, "not_accepted")
        assert await desk.status(asked) is HandoverStatus.DONE


# --- schedules, wishes ------------------------------------------------------------------------------------------------


async def test_a_schedule_takes_each_accepted_file_once(tmp_path: Path) -> None:
    server = server_with(2)
    waiting = server.put(3, archive_of(3), state=WAITING)
    async with deliveries(tmp_path, server) as desk:
        await desk.vault.client_files.upsert(files_of(server))
        desk.rule(on_acceptance=False, schedule=Schedule(every_hours=2))
        await desk.work()
        assert await desk.parts.handovers.all() == []
        desk.clock.advance(2 * 3600 + 1)
        await desk.work()
        assert [row.status for row in await desk.parts.handovers.all()] == [HandoverStatus.DONE] * 2
        desk.clock.advance(2 * 3600 + 1)
        await desk.work()
        assert len(await desk.parts.handovers.all()) == 2
        assert await desk.parts.handovers.last_of(waiting.key) is None


async def test_a_file_is_handed_over_again_only_on_purpose(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        assert (await desk.parts.handovers.ask([file])).under_way == 1
        await desk.work()
        asked = await desk.parts.handovers.ask([file])
        assert (len(asked.planned), len(asked.already)) == (0, 1)
        first = await desk.row(file)
        shutil.rmtree(desk.target / "24-0001")  # as a system that has taken it in does
        desk.clock.advance(1)
        await desk.parts.handovers.repeat(first.handover_id)
        await desk.work()
        second = await desk.row(file)
        assert second.handover_id != first.handover_id
        assert (second.status, second.place) == (HandoverStatus.DONE, "24-0001")
        assert len(index_of(desk.target)) == 2
        desk.clock.advance(1)
        await desk.parts.handovers.repeat(first.handover_id)
        await desk.work()
        third = await desk.row(file)
        assert (third.status, third.place, third.was_there) == (HandoverStatus.DONE, "24-0001", True)
        assert len(index_of(desk.target)) == 2


async def test_a_product_without_a_rule_hands_nothing_over(tmp_path: Path) -> None:
    server = server_with()
    async with deliveries(tmp_path, server) as desk:
        assert (await desk.parts.handovers.ask(files_of(server))).without_rule == 1
        await desk.work()
        assert desk.names() == []


async def test_a_removed_rule_stops_what_was_planned(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        desk.parts.handovers.rules.forget(CONNECTION_ID)
        await desk.work()
        assert (await desk.row(file)).error_facts["reason"] == "no_rule"
        await desk.parts.handovers.drop((await desk.parts.handovers.all())[0].handover_id)
        assert await desk.parts.handovers.last_of(file.key) is None


# --- trouble ----------------------------------------------------------------------------------------------------------


async def test_a_share_that_is_away_is_waited_for(tmp_path: Path) -> None:
    server = server_with(2)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(*files_of(server))
        (desk.target / SIGN_NAME).unlink()  # a mount point without its share
        await desk.work()
        rows = await desk.parts.handovers.all()
        assert {(row.status, row.error_code) for row in rows} == {(HandoverStatus.PLANNED, "handover_folder_gone")}
        assert server.downloads == []
        assert desk.names() == []
        DiskFolders().prepare_blocking(desk.target)
        await desk.work()
        assert desk.names() == []  # not before its time
        desk.clock.advance(10)
        await desk.work()
        assert [row.status for row in await desk.parts.handovers.all()] == [HandoverStatus.DONE] * 2


@pytest.mark.parametrize("at", [7, 8])
async def test_what_waits_for_a_folder_that_was_renamed_can_be_dropped_and_goes_elsewhere(
    tmp_path: Path, at: int
) -> None:
    """It has its name and may not be on the disk, or it is in no index yet; and the folder never comes back."""
    folders = FailingFolders(at, lambda: HandoverFolderGone("x", facts={"path": "x", "reason": "path_gone"}))
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server, folders=folders) as desk:
        desk.rule(command=COMMAND)
        await desk.ask(file)
        await desk.work()
        held = await desk.row(file)
        assert held.status is (HandoverStatus.WRITING if at == 7 else HandoverStatus.WRITTEN)
        elsewhere = tmp_path / "elsewhere"
        desk.target.rename(tmp_path / "renamed")
        elsewhere.mkdir()
        DiskFolders().prepare_blocking(elsewhere)
        desk.rule(folder=str(elsewhere), command=COMMAND)
        desk.clock.advance(10)
        await desk.work()
        assert (await desk.parts.handovers.ask([file])).planned == ()
        await desk.parts.handovers.drop(held.handover_id)
        assert len(await desk.ask(file)) == 1
        await desk.work()
        assert (await desk.row(file)).status is HandoverStatus.DONE
        sums_hold(elsewhere / "24-0001")
        assert len(desk.commands.runs) == 1


async def test_a_hand_over_under_way_cannot_be_dropped(tmp_path: Path) -> None:
    async with deliveries(tmp_path, server_with()) as desk:
        row = a_handover(1, status=HandoverStatus.WRITING)
        await desk.vault.handovers.insert([row])
        with pytest.raises(IllegalTransition):
            await desk.parts.handovers.drop(row.handover_id)


class DroppedMeanwhile(DiskFolders):
    """The operator drops the row while its index is written."""

    def write_indexes_blocking(self, *args: Any, **values: Any) -> None:
        super().write_indexes_blocking(*args, **values)
        self.drop()

    def drop(self) -> None:
        raise NotImplementedError


async def test_no_command_follows_what_was_dropped_meanwhile(tmp_path: Path) -> None:
    server, folders = server_with(), DroppedMeanwhile()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server, folders=folders) as desk:
        loop = asyncio.get_running_loop()

        async def drop() -> None:
            row = await desk.row(file)
            dropped = row.moved_to(HandoverStatus.DROPPED, desk.clock.now())
            await desk.vault.handovers.update([(row, dropped)])

        folders.drop = lambda: asyncio.run_coroutine_threadsafe(drop(), loop).result(10)  # type: ignore[method-assign]
        desk.rule(command=COMMAND)
        (row,) = await desk.ask(file)
        await desk.work()
        assert desk.commands.runs == []
        found = await desk.vault.handovers.get(row.handover_id)
        assert found is not None
        assert found.status is HandoverStatus.DROPPED


class FailingFolders(DiskFolders):
    """Breaks off at the ``at``-th call of anything that writes."""

    def __init__(self, at: int, error: Callable[[], BaseException]) -> None:
        self.at = at
        self.calls = 0
        self.error = error
        self.settled: list[Sequence[str]] = []

    def step(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise self.error()

    def begin_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> Any:
        self.step()
        return FailingDelivery(super().begin_blocking(folder, names, handover_id), self)

    def settle_blocking(self, folder: Path, places: Sequence[Sequence[str]]) -> None:
        self.step()
        super().settle_blocking(folder, places)
        self.settled += places

    def write_indexes_blocking(
        self, folder: Path, lines: Sequence[Mapping[str, str]], *, csv: CsvIndex, json: bool
    ) -> None:
        self.step()
        super().write_indexes_blocking(folder, lines, csv=csv, json=json)
        self.step()


class FailingDelivery:
    def __init__(self, inner: Delivery, folders: FailingFolders) -> None:
        self._inner = inner
        self._folders = folders

    def write_blocking(self, names: Sequence[str], pieces: Iterable[bytes], *, origin: str | None = None) -> Any:
        self._folders.step()
        return self._inner.write_blocking(names, pieces, origin=origin)

    def commit_blocking(self) -> bool:
        self._folders.step()
        done = self._inner.commit_blocking()
        self._folders.step()
        return done

    def abort_blocking(self) -> None:
        if self._folders.error is not Crash:
            self._inner.abort_blocking()


class Crash(BaseException):
    """The program is gone: nobody cleans up."""


STEPS = 9
"""begin, archive, manifest, checksums, before and after the name, the name on the disk, before and after the indexes."""


@pytest.mark.parametrize("at", [1, 2, 5, 7, 8])
async def test_a_full_disk_at_any_step_loses_nothing_and_repeats_nothing(tmp_path: Path, at: int) -> None:
    folders = FailingFolders(at, lambda: HandoverFolderFull("full", facts={"path": "x"}))
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server, folders=folders) as desk:
        desk.rule()
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert row.error_code == "handover_folder_full"
        desk.clock.advance(10)
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE
        await exactly_one(desk)
        assert folders.settled == [["24-0001"]]  # its name is on the disk before the journal says so


async def exactly_one(desk: Deliveries) -> None:
    assert desk.names() == [
        "24-0001/24-0001.zip",
        "24-0001/SHA256SUMS",
        "24-0001/manifest.json",
        "index.csv",
        "index.json",
    ]
    sums_hold(desk.target / "24-0001")
    assert len(index_of(desk.target)) == 1
    assert not list(desk.target.rglob("*.part"))


@pytest.mark.parametrize("at", range(1, STEPS + 1))
async def test_a_crash_at_any_step_of_the_folder_leaves_one_copy_in_the_end(tmp_path: Path, at: int) -> None:
    server = server_with()
    (file,) = files_of(server)
    kept: list[Settings] = []
    async with deliveries(tmp_path, server, folders=FailingFolders(at, Crash)) as desk:
        desk.rule()
        kept.append(desk.settings)
        await desk.ask(file)
        with pytest.raises(Crash):
            await desk.work()
    assert_nothing_half(tmp_path / "target")
    async with deliveries(tmp_path, server, settings=kept[0]) as desk:
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE
        await exactly_one(desk)


def assert_nothing_half(target: Path) -> None:
    """What has its name is whole."""
    if (target / "24-0001").exists():
        sums_hold(target / "24-0001")


class FailingJournal:
    """Breaks off before or after the ``at``-th write."""

    def __init__(self, inner: Any, at: int, *, after: bool) -> None:
        self._inner = inner
        self._at = at
        self._after = after
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def update(self, changes: Sequence[HandoverChange]) -> None:
        if changes:
            await self._around(self._inner.update(changes))

    async def reserve(self, changes: Sequence[HandoverChange]) -> Any:
        return await self._around(self._inner.reserve(changes))

    async def _around(self, work: Any) -> Any:
        self._calls += 1
        if self._calls == self._at and not self._after:
            work.close()
            raise Crash
        result = await work
        if self._calls == self._at:
            raise Crash
        return result


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
async def test_a_crash_at_any_step_of_the_journal_leaves_one_copy_in_the_end(
    tmp_path: Path, at: int, after: bool
) -> None:
    server = server_with()
    (file,) = files_of(server)
    kept: list[Settings] = []

    def change(vault: Vault) -> Vault:
        return replace(vault, handovers=FailingJournal(vault.handovers, at, after=after))

    async with deliveries(tmp_path, server, change_vault=change) as desk:
        desk.rule()
        kept.append(desk.settings)
        await desk.ask(file)
        with pytest.raises(Crash):
            await desk.work()
    async with deliveries(tmp_path, server, settings=kept[0]) as desk:
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE
        await exactly_one(desk)


@pytest.mark.parametrize("error", [ServerUnreachable("away"), CredentialsRefused("no", status=401)])
async def test_a_server_that_is_away_is_waited_for_and_greeted(tmp_path: Path, error: TnsError) -> None:
    from tns_desktop.domain.connection import ConnectionState
    from tns_desktop.services.events import ConnectionStateChanged

    server = server_with()
    (file,) = files_of(server)
    server.trouble = error
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_code, row.attempts) == (HandoverStatus.PLANNED, error.code, 1)
        server.trouble = None
        desk.bus.publish(ConnectionStateChanged(CONNECTION_ID, ConnectionState.ONLINE))
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE


async def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    server.trouble = ServerUnreachable("away")
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        await desk.work()
        server.trouble = None
        desk.clock.set_by(-LONGEST_WAIT.total_seconds() - 60)
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE


# --- the command ------------------------------------------------------------------------------------------------------

COMMAND = ("/usr/bin/take", "--from={folder}", "{archive}", "{sha256}")


async def test_the_command_follows_once_with_its_arguments(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule(command=COMMAND)
        await desk.ask(file)
        await desk.work()
        folder = desk.target / "24-0001"
        digest = hashlib.sha256(server.archives["uuid-1"]).hexdigest()
        assert desk.commands.runs == [["/usr/bin/take", f"--from={folder}", str(folder / "24-0001.zip"), digest]]
        row = await desk.row(file)
        assert (row.status, row.exit_status) == (HandoverStatus.DONE, 0)


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        (FakeCommands(status=3), "exit_status"),
        (FakeCommands(error=HandoverCommandFailed("x", facts={"name": "take", "reason": "too_slow"})), "too_slow"),
    ],
)
async def test_a_command_that_fails_is_said_and_tried_again_without_a_second_copy(
    tmp_path: Path, commands: FakeCommands, reason: str
) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server, commands=commands) as desk:
        desk.rule(command=COMMAND)
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_code) == (HandoverStatus.FAILED, "handover_command_failed")
        assert (row.error_facts["reason"], row.delivered) == (reason, True)
        commands.status, commands.error = 0, None
        await desk.parts.handovers.try_again(row.handover_id)
        await desk.work()
        assert await desk.status(file) is HandoverStatus.DONE
        await exactly_one(desk)


async def test_a_command_that_was_cut_off_is_not_run_again_by_itself(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    kept: list[Settings] = []
    async with deliveries(tmp_path, server, commands=FakeCommands(error=Crash())) as desk:
        desk.rule(command=COMMAND)
        kept.append(desk.settings)
        await desk.ask(file)
        with pytest.raises(Crash):
            await desk.work()
    async with deliveries(tmp_path, server, settings=kept[0]) as desk:
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_facts["reason"]) == (HandoverStatus.FAILED, "interrupted")
        assert desk.commands.runs == []


async def test_values_of_a_server_never_become_options(tmp_path: Path) -> None:
    server = FakeServer()
    file = server.put(1, archive_of(1), id="--delete-everything")
    async with deliveries(tmp_path, server) as desk:
        desk.rule(template="x", command=("/usr/bin/take", "{id}"))
        await desk.ask(file)
        await desk.work()
        row = await desk.row(file)
        assert (row.status, row.error_code) == (HandoverStatus.FAILED, "handover_rule_invalid")
        assert desk.commands.runs == []


async def test_the_worker_runs_until_it_is_cancelled(tmp_path: Path) -> None:
    from tests.support.desks import until

    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        running = asyncio.ensure_future(desk.parts.worker.run())
        await desk.ask(file)
        await until(lambda: (desk.target / "index.json").exists(), "the hand-over")
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled()


async def test_a_connection_takes_its_journal_along(tmp_path: Path) -> None:
    server = server_with()
    (file,) = files_of(server)
    async with deliveries(tmp_path, server) as desk:
        desk.rule()
        await desk.ask(file)
        await desk.work()
        await desk.vault.handovers.forget_connection(CONNECTION_ID)
        assert await desk.parts.handovers.all() == []
        assert (desk.target / "24-0001").is_dir()
        assert await desk.parts.handovers.last_of(ClientFileKey(CONNECTION_ID, "uuid-1")) is None
