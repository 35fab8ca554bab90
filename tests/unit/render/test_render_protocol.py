"""Frames survive the way there; nothing but a frame gets through; answers are believed field by field."""

from __future__ import annotations

import io
import math
import os
import sys
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.documents import document
from tns_desktop.adapters.render.answers import (
    check_identity,
    description_of,
    raster_of,
    refusal_of,
)
from tns_desktop.adapters.render.answers_text import text_of
from tns_desktop.adapters.render.fitting import fitting_scale
from tns_desktop.adapters.render.held import HeldDocuments
from tns_desktop.adapters.render.orders import RenderOrder
from tns_desktop.adapters.render.protocol import HEADER, EndOfStream, ProtocolViolation, read_frame, write_frame
from tns_desktop.adapters.render.refusals import TooLarge
from tns_desktop.adapters.render.shared import Canvas, SharedPixels
from tns_desktop.domain.archive import DocumentKind

SHOWN = document(DocumentKind.PDF, b"%PDF")

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
field_names = st.sampled_from(
    [
        "pages",
        "truncated",
        "width",
        "height",
        "stride",
        "page",
        "placed",
        "headers",
        "attachments",
        "folds",
        "error",
        "reason",
    ]
)


class Dribble(io.RawIOBase):
    """A pipe that takes and gives a few bytes at a time, as pipes do."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def write(self, data: Any, /) -> int:
        taken = bytes(data[:7])
        self.buffer += taken
        return len(taken)

    def readinto(self, buffer: Any, /) -> int:
        count = min(5, len(buffer), len(self.buffer))
        buffer[:count] = self.buffer[:count]
        del self.buffer[:count]
        return count


@settings(max_examples=100)
@given(metadata=st.dictionaries(st.text(), json_values, max_size=5), payload=st.binary(max_size=200))
def test_a_frame_arrives_as_it_was_sent(metadata: dict[str, Any], payload: bytes) -> None:
    pipe = Dribble()
    write_frame(pipe, metadata, payload)
    arrived, content = read_frame(pipe, payload_limit=200)
    assert (arrived, bytes(content)) == (metadata, payload)
    assert not pipe.buffer


@settings(max_examples=200)
@given(noise=st.binary(max_size=80), starts_well=st.booleans())
def test_noise_is_never_taken_for_a_frame(noise: bytes, starts_well: bool) -> None:
    raw = (b"TNSR\0\1" if starts_well else b"") + noise
    with pytest.raises((ProtocolViolation, EndOfStream)):
        read_frame(io.BytesIO(raw), payload_limit=100)


@pytest.mark.parametrize(
    ("metadata_length", "payload_length", "message"),
    [(2**31, 0, "metadata over"), (2, 2**63, "payload over"), (2, 101, "payload over")],
)
def test_lengths_are_checked_before_anything_is_allocated(
    metadata_length: int, payload_length: int, message: str
) -> None:
    raw = HEADER.pack(b"TNSR", 1, 0, metadata_length, payload_length) + b"{}"
    with pytest.raises(ProtocolViolation, match=message):
        read_frame(io.BytesIO(raw), payload_limit=100)


@pytest.mark.parametrize("metadata", [b"[]", b"NaN", b'{"a":Infinity}', b"\xff", b"[" * 100_000])
def test_metadata_is_one_json_object(metadata: bytes) -> None:
    raw = HEADER.pack(b"TNSR", 1, 0, len(metadata), 0) + metadata
    with pytest.raises(ProtocolViolation):
        read_frame(io.BytesIO(raw), payload_limit=100)


def test_a_lone_surrogate_in_a_name_does_not_stop_the_frame() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, {"name": "\ud800"})
    assert read_frame(io.BytesIO(pipe.getvalue()), payload_limit=0)[0] == {"name": "?"}


@settings(max_examples=200)
@given(answer=st.dictionaries(field_names, json_values, max_size=8), payload=st.binary(max_size=60))
def test_no_answer_whatever_it_says_causes_anything_but_a_violation(answer: dict[str, Any], payload: bytes) -> None:
    raw = bytearray(payload)
    order = RenderOrder(page=0, scale=1.0, rotation=0, max_pixels=16)
    checks = (
        lambda: check_identity(answer, SHOWN, 1),
        lambda: refusal_of(answer, SHOWN),
        lambda: description_of(answer, raw, SHOWN),
        lambda: raster_of(answer, raw, SHOWN, order, None),
        lambda: text_of(answer, raw, SHOWN),
    )
    for check in checks:
        try:
            check()
        except ProtocolViolation:
            continue


@pytest.mark.parametrize(
    "answer",
    [
        {"pages": [[1.0, 2.0]] * 5_001, "truncated": True},
        {"pages": [[0, 2.0]], "truncated": False},
        {"pages": [[True, 2.0]], "truncated": False},
        {"pages": [[1e9, 2.0]], "truncated": False},
        {"pages": [[1.0]], "truncated": False},
        {"pages": [], "truncated": 0},
        {},
    ],
)
def test_impossible_descriptions_are_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(ProtocolViolation):
        description_of(answer, bytearray(), SHOWN)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": b"\xff"},
        {"text": b"a" * (12 * 1024 * 1024 + 1)},
        {"folds": -1},
        {"formatted": 5},
        {"formatted": None},
        {"formatted": 2, "text": b"[]"},
        {"folds": True},
        {"folds": 100_001},
        {"folds": 2, "text": bytes(15)},
        {"folds": 1, "text": array("I", [3, 9]).tobytes() + b"short"},
        {"folds": 1, "text": array("I", [3, 3]).tobytes() + b"long enough"},
        {"folds": 2, "text": array("I", [3, 9, 3, 5]).tobytes() + b"long enough"},
        {"headers": [["a"]]},
        {"headers": [["a", "b"]] * 101},
        {"attachments": [["a", 5]]},
        {"attachments": [["a" * 1_001, "5"]]},
    ],
)
def test_impossible_texts_are_refused(changes: dict[str, Any]) -> None:
    answer: dict[str, Any] = {
        "truncated": False,
        "headers": [],
        "attachments": [],
        "folds": 0,
        "formatted": 0,
    } | changes
    with pytest.raises(ProtocolViolation):
        text_of(answer, bytearray(changes.get("text", b"")), SHOWN)


sizes = st.integers(0, 40)


@settings(max_examples=100)
@given(steps=st.lists(st.tuples(st.integers(0, 6), sizes), max_size=30), limit=st.integers(1, 100))
def test_the_decoder_never_holds_more_than_the_limit_but_for_one_document(
    steps: list[tuple[int, int]], limit: int
) -> None:
    """Plays the decoder's part: what was sent and not dropped is what it holds."""
    remembered = HeldDocuments(limit)
    decoder: dict[int, tuple[str, int]] = {}
    for entry, size in steps:
        asked = document(DocumentKind.PDF, b"x" * size, entry_id=str(entry))
        number, sends = remembered.use(asked)
        for dropped in remembered.take_drops():
            del decoder[dropped]
        if sends:
            decoder[number] = (asked.key.entry_id, size)
        assert decoder[number] == (asked.key.entry_id, size)
        assert len(decoder) == 1 or sum(held for _, held in decoder.values()) <= limit


@settings(max_examples=200)
@given(
    width=st.floats(0.1, 20_000),
    height=st.floats(0.1, 20_000),
    scale=st.floats(0.001, 1_000),
    max_pixels=st.integers(1, 40_000_000),
)
def test_no_page_gets_more_pixels_than_allowed(width: float, height: float, scale: float, max_pixels: int) -> None:
    try:
        fitting = fitting_scale(width, height, scale, max_pixels)
    except TooLarge:
        assert max_pixels < math.ceil(width * scale) * math.ceil(height * scale)
        return
    assert 0 < fitting <= scale
    assert math.ceil(width * fitting) * math.ceil(height * fitting) <= max_pixels


@pytest.mark.skipif(sys.platform != "linux", reason="sealed memory is Linux's")
def test_shared_pixels_arrive_cannot_be_cut_and_are_wiped() -> None:
    shared = SharedPixels(8_192)
    canvas = Canvas()
    canvas.attach(shared.descriptor, shared.size)
    room = canvas.allocate(3)
    room[:] = b"abc"
    assert (canvas.take_payload(), shared.take(3)) == (None, b"abc")
    with pytest.raises(PermissionError):
        os.ftruncate(shared.descriptor, 1)
    shared.clear()
    assert shared.take(3) == b"\0\0\0"
    room.release()
    shared.close()


def test_pixels_that_do_not_fit_travel_in_the_answer() -> None:
    canvas = Canvas()
    canvas.allocate(3)[:] = b"abc"
    assert bytes(canvas.take_payload() or b"") == b"abc"
    assert canvas.take_payload() is None
