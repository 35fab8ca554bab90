"""Review reports: put together from the decision, its evidence and, while it is here, the archive; written where one says."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Executor
from pathlib import Path

from tns_desktop import __version__
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import ArchiveError
from tns_desktop.domain.evidence import Evidence
from tns_desktop.domain.listed_file import AnyFile
from tns_desktop.domain.review import Review
from tns_desktop.domain.review_report import ReviewReport, documents_of, missing_of, plain_of
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.connections import Connections
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.reviews import Reviews
from tns_desktop.services.whole_file import write_whole_blocking


class Reports:
    """Makes reports and writes them."""

    def __init__(
        self,
        vault: Vault,
        connections: Connections,
        archives: Archives,
        reviews: Reviews,
        evidence: EvidenceBook,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._vault = vault
        self._connections = connections
        self._archives = archives
        self._reviews = reviews
        self._evidence = evidence
        self._clock = clock
        self._pool = pool

    async def of_decision(self, decision_id: str) -> ReviewReport | None:
        """The report on a decision, as far as it is known; None for one that is not in the outbox. Raises VaultError."""
        entry = await self._vault.outbox.get(decision_id)
        if entry is None:
            return None
        decision = entry.decision
        evidence = await self._evidence.of(decision_id)
        review = await self._review_of(entry)
        connection = self._connections.find(entry.key.connection_id)
        return ReviewReport(
            made_at=self._clock.now(),
            program_version=__version__,
            archive_sha256=decision.archive_sha256,
            archive_is_here=review is not None,
            client_name=decision.display_name,
            client_id=decision.display_id,
            client_uuid=decision.key.uuid,
            connection=connection.label if connection is not None else "",
            documents=documents_of(evidence or Evidence(decision.archive_sha256), review),
            missing=missing_of(review.index if review is not None else None),
            operators=evidence.operators if evidence is not None else (),
            has_evidence=evidence is not None,
            seconds=evidence.seconds if evidence is not None else 0.0,
            entry=entry,
        )

    async def of_review(self, archive: OpenArchive, review: Review, client_file: AnyFile | None) -> ReviewReport:
        """The report on what is on screen: with the newest decision on exactly this archive, or on a review under way.

        ``client_file`` None: an archive from disk. Raises VaultError.
        """
        entry = await self._newest(archive)
        if entry is not None and (report := await self.of_decision(entry.decision.decision_id)) is not None:
            return report
        evidence = await self._evidence.gather(archive, review)
        connection = self._connections.find(archive.key.connection_id)
        return ReviewReport(
            made_at=self._clock.now(),
            program_version=__version__,
            archive_sha256=archive.index.sha256,
            archive_is_here=True,
            client_name=client_file.display_name if client_file is not None else "",
            client_id=client_file.display_id if client_file is not None else "",
            client_uuid=client_file.key.uuid if client_file is not None else archive.index.report_uuid,
            connection=connection.label if connection is not None else "",
            documents=documents_of(evidence, review),
            missing=missing_of(archive.index),
            operators=evidence.operators,
            has_evidence=True,
            seconds=evidence.seconds,
        )

    async def save(self, content: bytes, target: Path) -> None:
        """Whole or not at all. Raises DiskFull or VaultReadOnly."""
        await asyncio.get_running_loop().run_in_executor(self._pool, write_whole_blocking, target, content)

    async def _newest(self, archive: OpenArchive) -> OutboxEntry | None:
        if archive.path is not None:
            return None
        made = [
            entry
            for entry in await self._vault.outbox.of([archive.key])
            if entry.decision.archive_sha256 == archive.index.sha256 and entry.status is not OutboxStatus.WITHDRAWN
        ]
        return made[0] if made else None

    async def _review_of(self, entry: OutboxEntry) -> Review | None:
        """Names and words, if that very archive is still here and can be read."""
        try:
            archive = await self._archives.open_kept(entry.key)
        except ArchiveError:
            return None
        if archive is None or archive.index.sha256 != entry.decision.archive_sha256:
            return None
        return await self._reviews.review_of_kept(archive)


def as_json(report: ReviewReport) -> str:
    """Indented by two spaces, for people too."""
    return json.dumps(plain_of(report), ensure_ascii=False, indent=2) + "\n"
