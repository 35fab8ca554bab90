"""The text layer of a PDF, character by character, and where its characters stand. Runs in the decoder only.

Characters are counted as PDFium counts them, so that a position found in the text finds its place on the page.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tns_desktop.adapters.render.pdf import PdfFile
from tns_desktop.adapters.render.protocol import LAYER_LIMIT, LAYER_PAGES_LIMIT, RECTANGLES_LIMIT
from tns_desktop.adapters.render.refusals import Damaged

PRECISION = 100
"""PDFium answers in whole units: a page is measured in hundredths of a point."""


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


def find_places(file: PdfFile, page: int, spans: list[tuple[int, int]]) -> list[tuple[float, float, float, float]]:
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
    places: list[tuple[float, float, float, float]] = []
    try:
        for start, end in spans:
            for position in range(text.count_rects(start, end - start)):
                if len(places) < RECTANGLES_LIMIT:
                    places.append(_upright(opened, text.get_rect(position)))
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


def _upright(page: Any, rectangle: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = rectangle
    corners = [_device(page, x, y) for x, y in ((left, bottom), (right, top))]
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    width, height = (max(1, round(side * PRECISION)) for side in (page.get_width(), page.get_height()))
    out_x, out_y = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, ctypes.byref(out_x), ctypes.byref(out_y))
    return out_x.value / PRECISION, out_y.value / PRECISION
