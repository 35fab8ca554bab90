"""What may be typed to receive web hooks: where to listen, by which address one is reached, and what must be carried."""

from __future__ import annotations

import ipaddress
import re

from tns_desktop.domain.connection import checked_base_url
from tns_desktop.domain.errors import ConnectionInvalid, TnsError

SHORTEST_SECRET = 16
LONGEST_SECRET = 512
TEST_PARAMETER = "test"
"""By which parameter of its address the self-test's request is known again."""

# RFC 9110, 5.6.2: the characters of a token.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_SECRET = re.compile(r"[!-~]+")
_TAKEN = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that say something else; proxies change them too."""


class ReceiverNotOpened(TnsError):
    """Nothing listens for web hooks. ``facts``: ``host`` (address and port), ``reason``."""

    code = "receiver_not_opened"


def place_of(address: str, port: int) -> str:
    """Address and port as they stand in a URL."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def address_problem(text: str) -> str:
    """Why one cannot listen there; empty when one may try. A name is refused: it could mean another computer tomorrow."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "not_an_address"
    return ""


def public_url_problem(text: str) -> str:
    """Why the server cannot be given this address; empty for a good one, and for none."""
    if not text:
        return ""
    try:
        checked_base_url(text)
    except ConnectionInvalid as error:
        return error.facts["reason"]
    return ""


def header_problem(name: str) -> str:
    """Why the header cannot be called so; empty when it can."""
    if not _HEADER_NAME.fullmatch(name):
        return "bad_header_name"
    return "taken_header" if name.lower() in _TAKEN else ""


def secret_problem(value: str) -> str:
    """Why this is no value for the header; empty when it is one. Whoever guesses it can make the desk read files again."""
    if len(value) < SHORTEST_SECRET:
        return "too_short"
    if len(value) > LONGEST_SECRET:
        return "too_long"
    return "" if _SECRET.fullmatch(value) else "bad_characters"
