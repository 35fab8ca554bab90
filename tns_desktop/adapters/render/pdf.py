"""PDF pages to pixels with PDFium, form fields and annotations included. Runs in the decoder only.

PDFium is not thread-safe; the decoder has one thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import re
from array import array
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw
from pypdfium2.internal import RotationToConst
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from tns_desktop.adapters.render.fitting import Area, area_within, fitting_scale, whole_size
from tns_desktop.adapters.render.pdf_text import Rectangle, TextPage
from tns_desktop.adapters.render.protocol import PAGES_LIMIT
from tns_desktop.adapters.render.refusals import Damaged, Locked, Unsupported
from tns_desktop.adapters.render.shared import Allocate

LETTER = (612.0, 792.0)
"""Points; PDFium's own default for a page without a usable size."""
LARGEST_SIDE = 1_000_000.0
BYTES_PER_PIXEL = 3
TEXT_PAGES = 200
"""Pages whose text layer is read."""


class PdfFile:
    """One open PDF. Raises Locked, Damaged and Unsupported on opening."""

    def __init__(self, content: bytes, password: str | None) -> None:
        try:
            self._document = pypdfium2.PdfDocument(content, password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                raise Locked("password_needed" if password is None else "password_wrong") from error
            if error.err_code == FPDF_ERR_SECURITY:
                raise Unsupported("encryption") from error
            raise Damaged("pdf") from error
        self._open: tuple[int, Any] | None = None
        # A form that cannot be set up leaves the pages as readable as they were.
        with contextlib.suppress(pypdfium2.PdfiumError):
            self._document.init_forms()

    @property
    def opened(self) -> Any:
        """PDFium's document, for what else is read from it."""
        return self._document

    def page_sizes(self) -> tuple[list[tuple[float, float]], bool]:
        """Sizes in points, and whether there are more pages than the limit."""
        count = len(self._document)
        return [self._page_size(page) for page in range(min(count, PAGES_LIMIT))], count > PAGES_LIMIT

    def render(
        self,
        page: int,
        scale: float,
        rotation: int,
        max_pixels: int,
        allocate: Allocate,
        area: Area | None = None,
    ) -> tuple[int, int, int]:
        """Width, height and stride of the RGB pixels. ``scale`` is lowered until ``max_pixels`` suffice, except for an
        ``area`` (left, top, width, height) of the page as it is scaled and turned.

        Raises Damaged and TooLarge.
        """
        opened = self._page(page)
        try:
            if area is None:
                scale = fitting_scale(opened.get_width(), opened.get_height(), scale, max_pixels)
            whole = whole_size(opened.get_width(), opened.get_height(), scale, rotation)
            left, top, width, height = area_within(area, whole, max_pixels)
            bitmap = _packed_bitmap(width, height, allocate)
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            place = (-left, -top, *whole, RotationToConst[rotation], raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
            raw.FPDF_RenderPageBitmap(bitmap, opened, *place)
            if self._document.formenv:
                raw.FPDF_FFLDraw(self._document.formenv, bitmap, opened, *place)
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise Damaged("page") from error
        return width, height, width * BYTES_PER_PIXEL

    def letters(self, page: int) -> tuple[str, array[float], list[tuple[Rectangle, str, int | None]]]:
        """The text of a page, the place of each character, and the links. Raises Damaged."""
        with self._text_of(page) as text:
            return *text.letters(), text.links(self._document.raw)

    def find(self, pattern: re.Pattern[str], page: int) -> list[list[Rectangle]]:
        """Where ``pattern`` matches on a page. Raises Damaged."""
        with self._text_of(page) as text:
            return text.hits(pattern)

    def text(self, limit: int) -> tuple[str, bool]:
        """The text layer, page by page, at most ``limit`` characters; whether anything was left out.

        A page that is damaged has no text; the others have theirs.
        """
        parts: list[str] = []
        left = limit
        for number in range(min(len(self._document), TEXT_PAGES)):
            with contextlib.suppress(pypdfium2.PdfiumError):
                page = self._document[number]
                try:
                    text_page = page.get_textpage()
                    part = text_page.get_text_range(count=min(left, text_page.count_chars()))
                    text_page.close()
                finally:
                    page.close()
                parts.append(part[:left])
                left -= len(parts[-1]) + 1
            if left <= 0:
                return "\n".join(parts), True
        return "\n".join(parts), len(self._document) > TEXT_PAGES

    def close(self) -> None:
        self._close_page()
        self._document.close()

    def _page(self, number: int) -> Any:
        """The page, open. The last one stays so: its tiles, and its text, are asked for one after the other."""
        if self._open is not None and self._open[0] == number:
            return self._open[1]
        self._close_page()
        if not 0 <= number < len(self._document):
            raise Damaged("page_missing")
        try:
            opened = self._document[number]
        except pypdfium2.PdfiumError as error:
            raise Damaged("page") from error
        self._open = number, opened
        return opened

    def _close_page(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened[1].close()

    @contextlib.contextmanager
    def _text_of(self, page: int) -> Iterator[TextPage]:
        text = TextPage(self._page(page).raw)
        try:
            yield text
        finally:
            text.close()

    def _page_size(self, page: int) -> tuple[float, float]:
        try:
            width, height = self._document.get_page_size(page)
        except pypdfium2.PdfiumError:
            return LETTER  # the page itself says that it is damaged once it is asked for
        if not (math.isfinite(width) and math.isfinite(height)) or width <= 0 or height <= 0:
            return LETTER
        return min(width, LARGEST_SIDE), min(height, LARGEST_SIDE)


def _packed_bitmap(width: int, height: int, allocate: Allocate) -> Any:
    """A bitmap of PDFium in memory of our choice, without padding after its rows."""
    stride = width * BYTES_PER_PIXEL
    buffer = (ctypes.c_ubyte * (stride * height)).from_buffer(allocate(stride * height))
    return pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, False, buffer, stride)
