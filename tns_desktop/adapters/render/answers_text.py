"""What the decoder answered about texts and the words of a page, checked as everything it says (``answers``)."""

from __future__ import annotations

import math
from array import array
from typing import Any, TypeGuard

from tns_desktop.adapters.render.answers_formatted import formatted_of
from tns_desktop.adapters.render.orders import FindOrder, LettersOrder
from tns_desktop.adapters.render.protocol import (
    ADDRESS_LIMIT,
    FOLDS_LIMIT,
    FORMATTED_BYTES_LIMIT,
    FOUND_NUMBERS_LIMIT,
    LETTERS_LIMIT,
    LINKS_LIMIT,
    LONG_TEXT_LIMIT,
    MAIL_PARTS_LIMIT,
    MAIL_VALUE_LIMIT,
    RECTANGLES_A_HIT_LIMIT,
    ProtocolViolation,
)
from tns_desktop.domain.preview import (
    FoundHits,
    MailPart,
    PageHit,
    PageLink,
    PageRectangle,
    PageText,
    RenderDocument,
    TextContent,
)

TEXT_PAYLOAD_LIMIT = 4 * LONG_TEXT_LIMIT + 8 * FOLDS_LIMIT + FORMATTED_BYTES_LIMIT
"""Bytes of a text, the places where it folds, and its formatted form."""
FARTHEST = 10_000_000.0
"""A place on or near a page; farther out, in its units, nothing can be."""


def text_of(answer: dict[str, Any], payload: bytearray, document: RenderDocument) -> TextContent:
    truncated, count, length = answer.get("truncated"), answer.get("folds"), answer.get("formatted")
    if not _is_count(count) or count > FOLDS_LIMIT or not _is_count(length) or length > FORMATTED_BYTES_LIMIT:
        raise ProtocolViolation("not the parts of a text")
    end = len(payload) - length
    if end < 8 * count:
        raise ProtocolViolation("not the parts of a text")
    try:
        text = payload[8 * count : end].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("not a text") from error
    if not isinstance(truncated, bool) or len(text) > LONG_TEXT_LIMIT:
        raise ProtocolViolation("not a text")
    headers, attachments = _parts(answer.get("headers")), _parts(answer.get("attachments"))
    folds = _folds(bytes(payload[: 8 * count]), len(text))
    formatted = formatted_of(bytes(payload[end:])) if length else None
    return TextContent(document.key, text, truncated, headers, attachments, document.kind, folds, formatted)


def letters_of(answer: dict[str, Any], payload: bytearray, document: RenderDocument, order: LettersOrder) -> PageText:
    count, links = answer.get("letters"), answer.get("links")
    if answer.get("page") != order.page or not _is_count(count) or count > LETTERS_LIMIT or len(payload) < 16 * count:
        raise ProtocolViolation("not the letters of that page")
    boxes = array("f")
    boxes.frombytes(bytes(payload[: 16 * count]))
    try:
        text = payload[16 * count :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("not letters") from error
    if len(text) != count or not all(map(_is_near, boxes)):
        raise ProtocolViolation("not letters")
    if not isinstance(links, list) or len(links) > LINKS_LIMIT:
        raise ProtocolViolation("not links")
    return PageText(document.key, order.page, text, tuple(boxes), tuple(map(_link, links)))


def found_of(answer: dict[str, Any], _payload: bytearray, document: RenderDocument, order: FindOrder) -> FoundHits:
    searched, hits = answer.get("searched"), answer.get("hits")
    if answer.get("page") != order.page or not _is_count(searched) or not 0 < searched <= order.pages:
        raise ProtocolViolation("not a search")
    if not isinstance(hits, list) or len(hits) > FOUND_NUMBERS_LIMIT:
        raise ProtocolViolation("not hits")
    pages = range(order.page, order.page + searched)
    return FoundHits(document.key, order.page, searched, tuple(_hit(hit, pages) for hit in hits))


def _hit(value: object, pages: range) -> PageHit:
    if not isinstance(value, list) or len(value) != 2:
        raise ProtocolViolation("not a hit")
    page, rectangles = value
    if not _is_count(page) or page not in pages or not isinstance(rectangles, list):
        raise ProtocolViolation("not a hit")
    if not 0 < len(rectangles) <= RECTANGLES_A_HIT_LIMIT:
        raise ProtocolViolation("not a hit")
    return PageHit(page, tuple(map(_rectangle, rectangles)))


def _link(value: object) -> PageLink:
    if not isinstance(value, list) or len(value) != 3:
        raise ProtocolViolation("not a link")
    place, address, page = value
    if not isinstance(address, str) or len(address) > ADDRESS_LIMIT or not (page is None or _is_count(page)):
        raise ProtocolViolation("not a link")
    return PageLink(_rectangle(place), address, page)


def _rectangle(value: object) -> PageRectangle:
    if not isinstance(value, list) or len(value) != 4 or not all(map(_is_near, value)):
        raise ProtocolViolation("not a place")
    left, top, width, height = map(float, value)
    if width < 0 or height < 0:
        raise ProtocolViolation("not a place")
    return PageRectangle(left, top, width, height)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_near(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= FARTHEST


def _parts(value: object) -> tuple[MailPart, ...]:
    if not isinstance(value, list) or len(value) > MAIL_PARTS_LIMIT:
        raise ProtocolViolation("not mail parts")
    return tuple(map(_part, value))


def _part(value: object) -> MailPart:
    if not isinstance(value, list) or len(value) != 2:
        raise ProtocolViolation("not a mail part")
    name, text = value
    if not isinstance(name, str) or not isinstance(text, str) or max(len(name), len(text)) > MAIL_VALUE_LIMIT:
        raise ProtocolViolation("not a mail part")
    return MailPart(name, text)


def _folds(raw: bytes, length: int) -> tuple[int, ...]:
    """Pairs, the first numbers of which grow; within the text."""
    numbers = array("I")
    numbers.frombytes(raw)
    before = -1
    for start, end in zip(numbers[0::2], numbers[1::2], strict=True):
        if not before < start < end < length:
            raise ProtocolViolation("not folds")
        before = start
    return tuple(numbers)
