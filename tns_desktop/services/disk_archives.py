"""The archives that somebody has as files: which are open, in which order, and how far each one's review is.

A file is read where it lies. One that was read once is not read again while it stays the same file; what was made of it is
kept in the vault by the SHA-256 of its bytes, for half a year after it was last touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.review import Review
from tns_desktop.domain.verdict import GivenVerdict
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.ports import Clock, Vault

KEPT_FOR = timedelta(days=182)
"""After an archive from disk was last looked at, its marks are forgotten: nobody returns to it, and they are a client's."""


@dataclass(frozen=True, slots=True)
class DiskArchive:
    """One file of the list. ``archive`` is None until it was read; ``problem`` is why it cannot be."""

    path: Path
    archive: OpenArchive | None = None
    judged: int = 0
    to_judge: int = 0
    verdict: GivenVerdict | None = None
    problem: TnsError | None = None

    @property
    def name(self) -> str:
        return self.path.name


class DiskArchives:
    """The list outlives a window that is dressed anew, and ends with the desk."""

    def __init__(self, archives: Archives, evidence: EvidenceBook, vault: Vault, clock: Clock) -> None:
        self._archives = archives
        self._evidence = evidence
        self._vault = vault
        self._clock = clock
        self._rows: dict[Path, DiskArchive] = {}
        self.on_screen: Path | None = None
        """Which of them the window shows."""

    @property
    def rows(self) -> tuple[DiskArchive, ...]:
        """In the order in which they were opened."""
        return tuple(self._rows.values())

    def row(self, path: Path) -> DiskArchive | None:
        return self._rows.get(path)

    def add(self, paths: Iterable[Path]) -> list[Path]:
        """Takes the files into the list, each once, and returns how it names them. Nothing is read yet; what could not be read
        before will be tried again.
        """
        named = [path.expanduser().absolute() for path in paths]
        for path in named:
            row = self._rows.get(path)
            if row is None or row.problem is not None:
                self._rows[path] = DiskArchive(path)
        return named

    @property
    def next_to_read(self) -> Path | None:
        """The first file that was not read yet; the one on screen is being read."""
        unread = (row.path for row in self.rows if row.archive is None and row.problem is None)
        return next((path for path in unread if path != self.on_screen), None)

    def remove(self, path: Path) -> None:
        """Its marks stay: the same file, opened again, has them."""
        self._rows.pop(path, None)

    async def open(self, path: Path) -> OpenArchive:
        """The archive, read anew where the file is another one than it was. Raises ArchiveError or VaultError."""
        row = self._rows.get(path, DiskArchive(path))
        archive = row.archive
        try:
            if archive is None or not await self._archives.is_as_opened(archive):
                archive = await self._archives.open_from_disk(path)
            kept = await self._vault.disk.load(archive.index.sha256)
        except TnsError as error:
            self._update(replace(row, archive=None, problem=error))
            raise
        review = Review(archive.index, kept.marks)
        self._update(DiskArchive(path, archive, review.judged, len(review.to_judge), kept.verdict))
        return archive

    def note_progress(self, review: Review) -> None:
        """What was judged in the meantime."""
        for row in self._of_bytes(review.index.sha256):
            self._update(replace(row, judged=review.judged, to_judge=len(review.to_judge)))

    def note_verdict(self, archive_sha256: str, given: GivenVerdict) -> None:
        """A verdict on these bytes was written."""
        for row in self._of_bytes(archive_sha256):
            self._update(replace(row, verdict=given))

    async def forget(self, path: Path) -> None:
        """Everything that was made of it: marks, what was seen, the verdict's memory. Raises VaultError.

        Not while it is on screen: what is seen of it then would be kept again.
        """
        row = self._rows.get(path)
        if row is not None and row.archive is not None:
            sha256 = row.archive.index.sha256
            await self._evidence.forget(row.archive)
            await self._vault.disk.forget(sha256)
            for same in self._of_bytes(sha256):
                self._update(replace(same, judged=0, verdict=None))

    async def tidy(self) -> None:
        """Forgets what was not touched for ``KEPT_FOR``. Raises VaultError."""
        await self._vault.disk.forget_untouched_since(self._clock.now() - KEPT_FOR)

    def _of_bytes(self, archive_sha256: str) -> list[DiskArchive]:
        """Under whatever names they are open."""
        return [row for row in self.rows if row.archive is not None and row.archive.index.sha256 == archive_sha256]

    def _update(self, row: DiskArchive) -> None:
        if row.path in self._rows:
            self._rows[row.path] = row
