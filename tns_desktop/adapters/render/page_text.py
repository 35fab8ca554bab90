"""The text layer of a PDF, character by character, and where its characters stand. Runs in the decoder only.

Characters are counted as PDFium counts them, so that a position found in the text finds its place on the page.
"""

from __future__ import annotations

from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tns_desktop.adapters.render.pdf import PdfFile
from tns_desktop.adapters.render.pdf_text import PageSpace, Rectangle
from tns_desktop.adapters.render.protocol import LAYER_LIMIT, LAYER_PAGES_LIMIT, RECTANGLES_LIMIT
from tns_desktop.adapters.render.refusals import Damaged


def read_layer(file: PdfFile) -> tuple[list[str], bool]:
    """The text of each page, and whether pages or characters over the limits were left out."""
    pages: list[str] = []
    left = LAYER_LIMIT
    count = len(file.opened)
    for number in range(min(count, LAYER_PAGES_LIMIT)):
        text = _page_text(file.opened, number, left)
        left -= len(text)
        pages.append(text)
        if left <= 0:
            return pages, True
    return pages, count > LAYER_PAGES_LIMIT


def find_places(file: PdfFile, page: int, spans: list[tuple[int, int]]) -> list[Rectangle]:
    """Left, top, width and height, in points from the upper left of the upright page, of characters ``[start, end)``.

    Raises Damaged when there is no such page.
    """
    if not 0 <= page < len(file.opened):
        raise Damaged("page_missing")
    try:
        opened = file.opened[page]
        text = opened.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise Damaged("page") from error
    places: list[Rectangle] = []
    try:
        space = PageSpace(opened.raw)
        for start, end in spans:
            for position in range(text.count_rects(start, end - start)):
                if len(places) < RECTANGLES_LIMIT:
                    left, bottom, right, top = text.get_rect(position)
                    places.append(space.rectangle(left, top, right, bottom))
    finally:
        text.close()
        opened.close()
    return places


def _page_text(document: Any, number: int, limit: int) -> str:
    """Empty for a page that cannot be read: it says so itself once it is looked at."""
    try:
        opened = document[number]
        text = opened.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        count = min(text.count_chars(), limit)
        read, handle = pdfium.FPDFText_GetUnicode, text.raw
        return "".join([_character(read(handle, position)) for position in range(count)])
    finally:
        text.close()
        opened.close()


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "\ufffd"
