"""The review report: what was looked at, what was made of it, what was decided, and what the server shows. A plain value.

As JSON it has the schema ``tns-desktop.review-report``; ``docs/manual/en/decisions.md`` describes it field by field. A field
that changes its meaning, or goes, raises ``SCHEMA_VERSION``; one that is added does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tns_desktop.domain.archive import ArchiveIndex
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.evidence import DocumentEvidence, Evidence
from tns_desktop.domain.review import Presence, Review

SCHEMA = "tns-desktop.review-report"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class ReportedDocument:
    """A document, its marks, and the seconds that each of its pages (from 0) was on screen.

    ``name``, ``label`` and ``words`` are empty once the archive is not on this computer any more.
    """

    evidence: DocumentEvidence
    pages: tuple[tuple[int, float], ...] = ()
    name: str = ""
    label: str = ""
    words: str = ""
    presence: Presence | None = None

    @property
    def seconds(self) -> float:
        return sum(seconds for _page, seconds in self.pages)


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """``entry`` is None while nothing was decided. ``has_evidence`` False: the decision was made without it being kept.

    ``seconds``: for how long anything of the archive was on screen. Two pages side by side have the same seconds, so that those
    of the pages may add up to more.
    """

    made_at: datetime
    program_version: str
    archive_sha256: str
    archive_is_here: bool
    client_name: str
    client_id: str
    client_uuid: str
    connection: str
    documents: tuple[ReportedDocument, ...]
    missing: tuple[str, ...]
    operators: tuple[str, ...]
    has_evidence: bool
    seconds: float = 0.0
    entry: OutboxEntry | None = None

    @property
    def confirmed_at(self) -> datetime | None:
        """When the server, read again, showed the result; None while it does not."""
        entry = self.entry
        return entry.updated_at if entry is not None and entry.status is OutboxStatus.CONFIRMED else None


def documents_of(evidence: Evidence, review: Review | None) -> tuple[ReportedDocument, ...]:
    """``review`` gives names, labels and words, where it is of the same archive; marks are the evidence's."""
    if review is not None and review.index.sha256 != evidence.archive_sha256:
        review = None
    found = []
    for one in evidence.documents:
        pages = tuple(evidence.pages_of(one.entry_id).items())
        entry = review.index.entry(one.entry_id) if review is not None else None
        if review is None or entry is None:
            found.append(ReportedDocument(one, pages))
            continue
        mark = review.mark_of(one.entry_id)
        words = mark.words if (mark.mark, mark.reason) == (one.mark, one.reason) else ""
        found.append(ReportedDocument(one, pages, entry.name, review.label_of(entry), words, review.presence_of(entry)))
    return tuple(found)


def missing_of(index: ArchiveIndex | None) -> tuple[str, ...]:
    """What report.json asks for and the archive lacks, by its label there."""
    return tuple(document.label for document in index.missing) if index is not None else ()


def plain_of(report: ReviewReport) -> dict[str, Any]:
    """The report as JSON has it: keys in the order of the manual, times in ISO 8601 with their offset (UTC)."""
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "made_at": report.made_at.isoformat(),
        "program_version": report.program_version,
        "client_file": {"uuid": report.client_uuid, "id": report.client_id, "name": report.client_name},
        "connection": report.connection,
        "archive": {"sha256": report.archive_sha256, "on_this_computer": report.archive_is_here},
        "evidence_kept": report.has_evidence,
        "operators": list(report.operators),
        "seconds_on_screen": round(report.seconds, 1),
        "documents": [_plain_document(document) for document in report.documents],
        "missing": list(report.missing),
        "decision": _plain_decision(report),
    }


def _plain_document(document: ReportedDocument) -> dict[str, Any]:
    evidence = document.evidence
    return {
        "entry_id": evidence.entry_id,
        "name": document.name,
        "label": document.label,
        "size": evidence.size,
        "sha256": evidence.content_sha256 or None,
        "crc32": f"{evidence.crc32:08x}" if evidence.crc32 is not None else None,
        "presence": document.presence.value if document.presence is not None else None,
        "mark": evidence.mark.value,
        "reason": evidence.reason.value if evidence.reason is not None else None,
        "words": document.words,
        "pages": [{"page": page + 1, "seconds": round(seconds, 1)} for page, seconds in document.pages],
    }


def _plain_decision(report: ReviewReport) -> dict[str, Any] | None:
    entry = report.entry
    if entry is None:
        return None
    decision = entry.decision
    return {
        "decision_id": decision.decision_id,
        "verdict": decision.verdict.value,
        "reviewed_state": decision.reviewed_state.name,
        "cause": decision.cause,
        "message": decision.message,
        "operator": decision.operator,
        "decided_at": decision.decided_at.isoformat(),
        "status": entry.status.value,
        "status_since": entry.updated_at.isoformat() if entry.updated_at is not None else None,
        "confirmed_at": report.confirmed_at.isoformat() if report.confirmed_at is not None else None,
        "attempts": entry.attempts,
        "observed_state": entry.observed_state.name if entry.observed_state is not None else None,
        "server_message": entry.server_message,
    }
