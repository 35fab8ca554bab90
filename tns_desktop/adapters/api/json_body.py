"""JSON answers, bounded and made harmless before anything looks at them.

A body may be hostile or simply odd: too deep, numbers that are none, halves of surrogate pairs. Each of these is
AnswerNotUnderstood here, so that nothing further on has to expect it.
"""

from __future__ import annotations

import codecs
import json
import math
from email.message import Message
from functools import cache
from typing import Final, NoReturn

from tns_desktop.domain.errors import AnswerNotUnderstood

MAX_DEPTH = 64
"""Lists and objects inside each other; a client file has about five."""


class Missing:
    """The type of MISSING: a path that leads nowhere, as opposed to one that leads to null."""


MISSING: Final = Missing()


def media_type_of(content_type: str) -> str:
    """``application/json`` of ``Application/JSON; charset=utf-8``; empty when the header is."""
    return content_type.partition(";")[0].strip().lower()


def not_understood(route: str, reason: str, **facts: str) -> AnswerNotUnderstood:
    return AnswerNotUnderstood(f"{route}: {reason}", facts={"route": route, "reason": reason, **facts})


def check_media_type(content_type: str, allowed: tuple[str, ...], route: str) -> None:
    """Raises AnswerNotUnderstood for another type: a proxy's page with status 200 is no answer of the server.

    A missing type is let through; what reads the body finds out.
    """
    media_type = media_type_of(content_type)
    if media_type and media_type not in allowed:
        raise not_understood(route, "wrong_media_type", media_type=media_type, expected=", ".join(allowed))


def decode_json(body: bytes, content_type: str, route: str) -> object:
    """The document. Raises AnswerNotUnderstood (``invalid_json``, ``too_deep``)."""
    try:
        document = json.loads(_decoded(body, content_type), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise not_understood(route, "too_deep") from None
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError, integers of thousands of digits
        raise not_understood(route, "invalid_json", problem=type(error).__name__) from None
    if _is_too_deep(document):
        raise not_understood(route, "too_deep")
    return document


def _decoded(body: bytes, content_type: str) -> str | bytes:
    """Text in the charset that the answer names; without one, ``json`` finds UTF-8, 16 or 32 by itself."""
    header = Message()
    header["content-type"] = content_type
    charset = header.get_param("charset")
    if not isinstance(charset, str):
        return body.removeprefix(codecs.BOM_UTF8)
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return body.removeprefix(codecs.BOM_UTF8)
    if name == "utf-8":
        return body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode(name)
    except LookupError:  # a codec that makes no text
        return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _is_too_deep(document: object) -> bool:
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(child for child in value.values() if isinstance(child, (dict, list)))
            elif isinstance(value, list):
                below.extend(child for child in value if isinstance(child, (dict, list)))
        if not below:
            return False
        level = below
    return True


def find(document: object, path: str) -> object:
    """The value at a dotted path; the document itself for an empty one; MISSING where the path leads nowhere."""
    value = document
    for part in _parts_of(path):
        if not isinstance(value, dict):
            return MISSING
        value = value.get(part, MISSING)
    return value


@cache
def _parts_of(path: str) -> tuple[str, ...]:
    """A map has some fifty paths, and a list asks for each of them in each of its files."""
    return tuple(path.split(".")) if path else ()


def text_of(value: object) -> str:
    """A value where text is expected: numbers become text, null and absence the empty text, parts are joined by commas."""
    if isinstance(value, str):
        return value if value.isascii() else _without_lone_surrogates(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(text for child in value.values() if (text := text_of(child)))
    if isinstance(value, list):
        return ", ".join(text for child in value if (text := text_of(child)))
    return ""


def _without_lone_surrogates(text: str) -> str:
    """JSON can hold half a surrogate pair; databases and toolkits cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
