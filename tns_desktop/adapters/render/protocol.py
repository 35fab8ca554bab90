"""The language between the desk and its decoder: frames of a fixed header, JSON metadata and raw bytes.

No pickle, no base64: pixels and documents travel as they are. Either side reads with explicit bounds, because the desk
treats every byte from the decoder as hostile: it has looked at hostile documents.

::

    magic "TNSR" · version u16 · reserved u16 · metadata length u32 · payload length u64      (big endian)
    metadata: one JSON object in UTF-8
    payload:  bytes
"""

from __future__ import annotations

import json
import struct
from typing import Any, NoReturn, Protocol

VERSION = 1
MAGIC = b"TNSR"
HEADER = struct.Struct(">4sHHIQ")

ASIDE_ARGUMENT = "--aside"
"""The argument of a decoder that yields the processor: pages are waited for, what it finds is not."""

METADATA_LIMIT = 1024 * 1024
"""Bytes of JSON in one frame: 5,000 page sizes need about a tenth of it."""
DOCUMENT_LIMIT = 256 * 1024 * 1024
"""Bytes of one document sent to the decoder."""

TEXT_LIMIT = 1024 * 1024
"""Characters of text shown of one e-mail or PDF; UTF-8 may need four bytes for each."""
LONG_TEXT_LIMIT = 12 * 1024 * 1024
"""Characters shown of one text, XML or JSON."""
FOLDS_LIMIT = 100_000
"""Places where one text can be folded; 8 bytes each."""
PAGES_LIMIT = 5_000
"""Pages described of one document."""
FORMATTED_TEXT_LIMIT = 200_000
"""Characters of one formatted e-mail, its links' addresses included."""
FORMATTED_BYTES_LIMIT = 4 * 1024 * 1024
"""Bytes of it as JSON."""
BLOCKS_LIMIT = 4_000
"""Paragraphs, items and rows of it."""
RUNS_LIMIT = 20_000
"""Pieces of text of one look."""
RUN_TEXT_LIMIT = 10_000
COLUMNS_LIMIT = 12
"""Columns of one table."""
MAIL_PARTS_LIMIT = 100
"""Attachments, and header lines, described of one e-mail: even of the longest, they fit into the metadata."""
MAIL_VALUE_LIMIT = 1_000
"""Characters of one header line or one attachment's name."""

LAYER_LIMIT = 2_000_000
"""Characters of a PDF's text layer that are looked into."""
LAYER_PAGES_LIMIT = 1_000
"""Pages whose text layer is looked into."""
RECTANGLES_LIMIT = 200
"""Places marked on one page."""
SIGNATURES_LIMIT = 50
"""Signatures described of one document."""
SIGNATURE_VALUE_LIMIT = 200
"""Characters of a name, a reason or a place that a signature states."""
FINDINGS_LIMIT = 60
"""Remarks about what one document carries with it."""
LETTERS_LIMIT = 100_000
"""Characters of one page of which the places are told; 16 bytes each."""
LINKS_LIMIT = 500
"""Links told of one page."""
ADDRESS_LIMIT = 1_000
"""Characters of one link's address; a longer one is no link that could be judged by looking at it."""
HITS_A_PAGE_LIMIT = 1_000
"""Places told of one page where words were found."""
RECTANGLES_A_HIT_LIMIT = 8
FOUND_NUMBERS_LIMIT = 60_000
"""Numbers of rectangles in one answer about words; at 15 characters each they fit into the metadata."""

ATTACHMENTS_LIMIT = 100
"""Files named that are attached to one PDF."""
ATTACHMENT_NAME_LIMIT = 1_000
"""Characters of the name of one of them."""
ATTACHMENT_LIMIT = 64 * 1024 * 1024
"""Bytes of one of them, unpacked."""


class ProtocolViolation(Exception):
    """A frame that breaks the rules above. The text says which; it never quotes the frame."""


class EndOfStream(Exception):
    """The other side is gone: its end of the pipe is closed."""


class ReadablePipe(Protocol):
    def readinto(self, buffer: memoryview, /) -> int | None: ...


class WritablePipe(Protocol):
    def write(self, data: memoryview, /) -> int | None: ...


Payload = bytes | bytearray | memoryview
"""Raw bytes; a memoryview has items of one byte."""


def write_frame(pipe: WritablePipe, metadata: dict[str, Any], payload: Payload = b"") -> None:
    """Writes one frame, however many writes the pipe makes of it. Raises OSError when the other side is gone."""
    head = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
    _write_all(pipe, HEADER.pack(MAGIC, VERSION, 0, len(head), len(payload)) + head)
    if len(payload):
        _write_all(pipe, payload)


def read_frame(
    pipe: ReadablePipe, *, payload_limit: int, metadata_limit: int = METADATA_LIMIT
) -> tuple[dict[str, Any], bytearray]:
    """One frame. Nothing is allocated before its lengths are known to be within the limits (bytes).

    Raises EndOfStream and ProtocolViolation.
    """
    magic, version, _, metadata_length, payload_length = HEADER.unpack(_read_exactly(pipe, HEADER.size))
    if magic != MAGIC or version != VERSION:
        raise ProtocolViolation("not a frame")
    if metadata_length > metadata_limit:
        raise ProtocolViolation("metadata over the limit")
    if payload_length > payload_limit:
        raise ProtocolViolation("payload over the limit")
    metadata = _parse(_read_exactly(pipe, metadata_length))
    return metadata, _read_exactly(pipe, payload_length)


def _parse(raw: bytearray) -> dict[str, Any]:
    try:
        metadata = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation("metadata is not JSON") from error
    if not isinstance(metadata, dict):
        raise ProtocolViolation("metadata is not an object")
    return metadata


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")


def _read_exactly(pipe: ReadablePipe, size: int) -> bytearray:
    buffer = bytearray(size)
    view = memoryview(buffer)
    filled = 0
    while filled < size:
        count = pipe.readinto(view[filled:])
        if not count:
            raise EndOfStream
        filled += count
    return buffer


def _write_all(pipe: WritablePipe, data: Payload) -> None:
    view = memoryview(data)
    written = 0
    while written < len(view):
        written += pipe.write(view[written:]) or 0
