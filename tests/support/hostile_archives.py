"""Trying a hostile archive on the reader: what an attack is and what came of it. The attacks: ``hostile_catalogue``."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.domain.archive import ArchiveIndex, ArchiveLimits, ArchiveProblem, EntryProblem
from tns_desktop.domain.errors import TnsError

KIB = 1024
SMALL_LIMITS = ArchiveLimits(
    archive_bytes=70 * KIB * KIB,
    entry_bytes=512 * KIB,
    total_bytes=2 * KIB * KIB,
    entries=3_000,
    ratio=50,
    ratio_free_bytes=64 * KIB,
    nesting=2,
)
"""The default limits, made small: the attacks need not be large."""


@dataclass(frozen=True)
class Attack:
    """``error``: what indexing raises. Else ``entry`` has ``entry_problems`` and reading it raises ``read_error``.

    ``archive_problems`` are all of the index. The entry "good.pdf" can be read wherever ``good_survives``.
    ``shown_as`` is the path the entry is shown under, where that is the point.
    """

    name: str
    build: Callable[[], bytes]
    error: type[TnsError] | None = None
    entry: str = "1"
    entry_problems: frozenset[EntryProblem] = frozenset()
    archive_problems: frozenset[ArchiveProblem] = frozenset()
    read_error: type[TnsError] | None = None
    good_survives: bool = True
    shown_as: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the reader made of an attack. ``error`` is of indexing, ``read_error`` of reading the hostile entry."""

    index: ArchiveIndex | None
    error: TnsError | None
    read_error: TnsError | None
    good: bytes | None


@cache
def run(attack: Attack, limits: ArchiveLimits = SMALL_LIMITS) -> Outcome:
    """Indexes the archive, then reads the hostile entry and the good one."""
    reader = ZipArchiveReader(limits)
    stream = io.BytesIO(attack.build())
    try:
        index = reader.index_blocking(stream, "0" * 64)
    except TnsError as error:
        return Outcome(None, error, None, None)
    read_error: TnsError | None = None
    if index.entry(attack.entry) is not None:
        try:
            reader.read_blocking(stream, attack.entry)
        except TnsError as error:
            read_error = error
    good = next((entry for entry in index.entries if entry.path == "good.pdf" and entry.can_be_read), None)
    return Outcome(index, None, read_error, reader.read_blocking(stream, good.entry_id) if good else None)
