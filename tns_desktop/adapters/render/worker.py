"""The decoder's process: reads requests from its standard input, answers on its standard output, knows nothing else.

It limits itself before the first document arrives and decodes one document at a time. It has no network, no files to
write and no secret; the desk kills it whenever an answer is late or strange.
"""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import re
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.render import isolation, landlock, limits, macos_profile
from tns_desktop.adapters.render.documents import TEXT_KINDS, DocumentTable, HeldDocument, PagedFile
from tns_desktop.adapters.render.protocol import (
    ASIDE_ARGUMENT,
    DOCUMENT_LIMIT,
    FOUND_NUMBERS_LIMIT,
    TEXT_LIMIT,
    EndOfStream,
    Payload,
    read_frame,
    write_frame,
)
from tns_desktop.adapters.render.refusals import Damaged, Refusal, TooLarge, Unsupported
from tns_desktop.adapters.render.shared import Canvas

if TYPE_CHECKING:
    from tns_desktop.adapters.render.pdf_text import Rectangle

ASIDE_NICENESS = 10
INSPECTIONS = frozenset({"layer", "places", "signatures", "hygiene", "attached", "attachment"})
"""Answered by ``inspect_jobs``, which is imported when the first of them comes."""

Answer = tuple[dict[str, Any], Payload]
Parts = list[tuple[str, str]]
"""Names and values."""


def main() -> int:
    """Runs until the desk closes the pipe. Returns the exit status."""
    requests, answers = _private_pipes()
    if ASIDE_ARGUMENT in sys.argv[1:] and sys.platform != "win32":
        os.nice(ASIDE_NICENESS)
    faulthandler.enable(file=sys.stderr)
    # The libraries' messages quote documents and certificates; the answers say what there is to say.
    logging.disable(logging.CRITICAL)
    # The interpreter's own files are read, never written: nothing may be left behind.
    sys.dont_write_bytecode = True
    achieved = limits.apply() + landlock.apply() + isolation.apply() + macos_profile.apply()
    try:
        write_frame(answers, {"hello": 1, "isolation": achieved})
        serve(requests, answers)
    except (EndOfStream, BrokenPipeError):
        return 0
    return 0


def serve(requests: io.FileIO, answers: io.FileIO) -> None:
    """Answers one request after another. Raises EndOfStream when there will be no more."""
    table = DocumentTable()
    while True:
        request, content = read_frame(requests, payload_limit=DOCUMENT_LIMIT)
        result, payload = answer(table, request, content)
        write_frame(answers, {"number": request["number"], **result}, payload)


def answer(table: DocumentTable, request: dict[str, Any], content: bytearray) -> Answer:
    """What to say to one request: a result or a refusal, never an exception."""
    for number in request["drop"]:
        table.drop(number)
    if request["op"] == "warm":
        return _warm(), b""
    if request["op"] == "drop":
        return {"dropped": True}, b""
    key: list[str] = request["key"]
    try:
        document = _document(table, request, content)
        # The key comes from the document that is really used, not from the request: a mix-up shows.
        key = list(document.key)
        result, payload = _with_memory(table, request, document)
    except Refusal as refusal:
        return {"key": key, "error": refusal.code, "reason": refusal.reason}, b""
    except Exception as error:
        _report(error)
        return {"key": key, "error": "render_crashed", "reason": "unexpected"}, b""
    return {"key": key, **result}, payload


def _document(table: DocumentTable, request: dict[str, Any], content: bytearray) -> HeldDocument:
    if request["sends"]:
        archive, entry = request["key"]
        table.put(request["document"], HeldDocument((archive, entry), request["kind"], bytes(content)))
    return table.get(request["document"])


def _with_memory(table: DocumentTable, request: dict[str, Any], document: HeldDocument) -> Answer:
    """The answer; when memory runs out, once more after everything else was let go."""
    try:
        return _perform(request, document, table.canvas)
    except MemoryError as error:
        document.close()
        if not table.close_others(request["document"]):
            raise TooLarge("memory") from error
    try:
        return _perform(request, document, table.canvas)
    except MemoryError as error:
        document.close()
        raise TooLarge("memory") from error


def _perform(request: dict[str, Any], document: HeldDocument, canvas: Canvas) -> Answer:
    operation = request["op"]
    if operation in INSPECTIONS:
        from tns_desktop.adapters.render import inspect_jobs

        return inspect_jobs.perform(request, document)
    if operation == "text":
        return _text(request, document)
    if operation == "describe" and document.kind in TEXT_KINDS:
        return {"pages": [], "truncated": False}, b""
    paged = document.paged(request["password"])
    if operation == "describe":
        sizes, truncated = paged.page_sizes()
        return {"pages": sizes, "truncated": truncated}, b""
    if operation == "letters":
        text, boxes, links = paged.letters(request["page"])
        return {"page": request["page"], "letters": len(text), "links": links}, boxes.tobytes() + text.encode()
    if operation == "find":
        return _find(request, paged), b""
    if request["shared"] is not None:
        canvas.attach(*request["shared"])
    area = None if request["area"] is None else tuple(request["area"])
    width, height, stride = paged.render(
        request["page"], request["scale"], request["rotation"], request["max_pixels"], canvas.allocate, area
    )
    if request["colours"] is not None:
        canvas.translate(stride * height, bytes.fromhex(request["colours"]))
    raster = {"page": request["page"], "width": width, "height": height, "stride": stride}
    pixels = canvas.take_payload()
    return raster | {"placed": pixels is None}, b"" if pixels is None else pixels


def _find(request: dict[str, Any], paged: PagedFile) -> dict[str, Any]:
    """Page after page until the time is up or the answer is full; the desk asks for the rest. Damaged pages hold nothing."""
    ends = time.monotonic() + request["seconds"]
    hits: list[tuple[int, list[Rectangle]]] = []
    numbers = searched = 0
    pattern = re.compile(request["pattern"])
    for page in range(request["page"], request["page"] + request["pages"]):
        try:
            found = paged.find(pattern, page)
        except Damaged:
            found = []
        searched += 1
        hits += [(page, rectangles) for rectangles in found]
        numbers += sum(4 * len(rectangles) for rectangles in found)
        if time.monotonic() > ends or numbers > FOUND_NUMBERS_LIMIT // 2:
            break
    return {"page": request["page"], "searched": searched, "hits": hits}


def _text(request: dict[str, Any], document: HeldDocument) -> Answer:
    if document.kind == "pdf":
        return _pdf_text(request, document)
    if document.kind == "email":
        from tns_desktop.adapters.render.mail import read_mail

        mail = read_mail(document.content)
        formatted = b"" if mail.formatted is None else mail.formatted.as_bytes()
        return _told(mail.text, mail.truncated, (mail.headers, mail.attachments), formatted=formatted)
    if document.kind not in TEXT_KINDS:
        raise Unsupported("not_a_text")
    from tns_desktop.adapters.render.folds import folds_of
    from tns_desktop.adapters.render.text import read_text

    text, truncated = read_text(document.content, document.kind)
    return _told(text, truncated, folds=folds_of(text, document.kind).tobytes())


def _pdf_text(request: dict[str, Any], document: HeldDocument) -> Answer:
    from tns_desktop.adapters.render.pdf import PdfFile
    from tns_desktop.adapters.render.visible import clip, make_visible

    pdf = document.paged(request["password"])
    if not isinstance(pdf, PdfFile):
        raise Unsupported("not_a_text")
    raw, truncated = pdf.text(TEXT_LIMIT)
    text, cut = clip(make_visible(raw), TEXT_LIMIT)
    return _told(text, truncated or cut)


def _told(
    text: str, truncated: bool, parts: tuple[Parts, Parts] = ([], []), *, folds: bytes = b"", formatted: bytes = b""
) -> Answer:
    """``parts``: headers and attachments. ``folds``: pairs of numbers of four bytes each."""
    headers, attachments = parts
    answer = {"truncated": truncated, "headers": headers, "attachments": attachments}
    return answer | {"folds": len(folds) // 8, "formatted": len(formatted)}, folds + text.encode() + formatted


def _warm() -> dict[str, Any]:
    """Imports what most documents need, while nobody waits."""
    import PIL.JpegImagePlugin  # noqa: F401

    import tns_desktop.adapters.render.image
    import tns_desktop.adapters.render.pdf  # noqa: F401

    return {"warm": True}


def _private_pipes() -> tuple[io.FileIO, io.FileIO]:
    """The two pipes under new numbers, so that a library that prints cannot spoil an answer."""
    requests = io.FileIO(os.dup(0), "rb")
    answers = io.FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _report(error: Exception) -> None:
    """Where it happened, to standard error: places in our code, never the exception's text (it may quote a document)."""
    print("unexpected", type(error).__name__, file=sys.stderr)  # noqa: T201
    for frame in traceback.extract_tb(error.__traceback__):
        print(f'  File "{frame.filename}", line {frame.lineno} in {frame.name}', file=sys.stderr)  # noqa: T201
    sys.stderr.flush()
