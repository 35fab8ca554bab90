"""Sealing: data in the pages, both signed with the auditor's certificate; each thing that forbids it says which it is."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.support.desks import START
from tests.support.documents import pdf
from tests.support.pkcs12 import HOLDER, PASSPHRASE, auditor_pkcs12
from tns_desktop.adapters.signing.sealer import ATTACHMENT, PdfSealer
from tns_desktop.domain.verdict_errors import SigningRefused

DATA = b'{"data":true}'


def _refusal(certificate: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(SigningRefused) as caught:
        PdfSealer().check_blocking(certificate, passphrase, START)
    assert PASSPHRASE not in str(caught.value)
    return caught.value.facts["reason"]


def test_data_travels_in_the_pages_and_a_signature_covers_both() -> None:
    pages = pdf()
    plain = PdfSealer().sealed_blocking(pages, DATA, START)
    signed = PdfSealer().sealed_blocking(pages, DATA, START, auditor_pkcs12(), PASSPHRASE)
    for content in (plain, signed):
        with pypdfium2.PdfDocument(content) as document:
            attached = document.get_attachment(0)
            assert (attached.get_name(), bytes(attached.get_data())) == (ATTACHMENT, DATA)
    assert PdfFileReader(io.BytesIO(plain)).embedded_signatures == []
    [signature] = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert signature.signer_cert.subject.native["common_name"] == HOLDER
    assert signature.compute_digest()
    assert signature.evaluate_signature_coverage().name == "ENTIRE_FILE"


def test_a_certificate_without_a_passphrase_or_without_purposes_signs_too() -> None:
    assert PdfSealer().check_blocking(auditor_pkcs12(passphrase=""), "", START) == HOLDER
    assert PdfSealer().check_blocking(auditor_pkcs12(may_sign=None), PASSPHRASE, START) == HOLDER


def test_what_forbids_to_sign_is_said_by_name(caplog: pytest.LogCaptureFixture) -> None:
    sound = auditor_pkcs12()
    with caplog.at_level(logging.DEBUG):
        assert _refusal(sound, "wrong") == "signing_passphrase"
        assert _refusal(b"PK\x03\x04 not a certificate") == "signing_not_pkcs12"
        assert _refusal(sound[: len(sound) // 2]) == "signing_not_pkcs12"
        assert _refusal(auditor_pkcs12(with_key=False)) == "signing_no_key"
        assert _refusal(auditor_pkcs12(valid_until=START - timedelta(days=1))) == "signing_expired"
        assert _refusal(auditor_pkcs12(valid_from=START + timedelta(days=1))) == "signing_not_yet"
        assert _refusal(auditor_pkcs12(may_sign=False)) == "signing_key_usage"
    assert PASSPHRASE not in caplog.text
    caplog.clear()
