"""Pixels for the scenes: a real contract page and a real photograph of a specimen, drawn once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from functools import lru_cache

import pypdfium2
from PIL import Image

from tns_desktop.adapters.render.pdf_text import TextPage
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import (
    DocumentDescription,
    DocumentKey,
    PageLink,
    PageRectangle,
    PageSize,
    PageText,
    PixelArea,
    Raster,
)
from tns_desktop.sandbox.population import make_records
from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.samples.contract import contract_pdf
from tns_desktop.sandbox.samples.identity import card_front
from tns_desktop.sandbox.samples.picture import photograph

PAGES = 3


@lru_cache(maxsize=1)
def _record() -> Record:
    return make_records(7, 3, datetime(2026, 11, 24, tzinfo=UTC))[0]


@lru_cache(maxsize=1)
def _contract() -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(contract_pdf(_record(), PAGES, signed=False))


@lru_cache(maxsize=1)
def _photo() -> Image.Image:
    rng = random.Random(7)
    card = card_front(_record().participants[0], rng, date(2021, 5, 4))
    return photograph(card, rng)


def contract_description(key: DocumentKey) -> DocumentDescription:
    pages = tuple(PageSize(*_contract()[page].get_size()) for page in range(PAGES))
    return DocumentDescription(key, DocumentKind.PDF, pages)


def contract_raster(key: DocumentKey, page: int, scale: float) -> Raster:
    bitmap = _contract()[page].render(scale=scale)
    return _raster(key, page, bitmap.to_pil().convert("RGB"))


def contract_text(key: DocumentKey) -> PageText:
    """The words of the first page as the decoder reads them, and a link over a line."""
    opened = _contract()[0]
    page = TextPage(opened.raw)
    text, boxes = page.letters()
    page.close()
    opened.close()
    return PageText(key, 0, text, tuple(boxes), (PageLink(PageRectangle(56, 300, 220, 14), "https://example.org"),))


def photo_description(key: DocumentKey) -> DocumentDescription:
    return DocumentDescription(key, DocumentKind.JPEG, (PageSize(*_photo().size),))


def photo_raster(key: DocumentKey, scale: float, rotation: int) -> Raster:
    picture = _photo().rotate(-rotation, expand=True)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return _raster(key, 0, picture.resize(size).convert("RGB"))


def part_of(raster: Raster, area: PixelArea | None) -> Raster:
    """What the decoder would answer for a part of the page."""
    if area is None:
        return raster
    whole = Image.frombytes("RGB", (raster.width, raster.height), raster.pixels)
    part = whole.crop((area.left, area.top, area.left + area.width, area.top + area.height))
    return Raster(raster.key, raster.page, area.width, area.height, 3 * area.width, part.tobytes(), area)


def _raster(key: DocumentKey, page: int, picture: Image.Image) -> Raster:
    return Raster(key, page, picture.width, picture.height, 3 * picture.width, picture.tobytes())
