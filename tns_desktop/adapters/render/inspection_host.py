"""A second decoder for what stands beside the page: text layers, signatures, hygiene, thumbnails.

A process of its own, made like the first and limited like it, because what it does takes longer than a page (pyHanko alone
needs half a second to load) and the page must not wait for it. It is started by the first document that is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from tns_desktop.adapters.render.findings import (
    Inquiry,
    attached_inquiry,
    attachment_inquiry,
    hygiene_inquiry,
    layer_inquiry,
    places_inquiry,
    signatures_inquiry,
)
from tns_desktop.adapters.render.host import START_LIMIT, RenderHost
from tns_desktop.adapters.render.process import worker_command
from tns_desktop.adapters.render.protocol import DOCUMENT_LIMIT
from tns_desktop.domain.errors import RenderTooLarge
from tns_desktop.domain.hygiene import Remark
from tns_desktop.domain.preview import AttachedFiles, PageRectangle, Raster, RenderDocument
from tns_desktop.domain.signatures import SignatureReport
from tns_desktop.domain.text_layer import Span, TextLayer
from tns_desktop.services.ports import Inspector

TIME_LIMIT = 20.0
"""Seconds for one question, the document's way to the decoder and the import of pyHanko included."""
THUMBNAIL_PIXELS = 400_000
"""Of the largest: four times the strip's, for screens that have four pixels where others have one."""
ROOTS_LIMIT = 256 * 1024
"""Bytes of trusted certificates that are handed over; they travel in the metadata, as hexadecimal."""


class InspectionHost(Inspector):
    """The ``Inspector`` of the application. Create it anywhere; nothing is started before it is needed."""

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        time_limit: float = TIME_LIMIT,
        start_limit: float = START_LIMIT,
    ) -> None:
        self._host = RenderHost(
            command=command or worker_command(aside=True), time_limit=time_limit, start_limit=start_limit
        )

    @property
    def isolation(self) -> tuple[str, ...]:
        """As the host's."""
        return self._host.isolation

    @property
    def worker_pid(self) -> int | None:
        return self._host.worker_pid

    async def read_layer(self, document: RenderDocument) -> TextLayer:
        """The text of a PDF, page by page. Raises RenderError."""
        return cast(TextLayer, await self._ask("layer", document, layer_inquiry()))

    async def find_places(
        self, document: RenderDocument, page: int, spans: Sequence[Span]
    ) -> tuple[PageRectangle, ...]:
        """Where these characters of a PDF's page stand. Raises RenderError."""
        inquiry = places_inquiry(page, [(span.start, span.end) for span in spans])
        return cast(tuple[PageRectangle, ...], await self._ask("places", document, inquiry))

    async def read_signatures(self, document: RenderDocument, roots: Sequence[bytes]) -> SignatureReport:
        """The signatures of a PDF, validated offline. Raises RenderError."""
        inquiry = signatures_inquiry(_within_limit(roots))
        return cast(SignatureReport, await self._ask("signatures", document, inquiry))

    async def look_inside(self, document: RenderDocument) -> tuple[Remark, ...]:
        """What a document of any kind carries with it. Raises RenderError."""
        return cast(tuple[Remark, ...], await self._ask("hygiene", document, hygiene_inquiry()))

    async def thumbnail(self, document: RenderDocument, page: int, scale: float) -> Raster:
        """A small picture of a page, which no page on screen has to wait for. Raises RenderError."""
        return await self._host.render_page(document, page, scale=scale, max_pixels=THUMBNAIL_PIXELS)

    async def attached_files(self, document: RenderDocument) -> AttachedFiles:
        """The names of the files that a PDF carries. Raises RenderError."""
        return cast(AttachedFiles, await self._ask("attached", document, attached_inquiry()))

    async def attached_file(self, document: RenderDocument, position: int) -> bytes:
        """The bytes of one of them, by its place among the names. Raises RenderError."""
        return cast(bytes, await self._ask("attachment", document, attachment_inquiry(position)))

    async def close(self) -> None:
        await self._host.close()

    async def _ask(self, operation: str, document: RenderDocument, inquiry: Inquiry) -> object:
        if len(document.content) > DOCUMENT_LIMIT:
            raise RenderTooLarge("content", facts={"name": document.name, "reason": "content"})
        return await self._host.inquire(operation, document, inquiry)


def _within_limit(roots: Sequence[bytes]) -> list[str]:
    kept, room = [], ROOTS_LIMIT
    for root in roots:
        room -= len(root)
        if room < 0:
            break
        kept.append(root.hex())
    return kept
