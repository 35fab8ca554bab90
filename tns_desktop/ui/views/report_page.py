"""The review report as a PDF: A4, in the window's language, made of plain text; nothing in it is loaded or carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from tns_desktop.domain.review import DocumentMark, Mark
from tns_desktop.domain.review_report import SCHEMA_VERSION, ReportedDocument, ReviewReport
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import mark_words, state_words, status_words, verdict_words

RESOLUTION = 96
_STYLE = """
h1 { font-size: 17pt; } h2 { font-size: 12pt; }
td { padding: 2px 12px 2px 0; } .name { color: #555555; } .hash { font-family: monospace; font-size: 7pt; }
"""


def pdf_of(report: ReviewReport) -> bytes:
    """The pages of the report."""
    return pages_of(tr("report.heading"), html_of(report))


def pages_of(title: str, html: str) -> bytes:
    """A PDF of A4 pages; ``html`` is of our own making, its values escaped."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    # The document brings margins of its own, 2 cm, and the number of the page.
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    writer.setCreator("TnS Desktop")
    document = QTextDocument()
    font = QFont(document.defaultFont())
    font.setPointSizeF(9)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(html)
    document.print_(writer)
    # The writer ends the file when it goes.
    del writer
    buffer.close()
    return bytes(buffer.data().data())


def html_of(report: ReviewReport) -> str:
    """Every value escaped: what a client typed is text, whatever it looks like."""
    return "".join(
        [
            f"<h1>{escape(tr('report.heading'))}</h1>",
            table_of(_about(report)),
            f"<h2>{escape(tr('report.decision'))}</h2>",
            table_of(_decision(report)),
            f"<h2>{escape(tr('report.documents'))}</h2>",
            *(_document(document) for document in report.documents),
            table_of([(tr("report.missing"), formatting.listed(report.missing))]) if report.missing else "",
            f"<p class='name'>{escape(tr('report.made_by', version=report.program_version, schema=SCHEMA_VERSION))}</p>",
        ]
    )


def _about(report: ReviewReport) -> list[tuple[str, str]]:
    lines = [
        (tr("report.client"), report.client_name),
        (tr("report.id"), report.client_id),
        (tr("report.uuid"), report.client_uuid),
        (tr("report.connection"), report.connection),
        (tr("report.archive"), report.archive_sha256),
        (tr("report.made_at"), formatting.date_time(report.made_at)),
        (tr("report.seen_by"), formatting.listed(report.operators)),
        (tr("report.time"), formatting.duration(report.seconds) if report.has_evidence else tr("report.no_evidence")),
    ]
    if not report.archive_is_here:
        lines.append((tr("report.remark"), tr("report.archive_gone")))
    return lines


def _decision(report: ReviewReport) -> list[tuple[str, str]]:
    entry = report.entry
    if entry is None:
        return [(tr("report.verdict"), tr("report.undecided"))]
    decision = entry.decision
    confirmed = formatting.date_time(report.confirmed_at) if report.confirmed_at else tr("report.not_confirmed")
    return [
        (tr("report.verdict"), verdict_words(decision.verdict)),
        (tr("report.cause"), decision.cause),
        (tr("report.message"), decision.message),
        (tr("report.operator"), decision.operator),
        (tr("report.decided_at"), formatting.date_time(decision.decided_at)),
        (tr("report.reviewed_state"), state_words(decision.reviewed_state)),
        (tr("report.outcome"), status_words(entry.status)),
        (tr("report.confirmed_at"), confirmed),
        (tr("report.decision_id"), decision.decision_id),
    ]


def _document(document: ReportedDocument) -> str:
    evidence = document.evidence
    title = document.label or document.name or tr("report.document_number", number=evidence.entry_id)
    mark = mark_words(DocumentMark(evidence.mark, evidence.reason, document.words)) if _has_words(document) else ""
    pages = [
        tr("report.page", page=page + 1, time=formatting.duration(seconds)) for page, seconds in document.pages
    ] or [tr("report.not_displayed")]
    crc = f"{evidence.crc32:08x}" if evidence.crc32 is not None else ""
    lines = [
        (tr("report.file"), document.name),
        (tr("report.mark"), mark or tr("report.problem_in_words")),
        (tr("report.pages"), formatting.listed(pages)),
        (tr("report.sha256"), evidence.content_sha256),
        (tr("report.crc32"), crc if not evidence.content_sha256 else ""),
        (tr("report.size"), formatting.size(evidence.size)),
    ]
    return f"<h3>{escape(title)}</h3>{table_of(lines)}"


def _has_words(document: ReportedDocument) -> bool:
    """A problem that was said in words only has none left once the archive is gone."""
    return document.evidence.mark is not Mark.PROBLEM or bool(document.evidence.reason or document.words)


def table_of(lines: Iterable[tuple[str, str]] | Sequence[tuple[str, str]]) -> str:
    """A line a name and value; those without a value are left out."""
    rows = [f"<tr><td class='name'>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in lines if value]
    return f"<table>{''.join(rows)}</table>"
