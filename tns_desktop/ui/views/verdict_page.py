"""A verdict as a PDF, in the window's language; what it says in full is in the data that travels with it."""

from __future__ import annotations

from html import escape

from tns_desktop.domain.review import DocumentMark, Mark
from tns_desktop.domain.verdict import SCHEMA_VERSION, AuditVerdict, JudgedDocument
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import conclusion_words, mark_words
from tns_desktop.ui.views.report_page import pages_of, table_of


def verdict_pdf(verdict: AuditVerdict) -> bytes:
    """The pages of the verdict, before anything is attached to them."""
    return pages_of(tr("audit.page.heading"), html_of(verdict))


def html_of(verdict: AuditVerdict) -> str:
    """Every value escaped, as in the review report."""
    return "".join(
        [
            f"<h1>{escape(tr('audit.page.heading'))}</h1>",
            f"<h2>{escape(conclusion_words(verdict.conclusion))}</h2>",
            table_of(_about(verdict)),
            f"<h2>{escape(tr('audit.page.documents'))}</h2>",
            *(_document(document) for document in verdict.documents),
            table_of([(tr("report.missing"), formatting.listed(verdict.missing))]) if verdict.missing else "",
            f"<p class='name'>{escape(_made_by(verdict))}</p>",
        ]
    )


def _about(verdict: AuditVerdict) -> list[tuple[str, str]]:
    return [
        (tr("audit.page.comment"), verdict.comment),
        (tr("audit.page.auditor"), verdict.auditor),
        (tr("audit.page.made_at"), formatting.date_time(verdict.made_at)),
        (tr("audit.page.archive"), verdict.archive_name),
        (tr("report.archive"), verdict.archive_sha256),
        (tr("report.size"), formatting.size(verdict.archive_size)),
        (tr("report.uuid"), verdict.report_uuid),
        (tr("report.time"), formatting.duration(verdict.seconds)),
    ]


def _document(document: JudgedDocument) -> str:
    pages = [tr("report.page", page=page + 1, time=formatting.duration(seconds)) for page, seconds in document.pages]
    lines = [
        (tr("report.file"), document.path),
        (tr("report.mark"), _mark(document)),
        (tr("report.pages"), formatting.listed(pages or [tr("report.not_displayed")])),
        (tr("audit.page.signatures"), _signatures(document)),
        (tr("audit.page.hygiene"), _hygiene(document)),
        (tr("report.sha256"), document.sha256 or tr("audit.page.not_read")),
        (tr("report.size"), formatting.size(document.size)),
    ]
    return f"<h3>{escape(document.label or document.path)}</h3>{table_of(lines)}"


def _mark(document: JudgedDocument) -> str:
    if document.mark is Mark.PROBLEM and not (document.reason or document.words.strip()):
        return ""
    reason, words = (document.reason, document.words) if document.mark is Mark.PROBLEM else (None, "")
    return mark_words(DocumentMark(document.mark, reason, words))


def _signatures(document: JudgedDocument) -> str:
    if document.signatures is None:
        return ""
    found = [
        tr("audit.page.signature", verdict=tr(f"signature.verdict.{one.verdict.value}"), signer=one.signer or "—")
        for one in document.signatures
    ]
    return formatting.listed(found) if found else tr("audit.page.no_signature")


def _hygiene(document: JudgedDocument) -> str:
    if document.remarks is None:
        return tr("hygiene.not_looked.title")
    titles = [tr(f"hygiene.{kind.value}.title") for kind, _count in document.remarks]
    return formatting.listed(titles) if titles else tr("hygiene.clean.title")


def _made_by(verdict: AuditVerdict) -> str:
    return tr("audit.page.made_by", version=verdict.program_version, schema=SCHEMA_VERSION)
