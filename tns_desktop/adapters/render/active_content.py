"""Active content in what is no PDF: macros in office documents, scripts and remote parts in mails, HTML and XML.

Runs in the decoder only. Names and markup are looked at; nothing is unpacked, loaded or carried out.
"""

from __future__ import annotations

import email
import email.policy
import re
import struct
from email.message import Message
from html.parser import HTMLParser

from tns_desktop.adapters.render.remarks import Remarks

TEXT_LOOKED_AT = 4 * 1024 * 1024
"""Bytes of one text or of one part of a mail."""
PARTS_LIMIT = 200
MEMBERS_LIMIT = 5_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = struct.Struct("<4s4H2IH")
_MEMBER = struct.Struct("<4s6H3I5H2I")
_DANGEROUS = frozenset(
    {
        *("exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "msi"),
        *("msp", "lnk", "jar", "dll", "cpl", "reg", "iso", "img", "docm", "xlsm", "pptm", "html", "htm", "svg"),
    }
)
_REMOTE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(?:script|iframe|object|embed|html|svg|img|body)\b", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY\b", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_OFFICE_PARTS = (
    (re.compile(r"vbaproject\.bin$|vbadata\.xml$|(?:^|/)basic/|/macrosheets/", re.IGNORECASE), "macro"),
    (re.compile(r"/activex/", re.IGNORECASE), "macro"),
    (re.compile(r"/embeddings/", re.IGNORECASE), "embedded_file"),
    (re.compile(r"/externallinks/", re.IGNORECASE), "external_file"),
)


def look_at_other(content: bytes, kind: str, remarks: Remarks) -> None:
    """Adds what a document of that kind, as the desk names it, carries to ``remarks``."""
    if kind == "email":
        _look_at_mail(content, remarks)
    elif kind in ("xml", "text", "json"):
        _look_at_markup(content, remarks)
    elif content.startswith(b"PK"):
        _look_at_members(content, remarks)
    elif content.startswith(OLE_MAGIC):
        _look_at_ole(content, remarks)
    elif kind in ("jpeg", "png", "gif", "tiff", "webp", "bmp", "heic") and b"%PDF-" in content[:1024]:
        remarks.add("two_in_one")


def _look_at_mail(content: bytes, remarks: Remarks) -> None:
    try:
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        for position, part in enumerate(message.walk()):
            if position > PARTS_LIMIT:
                remarks.add("not_all_seen")
                return
            _look_at_part(part, remarks)
    except MemoryError:
        raise
    except Exception:
        # The standard library's parser answers hostile mails with many kinds of exceptions.
        remarks.add("structure_unreadable")


def _look_at_part(part: Message, remarks: Remarks) -> None:
    name = str(part.get_filename() or "")
    if name and name.rpartition(".")[2].lower() in _DANGEROUS:
        remarks.add("dangerous_attachment", detail=name)
    if part.get_content_type() == "text/html" and not name:
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            _look_at_html(payload[:TEXT_LOOKED_AT], remarks)


def _look_at_markup(content: bytes, remarks: Remarks) -> None:
    head = content[:TEXT_LOOKED_AT]
    if _ENTITY.search(head):
        remarks.add("entities")
    elif _DOCTYPE.search(head) and not re.search(rb"<!DOCTYPE\s+html\s*>", head, re.IGNORECASE):
        remarks.add("doctype")
    if _MARKUP.search(head):
        _look_at_html(head, remarks)


def _look_at_html(content: bytes, remarks: Remarks) -> None:
    parser = _Html(remarks)
    try:
        parser.feed(content.decode("utf-8", "replace"))
    except (AssertionError, RecursionError):
        remarks.add("structure_unreadable")


class _Html(HTMLParser):
    """Looks at tags and attributes only."""

    def __init__(self, remarks: Remarks) -> None:
        super().__init__(convert_charrefs=True)
        self._remarks = remarks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "script" or any(name.startswith("on") for name in values):
            self._remarks.add("script")
        if any(value.strip().lower().startswith("javascript:") for value in values.values()):
            self._remarks.add("script")
        if tag in ("iframe", "object", "embed", "applet"):
            self._remarks.add("media")
        if tag == "form":
            self._remarks.add("sends_form", detail=values.get("action", ""))
        source = values.get("src") or values.get("background") or (values.get("href", "") if tag == "link" else "")
        if _REMOTE.match(source):
            self._remarks.add("remote_part", detail=source)
        elif tag in ("a", "area") and _REMOTE.match(values.get("href", "")):
            self._remarks.add("external_link", detail=values["href"])


def _look_at_members(content: bytes, remarks: Remarks) -> None:
    """The names in a ZIP's directory: an office document's parts tell what it carries."""
    for name in _member_names(content):
        for pattern, code in _OFFICE_PARTS:
            if pattern.search(name):
                remarks.add(code, detail=name)


def _member_names(content: bytes) -> list[str]:
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + _END.size > len(content):
        return []
    fields = _END.unpack_from(content, end)
    position = fields[6]
    names: list[str] = []
    while len(names) < min(fields[4], MEMBERS_LIMIT) and position + _MEMBER.size <= len(content):
        member = _MEMBER.unpack_from(content, position)
        if member[0] != b"PK\x01\x02":
            break
        start = position + _MEMBER.size
        names.append(content[start : start + member[10]].decode("utf-8", "replace"))
        position = start + member[10] + member[11] + member[12]
    return names


def _look_at_ole(content: bytes, remarks: Remarks) -> None:
    """A Word, Excel or Outlook file of before 2007: its streams have names in UTF-16."""
    names = ("_VBA_PROJECT", "VBA", "Macros")
    if any(name.encode("utf-16-le") in content for name in names):
        remarks.add("macro")
    if "Ole10Native".encode("utf-16-le") in content:
        remarks.add("embedded_file")
