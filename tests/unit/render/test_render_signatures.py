"""Signatures through the real, limited decoder: an intact one is said to be so, and no attack passes for fine."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import signed_pdfs
from tests.support.documents import document, pdf
from tests.support.signed_pdfs import made
from tns_desktop.adapters.render.inspection_host import InspectionHost
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentDamaged, DocumentLocked, DocumentUnsupported
from tns_desktop.domain.hygiene import Hygiene
from tns_desktop.domain.preview import RenderDocument
from tns_desktop.domain.signatures import (
    Coverage,
    Integrity,
    LaterChanges,
    SignatureLevel,
    SignatureReport,
    SignatureVerdict,
    Trust,
)
from tns_desktop.sandbox.samples import signing

pytestmark = pytest.mark.anyio


def a_pdf(content: bytes, *, password: str | None = None) -> RenderDocument:
    """Other bytes are another document: the decoder knows documents by their key."""
    digest = hashlib.sha256(content + (password or "").encode()).hexdigest()
    return document(DocumentKind.PDF, content, password=password, entry_id=digest)


async def report_of(inspector: InspectionHost, content: bytes, roots: tuple[bytes, ...] = ()) -> SignatureReport:
    return await inspector.read_signatures(a_pdf(content), roots)


async def test_says_who_signed_when_and_that_nothing_was_touched(inspector: InspectionHost) -> None:
    report = await report_of(inspector, made(signed_pdfs.signed))
    (one,) = report.signatures
    assert one.verdict is SignatureVerdict.INTACT
    assert (one.signer, one.organisation) == (signing.SIGNER_NAME, "TnS Desktop Sandbox")
    assert (one.signed_at, one.stamped_at, one.moment) == (signed_pdfs.MOMENT, None, signed_pdfs.MOMENT)
    assert (one.coverage, one.changes, one.level) == (Coverage.FILE, LaterChanges.NONE, SignatureLevel.PADES_B)
    assert (one.self_signed, one.weak_digest, one.certificate_covers_moment) == (True, False, True)
    assert (one.reason, one.location) == ("Spécimen", "France")
    assert one.trust is Trust.NOT_CHECKED
    assert (report.more, report.stray, report.regular) == (False, False, True)


async def test_the_sample_that_was_tampered_with_does_not_pass_for_what_was_signed(inspector: InspectionHost) -> None:
    report = await report_of(inspector, signing.change_after_signing_blocking(made(signed_pdfs.signed)))
    (one,) = report.signatures
    assert (one.verdict, one.changes) == (SignatureVerdict.CHANGED, LaterChanges.OTHER)


async def test_a_second_signature_takes_nothing_from_the_first(inspector: InspectionHost) -> None:
    report = await report_of(inspector, made(signed_pdfs.signed_twice))
    assert [one.verdict for one in report.signatures] == [SignatureVerdict.EXTENDED, SignatureVerdict.INTACT]
    assert report.signatures[0].changes is LaterChanges.SIGNED_AGAIN
    assert report.worst is SignatureVerdict.EXTENDED


@pytest.mark.parametrize("name", signed_pdfs.ATTACKS)
async def test_no_attack_passes_for_a_good_signature(inspector: InspectionHost, name: str) -> None:
    try:
        report = await report_of(inspector, made(signed_pdfs.ATTACKS[name]))
    except DocumentDamaged:
        return  # said in the pane as "could not be checked"
    assert report.worst is not None or report.stray, f"{name}: the signature is gone and nobody says so"
    assert all(not one.verdict.is_fine for one in report.signatures), name


@pytest.mark.parametrize(
    ("name", "integrity", "verdict"),
    [
        ("altered_byte", Integrity.ALTERED, SignatureVerdict.ALTERED),
        ("emptied_contents", Integrity.UNREADABLE, SignatureVerdict.UNREADABLE),
        ("partial_byte_range", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("wide_hole", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("late_start", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("page_rewritten", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("page_appended", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("signature_taken_out", Integrity.REMOVED, SignatureVerdict.REMOVED),
        ("form_taken_out", Integrity.REMOVED, SignatureVerdict.REMOVED),
        ("shadow_hide", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("shadow_replace", Integrity.INTACT, SignatureVerdict.CHANGED),
        ("shadow_hide_and_replace", Integrity.INTACT, SignatureVerdict.CHANGED),
    ],
)
async def test_says_what_became_of_the_signature(
    inspector: InspectionHost, name: str, integrity: Integrity, verdict: SignatureVerdict
) -> None:
    """Integrity and later changes are two statements: a value may be right while the document is not the signed one."""
    report = await report_of(inspector, made(signed_pdfs.ATTACKS[name]))
    assert [(one.integrity, one.verdict) for one in report.signatures] == [(integrity, verdict)]


async def test_pages_added_after_signing_are_counted(inspector: InspectionHost) -> None:
    remarks = await inspector.look_inside(a_pdf(made(signed_pdfs.page_appended)))
    assert [(remark.kind, remark.count) for remark in remarks] == [(Hygiene.PAGES_ADDED, 1)]


async def test_a_root_of_the_firm_is_trusted_and_another_is_not(inspector: InspectionHost) -> None:
    content, root = made(signed_pdfs.signed_below_a_root)
    trusted = await report_of(inspector, content, (root,))
    other = await report_of(inspector, content, (signing.certificate_der(),))
    nobody = await report_of(inspector, content)
    assert [report.signatures[0].trust for report in (trusted, other, nobody)] == [
        Trust.TRUSTED,
        Trust.NOT_TRUSTED,
        Trust.NOT_CHECKED,
    ]
    assert (trusted.signatures[0].signer, trusted.signatures[0].issuer) == (
        signed_pdfs.HOLDER_NAME,
        signed_pdfs.ROOT_NAME,
    )
    assert not trusted.signatures[0].self_signed


async def test_a_root_that_is_no_certificate_is_as_good_as_none(inspector: InspectionHost) -> None:
    report = await report_of(inspector, made(signed_pdfs.signed), (b"\x30\x03\x02\x01\x01",))
    assert report.signatures[0].trust is Trust.NOT_CHECKED


async def test_trust_in_the_signer_does_not_mend_an_altered_document(inspector: InspectionHost) -> None:
    report = await report_of(inspector, made(signed_pdfs.altered_byte), (signing.certificate_der(),))
    assert report.worst is SignatureVerdict.ALTERED


async def test_a_document_without_a_signature_has_none(inspector: InspectionHost) -> None:
    report = await report_of(inspector, pdf())
    assert (report.signatures, report.worst, report.stray) == ((), None, False)


async def test_a_locked_document_asks_for_its_password(inspector: InspectionHost) -> None:
    content = pdf(password="specimen")
    with pytest.raises(DocumentLocked) as raised:
        await inspector.read_signatures(a_pdf(content), ())
    assert raised.value.facts["reason"] == "password_needed"
    report = await inspector.read_signatures(a_pdf(content, password="specimen"), ())
    assert report.signatures == ()


async def test_what_is_no_pdf_has_no_signatures(inspector: InspectionHost) -> None:
    with pytest.raises(DocumentUnsupported):
        await inspector.read_signatures(document(DocumentKind.TEXT, b"text"), ())


async def test_a_broken_structure_is_no_verdict(inspector: InspectionHost) -> None:
    with pytest.raises(DocumentDamaged):
        await report_of(inspector, b"%PDF-1.7\nnothing of the kind")


_SIGNED = made(signed_pdfs.signed)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, len(_SIGNED) - 1), to=st.integers(0, 255))
def test_no_single_changed_byte_leaves_the_signature_intact(at: int, to: int) -> None:
    """In this process, without the decoder: it is the reading that is tested, not the isolation."""
    from tns_desktop.adapters.render.pdf_structure import open_reader
    from tns_desktop.adapters.render.signatures import read_signatures

    first, second = signed_pdfs._hole(_SIGNED)
    if first <= at < second or _SIGNED[at] == to:
        return  # within the value itself, upper or lower case and the padding may vary
    changed = _SIGNED[:at] + bytes([to]) + _SIGNED[at + 1 :]
    try:
        reader, _regular = open_reader(changed, None)
        found = read_signatures(reader, [])["signatures"]
    except Exception:
        return  # the decoder says "could not be checked"
    assert all(one["integrity"] != "intact" for one in found)
    assert isinstance(reader.stream, io.BytesIO)
