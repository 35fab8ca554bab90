"""Two archives, or an archive and what a verdict says of it: which documents are the same, and which fields of the report.

A document is the same when path and bytes are; moved when the bytes are and the path is not. Names alone never make two
documents the same: where bytes cannot be read, that is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_FIELDS = 2_000
"""Differences of fields that are listed; a report that differs in more is another report."""
_NAMES = ("uuid", "id", "label", "name", "key")
"""Fields by which an item of a list is known again, wherever it stands in the list."""


class Change(StrEnum):
    """In the order of attention."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    RENAMED = "renamed"
    UNKNOWN = "unknown"
    """The same path, but on one side the bytes cannot be read."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """``sha256`` is empty for bytes that cannot be read; ``size`` in bytes, as the archive claims it."""

    entry_id: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """``before`` is None for a document that was added, ``after`` for one that was removed."""

    change: Change
    before: ComparedDocument | None
    after: ComparedDocument | None

    @property
    def path(self) -> str:
        document = self.after or self.before
        assert document is not None
        return document.path


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``before`` or ``after`` is None where the field is not there at all."""

    field: str
    before: str | None
    after: str | None


def compare_documents(
    before: Sequence[ComparedDocument], after: Sequence[ComparedDocument]
) -> tuple[DocumentChange, ...]:
    """Every document of either side, once. What differs comes first, then by path."""
    changes: list[DocumentChange] = []
    left, right = list(before), list(after)
    for key, change in (
        (_path_and_bytes, lambda _one, _other: Change.SAME),
        (_path, _same_path),
        (_bytes, lambda _one, _other: Change.RENAMED),
    ):
        pairs, left, right = _paired(left, right, key)
        changes += [DocumentChange(change(one, other), one, other) for one, other in pairs]
    changes += [DocumentChange(Change.REMOVED, one, None) for one in left]
    changes += [DocumentChange(Change.ADDED, None, one) for one in right]
    order = list(Change)
    return tuple(sorted(changes, key=lambda found: (order.index(found.change), found.path)))


def compare_fields(before: object, after: object) -> tuple[FieldChange, ...]:
    """The fields (plain values of JSON) that differ, by their place. At most ``MOST_FIELDS``."""
    old, new = dict(_flat(before)), dict(_flat(after))
    differing = [field for field in sorted({**old, **new}) if old.get(field) != new.get(field)]
    return tuple(FieldChange(field, old.get(field), new.get(field)) for field in differing[:MOST_FIELDS])


# --- inside -----------------------------------------------------------------------------------------------------------

_Key = Callable[[ComparedDocument], object]


def _path_and_bytes(one: ComparedDocument) -> object:
    return (one.path, one.sha256) if one.sha256 else None


def _path(one: ComparedDocument) -> object:
    return one.path


def _bytes(one: ComparedDocument) -> object:
    return one.sha256 or None


def _same_path(one: ComparedDocument, other: ComparedDocument) -> Change:
    return Change.CHANGED if one.sha256 and other.sha256 else Change.UNKNOWN


def _paired(
    left: Iterable[ComparedDocument], right: Iterable[ComparedDocument], key: _Key
) -> tuple[list[tuple[ComparedDocument, ComparedDocument]], list[ComparedDocument], list[ComparedDocument]]:
    """Pairs of equal keys, in their order, and what is left of either side. A key of None pairs with nothing."""
    waiting: dict[object, list[ComparedDocument]] = defaultdict(list)
    for one in right:
        waiting[key(one)].append(one)
    pairs, rest = [], []
    taken: set[int] = set()
    for one in left:
        own = key(one)
        if own is not None and waiting[own]:
            other = waiting[own].pop(0)
            taken.add(id(other))
            pairs.append((one, other))
        else:
            rest.append(one)
    return pairs, rest, [one for one in right if id(one) not in taken]


def _flat(whole: object) -> Iterator[tuple[str, str]]:
    """Place and text of every plain value. A report comes from outside: however deep it is, this goes no deeper."""
    waiting: list[tuple[str, object]] = [("", whole)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{place}.{name}" if place else str(name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{name}]", inner) for name, inner in zip(_names_of(value), value, strict=True)]
        else:
            yield place, "null" if value is None else str(value)


def _names_of(items: Sequence[object]) -> list[str]:
    """What each item is called: a field that names all of them, each differently; else its number, from 1."""
    for field in _NAMES:
        names = [item.get(field) if isinstance(item, dict) else None for item in items]
        texts = [name for name in names if isinstance(name, str) and name]
        if len(texts) == len(items) == len(set(texts)):
            return texts
    return [str(number) for number in range(1, len(items) + 1)]
