"""What the decoder answers besides pages and texts: text layers, places, signatures, hygiene, attached files.

Runs in the decoder only. pyHanko is imported when the first PDF is asked about: it takes longer than a page.
"""

from __future__ import annotations

from typing import Any

from tns_desktop.adapters.render.documents import HeldDocument
from tns_desktop.adapters.render.pdf import PdfFile
from tns_desktop.adapters.render.protocol import Payload
from tns_desktop.adapters.render.refusals import Damaged, Locked, Unsupported
from tns_desktop.adapters.render.remarks import Remarks


def perform(request: dict[str, Any], document: HeldDocument) -> tuple[dict[str, Any], Payload]:
    """The answer to one of the worker's ``INSPECTIONS``. Raises Refusal."""
    operation = request["op"]
    if operation == "hygiene":
        return {"remarks": _hygiene(document, request["password"])}, b""
    if document.kind != "pdf":
        raise Unsupported("not_a_pdf")
    if operation == "signatures":
        return _signatures(document.content, request["password"], request["roots"]), b""
    file = document.paged(request["password"])
    if not isinstance(file, PdfFile):
        raise Unsupported("not_a_pdf")
    if operation in ("attached", "attachment"):
        return _attached(request, file)
    from tns_desktop.adapters.render.page_text import find_places, read_layer

    if operation == "places":
        return {"places": find_places(file, request["page"], request["spans"])}, b""
    pages, truncated = read_layer(file)
    return {"lengths": list(map(len, pages)), "truncated": truncated}, "".join(pages).encode()


def _attached(request: dict[str, Any], file: PdfFile) -> tuple[dict[str, Any], Payload]:
    from tns_desktop.adapters.render.pdf_attachments import read_file, read_names

    if request["op"] == "attachment":
        return {"position": request["position"]}, read_file(file, request["position"])
    names, more = read_names(file)
    return {"names": names, "more": more}, b""


def _signatures(content: bytes, password: str | None, roots: list[str]) -> dict[str, Any]:
    from tns_desktop.adapters.render.pdf_structure import open_reader
    from tns_desktop.adapters.render.signatures import certificates_of, read_signatures

    try:
        reader, is_regular = open_reader(content, password)
        answer = read_signatures(reader, certificates_of(roots))
    except (MemoryError, Locked):
        raise
    except Exception as error:
        # No verdict on what cannot be read: pyHanko answers broken files with many kinds of exceptions.
        raise Damaged("structure") from error
    # Signatures that the structure does not lead to: somebody took them out, or hid them.
    answer["stray"] = content.count(b"/ByteRange") > 0 and not answer["signatures"]
    return answer | {"regular": is_regular}


def _hygiene(document: HeldDocument, password: str | None) -> list[list[object]]:
    remarks = Remarks()
    if document.kind != "pdf":
        from tns_desktop.adapters.render.active_content import look_at_other

        look_at_other(document.content, document.kind, remarks)
        return remarks.as_list()
    from tns_desktop.adapters.render.pdf_structure import look_at_pdf, open_reader, search_bytes

    try:
        reader, is_regular = open_reader(document.content, password)
        if not is_regular:
            remarks.add("irregular")
        look_at_pdf(reader, remarks)
    except (MemoryError, Locked):
        raise
    except Exception:
        # As for signatures; what was found so far still counts.
        search_bytes(document.content, remarks)
    return remarks.as_list()
