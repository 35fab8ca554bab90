"""The operators of the sandbox: invented, one of them an Admin, one who has left, and a login for the management API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tns_desktop.sandbox.wire import placed

ADMIN_EMAIL = "claire.admin@example.test"
ADMIN_PASSWORD = "sesame: ouvre-toi"  # noqa: S105  (a specimen, with the colon that a password may hold)
OPERATOR_EMAIL = "lea.martin@example.test"
OPERATOR_PASSWORD = "pas-administratrice"  # noqa: S105


@dataclass(frozen=True, slots=True)
class User:
    """``active`` False: somebody who has left."""

    uuid: str
    first_name: str
    last_name: str
    email: str
    active: bool = True


USERS = (
    User("2e891756-cbbb-11e3-9d6a-57f4740d8223", "Léa", "Martin", OPERATOR_EMAIL),
    User("8d0f1a52-6a0c-4c57-9a43-0b8f5c7f1d11", "Claire", "Fontaine", ADMIN_EMAIL),
    User("c3a7d9be-18c2-4b7e-8f0d-5f2e9ab01c33", "Émile", "Zidane", "emile.zidane@example.test"),
    User("f1b6c0de-77aa-4b1e-b7b2-3c9d2e4f5a66", "Paul", "Ancien", "paul.ancien@example.test", active=False),
)


def may_ask(login: str, password: str) -> bool | None:
    """True for the Admin, False for an operator who is none, None for anybody else."""
    known = {(ADMIN_EMAIL, ADMIN_PASSWORD): True, (OPERATOR_EMAIL, OPERATOR_PASSWORD): False}
    return known.get((login, password))


def users_json(places: Mapping[str, str], *, with_inactive: bool) -> list[dict[str, Any]]:
    """As an answer shows them. The last two fields are undocumented on purpose."""
    return [
        placed(
            {"uuid": user.uuid, "first_name": user.first_name, "last_name": user.last_name, "email": user.email}, places
        )
        | {"active": user.active, "sandboxRole": "ADMIN" if user.email == ADMIN_EMAIL else "OPERATOR"}
        for user in USERS
        if user.active or with_inactive
    ]
