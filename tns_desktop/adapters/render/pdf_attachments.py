"""Files attached to a PDF: their names, and the bytes of one of them. Runs in the decoder only.

Those of the document and those of annotations on its pages. A file is unpacked when it is asked for, one at a time: what is
packed too tightly ends this process, and no other.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2 import raw

from tns_desktop.adapters.render.pdf import PdfFile
from tns_desktop.adapters.render.protocol import (
    ATTACHMENT_LIMIT,
    ATTACHMENT_NAME_LIMIT,
    ATTACHMENTS_LIMIT,
    Payload,
)
from tns_desktop.adapters.render.refusals import Damaged, TooLarge

ANNOTATED_PAGES = 200
"""Pages whose annotations are looked through."""
ANNOTATIONS_A_PAGE = 1_000


def read_names(file: PdfFile) -> tuple[list[str], bool]:
    """The names as the PDF has them, and whether there are more files than are named."""
    names: list[str] = []
    for handle in _handles(file):
        if len(names) == ATTACHMENTS_LIMIT:
            return names, True
        names.append(_name_of(handle))
    return names, False


def read_file(file: PdfFile, position: int) -> Payload:
    """The bytes of the file at that position of ``read_names``. Raises Damaged and TooLarge."""
    for number, handle in enumerate(_handles(file)):
        if number == position:
            return _content_of(handle)
    raise Damaged("no_such_attachment")


def _handles(file: PdfFile) -> Iterator[Any]:
    """PDFium's attachments, each once, valid until the next one is asked for."""
    document = file.opened
    seen: set[int | None] = set()
    for number in range(max(0, raw.FPDFDoc_GetAttachmentCount(document))):
        handle = raw.FPDFDoc_GetAttachment(document, number)
        if handle:
            seen.add(_address(handle))
            yield handle
    for page in range(min(len(document), ANNOTATED_PAGES)):
        for handle in _of_page(document, page):
            if _address(handle) not in seen:
                seen.add(_address(handle))
                yield handle


def _of_page(document: Any, number: int) -> Iterator[Any]:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return  # a page that cannot be opened shows nothing either
    try:
        for index in range(min(raw.FPDFPage_GetAnnotCount(page), ANNOTATIONS_A_PAGE)):
            annotation = raw.FPDFPage_GetAnnot(page, index)
            if not annotation:
                continue
            try:
                handle = raw.FPDFAnnot_GetFileAttachment(annotation)
                if handle:
                    yield handle
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
    finally:
        page.close()


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value


def _name_of(handle: Any) -> str:
    size = raw.FPDFAttachment_GetName(handle, None, 0)
    if not 2 < size <= 2 * ATTACHMENT_NAME_LIMIT * 4:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAttachment_GetName(handle, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")[:ATTACHMENT_NAME_LIMIT]


def _content_of(handle: Any) -> Payload:
    size = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(handle, None, 0, ctypes.byref(size)):
        raise Damaged("attachment")
    if size.value > ATTACHMENT_LIMIT:
        raise TooLarge("attachment")
    content = bytearray(size.value)
    if size.value:
        target = (ctypes.c_char * size.value).from_buffer(content)
        written = ctypes.c_ulong()
        if not raw.FPDFAttachment_GetFile(handle, target, size.value, ctypes.byref(written)):
            raise Damaged("attachment")
        del target
        if written.value != size.value:
            raise Damaged("attachment")
    return content
