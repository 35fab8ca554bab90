"""Which keys do what: the table's own, what the operator made of them, and where one key would mean two things.

A key is a text in one canonical form (``Ctrl+Shift+D``); making that form of what was pressed or written is not done here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Area(StrEnum):
    """Where keys are heard together. A dialog lies over the window and takes every key while it is there."""

    WINDOW = "window"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Something that can be done by keys, and its own keys; an owner without a key is allowed."""

    name: str
    keys: tuple[str, ...]
    area: Area = Area.WINDOW


@dataclass(frozen=True, slots=True)
class Clash:
    """``key`` would do both, in one place."""

    key: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class KeyMap:
    """``changed`` holds, by an owner's name, the keys that the operator gave it; whoever is not in it has the table's own."""

    owners: tuple[KeyOwner, ...]
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def wanted(self, owner: KeyOwner) -> tuple[str, ...]:
        """As the operator or the table says, whether or not somebody else wants the same."""
        return self.changed.get(owner.name, owner.keys)

    def in_effect(self) -> dict[str, tuple[str, ...]]:
        """The keys of every owner, no key twice in an area: a key that means two things would do neither.

        What the operator chose comes before what the table says, and within each the earlier line of the table. So a key that
        a newer version gives to something new never takes away one that was chosen.
        """
        taken: dict[tuple[Area, str], str] = {}
        chosen_first = sorted(self.owners, key=lambda owner: owner.name not in self.changed)
        for owner in chosen_first:
            for key in self.wanted(owner):
                taken.setdefault((owner.area, key), owner.name)
        return {
            owner.name: tuple(key for key in self.wanted(owner) if taken[owner.area, key] == owner.name)
            for owner in self.owners
        }

    def clashes(self) -> list[Clash]:
        """Every key that two owners of one area want, in the table's order; told, so that it can be mended."""
        found: list[Clash] = []
        holders: dict[tuple[Area, str], str] = {}
        for owner in self.owners:
            for key in self.wanted(owner):
                holder = holders.setdefault((owner.area, key), owner.name)
                if holder != owner.name:
                    found.append(Clash(key, holder, owner.name))
        return found

    def with_keys(self, name: str, keys: Sequence[str]) -> KeyMap:
        """``name`` has these and no others. The table's own are no change: they are not kept as one."""
        own = next(owner.keys for owner in self.owners if owner.name == name)
        keys = tuple(dict.fromkeys(keys))
        changed = {other: theirs for other, theirs in self.changed.items() if other != name}
        return KeyMap(self.owners, changed if keys == own else {**changed, name: keys})

    def as_the_table_says(self) -> KeyMap:
        """Without any change."""
        return KeyMap(self.owners)
