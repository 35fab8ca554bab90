"""Signatures, hygiene and identity checks in words: what was verified, what was not, and what it means."""

from __future__ import annotations

from datetime import date

from tns_desktop.domain.archive import ArchiveEntry, EntryRole
from tns_desktop.domain.facts import days_until
from tns_desktop.domain.hygiene import HygieneReport, Remark, Severity
from tns_desktop.domain.reported import CheckRemark, CheckVerdict, IdentityCheck, ReportedPerson
from tns_desktop.domain.signatures import (
    LaterChanges,
    RootsState,
    Signature,
    SignatureReport,
    SignatureVerdict,
    Trust,
)
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.widgets.finding_list import Finding

GOOD = ("check", "state_accepted")
LOOK = ("warning", "state_suspended")
BAD = ("cross", "state_rejected")
NOTE = ("info", "text_muted")

_VERDICTS = {
    SignatureVerdict.INTACT: GOOD,
    SignatureVerdict.EXTENDED: GOOD,
    SignatureVerdict.UNREADABLE: LOOK,
    SignatureVerdict.REMOVED: BAD,
    SignatureVerdict.CHANGED: BAD,
    SignatureVerdict.ALTERED: BAD,
}
_SEVERITIES = {Severity.ALARM: BAD, Severity.LOOK: LOOK, Severity.NOTE: NOTE}
_CHECKS = {
    CheckVerdict.PASSED: GOOD,
    CheckVerdict.WARNING: LOOK,
    CheckVerdict.FAILED: BAD,
    CheckVerdict.UNKNOWN: ("question", "state_unknown"),
}


# --- signatures -------------------------------------------------------------------------------------------------------


def signature_findings(report: SignatureReport, entry: ArchiveEntry) -> list[Finding]:
    """The most alarming first is not wanted here: signatures stand in the order in which they were made."""
    found = [_signature(signature, report.roots) for signature in report.signatures]
    if report.stray:
        found.append(Finding(*BAD, tr("signature.stray.title"), (tr("signature.stray.text"),)))
    if not report.signatures:
        expected = entry.role is EntryRole.SIGNED_DOCUMENT
        look = LOOK if expected else NOTE
        text = tr("signature.none.expected") if expected else tr("signature.none.text")
        found.append(Finding(*look, tr("signature.none.title"), (text,)))
    if report.more:
        found.append(Finding(*LOOK, tr("signature.more.title"), (tr("signature.more.text"),)))
    if not report.regular:
        found.append(Finding(*LOOK, tr("signature.irregular.title"), (tr("signature.irregular.text"),)))
    if report.signatures:
        found.append(Finding(*NOTE, tr("signature.unverified.title"), _unverified(report.roots)))
    return found


def signature_look(report: SignatureReport | None) -> tuple[str, str] | None:
    """Icon and colour of the whole; None where there is nothing to say."""
    if report is None:
        return None
    if report.stray:
        return BAD
    return _VERDICTS[report.worst] if report.worst is not None else None


def _signature(signature: Signature, roots: RootsState) -> Finding:
    verdict = signature.verdict
    lines = [*_who(signature), *_when(signature)]
    if verdict in (SignatureVerdict.CHANGED, SignatureVerdict.EXTENDED):
        if signature.coverage.is_complete:
            lines.append(tr(f"signature.changes.{signature.changes.value}"))
        else:
            lines.append(tr("signature.coverage"))
    elif signature.changes is LaterChanges.NONE and verdict is SignatureVerdict.INTACT:
        lines.append(tr("signature.changes.none"))
    if verdict in (SignatureVerdict.ALTERED, SignatureVerdict.REMOVED, SignatureVerdict.UNREADABLE):
        lines.append(tr(f"signature.meaning.{verdict.value}"))
    if signature.signer:
        lines.append(tr(f"signature.level.{signature.level.value}"))
    if roots is RootsState.USED and signature.trust is not Trust.NOT_CHECKED:
        lines.append(tr(f"signature.trust.{signature.trust.value}"))
    if signature.weak_digest:
        lines.append(tr("signature.weak"))
    icon, token = _VERDICTS[verdict]
    if verdict.is_fine and (signature.weak_digest or signature.certificate_covers_moment is False):
        icon, token = LOOK
    title = (
        tr(f"signature.stamp.{verdict.value}") if signature.is_timestamp else tr(f"signature.verdict.{verdict.value}")
    )
    return Finding(icon, token, title, tuple(lines))


def _who(signature: Signature) -> list[str]:
    if not signature.signer:
        return [tr("signature.field", name=signature.field)]
    if signature.organisation:
        lines = [tr("signature.by_of", signer=signature.signer, organisation=signature.organisation)]
    else:
        lines = [tr("signature.by", signer=signature.signer)]
    lines.append(
        tr("signature.self_signed") if signature.self_signed else tr("signature.issuer", issuer=signature.issuer)
    )
    return lines


def _when(signature: Signature) -> list[str]:
    lines = []
    if signature.stamped_at is not None:
        moment = formatting.date_time(signature.stamped_at)
        lines.append(tr("signature.stamped", date=moment, authority=signature.stamped_by or "—"))
    elif signature.signed_at is not None:
        lines.append(tr("signature.claimed", date=formatting.date_time(signature.signed_at)))
    elif signature.signer:
        lines.append(tr("signature.no_time"))
    if signature.certificate_covers_moment is False:
        first, last = formatting.date_time(signature.valid_from), formatting.date_time(signature.valid_until)
        lines.append(tr("signature.not_valid_then", first=first, last=last))
    if signature.reason:
        lines.append(tr("signature.reason", reason=signature.reason))
    if signature.location:
        lines.append(tr("signature.location", location=signature.location))
    return lines


def _unverified(roots: RootsState) -> tuple[str, ...]:
    return (
        tr(f"signature.roots.{roots.value}"),
        tr("signature.unverified.revocation"),
        tr("signature.unverified.person"),
    )


# --- hygiene ----------------------------------------------------------------------------------------------------------


def hygiene_findings(report: HygieneReport) -> list[Finding]:
    found = [_remark(remark) for remark in report.remarks]
    if not report.looked_inside:
        found.append(Finding(*LOOK, tr("hygiene.not_looked.title"), (tr("hygiene.not_looked.text"),)))
    if not found:
        found.append(Finding(*GOOD, tr("hygiene.clean.title"), (tr("hygiene.clean.text"),)))
    return found


def hygiene_look(report: HygieneReport | None) -> tuple[str, str] | None:
    if report is None:
        return None
    if not report.looked_inside:
        return LOOK
    return _SEVERITIES[report.worst] if report.worst is not None else GOOD


def _remark(remark: Remark) -> Finding:
    kind = remark.kind
    lines = [tr(f"hygiene.{kind.value}.text")]
    if remark.count > 1:
        lines.append(tr("hygiene.met", count=remark.count))
    if remark.detail:
        lines.append(tr("hygiene.for_instance", detail=remark.detail))
    return Finding(*_SEVERITIES[kind.severity], tr(f"hygiene.{kind.value}.title"), tuple(lines))


# --- identity checks --------------------------------------------------------------------------------------------------


def check_findings(people: tuple[ReportedPerson, ...], today: date) -> list[Finding]:
    return [_check(check, person, today) for person in people for check in person.checks]


def check_look(people: tuple[ReportedPerson, ...], today: date) -> tuple[str, str] | None:
    """The most alarming check, an expired document included; None without a check."""
    looks = [_look_of(check, today) for person in people for check in person.checks]
    order = [GOOD, _CHECKS[CheckVerdict.UNKNOWN], LOOK, BAD]
    return max(looks, key=order.index, default=None)


def expiry_words(expires: str, today: date) -> str:
    """For instance *expires on 03/02/2027, in 71 days*; what is no date as it came."""
    days = days_until(expires, today)
    if days is None:
        return expires
    day = formatting.day(expires)
    if days < 0:
        return tr("facts.expired", date=day, count=-days)
    return tr("facts.expires", date=day, count=days)


def _look_of(check: IdentityCheck, today: date) -> tuple[str, str]:
    days = days_until(check.expires, today)
    if check.verdict is CheckVerdict.PASSED and days is not None and days < 0:
        return LOOK
    if check.verdict is CheckVerdict.PASSED and check.live_accepted is False:
        return LOOK
    return _CHECKS[check.verdict]


def _check(check: IdentityCheck, person: ReportedPerson, today: date) -> Finding:
    known = f"identity.type.{check.type.lower()}"
    kind = tr(known) if has_text(known) else check.type or tr("identity.type.unnamed")
    if check.verdict is CheckVerdict.UNKNOWN:
        title = tr("identity.title.unknown", type=kind, status=check.status or "—")
    else:
        title = tr(f"identity.title.{check.verdict.value}", type=kind)
    lines = [tr("identity.person", name=person.participant.display_name or "—")]
    lines += [_check_remark(remark) for remark in check.remarks]
    if check.live_accepted is not None:
        lines.append(tr("identity.live.accepted") if check.live_accepted else tr("identity.live.refused"))
    if check.document_number:
        lines.append(tr("identity.document", number=check.document_number))
    if check.expires:
        lines.append(expiry_words(check.expires, today))
    lines += [tr("facts.pair", name=other.name, value=other.value) for other in check.others]
    return Finding(*_look_of(check, today), title, tuple(lines))


def _check_remark(remark: CheckRemark) -> str:
    key = f"identity.code.{remark.code}"
    if has_text(key):
        return tr("identity.remark", words=tr(key), code=remark.code)
    if remark.code:
        return tr("identity.remark", words=remark.message or "—", code=remark.code)
    return remark.message
