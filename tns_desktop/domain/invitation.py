"""Messages to a participant: for what purpose, in which words, with which values; and the address that opens a mail program.

A template's placeholders are plain names. One that nobody knows is a mistake that is said while it is typed; one whose value
is not known for this file stops the message: half a sentence, or a message without its link, must not reach a customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from tns_desktop.domain.follow_up import Standing, Urgency

PLACEHOLDERS = ("first_name", "last_name", "link", "due_date", "days", "file_id", "workflow")
_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")


class Purpose(StrEnum):
    """Why somebody is written to."""

    INVITE = "invite"
    REMIND = "remind"
    EXPIRING = "expiring"


class Channel(StrEnum):
    EMAIL = "email"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """An office's words for one purpose in one language: an e-mail's subject and body, and a text message."""

    purpose: Purpose
    language: str
    subject: str
    email: str
    text: str

    @property
    def all_words(self) -> tuple[str, ...]:
        return self.subject, self.email, self.text


@dataclass(frozen=True, slots=True)
class FilledText:
    """``text`` with its values; ``missing`` names those that are not known, which stand in it as they were written."""

    text: str
    missing: tuple[str, ...] = ()


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """Names in braces that nobody can fill in, in order, each once."""
    return tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS))


def open_placeholders(text: str) -> tuple[str, ...]:
    """Names that could have been filled in and were not: what has one is not ready to be sent."""
    return tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name in PLACEHOLDERS))


def filled(text: str, values: Mapping[str, str]) -> FilledText:
    """Values are put in as they are and never looked at again: a name in braces stays a name."""
    missing = tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if not values.get(name)))
    return FilledText(_PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text), missing)


def purpose_for(standing: Standing) -> Purpose:
    """What a message to somebody whose file stands so is most likely for."""
    if standing.urgency is Urgency.EXPIRING:
        return Purpose.EXPIRING
    return Purpose.REMIND if standing.urgency >= Urgency.AGEING else Purpose.INVITE


def mailto(address: str, subject: str, body: str) -> str:
    """A ``mailto:`` address (RFC 6068): everything percent-encoded as UTF-8, lines ended by %0D%0A.

    ``address`` is one address: a comma, a question mark or an ampersand in it adds neither recipient nor header.
    """
    lines = "\r\n".join(body.splitlines())
    fields = {"subject": " ".join(subject.split()), "body": lines}
    written = "&".join(f"{name}={quote(text, safe='')}" for name, text in fields.items() if text)
    return f"mailto:{quote(address.strip(), safe='@')}" + (f"?{written}" if written else "")
