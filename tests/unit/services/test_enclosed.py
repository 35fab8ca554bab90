"""Files within a PDF become documents of the archive: real reader, real decoder, an archive from disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.attached_pdfs import with_bomb, with_files
from tests.support.desks import DeskUnderTest, opened_desk
from tests.support.documents import pdf
from tests.support.hostile_mails import mail_bytes
from tests.support.zips import SAMPLE_JPEG, Part, build_zip, sample_report
from tns_desktop.domain.archive import DocumentKind, EntryProblem, EntryRole
from tns_desktop.domain.errors import EntryUnreadable
from tns_desktop.domain.review import UNTOUCHED, Review
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.enclosed import holders_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bare_desk(tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    async with opened_desk(tmp_path / "profile") as opened:
        yield opened


async def _opened(desk: DeskUnderTest, document: bytes) -> OpenArchive:
    path = desk.folder.parent / "file.zip"
    path.write_bytes(build_zip([Part(b"report.json", sample_report()), Part(b"documents/form.pdf", document)]))
    return await desk.desk.archives.open_from_disk(path)


async def test_files_of_a_pdf_are_listed_read_and_saved(bare_desk: DeskUnderTest) -> None:
    desk = bare_desk.desk
    archive = await _opened(bare_desk, with_files([("card.jpg", SAMPLE_JPEG), ("more.pdf", pdf())]))
    assert [entry.entry_id for entry in archive.index.entries] == ["0", "1"]
    seen = await desk.enclosed.look_within(archive, "1")
    assert seen.stored == archive.stored
    shown = {entry.entry_id: (entry.path, entry.kind, entry.role) for entry in seen.index.entries[2:]}
    assert shown == {
        "1/p0": ("documents/form.pdf/card.jpg", DocumentKind.JPEG, EntryRole.SUPPORTING_DOCUMENT),
        "1/p1": ("documents/form.pdf/more.pdf", DocumentKind.PDF, EntryRole.SUPPORTING_DOCUMENT),
    }
    document = await desk.previews.document(seen, "1/p0")
    assert (document.name, document.content) == ("card.jpg", SAMPLE_JPEG)
    assert (await desk.previews.describe(seen, "1/p1")).pages
    target = bare_desk.folder.parent / "copy.jpg"
    await desk.archives.save_copy(document, target)
    assert target.read_bytes() == SAMPLE_JPEG
    again = await desk.enclosed.look_within(seen, "1")
    assert again.index == seen.index


async def test_file_that_nobody_listed_is_not_read(bare_desk: DeskUnderTest) -> None:
    archive = await _opened(bare_desk, with_files([("card.jpg", SAMPLE_JPEG)]))
    with pytest.raises(EntryUnreadable):
        await bare_desk.desk.previews.document(archive, "1/p0")


async def test_pdf_without_files_leaves_the_archive_as_it_is(bare_desk: DeskUnderTest) -> None:
    archive = await _opened(bare_desk, pdf())
    assert await bare_desk.desk.enclosed.look_within(archive, "1") is archive
    assert await bare_desk.desk.enclosed.look_within(archive, "0") is archive
    assert await bare_desk.desk.enclosed.look_within(archive, "nowhere") is archive


async def test_locked_pdf_is_opened_by_the_password_of_its_preview(bare_desk: DeskUnderTest) -> None:
    desk = bare_desk.desk
    archive = await _opened(bare_desk, pdf(password="open"))
    desk.previews.unlock(archive, "1", "open")
    assert await desk.enclosed.look_within(archive, "1") is archive


async def test_names_are_made_safe_and_a_bomb_is_a_damaged_document(bare_desk: DeskUnderTest) -> None:
    archive = await _opened(bare_desk, with_files([("../../x\u202efdp.exe", b"hello, hello, hello")]))
    seen = await bare_desk.desk.enclosed.look_within(archive, "1")
    entry = seen.index.entry("1/p0")
    assert entry is not None
    assert entry.path == "documents/form.pdf/x\ufffdfdp.exe"
    assert set(entry.problems) == {EntryProblem.UNSAFE_PATH, EntryProblem.DECEPTIVE_NAME}
    bomb = await _opened(bare_desk, with_bomb(400 << 20))
    entry = (await bare_desk.desk.enclosed.look_within(bomb, "1")).index.entry("1/p0")
    assert entry is not None
    assert entry.problems == (EntryProblem.DAMAGED,)
    assert not entry.can_be_read


async def test_archives_and_mails_within_a_pdf_say_that_they_are_not_looked_into(bare_desk: DeskUnderTest) -> None:
    files = [("bomb.zip", build_zip([Part(b"bomb", bytes(1 << 20))])), ("mail.eml", mail_bytes(("a.jpg", SAMPLE_JPEG)))]
    archive = await _opened(bare_desk, with_files(files))
    seen = await bare_desk.desk.enclosed.look_within(archive, "1")
    assert [entry.problems for entry in seen.index.entries[2:]] == [(EntryProblem.NOT_ALL_LISTED,)] * 2


async def test_what_is_not_listed_is_said_of_the_pdf(bare_desk: DeskUnderTest) -> None:
    many = await _opened(bare_desk, with_files([(f"{number}.txt", b"x") for number in range(150)]))
    seen = await bare_desk.desk.enclosed.look_within(many, "1")
    holder = seen.index.entry("1")
    assert holder is not None
    assert holder.problems == (EntryProblem.NOT_ALL_LISTED,)
    assert len(seen.index.entries) == 102
    deep = with_files([("leaf.txt", b"x")])
    for level in range(3):
        deep = with_files([(f"{level}.pdf", deep)])
    archive = await _opened(bare_desk, deep)
    for entry_id in ("1", "1/p0", "1/p0/p0"):
        archive = await bare_desk.desk.enclosed.look_within(archive, entry_id)
    assert [entry.entry_id for entry in archive.index.entries] == ["0", "1", "1/p0", "1/p0/p0"]
    deepest = archive.index.entry("1/p0/p0")
    assert deepest is not None
    assert deepest.problems == (EntryProblem.NOT_ALL_LISTED,)


async def test_marked_files_become_known_although_nobody_opened_their_pdf(bare_desk: DeskUnderTest) -> None:
    inner = with_files([("card.jpg", SAMPLE_JPEG)])
    archive = await _opened(bare_desk, with_files([("inner.pdf", inner)]))
    review = Review(archive.index, {"1/p0/p0": UNTOUCHED.shown().good()})
    assert holders_of(review) == ("1", "1/p0")
    seen = await bare_desk.desk.enclosed.look_within_all(archive, review)
    assert seen.index.entry("1/p0/p0") is not None
    assert holders_of(Review(seen.index, review.marks)) == ()
