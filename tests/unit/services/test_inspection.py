"""Inspections: asked once a document, kept by its key, honest about roots and about what could not be looked into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.desks import FakeClock
from tests.support.fake_desk import MemorySettings
from tests.support.files import NOW, a_key, an_index
from tns_desktop.adapters.render.roots import FolderOfRoots
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, RenderTimedOut
from tns_desktop.domain.facts import Fact, Sighting
from tns_desktop.domain.hygiene import Hygiene, Remark
from tns_desktop.domain.matching import Occurrence, ValueKind
from tns_desktop.domain.preview import AttachedFiles, DocumentKey, PageRectangle, Raster, RenderDocument, TextContent
from tns_desktop.domain.signatures import RootsState, SignatureReport
from tns_desktop.domain.text_layer import Span, TextLayer
from tns_desktop.sandbox.samples import signing
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.inspection import Inspections
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.settings import TRUSTED_ROOTS, Settings

pytestmark = pytest.mark.anyio

TEXT = "Entre la banque et Léa Martin, née le 3 juillet 1984"
FACTS = (Fact("name", "last_name", "", "MARTIN", ValueKind.NAME), Fact("other", "", "x", "Dupont", ValueKind.NAME))


class OneDocument:
    """Previews of one document of a chosen kind."""

    def __init__(self) -> None:
        self.kind = DocumentKind.PDF

    async def document(self, archive: OpenArchive, entry_id: str) -> RenderDocument:
        return RenderDocument(DocumentKey(archive.index.sha256, entry_id), "a.pdf", self.kind, b"x")

    async def text(self, archive: OpenArchive, entry_id: str) -> TextContent:
        return TextContent(DocumentKey(archive.index.sha256, entry_id), TEXT)


class CountingInspector:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.roots: Sequence[bytes] = ()
        self.failure: Exception | None = None

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure

    async def read_layer(self, document: RenderDocument) -> TextLayer:
        self._ask("layer")
        return TextLayer(document.key, (TEXT, ""))

    async def find_places(
        self, document: RenderDocument, page: int, spans: Sequence[Span]
    ) -> tuple[PageRectangle, ...]:
        self._ask("places")
        return (PageRectangle(page, 0, 1, 1),)

    async def read_signatures(self, document: RenderDocument, roots: Sequence[bytes]) -> SignatureReport:
        self._ask("signatures")
        self.roots = roots
        return SignatureReport(document.key)

    async def look_inside(self, document: RenderDocument) -> tuple[Remark, ...]:
        self._ask("hygiene")
        return (Remark(Hygiene.SCRIPT),)

    async def thumbnail(self, document: RenderDocument, page: int, scale: float) -> Raster:
        self._ask("thumbnail")
        return Raster(document.key, page, 1, 1, 3, bytes(3))

    async def attached_files(self, document: RenderDocument) -> AttachedFiles:
        self._ask("attached")
        return AttachedFiles(document.key)

    async def attached_file(self, document: RenderDocument, position: int) -> bytes:
        self._ask("attachment")
        return b""

    async def close(self) -> None:
        self.asked.append("close")


class Bench:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.previews, self.inspector = OneDocument(), CountingInspector()
        self.settings = Settings(MemorySettings())
        self.inspections = Inspections(
            cast(Any, self.previews), self.inspector, FolderOfRoots(), self.settings, FakeClock(NOW), pool
        )
        index = an_index(1)
        self.archive = OpenArchive(StoredArchive(a_key(1), index.sha256, index.size), index)
        self.entry = index.entries[0]


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ThreadPoolExecutor(1) as pool:
        yield Bench(pool)


async def test_the_text_is_asked_for_once_and_looked_into_as_often_as_wanted(bench: Bench) -> None:
    first = await bench.inspections.sightings(bench.archive, bench.entry, FACTS)
    again = await bench.inspections.sightings(bench.archive, bench.entry, FACTS[:1])
    assert [seen.sighting for seen in first.seen.values()] == [Sighting.FOUND, Sighting.NOT_FOUND]
    assert (first.pages, first.blank_pages) == (2, 1)
    assert again.seen["name"] == first.seen["name"]
    assert bench.inspector.asked == ["layer"]


async def test_a_text_is_looked_into_and_a_picture_is_not(bench: Bench) -> None:
    bench.previews.kind = DocumentKind.EMAIL
    sightings = await bench.inspections.sightings(bench.archive, bench.entry, FACTS)
    assert sightings.seen["name"].sighting is Sighting.FOUND
    assert await bench.inspections.places(bench.archive, bench.entry.entry_id, Occurrence(0, (Span(0, 1),))) == ()
    bench.previews.kind = DocumentKind.JPEG
    other = bench.archive.index.entries[1]
    nothing = await bench.inspections.sightings(bench.archive, other, FACTS)
    assert {seen.sighting for seen in nothing.seen.values()} == {Sighting.NO_TEXT}
    assert await bench.inspections.signatures(bench.archive, other) is None
    assert bench.inspector.asked == []


async def test_signatures_are_validated_once_a_document_and_folder_of_roots(bench: Bench, tmp_path: Path) -> None:
    without = await bench.inspections.signatures(bench.archive, bench.entry)
    await bench.inspections.signatures(bench.archive, bench.entry)
    (tmp_path / "root.der").write_bytes(signing.certificate_der())
    (tmp_path / "readme.txt").write_text("not a certificate")
    bench.settings.set(TRUSTED_ROOTS, str(tmp_path))
    with_roots = await bench.inspections.signatures(bench.archive, bench.entry)
    bench.settings.set(TRUSTED_ROOTS, str(tmp_path / "missing"))
    unreadable = await bench.inspections.signatures(bench.archive, bench.entry)
    states = [report.roots for report in (without, with_roots, unreadable) if report is not None]
    assert states == [RootsState.NONE, RootsState.USED, RootsState.UNREADABLE]
    assert bench.inspector.asked == ["signatures"] * 3


async def test_what_could_not_be_looked_into_is_said_and_tried_again(bench: Bench) -> None:
    bench.inspector.failure = RenderCrashed("died")
    report = await bench.inspections.hygiene(bench.archive, replace(bench.entry, path="photo.jpg"))
    assert report.looked_inside is False
    assert [remark.kind for remark in report.remarks] == [Hygiene.WRONG_TYPE]
    bench.inspector.failure = None
    assert (await bench.inspections.hygiene(bench.archive, bench.entry)).looked_inside
    await bench.inspections.hygiene(bench.archive, bench.entry)
    assert bench.inspector.asked == ["hygiene", "hygiene"]


async def test_a_failure_reaches_whoever_asked(bench: Bench) -> None:
    bench.inspector.failure = RenderTimedOut("late")
    with pytest.raises(RenderTimedOut):
        await bench.inspections.sightings(bench.archive, bench.entry, FACTS)


def test_roots_are_read_from_pem_bundles_and_der(tmp_path: Path) -> None:
    der = signing.certificate_der()
    import base64

    block = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    (tmp_path / "bundle.pem").write_bytes(b"# two\n" + block + block)
    (tmp_path / "one.cer").write_bytes(der)
    (tmp_path / "broken.crt").write_bytes(b"nothing")
    roots = FolderOfRoots().load_blocking(tmp_path)
    assert (roots.certificates, roots.unreadable) == ((der,), ("broken.crt",))
