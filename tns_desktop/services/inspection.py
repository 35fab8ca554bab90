"""What stands beside a document: declared values found in it, its signatures, its hygiene.

Each answer is keyed by its document and kept for a while, so that going back and forth costs nothing. Looking for values
is done in a thread: a long text must not hold the window.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.errors import RenderError
from tns_desktop.domain.facts import Fact, Sightings, look_for, no_text
from tns_desktop.domain.hygiene import HygieneReport, Remark, hygiene_report
from tns_desktop.domain.matching import Occurrence
from tns_desktop.domain.preview import PageRectangle, RenderDocument
from tns_desktop.domain.signatures import RootsState, SignatureReport
from tns_desktop.domain.text_layer import PageWords, TextLayer, words_of_page
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.ports import Clock, Inspector, RootStore, TrustedRoots
from tns_desktop.services.previews import Previews
from tns_desktop.services.remembered import Remembered
from tns_desktop.services.settings import TRUSTED_ROOTS, Settings

LAYERS_KEPT = 4
"""Text layers with their words: some ten megabytes for a long contract."""
REPORTS_KEPT = 64
LONGEST_TEXT = 1024 * 1024
"""Characters of a text in which values are looked for: more would take the processor from the window."""

T = TypeVar("T")

Layer = tuple[TextLayer, tuple[PageWords, ...]]


class Inspections:
    """Asks the inspector and keeps what it said."""

    def __init__(
        self,
        previews: Previews,
        inspector: Inspector,
        roots: RootStore,
        settings: Settings,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._previews = previews
        self._inspector = inspector
        self._roots = roots
        self._settings = settings
        self._clock = clock
        self._pool = pool
        self._layers: Remembered[Layer] = Remembered(LAYERS_KEPT)
        self._signatures: Remembered[SignatureReport] = Remembered(REPORTS_KEPT)
        self._hygiene: Remembered[HygieneReport] = Remembered(REPORTS_KEPT)

    def today(self) -> date:
        """In UTC: a birthday may be a few hours off, and a document that expires today has expired tomorrow."""
        return self._clock.now().date()

    async def sightings(self, archive: OpenArchive, entry: ArchiveEntry, facts: Sequence[Fact]) -> Sightings:
        """Each fact in this document. Raises RenderError, ArchiveError or VaultError."""
        document = await self._previews.document(archive, entry.entry_id)
        if document.kind is not DocumentKind.PDF and not document.kind.is_text:
            return no_text(document.key, facts, 1)
        layer, words = await self._layer(archive, document)
        return await self._in_pool(lambda: look_for(facts, layer, words))

    async def places(self, archive: OpenArchive, entry_id: str, occurrence: Occurrence) -> tuple[PageRectangle, ...]:
        """Where on its page an occurrence stands; nowhere for a text without pages. Raises as ``sightings``."""
        document = await self._previews.document(archive, entry_id)
        if document.kind is not DocumentKind.PDF:
            return ()
        return await self._inspector.find_places(document, occurrence.page, occurrence.spans)

    async def signatures(self, archive: OpenArchive, entry: ArchiveEntry) -> SignatureReport | None:
        """None for what cannot carry a signature of its own: anything but a PDF. Raises as ``sightings``."""
        document = await self._previews.document(archive, entry.entry_id)
        return await self.signatures_of(document) if document.kind is DocumentKind.PDF else None

    async def signatures_of(self, document: RenderDocument) -> SignatureReport:
        """Of a PDF, whether it lies in an archive or not. Raises RenderError."""
        folder = self._settings.get(TRUSTED_ROOTS)
        kept = self._signatures.get((document.key, folder))
        if kept is not None:
            return kept
        roots = await self._in_pool(lambda: self._roots.load_blocking(Path(folder))) if folder else TrustedRoots()
        report = await self._inspector.read_signatures(document, roots.certificates)
        state = RootsState.USED if roots.certificates else RootsState.UNREADABLE if folder else RootsState.NONE
        return self._signatures.put((document.key, folder), _with_roots(report, state))

    async def hygiene(self, archive: OpenArchive, entry: ArchiveEntry) -> HygieneReport:
        """What the document carries besides what it shows. Raises ArchiveError or VaultError.

        Where the decoder cannot look inside, the report says so and holds what name and type tell.
        """
        document = await self._previews.document(archive, entry.entry_id)
        kept = self._hygiene.get(document.key)
        if kept is not None:
            return kept
        found: tuple[Remark, ...] = ()
        looked_inside = True
        try:
            found = await self._inspector.look_inside(document)
        except RenderError:
            looked_inside = False
        report = hygiene_report(document.key, entry, document.kind, found, looked_inside=looked_inside)
        # What could not be looked into may be another time: unlocked, or by a decoder that lives.
        return self._hygiene.put(document.key, report) if looked_inside else report

    async def close(self) -> None:
        for kept in (self._layers, self._signatures, self._hygiene):
            kept.clear()
        await self._inspector.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _layer(self, archive: OpenArchive, document: RenderDocument) -> Layer:
        kept = self._layers.get(document.key)
        if kept is not None:
            return kept
        if document.kind is DocumentKind.PDF:
            layer = await self._inspector.read_layer(document)
        else:
            content = await self._previews.text(archive, document.key.entry_id)
            text = content.text[:LONGEST_TEXT]
            layer = TextLayer(content.key, (text,), content.truncated or len(text) < len(content.text))
        words = await self._in_pool(lambda: tuple(map(words_of_page, layer.pages)))
        return self._layers.put(document.key, (layer, words))

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _with_roots(report: SignatureReport, state: RootsState) -> SignatureReport:
    return replace(report, roots=state)
