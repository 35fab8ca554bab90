"""What the use cases need for archives that are opened from disk: their reviews kept, their verdicts sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tns_desktop.domain.evidence import Views
from tns_desktop.domain.review import DocumentMark
from tns_desktop.domain.verdict import GivenVerdict


@dataclass(frozen=True, slots=True)
class DiskReview:
    """What is kept of an archive from disk: marks (entry id → mark), what was seen, the last verdict."""

    marks: Mapping[str, DocumentMark] = field(default_factory=dict)
    views: Views = field(default_factory=dict)
    verdict: GivenVerdict | None = None


class DiskReviewStore(Protocol):
    """By the SHA-256 of an archive's bytes, and tied to no connection. ``at`` says when it was last touched."""

    async def load(self, archive_sha256: str) -> DiskReview: ...

    async def put_mark(self, archive_sha256: str, entry_id: str, mark: DocumentMark, at: datetime) -> None: ...

    async def put_views(self, archive_sha256: str, views: Views, at: datetime) -> None:
        """In place of what was kept of that archive before."""
        ...

    async def put_verdict(self, archive_sha256: str, given: GivenVerdict, at: datetime) -> None: ...

    async def forget(self, archive_sha256: str) -> None:
        """Everything of that archive, out of the write-ahead log too."""
        ...

    async def forget_untouched_since(self, moment: datetime) -> None:
        """The same of every archive whose review was last touched before."""
        ...


class Sealer(Protocol):
    """Puts a verdict's data into its pages and, with a certificate, signs both."""

    def check_blocking(self, certificate: bytes, passphrase: str, at: datetime) -> str:
        """Whose certificate (PKCS#12) it is. Raises SigningRefused when nothing can be signed with it at ``at``."""
        ...

    def sealed_blocking(
        self, pages: bytes, data: bytes, at: datetime, certificate: bytes | None = None, passphrase: str = ""
    ) -> bytes:
        """The PDF ``pages`` with ``data`` attached as ``verdict.json``; signed where a certificate is given.

        Raises SigningRefused. Neither the key nor the passphrase is kept.
        """
        ...
