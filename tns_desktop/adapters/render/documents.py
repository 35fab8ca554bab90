"""The documents the decoder holds. Which ones is decided by the desk: it says what to keep and what to drop."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Protocol

from tns_desktop.adapters.render.fitting import Area
from tns_desktop.adapters.render.protocol import DOCUMENT_LIMIT
from tns_desktop.adapters.render.refusals import TooLarge, Unsupported
from tns_desktop.adapters.render.shared import Allocate, Canvas

if TYPE_CHECKING:
    from tns_desktop.adapters.render.pdf_text import Rectangle

IMAGE_FORMATS = {
    "jpeg": ("JPEG",),
    "png": ("PNG",),
    "tiff": ("TIFF",),
    "webp": ("WEBP",),
    "heic": ("HEIF",),
    "gif": ("GIF",),
    "bmp": ("BMP",),
}
"""Pillow's format for each kind of image: no other decoder of Pillow ever sees the bytes."""
TEXT_KINDS = frozenset({"text", "xml", "json", "email"})
HELD_LIMIT = 2 * DOCUMENT_LIMIT


class PagedFile(Protocol):
    """An open PDF or image."""

    def page_sizes(self) -> tuple[list[tuple[float, float]], bool]: ...

    def render(
        self,
        page: int,
        scale: float,
        rotation: int,
        max_pixels: int,
        allocate: Allocate,
        area: Area | None = None,
    ) -> tuple[int, int, int]: ...

    def letters(self, page: int) -> tuple[str, array[float], list[tuple[Rectangle, str, int | None]]]: ...

    def find(self, pattern: re.Pattern[str], page: int) -> list[list[Rectangle]]: ...

    def close(self) -> None: ...


class HeldDocument:
    """The bytes of one document and its opened form, made when it is first needed."""

    def __init__(self, key: tuple[str, str], kind: str, content: bytes) -> None:
        self.key = key
        self.kind = kind
        self.content = content
        self._opened: PagedFile | None = None
        self._password: str | None = None

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    def paged(self, password: str | None) -> PagedFile:
        """The document as pages. Raises Refusal. A new password opens it anew."""
        if self._opened is not None and self._password == password:
            return self._opened
        self.close()
        self._opened = self._open(password)
        self._password = password
        return self._opened

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def _open(self, password: str | None) -> PagedFile:
        # Decoders are imported when the first document of their kind arrives: the process starts without them.
        if self.kind == "pdf":
            from tns_desktop.adapters.render.pdf import PdfFile

            return PdfFile(self.content, password)
        formats = IMAGE_FORMATS.get(self.kind)
        if formats is None:
            raise Unsupported("not_paged")
        from tns_desktop.adapters.render.image import ImageFile

        return ImageFile(self.content, formats)


class DocumentTable:
    """Held documents by the number the desk gave them, and the room for their pixels."""

    def __init__(self) -> None:
        self.canvas = Canvas()
        self._held: dict[int, HeldDocument] = {}

    def put(self, number: int, document: HeldDocument) -> None:
        self.drop(number)
        if sum(len(held.content) for held in self._held.values()) + len(document.content) > HELD_LIMIT:
            raise TooLarge("memory")
        self._held[number] = document

    def get(self, number: int) -> HeldDocument:
        """Raises KeyError: the desk asked for what it never sent, which is a bug of ours."""
        return self._held[number]

    def drop(self, number: int) -> None:
        held = self._held.pop(number, None)
        if held is not None:
            held.close()

    def close_others(self, number: int) -> bool:
        """Lets go of every opened form but that one's: memory is short. False when there was none."""
        opened = [held for other, held in self._held.items() if other != number and held.is_open]
        for held in opened:
            held.close()
        return bool(opened)
