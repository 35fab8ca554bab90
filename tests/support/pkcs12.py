"""An auditor's certificate with its key, as a PKCS#12 file holds them; made for one test, trusted by nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tests.support.desks import START

HOLDER = "Zoé Auditrice"
PASSPHRASE = "mot de passe été"


def auditor_pkcs12(
    *,
    valid_from: datetime = START - timedelta(days=9),
    valid_until: datetime = START + timedelta(days=9),
    may_sign: bool | None = True,
    with_key: bool = True,
    passphrase: str = PASSPHRASE,
) -> bytes:
    """``may_sign`` None: the certificate says nothing of what its key is for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOLDER)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
    )
    if may_sign is not None:
        builder = builder.add_extension(
            x509.KeyUsage(may_sign, may_sign, not may_sign, False, False, False, False, False, False), critical=True
        )
    certificate = builder.sign(key, hashes.SHA256())
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"auditor", key if with_key else None, certificate, None, lock)
