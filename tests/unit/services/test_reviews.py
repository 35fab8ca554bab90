"""Reviews on a real vault and real archives: what a mark holds for, and that it goes with the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import CONNECTION_ID, DeskUnderTest, opened_desk
from tests.support.vaults import store_archive
from tests.support.zips import Part, build_zip
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ArchiveNotAvailable
from tns_desktop.domain.review import UNTOUCHED, Mark
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.reviews import ArchiveChange

pytestmark = pytest.mark.anyio

KEY = ClientFileKey(CONNECTION_ID, "uuid-1")
CARD, PAYSLIP = b"%PDF-1.4 the identity card", b"%PDF-1.4 the payslip, October"


@pytest.fixture
async def under(anyio_backend: str, tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    async with opened_desk(tmp_path / "profile") as opened:
        yield opened


async def _archive(under: DeskUnderTest, *parts: tuple[str, bytes]) -> OpenArchive:
    content = build_zip([Part(f"documents/{name}.pdf".encode(), data) for name, data in parts])
    await store_archive(under.vault, KEY, content)
    opened = await under.desk.archives.open_kept(KEY)
    assert opened is not None
    return opened


async def _judge_all(under: DeskUnderTest, archive: OpenArchive) -> None:
    for entry in archive.index.entries:
        digest = await under.desk.reviews.digest(archive, entry.entry_id)
        await under.desk.reviews.keep(archive, entry, UNTOUCHED.shown(digest).good())


async def test_the_same_bytes_in_the_same_place_keep_their_mark_and_others_do_not(under: DeskUnderTest) -> None:
    await _judge_all(under, await _archive(under, ("card", CARD), ("payslip", PAYSLIP)))
    longer = PAYSLIP.replace(b"October", b"Octobre")
    new = await _archive(under, ("other", CARD), ("card", CARD), ("payslip", longer))
    opened = await under.desk.reviews.open(new)
    assert opened.change == ArchiveChange(carried=1, set_back=1)
    assert {entry.name: opened.review.mark_of(entry.entry_id).mark for entry in new.index.entries} == {
        "other.pdf": Mark.NOT_SEEN,
        "card.pdf": Mark.GOOD,
        "payslip.pdf": Mark.NOT_SEEN,
    }
    # What holds is written down under the new archive; nothing is left of the old one.
    kept = await under.vault.reviews.load(KEY)
    assert {one.archive_sha256 for one in kept} == {new.index.sha256}
    assert (await under.desk.reviews.review_of_kept(new)).judged == 1


async def test_dropping_the_archive_drops_the_marks_and_later_ones_are_refused(under: DeskUnderTest) -> None:
    archive = await _archive(under, ("card", CARD))
    await _judge_all(under, archive)
    await under.desk.keeper.drop(KEY)
    assert await under.vault.reviews.load(KEY) == []
    with pytest.raises(ArchiveNotAvailable):
        await under.desk.reviews.keep(archive, archive.index.entries[0], UNTOUCHED.shown())


async def test_twins_are_the_same_bytes_and_not_only_the_same_size(under: DeskUnderTest) -> None:
    archive = await _archive(under, ("a", CARD), ("b", PAYSLIP), ("c", CARD))
    assert await under.desk.reviews.twins(archive) == {"2": "0"}
    forged = replace(
        archive, index=replace(archive.index, entries=tuple(replace(e, size=9, crc32=1) for e in archive.index.entries))
    )
    assert await under.desk.reviews.twins(forged) == {"2": "0"}


async def test_marks_of_an_archive_from_disk_are_kept_by_its_bytes_whatever_it_is_called(
    under: DeskUnderTest, tmp_path: Path
) -> None:
    path = tmp_path / "client.zip"
    path.write_bytes(build_zip([Part(b"documents/card.pdf", CARD)]))
    archive = await under.desk.archives.open_from_disk(path)
    await under.desk.reviews.keep(archive, archive.index.entries[0], UNTOUCHED.shown().good())
    again = await under.desk.archives.open_from_disk(path.rename(tmp_path / "renamed.zip"))
    assert (await under.desk.reviews.open(again)).review.judged == 1
    assert await under.vault.reviews.load(archive.key) == []


async def test_the_same_document_in_another_file_is_known(under: DeskUnderTest) -> None:
    archive = await _archive(under, ("card", CARD))
    await _judge_all(under, archive)
    digest = await under.desk.reviews.digest(archive, "0")
    other = replace(archive, stored=replace(archive.stored, key=ClientFileKey(CONNECTION_ID, "uuid-2")))
    assert await under.desk.reviews.elsewhere(other, digest) == {KEY}
    assert await under.desk.reviews.elsewhere(archive, digest) == frozenset()
