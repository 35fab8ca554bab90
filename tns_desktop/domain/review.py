"""Judging the documents of one archive: a mark for each, what was asked for and is not there, and what follows from both.

Two things are said of a document. Its *mark* is what an operator did with it: not seen, seen, good, a problem with its
reason; *unreadable* is set where the program could not show it. Its *presence* is how it stands to what report.json asks
for: asked for, missing, extra, or beside (the report itself, proof files, what a system left behind).

A mark is about bytes. It survives a new archive of the same file only for a document of the same path and the same
SHA-256: a name alone, or a checksum that can be forged, would carry "good" over to something that nobody has looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, DocumentKind, EntryRole, ExpectedDocument


class Mark(StrEnum):
    NOT_SEEN = "not_seen"
    SEEN = "seen"
    GOOD = "good"
    PROBLEM = "problem"
    UNREADABLE = "unreadable"

    @property
    def is_judgement(self) -> bool:
        """An operator has said what they think of it."""
        return self in (Mark.GOOD, Mark.PROBLEM)


class Presence(StrEnum):
    """How a document stands to what was asked for."""

    ASKED = "asked"
    EXTRA = "extra"
    MISSING = "missing"
    BESIDE = "beside"


class ProblemReason(StrEnum):
    """What is wrong with a document, as an operator says it every day. Whatever else there is goes into words."""

    EXPIRED = "expired"
    POOR_QUALITY = "poor_quality"
    TRUNCATED = "truncated"
    SIDE_MISSING = "side_missing"
    WRONG_DOCUMENT = "wrong_document"
    OTHER_PERSON = "other_person"
    TOO_OLD = "too_old"
    PAGES_MISSING = "pages_missing"
    NOT_SIGNED = "not_signed"
    RECEIPT_ONLY = "receipt_only"
    UNREADABLE = "unreadable"


_PICTURE = (
    ProblemReason.POOR_QUALITY,
    ProblemReason.TRUNCATED,
    ProblemReason.SIDE_MISSING,
    ProblemReason.EXPIRED,
    ProblemReason.WRONG_DOCUMENT,
    ProblemReason.OTHER_PERSON,
    ProblemReason.TOO_OLD,
    ProblemReason.RECEIPT_ONLY,
    ProblemReason.UNREADABLE,
)
_PAGED = (
    ProblemReason.EXPIRED,
    ProblemReason.TOO_OLD,
    ProblemReason.PAGES_MISSING,
    ProblemReason.WRONG_DOCUMENT,
    ProblemReason.OTHER_PERSON,
    ProblemReason.POOR_QUALITY,
    ProblemReason.SIDE_MISSING,
    ProblemReason.RECEIPT_ONLY,
    ProblemReason.UNREADABLE,
)
_SIGNED = (
    ProblemReason.NOT_SIGNED,
    ProblemReason.PAGES_MISSING,
    ProblemReason.WRONG_DOCUMENT,
    ProblemReason.OTHER_PERSON,
    ProblemReason.UNREADABLE,
)
_OTHER = (
    ProblemReason.WRONG_DOCUMENT,
    ProblemReason.OTHER_PERSON,
    ProblemReason.TOO_OLD,
    ProblemReason.UNREADABLE,
)


def reasons_for(entry: ArchiveEntry) -> tuple[ProblemReason, ...]:
    """The reasons that are met with this kind of document, at most nine: a number key each."""
    if entry.role is EntryRole.SIGNED_DOCUMENT:
        return _SIGNED
    if entry.kind.is_image:
        return _PICTURE
    return _PAGED if entry.kind is DocumentKind.PDF else _OTHER


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """What was made of one document.

    ``displayed`` is True once it has been on screen; ``content_sha256`` (64 hexadecimal digits) names the bytes that
    were, and is empty while it is not known. Every change returns a new mark.
    """

    mark: Mark = Mark.NOT_SEEN
    reason: ProblemReason | None = None
    words: str = ""
    displayed: bool = False
    content_sha256: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a problem without a reason, and for a reason without a problem."""
        if (self.mark is Mark.PROBLEM) != (self.reason is not None or bool(self.words.strip())):
            raise ValueError(f"{self.mark} with {self.reason} and {len(self.words)} characters")

    @property
    def may_be_judged(self) -> bool:
        """It was on screen, or the attempt to show it is over: nobody judges what is still loading."""
        return self.displayed or self.mark is Mark.UNREADABLE

    @property
    def was_looked_at(self) -> bool:
        """Nothing has to be asked about it before an acceptance: it was shown, or judged."""
        return self.displayed or self.mark.is_judgement

    def shown(self, content_sha256: str = "") -> DocumentMark:
        """It has been on screen. A judgement stays."""
        mark = self.mark if self.mark.is_judgement else Mark.SEEN
        return replace(self, mark=mark, displayed=True, content_sha256=content_sha256 or self.content_sha256)

    def failed(self) -> DocumentMark:
        """It cannot be shown. A judgement stays, and so does the fact that it was on screen once."""
        if self.mark.is_judgement or self.displayed:
            return self
        return replace(self, mark=Mark.UNREADABLE)

    def good(self) -> DocumentMark:
        return replace(self, mark=Mark.GOOD, reason=None, words="")

    def problem(self, reason: ProblemReason | None, words: str = "") -> DocumentMark:
        """Raises ValueError when neither a reason nor words are given."""
        return replace(self, mark=Mark.PROBLEM, reason=reason, words=words.strip())

    def cleared(self) -> DocumentMark:
        """The judgement is taken back; whether it was on screen is a fact and stays."""
        mark = Mark.SEEN if self.displayed else Mark.NOT_SEEN
        return replace(self, mark=mark, reason=None, words="")


UNTOUCHED = DocumentMark()


@dataclass(frozen=True, slots=True)
class KeptMark:
    """A mark as it is kept: on which document of which archive. ``size`` in bytes, as the archive claims it."""

    archive_sha256: str
    entry_id: str
    path: str
    size: int
    mark: DocumentMark


class Suggestion(StrEnum):
    """Which decision the marks speak for. It is offered first, never taken."""

    NONE = "none"
    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Review:
    """An archive and the marks of its documents (entry id → mark).

    ``presences`` and ``labels`` follow from the index and are worked out once for all reviews of one archive: an index may
    have 3,000 entries, and a mark must cost nothing.
    """

    index: ArchiveIndex
    marks: Mapping[str, DocumentMark] = field(default_factory=dict)
    presences: Mapping[str, Presence] = field(default_factory=dict, compare=False, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.presences:
            object.__setattr__(self, "presences", presences_of(self.index))
            labels = {document.entry_id: document.label for document in self.index.expected if document.entry_id}
            object.__setattr__(self, "labels", labels)

    def mark_of(self, entry_id: str) -> DocumentMark:
        return self.marks.get(entry_id, UNTOUCHED)

    def with_mark(self, entry_id: str, mark: DocumentMark) -> Review:
        return replace(self, marks={**self.marks, entry_id: mark})

    def label_of(self, entry: ArchiveEntry) -> str:
        """The name that the customer knows it by: what report.json calls it, else the name of the file."""
        return self.labels.get(entry.entry_id, "") or entry.name

    def presence_of(self, entry: ArchiveEntry) -> Presence:
        return self.presences[entry.entry_id]

    @property
    def to_judge(self) -> tuple[ArchiveEntry, ...]:
        """What an operator has to look at: what was asked for, and what came besides."""
        return tuple(
            entry for entry in self.index.entries if self.presence_of(entry) in (Presence.ASKED, Presence.EXTRA)
        )

    @property
    def judged(self) -> int:
        return sum(self.mark_of(entry.entry_id).mark.is_judgement for entry in self.to_judge)

    @property
    def not_looked_at(self) -> tuple[ArchiveEntry, ...]:
        return tuple(entry for entry in self.to_judge if not self.mark_of(entry.entry_id).was_looked_at)

    @property
    def with_problem(self) -> tuple[ArchiveEntry, ...]:
        """Every document with a problem, also one that nobody asked for."""
        return tuple(entry for entry in self.index.entries if self.mark_of(entry.entry_id).mark is Mark.PROBLEM)

    @property
    def missing(self) -> tuple[ExpectedDocument, ...]:
        return self.index.missing

    @property
    def suggestion(self) -> Suggestion:
        """A problem speaks for a rejection; everything asked for there and good, for an acceptance."""
        if self.with_problem:
            return Suggestion.REJECT
        asked = [entry for entry in self.index.entries if self.presence_of(entry) is Presence.ASKED]
        all_good = all(self.mark_of(entry.entry_id).mark is Mark.GOOD for entry in asked)
        return Suggestion.ACCEPT if asked and all_good and not self.missing else Suggestion.NONE


def contents_of(index: ArchiveIndex) -> dict[str, list[ArchiveEntry]]:
    """Entry id of an archive within the archive → what lies directly in it; under an empty id what is outermost."""
    found: dict[str, list[ArchiveEntry]] = {}
    for entry in index.entries:
        found.setdefault(entry.entry_id.rpartition("/")[0], []).append(entry)
    return found


def presences_of(index: ArchiveIndex) -> dict[str, Presence]:
    """Entry id → presence. Without a list in report.json everything that is a document counts as asked for."""
    asked = {document.entry_id for document in index.expected if document.entry_id}
    return {entry.entry_id: _presence(entry, asked, has_list=bool(index.expected)) for entry in index.entries}


def _presence(entry: ArchiveEntry, asked: set[str], *, has_list: bool) -> Presence:
    if not entry.role.is_judged:
        return Presence.BESIDE
    if entry.role is EntryRole.SIGNED_DOCUMENT or not has_list:
        return Presence.ASKED
    steps = entry.entry_id.split("/")
    # What lies within a document that was asked for was asked for with it.
    return Presence.ASKED if any("/".join(steps[:n]) in asked for n in range(1, len(steps) + 1)) else Presence.EXTRA


def next_to_judge(review: Review, order: Iterable[str], after: str) -> str:
    """The entry id of the next document without a judgement, in ``order``, from ``after`` on and round; or empty."""
    ids = list(order)
    start = ids.index(after) + 1 if after in ids else 0
    wanted = {entry.entry_id for entry in review.to_judge}
    for entry_id in (*ids[start:], *ids[:start]):
        if entry_id != after and entry_id in wanted and not review.mark_of(entry_id).mark.is_judgement:
            return entry_id
    return ""


def may_carry_over(kept: KeptMark, entry: ArchiveEntry) -> bool:
    """Whether it is worth reading ``entry`` of a new archive: the place and the size are the same, the bytes may be."""
    return bool(kept.mark.content_sha256) and kept.path == entry.path and kept.size == entry.size


def carried_over(kept: Iterable[KeptMark], index: ArchiveIndex, digests: Mapping[str, str]) -> dict[str, DocumentMark]:
    """The marks of an older archive that hold for this one. ``digests``: entry id → SHA-256 of what the archive holds.

    Same path and same bytes; a path that occurs twice on either side carries nothing.
    """
    by_path: dict[str, list[KeptMark]] = {}
    for mark in kept:
        by_path.setdefault(mark.path, []).append(mark)
    paths = Counter(entry.path for entry in index.entries)
    carried = {}
    for entry in index.entries:
        former = by_path.get(entry.path, [])
        digest = digests.get(entry.entry_id, "")
        if len(former) == 1 and paths[entry.path] == 1 and digest and digest == former[0].mark.content_sha256:
            carried[entry.entry_id] = former[0].mark
    return carried


def twin_candidates(index: ArchiveIndex) -> list[tuple[ArchiveEntry, ...]]:
    """Groups of documents that may have the same bytes, by size and CRC-32; only their SHA-256 says whether they do."""
    groups: dict[tuple[int, int], list[ArchiveEntry]] = {}
    for entry in index.entries:
        if entry.crc32 is not None and entry.size and entry.can_be_read and not entry.is_locked:
            groups.setdefault((entry.size, entry.crc32), []).append(entry)
    return [tuple(group) for group in groups.values() if len(group) > 1]
