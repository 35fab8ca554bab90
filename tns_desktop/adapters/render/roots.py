"""Certificates that the firm trusts, read from the folder that the settings name."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from pathlib import Path

from tns_desktop.services.ports import RootStore, TrustedRoots

SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
FILES_LIMIT = 200
FILE_LIMIT = 1024 * 1024
"""Bytes; a bundle of a whole country's authorities has about a third of it."""
_ARMOUR = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE = 0x30


class FolderOfRoots(RootStore):
    """PEM (several in a file) or DER; what the files really hold is judged by the decoder."""

    def load_blocking(self, folder: Path) -> TrustedRoots:
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)[:FILES_LIMIT]
        except OSError:
            return TrustedRoots((), ("",))
        certificates: list[bytes] = []
        unreadable: list[str] = []
        for path in files:
            found = list(_certificates_in(path))
            certificates += found
            if not found:
                unreadable.append(path.name)
        return TrustedRoots(tuple(dict.fromkeys(certificates)), tuple(unreadable))


def _certificates_in(path: Path) -> Iterator[bytes]:
    try:
        if path.stat().st_size > FILE_LIMIT:
            return
        content = path.read_bytes()
    except OSError:
        return
    armoured = _ARMOUR.findall(content)
    for block in armoured:
        try:
            yield base64.b64decode(b"".join(block.split()), validate=True)
        except binascii.Error:
            continue
    if not armoured and content[:1] == bytes([_SEQUENCE]):
        yield content
