"""The evidence book on a real vault: seconds add up across restarts, and no decision is without what it rests on."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.desks import DeskUnderTest, FakeClock, opened_desk
from tests.support.files import a_file
from tests.support.vaults import store_archive
from tests.support.zips import Part, build_zip
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import Verdict
from tns_desktop.domain.errors import AlreadyDecided, DecisionNotAllowed, VaultReadOnly
from tns_desktop.domain.evidence import ANYTHING, LONGEST_STRETCH_SECONDS, Evidence, PageOnScreen, Views
from tns_desktop.domain.review import UNTOUCHED, ProblemReason, Review
from tns_desktop.domain.review_report import SCHEMA
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.reporting import as_json

pytestmark = pytest.mark.anyio

FILE = a_file(1)
FIRST, SECOND = PageOnScreen("0", 0, "operator-1"), PageOnScreen("0", 1, "operator-1")


async def _archive(under: DeskUnderTest, key: ClientFileKey = FILE.key) -> OpenArchive:
    content = build_zip([Part(b"documents/card.pdf", b"%PDF-1.4 the identity card")])
    await store_archive(under.vault, key, content)
    opened = await under.desk.archives.open_kept(key)
    assert opened is not None
    return opened


def _looked(under: DeskUnderTest, archive: OpenArchive, *stretches: tuple[PageOnScreen, float]) -> None:
    for seen, seconds in stretches:
        under.desk.evidence.show(archive, seen)
        under.clock.advance(seconds)
    under.desk.evidence.pause()


def _pages(views: Views) -> Views:
    return {seen: seconds for seen, seconds in views.items() if seen.entry_id != ANYTHING}


async def test_each_page_gets_the_seconds_that_it_was_on_screen(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        _looked(under, archive, (FIRST, 4), (SECOND, 2.5), (FIRST, 1))
        under.clock.advance(60)
        evidence = await under.desk.evidence.gather(archive)
        assert _pages(evidence.views) == {FIRST: 5.0, SECOND: 2.5}


async def test_two_pages_side_by_side_have_the_same_seconds_and_nobody_looked_for_twice_as_long(tmp_path: Path) -> None:
    other = PageOnScreen("1", 0, "operator-1")
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        under.desk.evidence.show(archive, FIRST, other)
        under.clock.advance(4)
        under.desk.evidence.show(archive, other)
        under.clock.advance(40)
        under.desk.evidence.pause()
        evidence = await under.desk.evidence.gather(archive)
        assert _pages(evidence.views) == {FIRST: 4.0, other: 4 + LONGEST_STRETCH_SECONDS}
        assert evidence.seconds == 4 + LONGEST_STRETCH_SECONDS
        report = await under.desk.reports.of_review(archive, Review(archive.index), FILE)
        assert json.loads(as_json(report))["seconds_on_screen"] == 19.0


async def test_what_an_older_version_kept_goes_on_with_its_own_sum(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        await under.vault.evidence.put_views(FILE.key, archive.index.sha256, {FIRST: 4.0, SECOND: 2.0})
        _looked(under, archive, (FIRST, 1))
        evidence = await under.desk.evidence.gather(archive)
        assert (_pages(evidence.views), evidence.seconds) == ({FIRST: 5.0, SECOND: 2.0}, 7.0)


async def test_what_is_still_on_screen_counts_until_now_and_goes_on(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        under.desk.evidence.show(archive, FIRST)
        under.clock.advance(3)
        assert _pages((await under.desk.evidence.gather(archive)).views) == {FIRST: 3.0}
        under.clock.advance(2)
        assert _pages((await under.desk.evidence.gather(archive)).views) == {FIRST: 5.0}


async def test_a_night_that_the_computer_slept_is_not_a_night_of_looking(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        _looked(under, archive, (FIRST, 40_000))
        assert _pages((await under.desk.evidence.gather(archive)).views) == {FIRST: LONGEST_STRETCH_SECONDS}


async def test_a_review_goes_on_where_it_was_before_the_restart_and_nothing_counts_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    async with opened_desk(tmp_path, clock=clock) as under:
        archive = await _archive(under)
        _looked(under, archive, (FIRST, 4))
        await under.desk.evidence.keep()
        await under.desk.evidence.keep()
        stored = await under.vault.evidence.views(FILE.key, archive.index.sha256)
        assert _pages(stored) == {FIRST: 4.0}
        key, folder = under.secrets, under.folder
    async with opened_desk(folder, clock=clock, secrets=key) as again:
        same = await again.desk.archives.open_kept(FILE.key)
        assert same is not None
        _looked(again, same, (FIRST, 1))
        await again.desk.evidence.keep()
        _looked(again, same, (SECOND, 2))
        assert _pages((await again.desk.evidence.gather(same)).views) == {FIRST: 5.0, SECOND: 2.0}


@pytest.mark.parametrize("is_being_written", [True, False])
async def test_what_was_seen_of_an_archive_from_disk_stays_forgotten(tmp_path: Path, is_being_written: bool) -> None:
    path = tmp_path / "client.zip"
    path.write_bytes(build_zip([Part(b"documents/card.pdf", b"%PDF-1.4 the identity card")]))
    async with opened_desk(tmp_path / "profile") as under:
        [path] = under.desk.disk.add([path])
        archive = await under.desk.disk.open(path)
        _looked(under, archive, (FIRST, 4))
        await under.desk.evidence.keep()
        assert _pages((await under.vault.disk.load(archive.index.sha256)).views) == {FIRST: 4.0}
        _looked(under, archive, (FIRST, 2))
        if is_being_written:
            writing = asyncio.create_task(under.desk.evidence.keep())
            await asyncio.sleep(0)
            await under.desk.disk.forget(path)
            await writing
        else:
            await under.desk.disk.forget(path)
        await under.desk.evidence.keep()
        assert (await under.vault.disk.load(archive.index.sha256)).views == {}


async def test_evidence_is_in_the_vault_before_the_decision_is(tmp_path: Path) -> None:
    """Should the second write fail, or the program die in between, what is left over is evidence, not a decision."""
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        _looked(under, archive, (FIRST, 4))
        evidence = await under.desk.evidence.gather(archive)
        order: list[str] = []
        put, insert = under.vault.evidence.put, under.vault.outbox.insert

        async def noting_put(decision_id: str, connection_id: str, what: Evidence) -> None:
            await put(decision_id, connection_id, what)
            order.append("evidence")

        object.__setattr__(under.vault.evidence, "put", noting_put)

        async def noting_insert(entry: object) -> None:
            order.append("decision")
            await insert(entry)  # type: ignore[arg-type]

        object.__setattr__(under.vault.outbox, "insert", noting_insert)
        entry = await under.desk.decisions.decide(FILE, Verdict.ACCEPT, archive.stored, evidence=evidence)
        assert order == ["evidence", "decision"]
        assert await under.desk.evidence.of(entry.decision.decision_id) == evidence
        with pytest.raises(AlreadyDecided):
            await under.desk.decisions.decide(FILE, Verdict.ACCEPT, archive.stored, evidence=evidence)


async def test_evidence_of_another_archive_carries_no_decision(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        with pytest.raises(DecisionNotAllowed):
            await under.desk.decisions.decide(FILE, Verdict.ACCEPT, archive.stored, evidence=Evidence("ab" * 32))
        assert await under.desk.decisions.all() == []


async def test_the_report_on_a_decision_outlives_the_archive_without_a_name_of_it(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        entry_id = archive.index.entries[0].entry_id
        _looked(under, archive, (PageOnScreen(entry_id, 0, "operator-1"), 4))
        mark = UNTOUCHED.shown("ab" * 32).problem(ProblemReason.EXPIRED, "since May")
        await under.desk.reviews.keep(archive, archive.index.entries[0], mark)
        evidence = await under.desk.evidence.gather(archive)
        made = await under.desk.decisions.decide(
            FILE, Verdict.REJECT, archive.stored, operator="operator-1", cause="Expired", evidence=evidence
        )
        report = await under.desk.reports.of_decision(made.decision.decision_id)
        assert report is not None
        told = json.loads(as_json(report))
        assert (told["schema"], told["schema_version"]) == (SCHEMA, 1)
        assert told["documents"][0]["name"] == "card.pdf"
        assert told["documents"][0]["words"] == "since May"
        assert told["documents"][0]["pages"] == [{"page": 1, "seconds": 4.0}]
        assert told["decision"]["cause"] == "Expired"
        assert told["decision"]["confirmed_at"] is None

        await under.vault.blobs.drop(FILE.key)
        later = await under.desk.reports.of_decision(made.decision.decision_id)
        assert later is not None
        text = as_json(later)
        assert not later.archive_is_here
        assert "card.pdf" not in text
        assert "since May" not in text
        kept = json.loads(text)["documents"][0]
        assert (kept["mark"], kept["reason"], kept["sha256"]) == ("problem", "expired", "ab" * 32)
        assert kept["pages"] == [{"page": 1, "seconds": 4.0}]


async def test_a_review_without_a_decision_has_its_report_too(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        under.desk.evidence.show(archive, PageOnScreen("0", 0))
        under.clock.advance(1.5)
        report = await under.desk.reports.of_review(archive, Review(archive.index), FILE)
        assert report.entry is None
        assert report.client_uuid == FILE.uuid
        assert report.seconds == 1.5
        assert json.loads(as_json(report))["decision"] is None


async def test_a_decision_from_before_evidence_was_kept_says_so(tmp_path: Path) -> None:
    async with opened_desk(tmp_path) as under:
        archive = await _archive(under)
        made = await under.desk.decisions.decide(FILE, Verdict.ACCEPT, archive.stored, grace=timedelta(seconds=9))
        report = await under.desk.reports.of_decision(made.decision.decision_id)
        assert report is not None
        assert not report.has_evidence
        assert await under.desk.reports.of_decision("no-such") is None


async def test_what_was_seen_of_an_archive_from_disk_is_kept_by_its_bytes_and_nothing_else_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mailed.zip"
    path.write_bytes(build_zip([Part(b"documents/card.pdf", b"%PDF-1.4 x")]))
    async with opened_desk(tmp_path / "profile") as under:
        archive = await under.desk.archives.open_from_disk(path)
        _looked(under, archive, (FIRST, 4))
        await under.desk.evidence.keep()
        assert await under.vault.evidence.views(archive.key, archive.index.sha256) == {}
        assert _pages((await under.vault.disk.load(archive.index.sha256)).views) == {FIRST: 4.0}
        _looked(under, archive, (FIRST, 2))
        assert _pages((await under.desk.evidence.gather(archive, Review(archive.index))).views) == {FIRST: 6.0}
        assert await under.vault.blobs.stored() == []


async def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    async with opened_desk(tmp_path / "profile") as under:
        await under.desk.reports.save(b"first", target)
        await under.desk.reports.save(b"second", target)
        assert target.read_bytes() == b"second"
        with pytest.raises(VaultReadOnly):
            await under.desk.reports.save(b"third", tmp_path / "nowhere" / "report.json")
        assert sorted(os.listdir(tmp_path)) == ["profile", "report.json"]
