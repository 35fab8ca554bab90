"""Reviews: the marks of an archive's documents, from the vault and into it, tied to the bytes that were looked at.

Those of an archive from disk are kept by the SHA-256 of its bytes; nothing else of such an archive enters the vault.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from tns_desktop.domain.archive import ArchiveEntry, place_in_pdf
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ArchiveError, ArchiveNotAvailable, RenderError
from tns_desktop.domain.review import (
    DocumentMark,
    KeptMark,
    Review,
    carried_over,
    may_carry_over,
    twin_candidates,
)
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.events import ClientFilesChanged, EventBus
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.previews import Previews

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArchiveChange:
    """The archive is another one than the one that was marked: how many marks hold for the same bytes, how many do not."""

    carried: int
    set_back: int


@dataclass(frozen=True, slots=True)
class OpenReview:
    review: Review
    change: ArchiveChange | None = None


class Reviews:
    """Loads and keeps marks."""

    def __init__(
        self, vault: Vault, archives: Archives, previews: Previews, bus: EventBus, clock: Clock, pool: Executor
    ) -> None:
        self._vault = vault
        self._archives = archives
        self._previews = previews
        self._bus = bus
        self._clock = clock
        self._pool = pool
        self._changes: dict[tuple[ClientFileKey, str], ArchiveChange] = {}

    async def open(self, archive: OpenArchive) -> OpenReview:
        """The marks that hold for exactly this archive; those of an older one as far as the bytes are the same.

        What does not hold is forgotten, and said (``change``) for as long as the program runs. Raises VaultError.
        """
        sha256 = archive.index.sha256
        if archive.path is not None:
            return OpenReview(await self.review_of_kept(archive))
        kept = await self._vault.reviews.load(archive.key)
        marks = {one.entry_id: one.mark for one in kept if one.archive_sha256 == sha256}
        former = [one for one in kept if one.archive_sha256 != sha256]
        if former:
            carried = carried_over(former, archive.index, await self._digests_of(archive, former))
            marks = {**carried, **marks}
            entries = [entry for entry in archive.index.entries if entry.entry_id in marks]
            await self._vault.reviews.replace(
                archive.key, sha256, [_kept(archive, entry, marks[entry.entry_id]) for entry in entries]
            )
            looked_at = sum(one.mark.was_looked_at for one in former)
            held = sum(mark.was_looked_at for mark in carried.values())
            if looked_at:
                self._changes[archive.key, sha256] = ArchiveChange(held, looked_at - held)
        return OpenReview(Review(archive.index, marks), self._changes.get((archive.key, sha256)))

    async def keep(self, archive: OpenArchive, entry: ArchiveEntry, mark: DocumentMark, *, tell: bool = False) -> None:
        """Keeps a mark; one that is begun is finished, also when nobody waits for it any more.

        ``tell``: the list is to learn that a review of this file has begun, or is none any more. Raises VaultError, or
        ArchiveNotAvailable when that archive is not in the vault any more.
        """
        if archive.path is not None:
            put = self._vault.disk.put_mark(archive.index.sha256, entry.entry_id, mark, self._clock.now())
            await _to_its_end(put)
            return
        if not await _to_its_end(self._vault.reviews.put(archive.key, _kept(archive, entry, mark))):
            raise ArchiveNotAvailable("replaced or dropped meanwhile", facts={"name": archive.key.uuid})
        if tell:
            self._bus.publish(ClientFilesChanged(archive.key.connection_id, frozenset({archive.key})))

    async def digest(self, archive: OpenArchive, entry_id: str) -> str:
        """The SHA-256 of a document's bytes, in hexadecimal. Raises ArchiveError, RenderError or VaultError."""
        document = await self._previews.document(archive, entry_id)
        return await self._hashed(document.content)

    async def twins(self, archive: OpenArchive) -> dict[str, str]:
        """Documents with the same bytes as an earlier one of the same archive: entry id → entry id of the first."""
        found: dict[str, str] = {}
        for group in twin_candidates(archive.index):
            first: dict[str, str] = {}
            for entry in group:
                digest = await self._digest_of(archive, entry)
                if digest and first.setdefault(digest, entry.entry_id) != entry.entry_id:
                    found[entry.entry_id] = first[digest]
        return found

    async def elsewhere(self, archive: OpenArchive, content_sha256: str) -> frozenset[ClientFileKey]:
        """Other client files of the connection in which these bytes were looked at, and whose archive is still here."""
        if archive.path is not None or not content_sha256:
            return frozenset()
        return await self._vault.reviews.with_same_bytes(archive.key, content_sha256)

    async def review_of_kept(self, archive: OpenArchive) -> Review:
        """What is known of an archive that nobody has on screen: only the marks made on exactly its bytes count."""
        sha256 = archive.index.sha256
        if archive.path is not None:
            return Review(archive.index, dict((await self._vault.disk.load(sha256)).marks))
        kept = await self._vault.reviews.load(archive.key)
        return Review(archive.index, {one.entry_id: one.mark for one in kept if one.archive_sha256 == sha256})

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _digests_of(self, archive: OpenArchive, former: list[KeptMark]) -> dict[str, str]:
        """Of the documents that may be the ones that were marked: nothing else is unpacked."""
        return {
            entry.entry_id: await self._digest_of(archive, entry)
            for entry in archive.index.entries
            if entry.can_be_read and any(may_carry_over(kept, entry) for kept in former)
        }

    async def _digest_of(self, archive: OpenArchive, entry: ArchiveEntry) -> str:
        """Empty for a document that cannot be read: it is the same as nothing."""
        try:
            if place_in_pdf(entry.entry_id) is not None:
                return await self.digest(archive, entry.entry_id)
            return await self._hashed((await self._archives.read(archive, entry.entry_id)).content)
        except (ArchiveError, RenderError):
            return ""

    async def _hashed(self, content: bytes) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: hashlib.sha256(content).hexdigest())


def _kept(archive: OpenArchive, entry: ArchiveEntry, mark: DocumentMark) -> KeptMark:
    return KeptMark(archive.index.sha256, entry.entry_id, entry.path, entry.size, mark)


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """A key was pressed, so it counts: also when the window closes in the same instant."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return await asyncio.shield(task)
