"""Single values of an answer, read by rules that both ways of reading share (``wire``, ``quick_reading``)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tns_desktop.adapters.api.json_body import text_of

_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*")

MAX_IDENTIFIER = 512
"""Characters of a uuid or a state; both go into requests."""


def is_identifier(value: str | None) -> bool:
    return value is not None and len(value) <= MAX_IDENTIFIER and bool(value.strip())


def date_of(value: object) -> datetime | None:
    """An ISO 8601 date as an aware datetime in UTC; without a zone it is taken as UTC; None when it is no date."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is UTC:
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def truth_of(value: object) -> bool | None:
    """True, false, or None where the server does not say so plainly."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return None


def language_of(value: object) -> str:
    """The language of a tag such as ``fr``, ``fr-FR`` or ``fr_CA``, in lower case; empty when it is none of two letters."""
    named = _LANGUAGE_TAG.fullmatch(value.strip()) if isinstance(value, str) else None
    return named[1].lower() if named else ""


def texts_of(value: object) -> tuple[str, ...]:
    """A list of texts; a bare value is a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := text_of(item)))
