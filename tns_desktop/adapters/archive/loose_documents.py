"""Single documents from the disk that go along with a creation: bounded, and of a kind that their bytes show."""

from __future__ import annotations

from pathlib import Path

from tns_desktop.adapters.archive.sniff import SNIFF_BYTES, sniff
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentNotTaken

MEDIA_TYPES = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.PNG: "image/png",
    DocumentKind.TIFF: "image/tiff",
    DocumentKind.WEBP: "image/webp",
    DocumentKind.HEIC: "image/heic",
    DocumentKind.GIF: "image/gif",
    DocumentKind.BMP: "image/bmp",
}
"""What a supporting document may be: a picture or a PDF."""


class LooseDocuments:
    """The ``DocumentFiles`` port."""

    def read_blocking(self, path: Path, most: int) -> tuple[bytes, str]:
        """The bytes and their media type; ``most`` in bytes. Raises DocumentNotTaken."""
        try:
            with path.open("rb") as stream:
                content = stream.read(most + 1)
        except OSError as error:
            raise _not_taken(path, "unreadable") from error
        if len(content) > most:
            raise _not_taken(path, "too_large", limit=str(most))
        media_type = MEDIA_TYPES.get(sniff(content[:SNIFF_BYTES], complete=len(content) <= SNIFF_BYTES))
        if media_type is None:
            raise _not_taken(path, "empty" if not content else "kind")
        return content, media_type


def _not_taken(path: Path, reason: str, **facts: str) -> DocumentNotTaken:
    return DocumentNotTaken(f"document: {reason}", facts={"name": path.name, "reason": reason, "limit": "", **facts})
