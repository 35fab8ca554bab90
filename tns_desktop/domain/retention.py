"""How long archives stay on this computer: age, room, and what a confirmed decision ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFileKey


class DropReason(StrEnum):
    """Why an archive was dropped; kept in the purge log."""

    ASKED = "asked"
    CONNECTION_REMOVED = "connection_removed"
    DECIDED = "decided"
    TOO_OLD = "too_old"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class KeptArchive:
    """``size`` in bytes; ``stored_at`` is aware."""

    key: ClientFileKey
    size: int
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """0 means without a limit. ``decided``: an archive goes once the decision on it is confirmed."""

    days: int = 0
    most_bytes: int = 0
    decided: bool = False


def what_to_drop(
    archives: Sequence[KeptArchive],
    policy: RetentionPolicy,
    *,
    now: datetime,
    held: frozenset[ClientFileKey],
    confirmed: frozenset[ClientFileKey],
    on_purpose: frozenset[ClientFileKey] = frozenset(),
) -> list[tuple[ClientFileKey, DropReason]]:
    """What the policy does not let stay, oldest first. ``held`` is never in it: on screen, a decision or a hand-over under way.

    ``on_purpose``: neither age nor a decision ends their stay, and room does only once nothing else is left to drop.
    """
    left = sorted(
        (archive for archive in archives if archive.key not in held),
        key=lambda archive: (archive.key in on_purpose, archive.stored_at),
    )
    total = sum(archive.size for archive in archives)
    dropped = []
    for archive in left:
        wanted = archive.key in on_purpose
        if policy.decided and archive.key in confirmed and not wanted:
            reason = DropReason.DECIDED
        elif policy.days and not wanted and now - archive.stored_at > timedelta(days=policy.days):
            reason = DropReason.TOO_OLD
        elif policy.most_bytes and total > policy.most_bytes:
            reason = DropReason.NO_ROOM
        else:
            continue
        total -= archive.size
        dropped.append((archive.key, reason))
    return dropped
