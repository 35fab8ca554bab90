"""Signs contracts as PAdES with a specimen certificate.

Key and certificate follow from constants in this module, so they protect nothing and are the same everywhere: a signed
sample has the same bytes for the same seed. ECDSA is used in its deterministic form (RFC 6979) for that reason.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNER_NAME = "SPECIMEN - Signature de démonstration, sans valeur"

_TEST_KEY_NUMBER = int.from_bytes(b"tns-desktop: specimen test key!!")
_SERIAL = 20260101


class _Writer(IncrementalPdfFileWriter):
    """Draws no random document identifier and leaves the date of modification alone."""

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        first = prev.trailer["/ID"][0]
        return generic.ArrayObject([first, generic.ByteStringObject(b"specimen-signed\0")])

    def _update_meta(self) -> None:
        """The information dictionary stays as the contract has it."""


class _Signer(signers.SimpleSigner):
    """Signs with the deterministic form of ECDSA."""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return _private_key().sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class _PdfSigner(signers.PdfSigner):
    """Signs at a given moment instead of now."""

    def __init__(self, *arguments: Any, moment: datetime, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._moment = moment

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self._moment
        return session


def sign_pdf_blocking(content: bytes, moment: datetime) -> bytes:
    """``content`` with an invisible signature, made at ``moment`` (aware)."""
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason="Spécimen",
        location="France",
    )
    signer = _PdfSigner(metadata, signer=_signer(), moment=moment.astimezone(UTC))
    signed: io.BytesIO = signer.sign_pdf(_Writer(io.BytesIO(content)))
    return signed.getvalue()


def change_after_signing_blocking(content: bytes) -> bytes:
    """``content`` with another amount written over the first page's, saved behind the signature as any editor saves: the
    signed bytes are still there, and what is shown is not what was signed.
    """
    writer: Any = _Writer(io.BytesIO(content))
    font = _dictionary(
        {
            "/Type": generic.pdf_name("/Font"),
            "/Subtype": generic.pdf_name("/Type1"),
            "/BaseFont": generic.pdf_name("/Helvetica"),
            "/Encoding": generic.pdf_name("/WinAnsiEncoding"),
        }
    )
    resources = _dictionary({"/Font": _dictionary({"/Later": writer.add_object(font)})})
    drawing = b"q 1 1 1 rg 468 550 66 12 re f 0 g BT /Later 8 Tf 484 553 Td (98 500,00 \\200) Tj ET Q"
    stream = writer.add_object(generic.StreamObject(stream_data=drawing))
    writer.add_stream_to_page(0, stream, resources=resources)
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def certificate_der() -> bytes:
    """The specimen certificate, to be trusted by whoever wants to validate the samples."""
    return _certificate().public_bytes(serialization.Encoding.DER)


def pkcs12_bytes(passphrase: str) -> bytes:
    """The specimen certificate with its key, as an auditor would hold one."""
    lock = serialization.BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"specimen", _private_key(), _certificate(), None, lock)


def _dictionary(entries: dict[str, Any]) -> Any:
    make: Any = generic.DictionaryObject
    return make({generic.pdf_name(name): value for name, value in entries.items()})


@cache
def _private_key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(_TEST_KEY_NUMBER, ec.SECP256R1())


@cache
def _certificate() -> crypto_x509.Certificate:
    name = crypto_x509.Name(
        [
            crypto_x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            crypto_x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TnS Desktop Sandbox"),
            crypto_x509.NameAttribute(NameOID.COMMON_NAME, SIGNER_NAME),
        ]
    )
    usage = crypto_x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        crypto_x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_private_key().public_key())
        .serial_number(_SERIAL)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 12, 31, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(_private_key(), hashes.SHA256(), ecdsa_deterministic=True)
    )


@cache
def _signer() -> _Signer:
    key = _private_key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _Signer(
        signing_cert=x509.Certificate.load(certificate_der()),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
