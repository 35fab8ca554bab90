"""A verdict: what an auditor concludes about one archive, and what was seen to conclude it. A plain value, tied to bytes.

As JSON it has the schema ``tns-desktop.verdict``; ``docs/manual/en/auditing.md`` describes it field by field. Every number is
whole and every name of a field is ASCII, so that the canonical form of its JSON (RFC 8785) needs no rules for either. A
field that changes its meaning, or goes, raises ``SCHEMA_VERSION``; one that is added does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.evidence import Evidence
from tns_desktop.domain.hygiene import Hygiene, HygieneReport
from tns_desktop.domain.review import Mark, Presence, ProblemReason, Review
from tns_desktop.domain.signatures import SignatureReport, SignatureVerdict, Trust

SCHEMA = "tns-desktop.verdict"
SCHEMA_VERSION = 1

_SHA256 = re.compile(r"[0-9a-f]{64}")

E = TypeVar("E", bound=StrEnum)


class Conclusion(StrEnum):
    CONFORMING = "conforming"
    WITH_RESERVATIONS = "with_reservations"
    NOT_CONFORMING = "not_conforming"


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """The last verdict that was written on an archive, as the desk remembers it. ``signed``: with a certificate."""

    conclusion: Conclusion
    comment: str
    made_at: datetime
    signed: bool = False


@dataclass(frozen=True, slots=True)
class SeenSignature:
    """What was found of one signature; ``signer`` is what its certificate states of itself."""

    verdict: SignatureVerdict
    signer: str = ""
    moment: datetime | None = None
    trust: Trust = Trust.NOT_CHECKED


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """One entry of the archive. ``sha256`` is empty for bytes that cannot be read; ``pages`` (from 0) with whole seconds.

    ``signatures`` and ``remarks`` are None where nobody could look: not a PDF, locked, or damaged.
    """

    entry_id: str
    path: str
    size: int
    sha256: str = ""
    label: str = ""
    presence: Presence = Presence.ASKED
    mark: Mark = Mark.NOT_SEEN
    reason: ProblemReason | None = None
    words: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    signatures: tuple[SeenSignature, ...] | None = None
    remarks: tuple[tuple[Hygiene, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """``archive_sha256`` and ``archive_size`` (bytes) say which archive, and no other, it is about.

    ``seconds``: for how long anything of it was on screen; two pages side by side count once, as in a review report.
    """

    made_at: datetime
    program_version: str
    auditor: str
    conclusion: Conclusion
    comment: str
    archive_name: str
    archive_sha256: str
    archive_size: int
    report_uuid: str
    documents: tuple[JudgedDocument, ...] = ()
    missing: tuple[str, ...] = ()
    seconds: int = 0


def judged_document(
    review: Review,
    evidence: Evidence,
    entry: ArchiveEntry,
    sha256: str,
    signatures: SignatureReport | None,
    hygiene: HygieneReport | None,
) -> JudgedDocument:
    """What may be said of one entry now."""
    mark = review.mark_of(entry.entry_id)
    return JudgedDocument(
        entry_id=entry.entry_id,
        path=entry.path,
        size=entry.size,
        sha256=sha256,
        label=review.label_of(entry),
        presence=review.presence_of(entry),
        mark=mark.mark,
        reason=mark.reason,
        words=mark.words,
        pages=tuple((page, round(seconds)) for page, seconds in evidence.pages_of(entry.entry_id).items()),
        signatures=_seen(signatures) if signatures is not None else None,
        remarks=_remarked(hygiene) if hygiene is not None and hygiene.looked_inside else None,
    )


def _seen(report: SignatureReport) -> tuple[SeenSignature, ...]:
    return tuple(SeenSignature(one.verdict, one.signer, one.moment, one.trust) for one in report.signatures)


def _remarked(report: HygieneReport) -> tuple[tuple[Hygiene, int], ...]:
    return tuple((remark.kind, remark.count) for remark in report.remarks)


# --- as plain values, and back ----------------------------------------------------------------------------------------


def plain_of(verdict: AuditVerdict) -> dict[str, Any]:
    """The verdict as JSON has it, without its seal; times in ISO 8601 with their offset."""
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "made_at": verdict.made_at.isoformat(),
        "program_version": verdict.program_version,
        "auditor": verdict.auditor,
        "conclusion": verdict.conclusion.value,
        "comment": verdict.comment,
        "archive": {
            "name": verdict.archive_name,
            "sha256": verdict.archive_sha256,
            "size": verdict.archive_size,
            "report_uuid": verdict.report_uuid,
        },
        "documents": [_plain_document(document) for document in verdict.documents],
        "missing": list(verdict.missing),
        "seconds_on_screen": verdict.seconds,
    }


def verdict_of(plain: object) -> AuditVerdict:
    """The other way. Raises ValueError for anything that is not exactly such a verdict; further fields are ignored."""
    top = _table(plain)
    if top.get("schema") != SCHEMA or top.get("schema_version") != SCHEMA_VERSION:
        raise ValueError("another schema")
    archive = _table(top.get("archive"))
    return AuditVerdict(
        made_at=_moment(top.get("made_at")),
        program_version=_text(top.get("program_version")),
        auditor=_text(top.get("auditor")),
        conclusion=Conclusion(_text(top.get("conclusion"))),
        comment=_text(top.get("comment")),
        archive_name=_text(archive.get("name")),
        archive_sha256=_digest(archive.get("sha256")),
        archive_size=_number(archive.get("size")),
        report_uuid=_text(archive.get("report_uuid")),
        documents=tuple(_document(one) for one in _items(top.get("documents"))),
        missing=tuple(_text(one) for one in _items(top.get("missing"))),
        seconds=_number(top.get("seconds_on_screen")),
    )


def _plain_document(document: JudgedDocument) -> dict[str, Any]:
    signatures, remarks = document.signatures, document.remarks
    return {
        "entry_id": document.entry_id,
        "path": document.path,
        "label": document.label,
        "size": document.size,
        "sha256": document.sha256 or None,
        "presence": document.presence.value,
        "mark": document.mark.value,
        "reason": document.reason.value if document.reason is not None else None,
        "words": document.words,
        "pages": [{"page": page + 1, "seconds": seconds} for page, seconds in document.pages],
        "signatures": None if signatures is None else [_plain_signature(one) for one in signatures],
        "hygiene": None if remarks is None else [{"remark": kind.value, "count": count} for kind, count in remarks],
    }


def _plain_signature(one: SeenSignature) -> dict[str, Any]:
    return {
        "result": one.verdict.value,
        "signer": one.signer,
        "moment": one.moment.isoformat() if one.moment is not None else None,
        "trust": one.trust.value,
    }


def _document(plain: object) -> JudgedDocument:
    table = _table(plain)
    signatures, remarks = table.get("signatures"), table.get("hygiene")
    return JudgedDocument(
        entry_id=_text(table.get("entry_id")),
        path=_text(table.get("path")),
        size=_number(table.get("size")),
        sha256=_digest(table["sha256"]) if table.get("sha256") is not None else "",
        label=_text(table.get("label")),
        presence=Presence(_text(table.get("presence"))),
        mark=Mark(_text(table.get("mark"))),
        reason=_maybe(ProblemReason, table.get("reason")),
        words=_text(table.get("words")),
        pages=tuple(
            (_number(page.get("page")) - 1, _number(page.get("seconds")))
            for page in map(_table, _items(table.get("pages")))
        ),
        signatures=None if signatures is None else tuple(_signature(one) for one in _items(signatures)),
        remarks=None
        if remarks is None
        else tuple(
            (Hygiene(_text(one.get("remark"))), _number(one.get("count"))) for one in map(_table, _items(remarks))
        ),
    )


def _signature(plain: object) -> SeenSignature:
    table = _table(plain)
    return SeenSignature(
        SignatureVerdict(_text(table.get("result"))),
        _text(table.get("signer")),
        _moment(table["moment"]) if table.get("moment") is not None else None,
        Trust(_text(table.get("trust"))),
    )


def _table(value: object) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise ValueError("no table")


def _items(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise ValueError("no list")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("no text")


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no number")
    return value


def _digest(value: object) -> str:
    if not _SHA256.fullmatch(text := _text(value)):
        raise ValueError("no SHA-256")
    return text


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment


def _maybe(kind: type[E], value: object) -> E | None:
    return None if value is None else kind(_text(value))
