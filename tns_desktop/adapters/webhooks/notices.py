"""Notifications taken apart: which events, of which files, and nothing else of what they say.

Whatever a body claims about a file is never believed: an event only says that the file is to be read again. So little is
asked of it: an event without an identifier is known again by its whole text, one without a usable file means any file.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tns_desktop.services.ports import HookPath, Notice, WebHookRules

MOST_ID_CHARACTERS = 1_000
SAMPLE_EVENT = "SELF_TEST"
NO_FILE = "00000000-0000-0000-0000-000000000000"
"""The file that the sample event names."""

_MISSING = object()
_FILE = re.compile(r"(?!\.+$)[0-9A-Za-z._:-]{1,128}")
"""What may go into a request's path; anything else in the place of a file's identifier means any file."""


class NoticeRefused(Exception):
    """The body is not what the API map describes. ``reason`` is counted and shown; it holds nothing of the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Notices:
    """``foreign``: events that name another product; they are left alone."""

    mine: tuple[Notice, ...]
    foreign: int = 0


def read_notices(body: bytes, path: HookPath) -> Notices:
    """The events of one request, in its order. Raises NoticeRefused (``not_json``, ``not_understood``, ``too_many``)."""
    rules = path.rules
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # not UTF-8, numbers of thousands of digits, too deep
        raise NoticeRefused("not_json") from None
    events = _at(document, rules.events)
    if isinstance(events, dict):
        events = [events]
    if not isinstance(events, list) or any(not isinstance(event, dict) for event in events):
        raise NoticeRefused("not_understood")
    if len(events) > rules.most_events:
        raise NoticeRefused("too_many")
    mine, foreign = [], 0
    for event in events:
        product = _text_at(event, rules.product)
        if product and product != path.public_id:
            foreign += 1
        else:
            mine.append(_notice(event, rules))
    return Notices(tuple(mine), foreign)


def sample_body(path: HookPath, event_id: str, at: datetime) -> bytes:
    """A notification in the shape that ``read_notices`` reads, with one event of a file that does not exist."""
    rules = path.rules
    event: dict[str, Any] = {}
    for place, value in (
        (rules.id, event_id),
        (rules.client_file, NO_FILE),
        (rules.product, path.public_id),
        (rules.event, SAMPLE_EVENT),
        (rules.date, at.isoformat()),
    ):
        if place:
            _place(event, place, value)
    if not rules.events:
        return json.dumps([event]).encode()
    document: dict[str, Any] = {}
    _place(document, rules.events, [event])
    return json.dumps(document).encode()


def _notice(event: dict[str, Any], rules: WebHookRules) -> Notice:
    uuid = _text_at(event, rules.client_file)
    identifier = _text_at(event, rules.id)
    if identifier:
        digest = hashlib.sha256(b"id\0" + identifier.encode("utf-8", "surrogatepass"))
    else:
        digest = hashlib.sha256(b"event\0" + json.dumps(event, sort_keys=True).encode())
    return Notice(digest.digest(), uuid if _FILE.fullmatch(uuid) else "")


def _at(document: object, path: str) -> object:
    value = document
    for part in path.split(".") if path else ():
        if not isinstance(value, dict):
            return _MISSING
        value = value.get(part, _MISSING)
    return value


def _text_at(event: object, path: str) -> str:
    """Numbers become text; whatever else is no text counts as absent."""
    value = _at(event, path) if path else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        text = str(value).strip()
    except ValueError:  # an integer of thousands of digits
        return ""
    return text if len(text) <= MOST_ID_CHARACTERS else ""


def _place(document: dict[str, Any], path: str, value: object) -> None:
    *tables, last = path.split(".")
    for part in tables:
        document = document.setdefault(part, {})
    document[last] = value
