"""The people who may act in a product: the operators of the management API, and the Admin who may ask for their list."""

from __future__ import annotations

from dataclasses import dataclass, field

from tns_desktop.domain.errors import ConnectionInvalid
from tns_desktop.domain.filters import fold


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may be named as the acting operator of a request. ``name`` is for people, ``uuid`` for requests."""

    uuid: str
    name: str = ""
    email: str = ""

    @property
    def display_name(self) -> str:
        """The name, or the most human identifier there is."""
        return self.name or self.email or self.uuid


@dataclass(frozen=True, slots=True)
class Admin:
    """The e-mail address and password of an operator who is an Admin; asked for when the list is wanted, never otherwise."""

    email: str
    password: str = field(repr=False)


def checked_admin(email: str, password: str) -> Admin:
    """Raises ConnectionInvalid, whose ``facts["field"]`` is ``admin_email`` or ``admin_password``.

    A colon would end the login early (RFC 7617); a password may hold whatever can be typed.
    """
    login = email.strip()
    if not login:
        raise ConnectionInvalid("empty", facts={"field": "admin_email", "reason": "empty"})
    if "@" not in login or ":" in login or any(not char.isprintable() or char.isspace() for char in login):
        raise ConnectionInvalid("no e-mail address", facts={"field": "admin_email", "reason": "not_an_email"})
    if not password:
        raise ConnectionInvalid("empty", facts={"field": "admin_password", "reason": "empty"})
    return Admin(login, password)


def by_name(operators: list[Operator]) -> list[Operator]:
    """In the order in which people look for a name."""
    return sorted(operators, key=lambda operator: (fold(operator.display_name), operator.uuid))
