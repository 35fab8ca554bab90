"""The words of a PDF page: where each letter stands, where words are found, where links lead. Runs in the decoder only."""

from __future__ import annotations

import ctypes
import re
from array import array
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

from tns_desktop.adapters.render.protocol import (
    ADDRESS_LIMIT,
    HITS_A_PAGE_LIMIT,
    LETTERS_LIMIT,
    LINKS_LIMIT,
    RECTANGLES_A_HIT_LIMIT,
)

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height in the units of the page's size, upright."""

_DEVICE = 100_000


class PageSpace:
    """From the coordinates inside a PDF page to upright ones that begin in its upper left corner.

    PDFium knows the page's own rotation and crop box; it is asked for three points, the rest is arithmetic.
    """

    def __init__(self, page: Any) -> None:
        width, height = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
        self._size = width, height
        span = 1000.0
        origin, right, up = (_on_device(page, x, y, width, height) for x, y in ((0.0, 0.0), (span, 0.0), (0.0, span)))
        self._origin = origin
        self._x = (right[0] - origin[0]) / span, (right[1] - origin[1]) / span
        self._y = (up[0] - origin[0]) / span, (up[1] - origin[1]) / span

    def rectangle(self, left: float, top: float, right: float, bottom: float) -> Rectangle:
        x1, y1 = self._point(left, top)
        x2, y2 = self._point(right, bottom)
        return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._x[0] + y * self._y[0],
            self._origin[1] + x * self._x[1] + y * self._y[1],
        )


class TextPage:
    """The text of one open page; closed before its page is."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._text = raw.FPDFText_LoadPage(page)
        self.space = PageSpace(page)

    def close(self) -> None:
        if self._text:
            raw.FPDFText_ClosePage(self._text)
        self._text = None

    def text(self) -> str:
        """The characters as PDFium puts them into lines."""
        count = min(raw.FPDFText_CountChars(self._text) if self._text else 0, LETTERS_LIMIT)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = raw.FPDFText_GetText(self._text, 0, count, buffer)
        return bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", "replace")

    def letters(self) -> tuple[str, array[float]]:
        """The text and the place of each of its characters."""
        text = self.text()
        boxes = array("f", bytes(16 * len(text)))
        box = raw.FS_RECTF()
        for index, character in enumerate(text):
            if character in "\r\n":
                continue
            place = raw.FPDFText_GetCharIndexFromTextIndex(self._text, index)
            if place >= 0 and raw.FPDFText_GetLooseCharBox(self._text, place, box):
                boxes[4 * index : 4 * index + 4] = array(
                    "f", self.space.rectangle(box.left, box.top, box.right, box.bottom)
                )
        return text, boxes

    def hits(self, pattern: re.Pattern[str]) -> list[list[Rectangle]]:
        """The rectangles of every place that ``pattern`` matches."""
        found = []
        for match in pattern.finditer(self.text()):
            rectangles = list(self._rectangles(*match.span()))
            if rectangles:
                found.append(rectangles)
            if len(found) >= HITS_A_PAGE_LIMIT:
                break
        return found

    def _rectangles(self, begin: int, end: int) -> Iterator[Rectangle]:
        first = raw.FPDFText_GetCharIndexFromTextIndex(self._text, begin)
        last = raw.FPDFText_GetCharIndexFromTextIndex(self._text, end - 1)
        if first < 0 or last < first:
            return
        count = raw.FPDFText_CountRects(self._text, first, last - first + 1)
        numbers = [ctypes.c_double() for _ in range(4)]
        left, top, right, bottom = numbers
        for index in range(min(count, RECTANGLES_A_HIT_LIMIT)):
            if raw.FPDFText_GetRect(self._text, index, left, top, right, bottom):
                yield self.space.rectangle(left.value, top.value, right.value, bottom.value)

    # --- links --------------------------------------------------------------------------------------------------------

    def links(self, document: Any) -> list[tuple[Rectangle, str, int | None]]:
        """Links of the page and web addresses that only stand in its text: place, address, page."""
        found = list(self._annotated(document))
        found += self._written()
        return found[:LINKS_LIMIT]

    def _annotated(self, document: Any) -> Iterator[tuple[Rectangle, str, int | None]]:
        position = ctypes.c_int(0)
        link = raw.FPDF_LINK()
        box = raw.FS_RECTF()
        for _ in range(LINKS_LIMIT):
            if not raw.FPDFLink_Enumerate(self._page, position, link):
                return
            if not raw.FPDFLink_GetAnnotRect(link, box):
                continue
            place = self.space.rectangle(box.left, box.top, box.right, box.bottom)
            address, page = _target(document, link)
            if address or page is not None:
                yield place, address, page

    def _written(self) -> Iterator[tuple[Rectangle, str, int | None]]:
        if not self._text:
            return
        links = raw.FPDFLink_LoadWebLinks(self._text)
        try:
            numbers = [ctypes.c_double() for _ in range(4)]
            left, top, right, bottom = numbers
            for index in range(min(raw.FPDFLink_CountWebLinks(links), LINKS_LIMIT)):
                buffer = (ctypes.c_ushort * ADDRESS_LIMIT)()
                length = raw.FPDFLink_GetURL(links, index, buffer, ADDRESS_LIMIT)
                address = bytes(buffer)[: max(0, length - 1) * 2].decode("utf-16-le", "replace")
                if address and raw.FPDFLink_GetRect(links, index, 0, left, top, right, bottom):
                    yield self.space.rectangle(left.value, top.value, right.value, bottom.value), address, None
        finally:
            raw.FPDFLink_CloseWebLinks(links)


def _target(document: Any, link: Any) -> tuple[str, int | None]:
    destination = raw.FPDFLink_GetDest(document, link)
    action = raw.FPDFLink_GetAction(link)
    if not destination and action and raw.FPDFAction_GetType(action) == raw.PDFACTION_GOTO:
        destination = raw.FPDFAction_GetDest(document, action)
    if destination:
        page = raw.FPDFDest_GetDestPageIndex(document, destination)
        return "", page if page >= 0 else None
    if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
        length = raw.FPDFAction_GetURIPath(document, action, None, 0)
        if 1 < length <= ADDRESS_LIMIT:
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFAction_GetURIPath(document, action, buffer, length)
            return buffer.raw[: length - 1].decode("utf-8", "replace"), None
    return "", None


def _on_device(page: Any, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _DEVICE, _DEVICE, 0, x, y, across, down)
    return across.value * width / _DEVICE, down.value * height / _DEVICE
