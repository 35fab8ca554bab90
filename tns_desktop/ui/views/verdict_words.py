"""What the check of a verdict found, in words: the archive, the documents, the data, the signature and its limits."""

from __future__ import annotations

from tns_desktop.domain.archive_comparison import Change, DocumentChange
from tns_desktop.domain.signatures import SignatureReport, SignatureVerdict, Trust
from tns_desktop.domain.verdict import AuditVerdict
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import conclusion_look, conclusion_words
from tns_desktop.ui.views.inspection_words import BAD, GOOD, LOOK, NOTE
from tns_desktop.ui.widgets.finding_list import Finding

MOST_NAMED = 12


def verdict_finding(verdict: AuditVerdict) -> Finding:
    look = conclusion_look(verdict.conclusion)
    lines = [tr("audit.check.given", auditor=verdict.auditor, date=formatting.date_time(verdict.made_at))]
    if verdict.comment:
        lines.append(verdict.comment)
    lines.append(tr("audit.check.about", name=verdict.archive_name or "—", sha256=verdict.archive_sha256))
    return Finding(look.icon, look.token, conclusion_words(verdict.conclusion), tuple(lines))


def archive_finding(name: str, sha256: str, *, very_one: bool, same_file: bool) -> Finding:
    if very_one:
        return Finding(*GOOD, tr("audit.check.very_one"), (tr("audit.check.very_one_text", name=name),))
    key = "audit.check.other_version" if same_file else "audit.check.other_archive"
    return Finding(*BAD, tr(key), (tr("audit.check.other_text", name=name, sha256=sha256),))


def documents_finding(changes: tuple[DocumentChange, ...], *, very_one: bool) -> Finding:
    differing = [one for one in changes if one.change not in (Change.SAME, Change.UNKNOWN)]
    unread = sum(one.change is Change.UNKNOWN for one in changes)
    lines = [tr(f"compare.line.{one.change.value}", name=one.path) for one in differing[:MOST_NAMED]]
    if len(differing) > MOST_NAMED:
        lines.append(tr("audit.check.more", count=len(differing) - MOST_NAMED))
    if unread:
        lines.append(tr("audit.check.unread", count=unread))
    if not differing:
        return Finding(*(LOOK if unread else GOOD), tr("audit.check.documents_same"), tuple(lines))
    if very_one:
        # The archive is the one, and its documents are not what the verdict says: the verdict's data was changed.
        return Finding(*BAD, tr("audit.check.documents_contradict"), tuple(lines))
    return Finding(*BAD, tr("audit.check.documents_differ", count=len(differing)), tuple(lines))


def data_finding(*, sealed: bool) -> Finding:
    if sealed:
        return Finding(*NOTE, tr("audit.check.sealed"), (tr("audit.check.sealed_text"),))
    return Finding(*BAD, tr("audit.check.not_sealed"), (tr("audit.check.not_sealed_text"),))


def signature_finding(report: SignatureReport | None) -> Finding:
    """One sentence on what the signature covers; the signatures themselves are shown below, as those of any PDF."""
    if report is None:
        return Finding(*LOOK, tr("audit.check.unsigned"), (tr("audit.check.unsigned_json"),))
    worst = report.worst
    if worst is None or report.stray:
        key = "audit.check.unsigned_stray" if report.stray else "audit.check.unsigned_pdf"
        return Finding(*(BAD if report.stray else LOOK), tr("audit.check.unsigned"), (tr(key),))
    if worst is not SignatureVerdict.INTACT:
        return Finding(*BAD, tr("audit.check.signature_broken"), (tr("audit.check.signature_broken_text"),))
    signers = formatting.listed([one.signer or "—" for one in report.signatures])
    trusted = all(one.trust is Trust.TRUSTED for one in report.signatures)
    text = tr("audit.check.trusted" if trusted else "audit.check.not_trusted")
    return Finding(*(GOOD if trusted else LOOK), tr("audit.check.signed", signer=signers), (text,))
