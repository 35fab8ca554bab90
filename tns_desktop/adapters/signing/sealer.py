"""Puts a verdict's data into its pages as an attachment and signs both, PAdES baseline B (docs/adr/0023).

The key is read for one signature and dropped with it; nothing of it, nor its passphrase, is written, logged or kept.
pyHanko takes half a second to import, so it is imported when something is sealed, in the worker thread that does it.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tns_desktop.domain.verdict_errors import SigningRefused
from tns_desktop.services.ports import Sealer

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

ATTACHMENT = "verdict.json"
_FIELD = "Verdict"


class PdfSealer(Sealer):
    """The ``Sealer`` port."""

    def check_blocking(self, certificate: bytes, passphrase: str, at: datetime) -> str:
        signer = _signer(certificate, passphrase, at)
        return str(_certificate_of(signer).subject.native.get("common_name", "")) or "?"

    def sealed_blocking(
        self, pages: bytes, data: bytes, at: datetime, certificate: bytes | None = None, passphrase: str = ""
    ) -> bytes:
        from pyhanko.pdf_utils import embed
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        signer = _signer(certificate, passphrase, at) if certificate is not None else None
        writer: Any = IncrementalPdfFileWriter(io.BytesIO(pages))
        stream = embed.EmbeddedFileObject.from_file_data(
            writer, data=data, mime_type="application/json", params=embed.EmbeddedFileParams(creation_date=at)
        )
        embed.embed_file(writer, embed.FileSpec(ATTACHMENT, file_name=ATTACHMENT, embedded_data=stream))
        attached = io.BytesIO()
        writer.write(attached)
        return attached.getvalue() if signer is None else _signed(attached.getvalue(), signer)


def _signed(content: bytes, signer: SimpleSigner) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    # No reason and no place: both would be words of ours in the auditor's mouth. The time is the computer's, claimed.
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    try:
        signed = signers.PdfSigner(metadata, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)))
    except Exception as error:
        # pyHanko and the key's own kind answer with many exceptions; all of them mean that nothing was signed.
        raise SigningRefused(type(error).__name__, facts={"reason": "signing_failed"}) from error
    return bytes(signed.getvalue())


def _signer(content: bytes, passphrase: str, at: datetime) -> SimpleSigner:
    """Raises SigningRefused."""
    from asn1crypto import pkcs12
    from pyhanko.sign import signers

    try:
        if str(pkcs12.Pfx.load(content, strict=True)["version"].native) != "v3":
            raise ValueError("another version")
    except Exception as error:
        raise SigningRefused("no PKCS#12", facts={"reason": "signing_not_pkcs12"}) from error
    try:
        loaded: Any = signers.SimpleSigner.load_pkcs12_data(content, [], passphrase.encode() or None)
    except ValueError as error:
        # The exception's text may quote what was read: only the kind of trouble goes on.
        raise SigningRefused("does not open", facts={"reason": "signing_passphrase"}) from error
    except Exception as error:
        raise SigningRefused("no key", facts={"reason": "signing_no_key"}) from error
    signer: SimpleSigner = loaded
    _refuse_unfit(_certificate_of(signer), at)
    return signer


def _refuse_unfit(certificate: Any, at: datetime) -> None:
    """By the certificate's own dates and purposes; whom it belongs to and who vouches for it is for others to judge."""
    if at > certificate.not_valid_after:
        raise SigningRefused("expired", facts={"reason": "signing_expired"})
    if at < certificate.not_valid_before:
        raise SigningRefused("not yet", facts={"reason": "signing_not_yet"})
    usage = certificate.key_usage_value
    # Without the extension a key may be used for anything (RFC 5280, 4.2.1.3).
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise SigningRefused("key usage", facts={"reason": "signing_key_usage"})


def _certificate_of(signer: SimpleSigner) -> Any:
    """Raises SigningRefused for a key without its certificate."""
    if signer.signing_cert is None:
        raise SigningRefused("no certificate", facts={"reason": "signing_no_key"})
    return signer.signing_cert
