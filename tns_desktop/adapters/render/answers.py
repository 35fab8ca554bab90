"""What the decoder answered, checked field by field before any of it becomes a value of ours.

The decoder has looked at hostile documents: nothing it says is believed. Raises ProtocolViolation where an answer does
not fit its request.
"""

from __future__ import annotations

import math
import re
from typing import Any

from tns_desktop.adapters.render.orders import RenderOrder
from tns_desktop.adapters.render.protocol import (
    PAGES_LIMIT,
    ProtocolViolation,
)
from tns_desktop.adapters.render.shared import SharedPixels
from tns_desktop.domain.errors import (
    DocumentDamaged,
    DocumentLocked,
    DocumentUnsupported,
    RenderCrashed,
    RenderError,
    RenderTooLarge,
)
from tns_desktop.domain.preview import (
    DocumentDescription,
    PageSize,
    Raster,
    RenderDocument,
)

LARGEST_SIDE = 1_000_000.0

_REFUSALS: dict[str, type[RenderError]] = {
    error.code: error for error in (DocumentDamaged, DocumentLocked, DocumentUnsupported, RenderCrashed, RenderTooLarge)
}
_REASON = re.compile(r"[a-z_]{1,40}")


def check_identity(answer: dict[str, Any], document: RenderDocument, number: int) -> None:
    """The right document or none."""
    if answer.get("number") != number:
        raise ProtocolViolation("answer to another request")
    if answer.get("key") != [document.key.archive_sha256, document.key.entry_id]:
        raise ProtocolViolation("answer for another document")


def refusal_of(answer: dict[str, Any], document: RenderDocument) -> RenderError | None:
    """The error the decoder reports, or None when the answer is a result."""
    if "error" not in answer:
        return None
    code, reason = answer["error"], answer.get("reason")
    if not isinstance(code, str) or not isinstance(reason, str):
        raise ProtocolViolation("not a refusal")
    error = _REFUSALS.get(code)
    if error is None or not _REASON.fullmatch(reason):
        raise ProtocolViolation("not a refusal")
    return error(reason, facts={"name": document.name, "reason": reason})


def description_of(answer: dict[str, Any], _payload: bytearray, document: RenderDocument) -> DocumentDescription:
    pages, truncated = answer.get("pages"), answer.get("truncated")
    if not isinstance(pages, list) or len(pages) > PAGES_LIMIT or not isinstance(truncated, bool):
        raise ProtocolViolation("not a description")
    return DocumentDescription(document.key, document.kind, tuple(map(_page_size, pages)), truncated)


def raster_of(
    answer: dict[str, Any],
    payload: bytearray,
    document: RenderDocument,
    order: RenderOrder,
    shared: SharedPixels | None,
) -> Raster:
    width, height, stride = (positive(answer.get(name)) for name in ("width", "height", "stride"))
    if answer.get("page") != order.page:
        raise ProtocolViolation("another page")
    if width * height > order.max_pixels or stride != 3 * width:
        raise ProtocolViolation("impossible size")
    pixels = _placed_pixels(stride * height, shared) if answer.get("placed") is True else bytes(payload)
    if len(pixels) != stride * height:
        raise ProtocolViolation("pixels do not fill the page")
    if order.area is not None and (width, height) != (order.area.width, order.area.height):
        raise ProtocolViolation("another area")
    return Raster(document.key, order.page, width, height, stride, pixels, order.area, order.adjustment)


def _placed_pixels(length: int, shared: SharedPixels | None) -> bytes:
    if shared is None or length > shared.size:
        raise ProtocolViolation("pixels are nowhere")
    return shared.take(length)


def _page_size(value: object) -> PageSize:
    if not isinstance(value, list) or len(value) != 2:
        raise ProtocolViolation("not a page size")
    return PageSize(_side(value[0]), _side(value[1]))


def _side(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_SIDE:
        raise ProtocolViolation("not a page size")
    if not math.isfinite(value):
        raise ProtocolViolation("not a page size")
    return float(value)


def positive(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ProtocolViolation("not a size")
    return value
