"""Previews: what is kept in memory, for how long, and with which password."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.model_desk import ModelDesk, opened_model_desk
from tests.support.zips import STORED, Part, build_zip, sample_report
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.errors import DocumentUnsupported, EntryUnreadable
from tns_desktop.domain.preview import (
    DocumentDescription,
    FoundHits,
    PageHit,
    PageRectangle,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.services import previews as previews_module
from tns_desktop.services.archives import OpenArchive

pytestmark = pytest.mark.anyio

UUID = "c0ffee00-0000-4000-8000-000000000001"
SIZE = 40_000


class NotingRenderer:
    """Renders nothing and keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[RenderDocument] = []
        self.searched: list[tuple[int, int]] = []
        self.closed = False

    async def describe(self, document: RenderDocument) -> DocumentDescription:
        self.given.append(document)
        return DocumentDescription(document.key, document.kind)

    async def render_page(
        self,
        document: RenderDocument,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        max_pixels: int = 40_000_000,
        area: PixelArea | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> Raster:
        self.given.append(document)
        return Raster(document.key, page, 1, 1, 3, b"\0\0\0", area, adjustment)

    async def page_text(self, document: RenderDocument, page: int) -> PageText:
        self.given.append(document)
        return PageText(document.key, page, "", ())

    async def find(
        self, document: RenderDocument, words: str, first_page: int, pages: int, seconds: float
    ) -> FoundHits:
        self.searched.append((first_page, pages))
        looked = min(pages, 3)
        hits = (PageHit(first_page, (PageRectangle(0, 0, 1, 1),)),)
        return FoundHits(document.key, first_page, looked, hits)

    async def extract_text(self, document: RenderDocument) -> TextContent:
        self.given.append(document)
        return TextContent(document.key, document.content.decode())

    async def forget(self, archive_sha256: str) -> None:
        """It has nothing to forget."""

    async def start(self) -> None:
        """It is always there."""

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def renderer() -> NotingRenderer:
    return NotingRenderer()


@pytest.fixture
async def model(tmp_path: Path, renderer: NotingRenderer) -> AsyncIterator[ModelDesk]:
    async with opened_model_desk(tmp_path / "profile", renderer=renderer) as opened:
        yield opened


@pytest.fixture
async def archive(model: ModelDesk) -> OpenArchive:
    parts = [Part(b"report.json", sample_report())]
    parts += [Part(f"{name}.txt".encode(), name.encode() * SIZE, method=STORED) for name in "abcd"]
    parts.append(Part(b"scan.pdf", b"%PDF-1.7\n"))
    model.server.add(UUID)
    model.server.archives[UUID] = build_zip(parts)
    return await model.desk.desk.archives.open(model.desk.key(UUID))


async def drop(model: ModelDesk) -> None:
    """From now on what is not in memory cannot be read."""
    await model.desk.vault.blobs.drop(model.desk.key(UUID))


async def test_a_result_carries_the_key_of_its_document(model: ModelDesk, archive: OpenArchive) -> None:
    previews = model.desk.desk.previews
    for entry in archive.index.entries[1:5]:
        text = await previews.text(archive, entry.entry_id)
        assert (text.key.archive_sha256, text.key.entry_id) == (archive.stored.sha256, entry.entry_id)
        assert text.text == entry.name[0] * SIZE
    assert (await previews.describe(archive, "5")).key.entry_id == "5"
    assert (await previews.page(archive, "5", 0, scale=1)).key.entry_id == "5"


async def test_a_search_begins_at_the_page_on_screen_and_ends_before_it(
    model: ModelDesk, archive: OpenArchive, renderer: NotingRenderer
) -> None:
    found = model.desk.desk.previews.find(archive, "5", "x", page_count=8, from_page=4)
    assert [(step.first_page, step.searched) async for step in found] == [(4, 3), (7, 1), (0, 3), (3, 1)]
    assert renderer.searched == [(4, 4), (7, 1), (0, 4), (3, 1)]


async def test_the_letters_of_a_page_carry_the_key_of_its_document(model: ModelDesk, archive: OpenArchive) -> None:
    text = await model.desk.desk.previews.page_text(archive, "5", 2)
    assert (text.key.entry_id, text.page) == ("5", 2)


async def test_what_was_read_a_moment_ago_comes_from_memory(model: ModelDesk, archive: OpenArchive) -> None:
    previews = model.desk.desk.previews
    first = await previews.document(archive, "1")
    await drop(model)
    assert await previews.document(archive, "1") == first


async def test_memory_is_bounded_and_the_oldest_goes_first(
    model: ModelDesk, archive: OpenArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews_module, "BYTES_KEPT", 2 * SIZE)
    previews = model.desk.desk.previews
    for entry_id in ("1", "2", "1", "3"):
        await previews.document(archive, entry_id)
    kept = list(previews._documents)
    assert [key.entry_id for key in kept] == ["1", "3"]
    assert sum(len(document.content) for document in previews._documents.values()) <= 2 * SIZE


async def test_a_document_larger_than_the_memory_is_not_kept(
    model: ModelDesk, archive: OpenArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews_module, "BYTES_KEPT", SIZE - 1)
    previews = model.desk.desk.previews
    assert (await previews.document(archive, "1")).content == b"a" * SIZE
    assert previews._documents == {}


async def test_a_password_goes_with_its_document_only_and_can_be_forgotten(
    model: ModelDesk, archive: OpenArchive, renderer: NotingRenderer
) -> None:
    previews = model.desk.desk.previews
    previews.unlock(archive, "5", "open sesame")
    await previews.describe(archive, "5")
    await previews.describe(archive, "1")
    previews.forget_password(archive, "5")
    previews.forget_password(archive, "5")
    await previews.describe(archive, "5")
    assert [document.password for document in renderer.given] == ["open sesame", None, None]
    assert "open sesame" not in repr(renderer.given)


async def test_what_is_no_text_is_not_taken_for_one(model: ModelDesk, archive: OpenArchive) -> None:
    with pytest.raises(DocumentUnsupported):
        await model.desk.desk.previews.text(archive, "5")
    with pytest.raises(EntryUnreadable):
        await model.desk.desk.previews.text(archive, "77")


async def test_closing_forgets_everything(model: ModelDesk, archive: OpenArchive, renderer: NotingRenderer) -> None:
    previews = model.desk.desk.previews
    await previews.start()
    previews.unlock(archive, "1", "password")
    await previews.document(archive, "1")
    await previews.close()
    assert (previews._documents, previews._passwords, renderer.closed) == ({}, {}, True)
