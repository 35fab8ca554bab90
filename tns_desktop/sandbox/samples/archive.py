"""Puts a client file's archive together: report.json, the signed contract, supporting documents, the proof file.

Layout: ``report.json`` · ``signed/contrat.pdf`` · ``documents/<participant or commun>/<label>.<ext>`` · ``proof/preuve.*``.
Equal records make equal bytes: entries carry a fixed date, and nothing is drawn that is not seeded.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import timedelta

from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.samples import texts
from tns_desktop.sandbox.samples.contract import contract_pdf
from tns_desktop.sandbox.samples.documents import samples_of
from tns_desktop.sandbox.samples.pdf_documents import proof_pdf
from tns_desktop.sandbox.samples.report import report_json
from tns_desktop.sandbox.samples.signing import change_after_signing_blocking, sign_pdf_blocking

_CONTRACT_PAGES = {
    "complete": 3,
    "finished": 3,
    "two_signatories": 4,
    "missing_payslip": 2,
    "damaged_photo": 3,
    "correspondence": 5,
    "long_contract": 40,
    "webp_proof": 1,
    "misnamed": 3,
    "passport": 2,
    "pensioner": 6,
}
_XML_PROOFS = ("correspondence", "passport")
_CHANGED_LATER = "misnamed"
"""The recipe whose contract was tampered with behind its signature."""
_ZIP_PROOFS = ("long_contract", "misnamed")
_COMPRESSED_ALREADY = (".pdf", ".jpg", ".png", ".heic", ".webp", ".tiff", ".zip")


def build_archive_blocking(record: Record) -> bytes:
    """The archive as a ZIP. Takes tens to hundreds of milliseconds."""
    samples = samples_of(record)
    entries: list[tuple[str, bytes]] = [("report.json", report_json(record, samples))]
    entries += _contract(record)
    entries += [(sample.path, sample.content) for sample in samples if sample.path]
    return zip_bytes(entries)


def zip_bytes(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP whose bytes depend on nothing but its entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            archive.writestr(entry_info(name), content)
    return buffer.getvalue()


def entry_info(name: str) -> zipfile.ZipInfo:
    """A regular file of 1 January 2026; what is compressed already is stored."""
    info = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    stored = name.lower().endswith(_COMPRESSED_ALREADY)
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return info


def _contract(record: Record) -> list[tuple[str, bytes]]:
    pages = _CONTRACT_PAGES.get(record.recipe)
    if pages is None:
        return []
    draft = contract_pdf(record, pages, signed=record.signed)
    if not record.signed:
        return [("documents/commun/Contrat non signé.pdf", draft)]
    signed = sign_pdf_blocking(draft, record.start + timedelta(minutes=17))
    if record.recipe == _CHANGED_LATER:
        signed = change_after_signing_blocking(signed)
    return [("signed/contrat.pdf", signed), _proof(record, signed)]


def _proof(record: Record, signed: bytes) -> tuple[str, bytes]:
    digest = hashlib.sha256(signed).hexdigest()
    if record.recipe in _XML_PROOFS:
        return "proof/preuve.xml", texts.proof_xml(record, digest)
    if record.recipe in _ZIP_PROOFS:
        steps = [{"step": step, "transaction": record.uuid} for step in ("otp", "consent", "signature")]
        inner = [
            ("preuve.xml", texts.proof_xml(record, digest)),
            ("preuve.pdf", proof_pdf(record, signed)),
            ("journal.json", json.dumps(steps).encode()),
        ]
        return "proof/preuve.zip", zip_bytes(inner)
    return "proof/preuve.pdf", proof_pdf(record, signed)
