"""Files for somebody who audits without an account: archives on disk, a later one of the same file, and a certificate.

The later archive differs from the first in every way that a comparison tells: a document changed, one removed, one added, one
moved, and a field of report.json.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tns_desktop.sandbox.population import make_records
from tns_desktop.sandbox.samples.archive import build_archive_blocking, zip_bytes
from tns_desktop.sandbox.samples.signing import pkcs12_bytes

FIRST, SECOND, LATER, CERTIFICATE = "dossier-1.zip", "dossier-2.zip", "dossier-1-suite.zip", "auditor.p12"
PASSPHRASE = "specimen"  # noqa: S105 - it protects nothing
_ANCHOR = datetime(2026, 11, 1, tzinfo=UTC)
_COMPLETE, _TAMPERED = 0, 7
"""Which of the first eight files: an ordinary one, and the one whose contract was changed after it was signed."""


def write_auditor_samples_blocking(folder: Path) -> None:
    """Into ``folder``, which is there."""
    records = make_records(1, 8, _ANCHOR)
    first = build_archive_blocking(records[_COMPLETE])
    (folder / FIRST).write_bytes(first)
    (folder / SECOND).write_bytes(build_archive_blocking(records[_TAMPERED]))
    (folder / LATER).write_bytes(_later(first))
    (folder / CERTIFICATE).write_bytes(pkcs12_bytes(PASSPHRASE))


def _later(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        entries = [(name, source.read(name)) for name in source.namelist()]
    documents = [name for name, _content in entries if name.startswith("documents/")]
    changed, removed, moved = documents[0], documents[1], documents[2]
    later = []
    for name, content in entries:
        if name == "report.json":
            content = content.replace(b'"state": "WAITING"', b'"state": "SUSPENDED"')
        elif name == changed:
            content = dict(entries)[removed]
        if name != removed:
            later.append((f"documents/reclassé/{name.rpartition('/')[2]}" if name == moved else name, content))
    return zip_bytes([*later, ("documents/commun/Note du vérificateur.txt", "Pièce ajoutée après coup.\n".encode())])
