"""What the decoder found beside the pages, checked field by field before any of it becomes a value of ours.

As for ``answers``: nothing it says is believed. Raises ProtocolViolation where an answer does not fit its request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from tns_desktop.adapters.render.protocol import (
    ATTACHMENT_LIMIT,
    ATTACHMENT_NAME_LIMIT,
    ATTACHMENTS_LIMIT,
    FINDINGS_LIMIT,
    LAYER_LIMIT,
    LAYER_PAGES_LIMIT,
    RECTANGLES_LIMIT,
    SIGNATURE_VALUE_LIMIT,
    SIGNATURES_LIMIT,
    ProtocolViolation,
)
from tns_desktop.domain.hygiene import Hygiene, Remark
from tns_desktop.domain.preview import AttachedFiles, PageRectangle, RenderDocument
from tns_desktop.domain.signatures import (
    Coverage,
    Integrity,
    LaterChanges,
    Signature,
    SignatureLevel,
    SignatureReport,
    Trust,
)
from tns_desktop.domain.text_layer import TextLayer

BYTES_PER_CHARACTER = 4
FARTHEST = 1_000_000.0
MOST_COUNTED = 1_000_000_000

Answer = Mapping[str, Any]
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked besides the document, how long the answer's payload may be (bytes), and how it is read."""

    read: Callable[[Answer, bytearray, RenderDocument], object]
    fields: dict[str, Any] = field(default_factory=dict)
    payload_limit: int = 0


def layer_inquiry() -> Inquiry:
    return Inquiry(layer_of, payload_limit=LAYER_LIMIT * BYTES_PER_CHARACTER)


def places_inquiry(page: int, spans: list[tuple[int, int]]) -> Inquiry:
    return Inquiry(places_of, {"page": page, "spans": spans[:RECTANGLES_LIMIT]})


def signatures_inquiry(roots: list[str]) -> Inquiry:
    return Inquiry(signatures_of, {"roots": roots})


def hygiene_inquiry() -> Inquiry:
    return Inquiry(remarks_of)


def attached_inquiry() -> Inquiry:
    return Inquiry(attached_of)


def attachment_inquiry(position: int) -> Inquiry:
    def read(answer: Answer, payload: bytearray, _document: RenderDocument) -> bytes:
        if answer.get("position") != position:
            raise ProtocolViolation("another attachment")
        return bytes(payload)

    return Inquiry(read, {"position": position}, payload_limit=ATTACHMENT_LIMIT)


def attached_of(answer: Answer, _payload: bytearray, document: RenderDocument) -> AttachedFiles:
    names = _list(answer.get("names"), ATTACHMENTS_LIMIT)
    if not all(isinstance(name, str) and len(name) <= ATTACHMENT_NAME_LIMIT for name in names):
        raise ProtocolViolation("not names")
    return AttachedFiles(document.key, tuple(names), _flag(answer, "more"))


def layer_of(answer: Answer, payload: bytearray, document: RenderDocument) -> TextLayer:
    lengths = _list(answer.get("lengths"), LAYER_PAGES_LIMIT)
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("not a text layer") from error
    pages, start = [], 0
    for length in map(_count, lengths):
        pages.append(text[start : start + length])
        start += length
    if start != len(text) or len(text) > LAYER_LIMIT:
        raise ProtocolViolation("not a text layer")
    return TextLayer(document.key, tuple(pages), _flag(answer, "truncated"))


def places_of(answer: Answer, _payload: bytearray, _document: RenderDocument) -> tuple[PageRectangle, ...]:
    return tuple(map(_rectangle, _list(answer.get("places"), RECTANGLES_LIMIT)))


def signatures_of(answer: Answer, _payload: bytearray, document: RenderDocument) -> SignatureReport:
    found = _list(answer.get("signatures"), SIGNATURES_LIMIT)
    return SignatureReport(
        document.key,
        tuple(map(_signature, found)),
        more=_flag(answer, "more"),
        stray=_flag(answer, "stray"),
        regular=_flag(answer, "regular"),
    )


def remarks_of(answer: Answer, _payload: bytearray, _document: RenderDocument) -> tuple[Remark, ...]:
    return tuple(map(_remark, _list(answer.get("remarks"), FINDINGS_LIMIT)))


def _signature(value: object) -> Signature:
    if not isinstance(value, dict):
        raise ProtocolViolation("not a signature")
    kind = _text(value, "kind")
    if kind not in ("signature", "timestamp"):
        raise ProtocolViolation("not a signature")
    return Signature(
        field=_text(value, "field"),
        integrity=_member(Integrity, value, "integrity"),
        is_timestamp=kind == "timestamp",
        coverage=_member(Coverage, value, "coverage"),
        changes=_member(LaterChanges, value, "changes"),
        level=_member(SignatureLevel, value, "level"),
        trust=_member(Trust, value, "trust"),
        signer=_text(value, "signer"),
        organisation=_text(value, "organisation"),
        issuer=_text(value, "issuer"),
        self_signed=_flag(value, "self_signed"),
        signed_at=_moment(value, "signed_at"),
        stamped_at=_moment(value, "stamped_at"),
        stamped_by=_text(value, "stamped_by"),
        valid_from=_moment(value, "valid_from"),
        valid_until=_moment(value, "valid_until"),
        reason=_text(value, "reason"),
        location=_text(value, "location"),
        weak_digest=_flag(value, "weak"),
    )


def _remark(value: object) -> Remark:
    if not isinstance(value, list) or len(value) != 3:
        raise ProtocolViolation("not a remark")
    code, count, detail = value
    try:
        kind = Hygiene(code)
    except ValueError as error:
        raise ProtocolViolation("not a remark") from error
    if not isinstance(detail, str) or len(detail) > SIGNATURE_VALUE_LIMIT:
        raise ProtocolViolation("not a remark")
    return Remark(kind, _count(count), detail)


def _rectangle(value: object) -> PageRectangle:
    if not isinstance(value, list) or len(value) != 4:
        raise ProtocolViolation("not a place")
    left, top, width, height = map(_coordinate, value)
    return PageRectangle(left, top, max(0.0, width), max(0.0, height))


def _coordinate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProtocolViolation("not a place")
    return min(FARTHEST, max(-FARTHEST, float(value)))


def _list(value: object, limit: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > limit:
        raise ProtocolViolation("not a list")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNTED:
        raise ProtocolViolation("not a count")
    return value


def _flag(value: Answer, name: str) -> bool:
    flag = value.get(name)
    if not isinstance(flag, bool):
        raise ProtocolViolation("not a yes or no")
    return flag


def _text(value: Answer, name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or len(text) > SIGNATURE_VALUE_LIMIT:
        raise ProtocolViolation("not a short text")
    return text


def _member(kind: type[E], value: Answer, name: str) -> E:
    try:
        return kind(_text(value, name))
    except ValueError as error:
        raise ProtocolViolation("not a verdict") from error


def _moment(value: Answer, name: str) -> datetime | None:
    text = _text(value, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProtocolViolation("not a moment") from error
    if moment.tzinfo is None:
        raise ProtocolViolation("not a moment")
    return moment
