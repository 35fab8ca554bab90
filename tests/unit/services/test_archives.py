"""Archives: fetched once, shown as what they are, never half and never those of another file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.model_desk import ModelDesk
from tests.support.zips import Part, build_zip, good_zip, locked_part, sample_report
from tns_desktop.domain.archive import ArchiveProblem, DocumentKind
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import (
    ArchiveNotAvailable,
    ClientFileNotFound,
    ConnectionCut,
    EntryEncrypted,
    EntryUnreadable,
    NotAnArchive,
    VaultReadOnly,
)
from tns_desktop.services.archives import INDEXES_KEPT
from tns_desktop.services.events import ArchiveProgressed, ArchiveStored

pytestmark = pytest.mark.anyio

UUID = "c0ffee00-0000-4000-8000-000000000001"
REPORT = "0"
"""Where ``good_zip`` has its report.json."""


def files_below(folder: Path, part: str = "") -> list[Path]:
    """The files under a folder of that name, or all of them."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and part in ("", path.parent.name))


def serve(model: ModelDesk, uuid: str = UUID, content: bytes | None = None) -> None:
    model.server.add(uuid)
    model.server.archives[uuid] = good_zip() if content is None else content


async def test_an_archive_is_fetched_once_and_comes_from_the_vault_then(model: ModelDesk) -> None:
    serve(model)
    first = await model.desk.desk.archives.open(model.desk.key(UUID))
    model.server.archives.clear()
    second = await model.desk.desk.archives.open(model.desk.key(UUID))
    assert first.index == second.index
    assert first.is_of_its_client_file
    assert [entry.name for entry in second.index.entries] == ["report.json", "contrat.pdf", "identity.jpg"]
    assert (second.stored.etag, second.stored.size) == ('"first"', len(good_zip()))


async def test_a_fetch_tells_how_far_it_is_and_that_it_is_kept(model: ModelDesk) -> None:
    serve(model)
    await model.desk.refresh()
    events: list[object] = []
    model.desk.desk.bus.subscribe(ArchiveProgressed, events.append)
    model.desk.desk.bus.subscribe(ArchiveStored, events.append)
    await model.desk.desk.archives.fetch(model.desk.key(UUID))
    await asyncio.sleep(0)
    size = len(good_zip())
    assert ArchiveProgressed(model.desk.key(UUID), size // 2, size) in events
    assert ArchiveStored(model.desk.key(UUID)) in events
    assert (await model.desk.row(UUID)).archive_kept


async def test_a_cancelled_fetch_leaves_nothing_behind(model: ModelDesk) -> None:
    serve(model)
    half_way = asyncio.Event()

    async def for_ever() -> None:
        half_way.set()
        await asyncio.Event().wait()

    model.server.half_way = for_ever
    fetching = asyncio.create_task(model.desk.desk.archives.open(model.desk.key(UUID)))
    await half_way.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert await model.desk.vault.blobs.find(model.desk.key(UUID)) is None
    assert files_below(model.desk.folder, "blobs") == []
    model.server.half_way = None
    assert (await model.desk.desk.archives.open(model.desk.key(UUID))).index.entries


async def test_a_fetch_that_breaks_leaves_the_older_archive(model: ModelDesk) -> None:
    serve(model)
    older = await model.desk.desk.archives.open(model.desk.key(UUID))

    async def cut() -> None:
        raise ConnectionCut("cut")

    model.server.half_way = cut
    with pytest.raises(ConnectionCut):
        await model.desk.desk.archives.fetch(model.desk.key(UUID))
    assert (await model.desk.desk.archives.open(model.desk.key(UUID))).stored == older.stored


async def test_an_archive_that_the_server_has_not_is_said_so(model: ModelDesk) -> None:
    model.server.add(UUID)
    with pytest.raises(ClientFileNotFound):
        await model.desk.desk.archives.open(model.desk.key(UUID))


async def test_what_is_no_archive_is_said_so(model: ModelDesk) -> None:
    serve(model, content=b"<html>no archive</html>" * 10)
    with pytest.raises(NotAnArchive):
        await model.desk.desk.archives.open(model.desk.key(UUID))


@pytest.mark.parametrize(("uuid", "right"), [(UUID, True), (UUID.upper(), True), ("another-file", False)])
async def test_an_archive_whose_report_names_another_file_is_flagged(model: ModelDesk, uuid: str, right: bool) -> None:
    serve(model, uuid)
    archive = await model.desk.desk.archives.open(model.desk.key(uuid))
    assert archive.is_of_its_client_file is right
    assert (ArchiveProblem.REPORT_OF_ANOTHER_FILE in archive.index.problems) is not right


async def test_the_same_bytes_under_two_files_are_judged_each(model: ModelDesk) -> None:
    serve(model)
    serve(model, "another-file")
    archives = model.desk.desk.archives
    assert (await archives.open(model.desk.key(UUID))).is_of_its_client_file
    assert not (await archives.open(model.desk.key("another-file"))).is_of_its_client_file
    assert (await archives.open(model.desk.key(UUID))).is_of_its_client_file


async def test_a_document_comes_from_the_archive_that_is_open(model: ModelDesk) -> None:
    serve(model)
    archives = model.desk.desk.archives
    archive = await archives.open(model.desk.key(UUID))
    document = await archives.read(archive, REPORT)
    assert (document.name, document.content) == ("report.json", sample_report())
    assert document.key.archive_sha256 == archive.stored.sha256
    with pytest.raises(EntryUnreadable):
        await archives.read(archive, "99")


async def test_an_archive_replaced_meanwhile_is_not_read_under_the_old_names(model: ModelDesk) -> None:
    serve(model)
    archives = model.desk.desk.archives
    old = await archives.open(model.desk.key(UUID))
    model.server.archives[UUID] = build_zip([Part(b"other.txt", b"other"), Part(b"report.json", sample_report())])
    await archives.fetch(model.desk.key(UUID))
    with pytest.raises(ArchiveNotAvailable):
        await archives.read(old, REPORT)
    new = await archives.open(model.desk.key(UUID))
    assert (await archives.read(new, "0")).content == b"other"


async def test_a_dropped_archive_is_not_read(model: ModelDesk) -> None:
    serve(model)
    archive = await model.desk.desk.archives.open(model.desk.key(UUID))
    await model.desk.vault.blobs.drop(model.desk.key(UUID))
    with pytest.raises(ArchiveNotAvailable):
        await model.desk.desk.archives.read(archive, REPORT)


async def test_tells_when_the_server_has_other_bytes_and_a_decision_on_the_old_ones_conflicts(
    model: ModelDesk,
) -> None:
    serve(model)
    await model.desk.refresh()
    archives = model.desk.desk.archives
    archive = await archives.open(model.desk.key(UUID))
    assert not await archives.is_outdated(archive)
    model.server.etags[UUID] = '"second"'
    assert await archives.is_outdated(archive)
    entry = await model.desk.decide(UUID, Verdict.ACCEPT)
    assert (await model.desk.settle(entry.decision.decision_id)).status is OutboxStatus.CONFLICT
    await archives.fetch(model.desk.key(UUID))
    assert not await archives.is_outdated(await archives.open(model.desk.key(UUID)))


async def test_other_bytes_under_the_same_tag_are_told_by_their_length(model: ModelDesk) -> None:
    serve(model)
    await model.desk.refresh()
    archive = await model.desk.desk.archives.open(model.desk.key(UUID))
    entry = await model.desk.decide(UUID, Verdict.ACCEPT)
    model.server.archives[UUID] += b"more"
    assert await model.desk.desk.archives.is_outdated(archive)
    assert (await model.desk.settle(entry.decision.decision_id)).status is OutboxStatus.CONFLICT
    assert model.server.carried_out == []


async def test_only_so_many_indexes_are_remembered(model: ModelDesk) -> None:
    archives = model.desk.desk.archives
    for number in range(INDEXES_KEPT + 3):
        uuid = f"f{number}"
        serve(model, uuid, build_zip([Part(b"report.json", sample_report(uuid))]))
        await archives.open(model.desk.key(uuid))
    assert len(archives._indexes) == INDEXES_KEPT
    assert (await archives.open(model.desk.key("f0"))).is_of_its_client_file


async def test_a_locked_entry_opens_with_its_password(model: ModelDesk) -> None:
    serve(model, content=build_zip([locked_part(b"secret.txt", b"clear text", b"pw")]))
    archives, previews = model.desk.desk.archives, model.desk.desk.previews
    archive = await archives.open(model.desk.key(UUID))
    (entry,) = archive.index.entries
    assert (entry.is_locked, entry.can_be_read, entry.kind) == (True, True, DocumentKind.UNKNOWN)
    with pytest.raises(EntryEncrypted):
        await previews.kind(archive, entry)
    previews.unlock(archive, "0", "pw")
    assert await previews.kind(archive, entry) is DocumentKind.TEXT
    assert (await previews.document(archive, "0")).content == b"clear text"


# --- from disk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    path = tmp_path / "dossier é.zip"
    path.write_bytes(good_zip())
    return path


async def test_an_archive_on_disk_needs_no_server_and_is_not_copied(model: ModelDesk, on_disk: Path) -> None:
    before = files_below(model.desk.folder)
    archives = model.desk.desk.archives
    archive = await archives.open_from_disk(on_disk)
    assert (archive.path, archive.stored.size) == (on_disk, len(good_zip()))
    assert (await archives.read(archive, REPORT)).content == sample_report()
    assert not await archives.is_outdated(archive)
    assert model.made == []
    assert files_below(model.desk.folder) == before


async def test_a_file_that_changed_on_the_disk_is_not_read_under_the_old_names(model: ModelDesk, on_disk: Path) -> None:
    archives = model.desk.desk.archives
    archive = await archives.open_from_disk(on_disk)
    replace_bytes(on_disk, build_zip([Part(b"other.txt", b"other")]))
    with pytest.raises(ArchiveNotAvailable):
        await archives.read(archive, REPORT)


async def test_a_file_that_is_not_there_is_said_so(model: ModelDesk, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.zip", tmp_path):
        with pytest.raises(ArchiveNotAvailable) as caught:
            await model.desk.desk.archives.open_from_disk(path)
        assert caught.value.facts["name"] == path.name


async def test_a_copy_is_written_where_it_was_asked_for(model: ModelDesk, on_disk: Path) -> None:
    archives = model.desk.desk.archives
    document = await archives.read(await archives.open_from_disk(on_disk), REPORT)
    await archives.save_copy(document, on_disk.with_name("copy.json"))
    assert content_of(on_disk.with_name("copy.json")) == sample_report()
    with pytest.raises(VaultReadOnly):
        await archives.save_copy(document, on_disk.with_name("no such folder") / "copy.json")


def replace_bytes(path: Path, content: bytes) -> None:
    """Other bytes, and another time: file systems count coarsely."""
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))


def content_of(path: Path) -> bytes:
    return path.read_bytes()
