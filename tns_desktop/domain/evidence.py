"""Evidence of a review: which pages of which documents were on screen, for how long, and before whom.

It belongs to the decision and outlives the archive: numbers, hashes and codes, and nothing that a client has said or sent.
Names of documents and words of a problem are therefore no part of it; a report takes them from the archive while it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tns_desktop.domain.review import Mark, ProblemReason, Review

LONGEST_STRETCH_SECONDS = 15.0
"""Between two looks at the clock. More has passed only when the computer slept or its clock was set: nobody looked then."""


@dataclass(frozen=True, slots=True, order=True)
class PageOnScreen:
    """A page before an operator. ``page`` counts from 0 and is 0 for a text; ``operator`` is the connection's UUID or empty."""

    entry_id: str
    page: int
    operator: str = ""


ANYTHING = ""
"""Entry id of the time in which anything of an archive was on screen: of two pages side by side, once."""

Views = Mapping[PageOnScreen, float]
"""For how long each was on screen, in seconds; 0 for a glance. Those of ``ANYTHING`` are of no page."""


@dataclass(frozen=True, slots=True)
class DocumentEvidence:
    """What is known of a document's bytes, and what was made of it. ``size`` in bytes, as the archive claims it.

    ``content_sha256`` (64 hexadecimal digits) is empty for bytes that were not looked at; ``crc32`` is what the archive says.
    """

    entry_id: str
    size: int
    crc32: int | None = None
    content_sha256: str = ""
    mark: Mark = Mark.NOT_SEEN
    reason: ProblemReason | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of the review of exactly the archive with these bytes."""

    archive_sha256: str
    documents: tuple[DocumentEvidence, ...] = ()
    views: Views = field(default_factory=dict)

    def pages_of(self, entry_id: str) -> dict[int, float]:
        """Page, from 0, → seconds on screen before whomever; in the order of the pages."""
        pages: dict[int, float] = {}
        for seen in sorted(self.views):
            if seen.entry_id == entry_id:
                pages[seen.page] = pages.get(seen.page, 0.0) + self.views[seen]
        return pages

    @property
    def operators(self) -> tuple[str, ...]:
        return tuple(sorted({seen.operator for seen in self.views}))

    @property
    def seconds(self) -> float:
        """For how long somebody looked at it, at whatever."""
        whole = with_anything(self.views)
        return sum(whole[seen] for seen in whole if seen.entry_id == ANYTHING)


def evidence_of(review: Review, views: Views) -> Evidence:
    """What may be said of a review now: of every document that was to be judged, was marked or was on screen."""
    to_judge = {entry.entry_id for entry in review.to_judge}
    told = to_judge | set(review.marks) | {seen.entry_id for seen in views}
    documents = []
    for entry in review.index.entries:
        if entry.entry_id in told:
            mark = review.mark_of(entry.entry_id)
            documents.append(
                DocumentEvidence(entry.entry_id, entry.size, entry.crc32, mark.content_sha256, mark.mark, mark.reason)
            )
    return Evidence(review.index.sha256, tuple(documents), dict(views))


def added(some: Views, more: Views) -> dict[PageOnScreen, float]:
    """Both together."""
    return {seen: some.get(seen, 0.0) + more.get(seen, 0.0) for seen in {**some, **more}}


def with_anything(views: Views) -> dict[PageOnScreen, float]:
    """Views of before two pages could count at once have no time of ``ANYTHING``: it is the sum of theirs."""
    whole = dict(views)
    for operator in {seen.operator for seen in views}:
        pages = [seconds for seen, seconds in views.items() if seen.operator == operator]
        whole.setdefault(PageOnScreen(ANYTHING, 0, operator), sum(pages))
    return whole


def stretch(since: datetime, until: datetime) -> float:
    """Seconds that somebody looked without a break. A clock that was set, forwards or back, makes no hours of it."""
    return min(LONGEST_STRETCH_SECONDS, max(0.0, (until - since).total_seconds()))
