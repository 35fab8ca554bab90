"""What a PDF carries besides its pages: scripts, actions, files, forms, layers, later additions. Runs in the decoder only.

The whole graph of objects is walked, within a limit; streams are not decoded but for those that hold objects. A file
whose structure cannot be read is searched for the tell-tale names in its bytes instead, and that is said.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt.api import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from tns_desktop.adapters.render.refusals import Locked
from tns_desktop.adapters.render.remarks import Remarks

OBJECTS_LIMIT = 200_000
"""Dictionaries and arrays looked at in one document."""
PAGES_LIMIT = 20_000

_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/URI": "external_link",
    "/GoToR": "external_file",
    "/GoToE": "external_file",
    "/ImportData": "external_file",
    "/SubmitForm": "sends_form",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_SUBTYPES = {"/RichMedia": "media", "/3D": "media", "/Movie": "media", "/Screen": "media", "/FileAttachment": ""}
_ANNOTATIONS = frozenset(
    {"/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline", "/Stamp"}
    | {"/StrikeOut", "/Squiggly", "/Caret", "/Ink", "/Redact", "/Watermark"}
)
_TELLTALES = {
    b"/JavaScript": "script",
    b"/JS": "script",
    b"/Launch": "launch",
    b"/EmbeddedFile": "embedded_file",
    b"/OpenAction": "opens_action",
    b"/AA": "reacts",
    b"/XFA": "xfa",
    b"/RichMedia": "media",
    b"/SubmitForm": "sends_form",
}


def open_reader(content: bytes, password: str | None) -> tuple[PdfFileReader, bool]:
    """The document's structure, and whether it keeps to the rules. Raises Locked, and whatever pyHanko raises."""
    try:
        reader, is_regular = _opened(content, strict=True), True
    except MemoryError:
        raise
    except Exception:
        reader, is_regular = _opened(content, strict=False), False
    if reader.encrypted and reader.security_handler is not None:
        result = reader.decrypt(password or "")
        if result.status == AuthStatus.FAILED:
            raise Locked("password_needed" if password is None else "password_wrong")
    return reader, is_regular


def look_at_pdf(reader: PdfFileReader, remarks: Remarks) -> None:
    """Adds what the document carries to ``remarks``."""
    if reader.encrypted:
        remarks.add("encrypted")
    _look_at_root(reader, remarks)
    is_signed = any(value is not None for _name, value, _field in enumerate_sig_fields(reader))
    if reader.total_revisions > 1 and not is_signed:
        # Signing saves once more by itself; what came after a signature is said with it.
        remarks.add("saved_later", count=reader.total_revisions - 1)
    for number, item in enumerate(_dictionaries(reader)):
        if number >= OBJECTS_LIMIT:
            remarks.add("not_all_seen")
            break
        _look_at_dictionary(item, remarks)
    added = _pages_added_after_signing(reader)
    if added:
        remarks.add("pages_added", count=added)


def search_bytes(content: bytes, remarks: Remarks) -> None:
    """The names alone, for a document whose structure cannot be read: what is compressed stays unseen."""
    remarks.add("structure_unreadable")
    for name, code in _TELLTALES.items():
        if name in content:
            remarks.add(code)


def _opened(content: bytes, *, strict: bool) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(content), strict=strict)
    if not reader.encrypted:
        _ = reader.root
    return reader


def _look_at_root(reader: PdfFileReader, remarks: Remarks) -> None:
    root = reader.root
    opening = _get(root, "/OpenAction")
    # A place in the document is no action; showing a page is a harmless one.
    if isinstance(opening, generic.DictionaryObject) and _get(opening, "/S") != "/GoTo":
        remarks.add("opens_action")
    form = _get(root, "/AcroForm")
    if isinstance(form, generic.DictionaryObject):
        if "/XFA" in form:
            remarks.add("xfa")
        fields = _get(form, "/Fields")
        count = len(fields) if isinstance(fields, generic.ArrayObject) else 0
        unsigned = count - sum(1 for _field in enumerate_sig_fields(reader))
        if unsigned > 0:
            remarks.add("form", count=unsigned)
    if isinstance(_get(root, "/OCProperties"), generic.DictionaryObject):
        remarks.add("layers")


def _look_at_dictionary(item: generic.DictionaryObject, remarks: Remarks) -> None:
    action = _name(item, "/S")
    if action in _ACTIONS:
        remarks.add(_ACTIONS[action], detail=_target(item, action))
    elif "/JS" in item:
        remarks.add("script")
    if "/AA" in item:
        remarks.add("reacts")
    if "/EF" in item:
        remarks.add("embedded_file", detail=str(_get(item, "/UF") or _get(item, "/F") or ""))
    subtype = _name(item, "/Subtype")
    if code := _SUBTYPES.get(subtype):
        remarks.add(code)
    elif subtype in _ANNOTATIONS and "/Rect" in item:
        remarks.add("annotation")


def _target(item: generic.DictionaryObject, action: str) -> str:
    value = _get(item, "/URI" if action == "/URI" else "/F")
    if isinstance(value, generic.DictionaryObject):
        value = _get(value, "/UF") or _get(value, "/F")
    return str(value) if isinstance(value, str) else ""


def _dictionaries(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
    """Every dictionary that can be reached from the catalogue, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, generic.IndirectObject):
            reference = (item.idnum, item.generation)
            if reference in seen:
                continue
            seen.add(reference)
            try:
                item = _target_of(item)
            except MemoryError:
                raise
            except Exception:  # noqa: S112 - a reference to nothing carries nothing
                continue
        if isinstance(item, generic.DictionaryObject):
            yield item
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, generic.ArrayObject):
            waiting.extend(item.raw_get(position) for position in range(len(item)))


def _pages_added_after_signing(reader: PdfFileReader) -> int:
    """Pages of the document that its first signature did not see."""
    values = [
        field.get_object().raw_get("/V") for _name, value, field in enumerate_sig_fields(reader) if value is not None
    ]
    revisions = [
        reader.xrefs.get_last_change(value.reference) for value in values if isinstance(value, generic.IndirectObject)
    ]
    if not revisions or min(revisions) >= reader.total_revisions - 1:
        return 0
    signed = _page_references(reader.get_historical_resolver(min(revisions)).root)
    return len(_page_references(reader.root) - signed)


def _page_references(root: Any) -> set[tuple[int, int]]:
    pages: set[tuple[int, int]] = set()
    seen: set[tuple[int, int]] = set()
    waiting = [root.raw_get("/Pages")]
    while waiting and len(seen) < PAGES_LIMIT:
        item = waiting.pop()
        if not isinstance(item, generic.IndirectObject) or (item.idnum, item.generation) in seen:
            continue
        seen.add((item.idnum, item.generation))
        node = _target_of(item)
        kids = _get(node, "/Kids") if isinstance(node, generic.DictionaryObject) else None
        if isinstance(kids, generic.ArrayObject):
            waiting.extend(kids.raw_get(position) for position in range(len(kids)))
        else:
            pages.add((item.idnum, item.generation))
    return pages


def _target_of(reference: Any) -> Any:
    return reference.get_object()


def _get(item: generic.DictionaryObject, key: str) -> Any:
    """The value behind ``key``, None where it leads nowhere."""
    try:
        # Not get(): it does not follow references.
        return item[key] if key in item else None  # noqa: SIM401
    except MemoryError:
        raise
    except Exception:
        return None


def _name(item: generic.DictionaryObject, key: str) -> str:
    value = _get(item, key)
    return value if isinstance(value, str) else ""
