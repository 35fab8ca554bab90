"""What the present decoder process holds, as the desk remembers it: a document is sent once, not once a page.

The desk alone decides what is kept; the decoder is told with every request what to drop.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentKey, RenderDocument

HELD_LIMIT = 256 * 1024 * 1024
"""Bytes of documents in the decoder, the one in use included."""


@dataclass(frozen=True, slots=True)
class Held:
    number: int
    kind: DocumentKind
    size: int


class HeldDocuments:
    """The list for one life of the decoder. Not thread-safe: the host's thread owns it."""

    def __init__(self, limit: int = HELD_LIMIT) -> None:
        self._limit = limit
        self._held: OrderedDict[DocumentKey, Held] = OrderedDict()
        self._last_number = 0
        self._to_drop: list[int] = []

    def use(self, document: RenderDocument) -> tuple[int, bool]:
        """The document's number, and whether its content has to be sent. The least recently used ones make room."""
        held = self._held.get(document.key)
        if held is not None and (held.kind, held.size) == (document.kind, len(document.content)):
            self._held.move_to_end(document.key)
            return held.number, False
        self.drop(document.key)
        self._last_number += 1
        self._held[document.key] = Held(self._last_number, document.kind, len(document.content))
        while len(self._held) > 1 and sum(one.size for one in self._held.values()) > self._limit:
            self.drop(next(iter(self._held)))
        return self._last_number, True

    def drop(self, key: DocumentKey) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._to_drop.append(held.number)

    def drop_archive(self, archive_sha256: str) -> None:
        for key in [key for key in self._held if key.archive_sha256 == archive_sha256]:
            self.drop(key)

    def take_drops(self) -> list[int]:
        """The numbers the decoder has not been told to drop yet."""
        drops, self._to_drop = self._to_drop, []
        return drops
