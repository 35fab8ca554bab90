"""Indexing: words of kept documents, in nobody's way, and of nobody else's file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support.desks import CONNECTION_ID, until
from tests.support.documents import mail, pdf
from tests.support.model_desk import ModelDesk, opened_model_desk
from tests.support.zips import Part, build_zip, sample_report
from tests.unit.services.test_previews import NotingRenderer
from tns_desktop.domain.errors import RenderCrashed
from tns_desktop.domain.preview import RenderDocument, TextContent
from tns_desktop.domain.search import FoundDocument
from tns_desktop.services import indexing
from tns_desktop.services.indexing import BREATH_SECONDS

pytestmark = pytest.mark.anyio

UUID = "c0ffee00-0000-4000-8000-000000000001"
OTHER = "c0ffee00-0000-4000-8000-000000000002"


class _Renderer(NotingRenderer):
    """Reads texts as they are; breaks on one that says so, and can be held."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    async def extract_text(self, document: RenderDocument) -> TextContent:
        answer = self.meanwhile()
        if asyncio.iscoroutine(answer):
            await answer
        if b"BREAKS" in document.content:
            raise RenderCrashed("died")
        return await super().extract_text(document)


@pytest.fixture
def renderer() -> _Renderer:
    return _Renderer()


@pytest.fixture
async def model(tmp_path: Path, renderer: _Renderer) -> AsyncIterator[ModelDesk]:
    async with opened_model_desk(tmp_path / "profile", renderer=renderer) as opened:
        opened.server.add(UUID)
        opened.server.add(OTHER)
        await opened.desk.refresh()
        yield opened


def _archive(uuid: str, *texts: tuple[bytes, bytes]) -> bytes:
    return build_zip([Part(b"report.json", sample_report(uuid)), *(Part(name, text) for name, text in texts)])


async def _kept(model: ModelDesk, uuid: str, *texts: tuple[bytes, bytes]) -> None:
    model.server.archives[uuid] = _archive(uuid, *texts)
    await model.desk.desk.archives.fetch(model.desk.key(uuid))


async def _read(model: ModelDesk) -> bool:
    return await model.desk.index_one()


async def _until_read(model: ModelDesk, renderer: _Renderer) -> None:
    def has_read() -> bool:
        model.desk.clock.advance(BREATH_SECONDS)
        return bool(renderer.given)

    await until(has_read)


async def _found(model: ModelDesk, text: str) -> dict[str, FoundDocument | None]:
    return {
        key.uuid: found for key, found in (await model.desk.desk.catalogue.search([CONNECTION_ID], text)).files.items()
    }


async def test_words_of_kept_documents_are_found(model: ModelDesk, renderer: _Renderer) -> None:
    await _kept(model, UUID, (b"note.txt", "Reçu de M. Lefèvre".encode()), (b"other.txt", b"nothing of interest"))
    assert await _read(model)
    assert not await _read(model)
    found = await _found(model, "lefevre")
    assert [(uuid, document and document.name) for uuid, document in found.items()] == [(UUID, "note.txt")]
    assert {document.name for document in renderer.given} == {"note.txt", "other.txt"}  # not the report


async def test_one_document_that_breaks_the_decoder_costs_its_own_words_only(model: ModelDesk) -> None:
    await _kept(model, UUID, (b"bad.txt", b"BREAKS secretword"), (b"good.txt", b"goodword"))
    assert await _read(model)
    assert set(await _found(model, "goodword")) == {UUID}
    assert await _found(model, "secretword") == {}
    assert not await _read(model)


async def test_a_file_is_never_found_through_another_file_s_archive(model: ModelDesk) -> None:
    model.server.archives[UUID] = _archive(OTHER, (b"note.txt", b"lefevre"))
    await model.desk.desk.archives.fetch(model.desk.key(UUID))
    assert await _read(model)
    assert await _found(model, "lefevre") == {}


async def test_what_is_no_archive_is_read_once(model: ModelDesk) -> None:
    model.server.archives[UUID] = b"no archive at all"
    await model.desk.desk.archives.fetch(model.desk.key(UUID))
    assert await _read(model)
    assert not await _read(model)


async def test_an_archive_that_goes_while_it_is_read_leaves_no_words(model: ModelDesk, renderer: _Renderer) -> None:
    await _kept(model, UUID, (b"note.txt", b"lefevre"))
    renderer.meanwhile = lambda: model.desk.vault.blobs.drop(model.desk.key(UUID))
    assert await _read(model)
    assert await _found(model, "lefevre") == {}
    assert not await _read(model)


async def test_long_texts_are_cut(model: ModelDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "LONGEST_TEXT", 20)
    monkeypatch.setattr(indexing, "MOST_TEXT", 30)
    monkeypatch.setattr(indexing, "LARGEST_DOCUMENT", 100)
    texts = [
        (b"a.txt", b"first " + b"x" * 40 + b" beyond"),
        (b"big.txt", b"huge " * 40),
        (b"b.txt", b"second"),
        (b"c.txt", b"third"),
    ]
    await _kept(model, UUID, *texts)
    assert await _read(model)
    assert set(await _found(model, "first")) == {UUID}
    assert set(await _found(model, "second")) == {UUID}
    for cut in ("beyond", "huge"):
        assert await _found(model, cut) == {}


async def test_nothing_is_begun_while_somebody_waits_for_an_archive(model: ModelDesk, renderer: _Renderer) -> None:
    await _kept(model, UUID, (b"note.txt", b"lefevre"))
    indexer = model.desk.desk.indexer
    indexer.make_way(model.desk.key(OTHER))
    work = asyncio.ensure_future(indexer.run())
    try:
        for _ in range(200):
            model.desk.clock.advance(BREATH_SECONDS)
            await asyncio.sleep(0.001)
        assert renderer.given == []
        indexer.go_on()

        await _until_read(model, renderer)
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def test_what_arrives_is_read_by_itself(model: ModelDesk, renderer: _Renderer) -> None:
    work = asyncio.ensure_future(model.desk.desk.indexer.run())
    try:
        await _kept(model, UUID, (b"note.txt", b"lefevre"))

        await _until_read(model, renderer)
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def test_pdf_and_mail_are_read_by_the_real_decoder(tmp_path: Path) -> None:
    async with opened_model_desk(tmp_path / "profile") as model:
        model.server.add(UUID)
        await model.desk.refresh()
        await _kept(model, UUID, (b"a.pdf", pdf()), (b"b.eml", mail()))
        assert await _read(model)
        for word, name in (("brown fox", "a.pdf"), ("pieces", "b.eml")):
            found = (await _found(model, word))[UUID]
            assert found is not None
            assert found.name == name
