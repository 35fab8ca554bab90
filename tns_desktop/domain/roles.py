"""What a connection may be used for: operators decide, auditors look. One function says so, and everybody asks it.

The API knows a product's credentials, not what the person at the desk is there for: so the firm says it, connection by
connection, and the desk keeps to it.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who sits at the desk, for one connection. Settings of older versions have none: they mean an operator."""

    OPERATOR = "operator"
    READ_ONLY = "read_only"
    """An auditor: everything is shown, nothing is changed at the server and nobody is written to."""


class Duty(StrEnum):
    """What somebody may be asked to do, beyond looking."""

    DECIDE = "decide"
    """Accept or reject, one or many, and whatever makes a decision leave: send now, send again."""
    CREATE = "create"
    """Make client files at the server."""
    FOLLOW_UP = "follow_up"
    """Hand out a participant's link: who has it acts as the participant."""


_ALLOWED: dict[Role, frozenset[Duty]] = {Role.OPERATOR: frozenset(Duty), Role.READ_ONLY: frozenset()}


def allows(role: Role, duty: Duty) -> bool:
    """Whether somebody of that role may do that."""
    return duty in _ALLOWED[role]
