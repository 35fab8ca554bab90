"""E-mails: a few headers, the body as text and as harmless paragraphs, the attachments' names. Runs in the decoder only.

Nothing a mail refers to is ever loaded.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message

from tns_desktop.adapters.render.html_blocks import Formatted, html_to_blocks
from tns_desktop.adapters.render.html_text import html_to_text
from tns_desktop.adapters.render.protocol import MAIL_PARTS_LIMIT, MAIL_VALUE_LIMIT, TEXT_LIMIT
from tns_desktop.adapters.render.text import decode, read_text
from tns_desktop.adapters.render.visible import clip, make_visible

HEADERS = ("From", "To", "Cc", "Date", "Subject")
MARKUP_LIMIT = 1024 * 1024
"""Characters of HTML that are looked at; what they say is less."""
VALUES_LIMIT = 10
"""Lines shown of one header; an honest mail has one of each."""


@dataclass(slots=True)
class Mail:
    """``headers`` and ``attachments`` are pairs of a name and a value (a size in bytes, for attachments)."""

    text: str
    truncated: bool
    headers: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[tuple[str, str]] = field(default_factory=list)
    formatted: Formatted | None = None


def read_mail(content: bytes) -> Mail:
    """The mail, or its bytes as text when the parser gives up on it."""
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
        text, truncated = clip(make_visible(_body_text(body) if body is not None else ""), TEXT_LIMIT)
        return Mail(text, truncated, list(_headers(message)), list(_attachments(message, body)), _formatted(message))
    except MemoryError:
        raise
    except Exception:
        # The standard library's parser answers hostile mails with many kinds of exceptions, RecursionError among them.
        return Mail(*read_text(content, "text"))


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for name in HEADERS:
        try:
            values = [str(value) for value in message.get_all(name, [])]
        except Exception:
            # A header the default policy cannot parse is shown as it stands in the mail.
            values = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
        yield from ((name, _one_line(value)) for value in values[:VALUES_LIMIT])


def _attachments(message: Message, body: Message | None) -> Iterator[tuple[str, str]]:
    found = 0
    waiting = [message]
    while waiting and found < MAIL_PARTS_LIMIT:
        part = waiting.pop(0)
        if part is body:
            continue
        attached_mail = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and not attached_mail:
            waiting[:0] = [inner for inner in part.get_payload() if isinstance(inner, Message)]
            continue
        name = part.get_filename()
        if not name and not attached_mail and part.get_content_maintype() == "text":
            continue  # the body's other version
        found += 1
        yield _one_line(name or part.get_content_type()), str(_size(part))


def _size(part: Message) -> int:
    payload = part.get_payload(decode=True)
    return len(payload) if isinstance(payload, bytes) else sum(len(inner.as_bytes()) for inner in _inner(part))


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _formatted(message: Message) -> Formatted | None:
    """The mail as its author laid it out, as far as that is safe; None for one of plain text."""
    body = message.get_body(("html",)) if isinstance(message, EmailMessage) else None
    payload = body.get_payload(decode=True) if body is not None else None
    if body is None or not isinstance(payload, bytes):
        return None
    markup = _decode_body(payload, body.get_content_charset(), MARKUP_LIMIT + 1)
    made = html_to_blocks(markup[:MARKUP_LIMIT])
    made.truncated = made.truncated or len(markup) > MARKUP_LIMIT
    return made if made.blocks else None


def _body_text(body: Message) -> str:
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    # Twice the limit: markup is longer than what it says.
    text = _decode_body(payload, body.get_content_charset(), 2 * TEXT_LIMIT)
    return html_to_text(text) if body.get_content_type() == "text/html" else text


def _decode_body(payload: bytes, charset: str | None, limit: int) -> str:
    try:
        b"".decode(charset or "utf-8")  # bytes.decode refuses Python's codecs that are no charset, such as "zip"
        return decode(payload, limit, declared=charset)[0]
    except LookupError:
        return decode(payload, limit)[0]


def _one_line(text: str) -> str:
    return clip(make_visible(" ".join(text.split())), MAIL_VALUE_LIMIT)[0]
