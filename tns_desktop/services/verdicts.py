"""Verdicts: put together from an auditor's review, written as PDF and JSON, and checked later against an archive.

A verdict is about bytes: every document that can be read is read and hashed when it is made, and again when it is checked.
A file that claims to be one is decoded where a client's documents are; nothing in it is believed for its own sake.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tns_desktop import __version__
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.archive_comparison import DocumentChange, compare_documents
from tns_desktop.domain.errors import ArchiveNotAvailable, RenderError, TnsError, VaultReadOnly
from tns_desktop.domain.hygiene import HygieneReport
from tns_desktop.domain.preview import DocumentKey, RenderDocument
from tns_desktop.domain.review import Review
from tns_desktop.domain.signatures import SignatureReport
from tns_desktop.domain.verdict import AuditVerdict, Conclusion, GivenVerdict, JudgedDocument, judged_document
from tns_desktop.domain.verdict_errors import VerdictUnreadable
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.comparing import Comparisons, documents_of_verdict
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.inspection import Inspections
from tns_desktop.services.ports import Clock, Inspector, Sealer, Vault
from tns_desktop.services.verdict_file import dump, load
from tns_desktop.services.whole_file import write_whole_blocking

T = TypeVar("T")

DATA_NAME = "verdict.json"
DATA_SUFFIX = ".verdict.json"
"""Of the data beside the pages: a name that nobody else's file has by chance."""
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file that is looked at as a verdict: pages, data and signature have some hundred kilobytes."""
LARGEST_CERTIFICATE = 1024 * 1024

Told = Callable[[int, int], None]
"""How many documents are done, of how many."""


@dataclass(frozen=True, slots=True)
class Signing:
    """With which certificate (PKCS#12) a verdict is signed. The passphrase lives as long as this value."""

    certificate: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedVerdict:
    """What a verdict's file and an archive say of each other.

    ``sealed``: the data agrees with its own checksum. ``signatures`` is None for a file that cannot carry any (JSON).
    ``documents``: what the verdict lists, compared with what the archive holds.
    """

    verdict: AuditVerdict
    sealed: bool
    signatures: SignatureReport | None
    archive: OpenArchive
    documents: tuple[DocumentChange, ...]

    @property
    def is_the_very_archive(self) -> bool:
        return self.verdict.archive_sha256 == self.archive.index.sha256

    @property
    def is_of_the_same_file(self) -> bool:
        own, other = self.verdict.report_uuid, self.archive.index.report_uuid
        return bool(own) and own.casefold() == other.casefold()


class Verdicts:
    """Makes verdicts, writes and checks them."""

    def __init__(
        self,
        archives: Archives,
        comparisons: Comparisons,
        evidence: EvidenceBook,
        inspections: Inspections,
        inspector: Inspector,
        sealer: Sealer,
        vault: Vault,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._archives = archives
        self._comparisons = comparisons
        self._evidence = evidence
        self._inspections = inspections
        self._inspector = inspector
        self._sealer = sealer
        self._vault = vault
        self._clock = clock
        self._pool = pool

    async def compose(
        self,
        archive: OpenArchive,
        review: Review,
        conclusion: Conclusion,
        comment: str,
        auditor: str,
        told: Told = lambda _done, _total: None,
    ) -> AuditVerdict:
        """Reads every document once more. Raises ArchiveNotAvailable when the archive is another one by now, or VaultError."""
        evidence = await self._evidence.gather(archive, review)
        entries = review.index.entries
        documents: list[JudgedDocument] = []
        for done, entry in enumerate(entries):
            told(done, len(entries))
            digest = await self._comparisons.digest(archive, entry)
            signatures, hygiene = await self._looked_into(archive, entry) if digest else (None, None)
            documents.append(judged_document(review, evidence, entry, digest, signatures, hygiene))
        told(len(entries), len(entries))
        return AuditVerdict(
            made_at=self._clock.now(),
            program_version=__version__,
            auditor=auditor,
            conclusion=conclusion,
            comment=comment,
            archive_name=archive.path.name if archive.path is not None else "",
            archive_sha256=archive.index.sha256,
            archive_size=archive.index.size,
            report_uuid=archive.index.report_uuid,
            documents=tuple(documents),
            missing=tuple(document.label for document in review.missing),
            seconds=round(evidence.seconds),
        )

    async def signing_with(self, path: Path, passphrase: str) -> Signing:
        """The certificate of that file, tried out. Raises SigningRefused."""
        certificate = await self._in_pool(lambda: _read_blocking(path, LARGEST_CERTIFICATE))
        at = self._clock.now()
        await self._in_pool(lambda: self._sealer.check_blocking(certificate, passphrase, at))
        return Signing(certificate, passphrase)

    async def write(
        self, verdict: AuditVerdict, pages: bytes, target: Path, signing: Signing | None
    ) -> tuple[Path, Path]:
        """``target`` as PDF with the data in it, signed where a certificate is given, and the data alone beside it.

        Both whole or neither. Raises SigningRefused, DiskFull or VaultReadOnly; what was signed is remembered.
        """
        data = dump(verdict)
        certificate, passphrase = (signing.certificate, signing.passphrase) if signing is not None else (None, "")
        sealed = await self._in_pool(
            lambda: self._sealer.sealed_blocking(pages, data, verdict.made_at, certificate, passphrase)
        )
        beside = target.with_suffix(DATA_SUFFIX)
        await self._in_pool(lambda: _write_both_blocking(target, sealed, beside, data))
        return target, beside

    async def remember(self, verdict: AuditVerdict, *, signed: bool) -> GivenVerdict:
        """That it was given, for the list of archives. Raises VaultError."""
        given = GivenVerdict(verdict.conclusion, verdict.comment, verdict.made_at, signed)
        await self._vault.disk.put_verdict(verdict.archive_sha256, given, self._clock.now())
        return given

    async def check(self, path: Path, archive_path: Path) -> CheckedVerdict:
        """Raises VerdictUnreadable, ArchiveError, RenderError or VaultError."""
        content = await self._in_pool(lambda: _read_blocking(path, LARGEST_FILE))
        signatures = None
        if content.startswith(b"%PDF-"):
            key = DocumentKey(hashlib.sha256(content).hexdigest(), "verdict")
            document = RenderDocument(key, path.name, DocumentKind.PDF, content)
            try:
                content = await self._data_of(document)
                signatures = await self._inspections.signatures_of(document)
            except RenderError as error:
                raise VerdictUnreadable(error.code, facts=_facts(path, "verdict_unreadable")) from error
        read = load(content, path.name)
        archive = await self._archives.open_from_disk(archive_path)
        held = await self._comparisons.documents_of(archive)
        listed = documents_of_verdict(read.verdict)
        return CheckedVerdict(read.verdict, read.sealed, signatures, archive, compare_documents(listed, held))

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _data_of(self, document: RenderDocument) -> bytes:
        """What is attached under the one name. Raises VerdictUnreadable unless it is there exactly once."""
        attached = await self._inspector.attached_files(document)
        places = [place for place, name in enumerate(attached.names) if name == DATA_NAME]
        if len(places) != 1:
            raise VerdictUnreadable("no data", facts={"name": document.name, "reason": "verdict_without_data"})
        return await self._inspector.attached_file(document, places[0])

    async def _looked_into(
        self, archive: OpenArchive, entry: ArchiveEntry
    ) -> tuple[SignatureReport | None, HygieneReport | None]:
        try:
            signatures = await self._inspections.signatures(archive, entry)
        except RenderError:
            signatures = None
        try:
            return signatures, await self._inspections.hygiene(archive, entry)
        except RenderError:
            return signatures, None

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _read_blocking(path: Path, limit: int) -> bytes:
    """Raises ArchiveNotAvailable for a file that cannot be read, VerdictUnreadable for one that is far too large."""
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise ArchiveNotAvailable(str(error), facts={"name": path.name}) from error
    if len(content) > limit:
        raise VerdictUnreadable("too large", facts=_facts(path, "verdict_too_large"))
    return content


def _write_both_blocking(target: Path, pages: bytes, beside: Path, data: bytes) -> None:
    """The data first: without its pages what stood there is put back, so that "not saved" is true of both."""
    try:
        former = beside.read_bytes()
    except FileNotFoundError:
        former = None
    except OSError as error:
        raise VaultReadOnly(str(error), facts={"path": str(beside)}) from error
    write_whole_blocking(beside, data)
    try:
        write_whole_blocking(target, pages)
    except TnsError:
        with contextlib.suppress(OSError, TnsError):
            if former is None:
                beside.unlink()
            else:
                write_whole_blocking(beside, former)
        raise


def _facts(path: Path, reason: str) -> dict[str, str]:
    return {"name": path.name, "reason": reason}
