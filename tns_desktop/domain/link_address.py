"""Addresses that links in documents have: what is unusual about one, before anybody is asked to open it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

SCHEMES = ("http", "https", "mailto")
"""All that is ever handed to the system. A file, a script or another program's scheme is not."""
_PUNYCODE = "xn--"


class Oddity(StrEnum):
    """Why an address may not lead where it seems to."""

    HIDDEN = "hidden"
    """It holds characters that are not seen, or that turn the direction of what is written."""
    LETTERS = "letters"
    """The name of the site is written with letters that look like others."""
    USER = "user"
    """Something stands before the name of the site and may look like it."""
    NUMBER = "number"
    """The site is a number, not a name."""
    UNPROTECTED = "unprotected"
    """The connection would not be encrypted."""


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """``shown`` is all of the address, whatever cannot be seen in it written out; ``host`` as it is sent, in ASCII where
    the document has it so; ``host_in_letters`` what a punycode host reads as, else empty."""

    shown: str
    scheme: str
    host: str
    host_in_letters: str
    oddities: tuple[Oddity, ...]

    @property
    def can_be_opened(self) -> bool:
        """Never with hidden characters: what is opened would not be what was read."""
        return self.scheme in SCHEMES and bool(self.host) and Oddity.HIDDEN not in self.oddities


def shown_address(address: str) -> str:
    """The address with everything that cannot be seen written as its code point."""
    return "".join(f"⟨U+{ord(sign):04X}⟩" if _is_hidden(sign) else sign for sign in address)


def examined(address: str) -> LinkAddress:
    """Takes an address apart by hand: a lenient parser would repair what a person must see."""
    scheme, _colon, rest = address.partition(":")
    scheme = scheme.lower()
    if scheme == "mailto":
        host = rest.partition("?")[0].rpartition("@")[2]
        user = ""
    else:
        # A backslash separates for browsers as a slash does.
        authority = rest.replace("\\", "/").lstrip("/").split("/")[0].split("?")[0].split("#")[0]
        user, _at, host = authority.rpartition("@")
        host = host if host.startswith("[") else host.partition(":")[0]
    in_letters = _in_letters(host)
    oddities = [
        oddity
        for oddity, holds in (
            (Oddity.HIDDEN, any(map(_is_hidden, address))),
            (Oddity.LETTERS, bool(in_letters) or not host.isascii()),
            (Oddity.USER, bool(user)),
            (Oddity.NUMBER, host.startswith(("[", "0x")) or host.replace(".", "").isdecimal()),
            (Oddity.UNPROTECTED, scheme == "http"),
        )
        if holds
    ]
    return LinkAddress(shown_address(address), scheme, host, in_letters, tuple(oddities))


def _in_letters(host: str) -> str:
    if _PUNYCODE not in host.lower():
        return ""
    return shown_address(".".join(map(_decoded, host.split("."))))


def _decoded(part: str) -> str:
    if not part.lower().startswith(_PUNYCODE):
        return part
    try:
        return part[len(_PUNYCODE) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return part


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or (sign.isspace() and sign != " ")
