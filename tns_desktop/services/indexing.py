"""Indexing: the text of documents that are kept here, read in the background so that a search finds it.

Its decoder is a process of its own: what the operator looks at never waits for it, nor is it lost when a document breaks
the other one. One document at a time, and none while somebody waits for an archive.
"""

from __future__ import annotations

import asyncio
import logging

from tns_desktop.domain.archive import ArchiveEntry, DocumentKind, EntryRole
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ArchiveError, RenderError, VaultDamaged, VaultError
from tns_desktop.domain.search import DocumentText
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.events import ArchiveStored, EventBus, RefreshFinished
from tns_desktop.services.ports import Clock, Renderer, StoredArchive, Vault

_LOG = logging.getLogger(__name__)

LARGEST_DOCUMENT = 20_000_000
"""Bytes. A longer document is for looking at; its text would cost more than anybody gains."""
LONGEST_TEXT = 200_000
"""Characters of one document."""
MOST_TEXT = 1_000_000
"""Characters of one archive."""
MOST_DOCUMENTS = 100
BREATH_SECONDS = 0.05
"""Between two documents: this work is nobody's hurry."""

_WITH_TEXT = frozenset({DocumentKind.PDF, DocumentKind.TEXT, DocumentKind.XML, DocumentKind.EMAIL})
_ABOUT_THE_FILE = frozenset({EntryRole.REPORT, EntryRole.PROOF_FILE})
"""They repeat the client file's data, which is searched anyhow."""


class Indexer:
    """Reads what has come into the vault: rows first, they are quick, then archives, the newest first."""

    def __init__(self, vault: Vault, archives: Archives, renderer: Renderer, bus: EventBus, clock: Clock) -> None:
        self._vault = vault
        self._archives = archives
        self._renderer = renderer
        self._clock = clock
        self._wake = asyncio.Event()
        self._wake.set()  # the last run may have left something
        self._line_free = asyncio.Event()
        self._line_free.set()
        self._subscriptions = (
            bus.subscribe(ArchiveStored, lambda _event: self._wake.set()),
            bus.subscribe(RefreshFinished, lambda _event: self._wake.set()),
        )

    def make_way(self, key: ClientFileKey | None) -> None:
        """Somebody waits for an archive: no document is begun until ``go_on``."""
        if key is None:
            self._line_free.set()
        else:
            self._line_free.clear()

    def go_on(self) -> None:
        self._line_free.set()

    async def run(self) -> None:
        """For ever; cancelled with its owner. A vault in trouble is told elsewhere; here it is tried again later."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while await self._vault.search.catch_up():
                    await self._pause()
                while await self.read_one():
                    await self._pause()
            except VaultError as error:
                _LOG.warning("documents are not indexed: %s", error.code)

    async def read_one(self) -> bool:
        """Reads the next archive's documents; False when every kept archive was read. Raises VaultError."""
        waiting = await self._vault.search.without_words()
        if not waiting:
            return False
        stored = waiting[0]
        texts = await self._texts_of(stored)
        # False: dropped or replaced meanwhile. Its words were of other bytes and are thrown away.
        await self._vault.search.put_documents(stored, texts)
        return True

    async def close(self) -> None:
        await self._renderer.close()

    async def _texts_of(self, stored: StoredArchive) -> list[DocumentText]:
        try:
            archive = await self._archives.open_stored(stored)
        except (ArchiveError, VaultDamaged) as error:
            _LOG.info("an archive is not indexed: %s", error.code)
            return []
        if not archive.is_of_its_client_file:
            return []  # nobody must come to one client's file through another client's document
        texts: list[DocumentText] = []
        left = MOST_TEXT
        try:
            for entry in [entry for entry in archive.index.entries if _has_text(entry)][:MOST_DOCUMENTS]:
                await self._pause()
                text = (await self._text_of(archive, entry))[: min(LONGEST_TEXT, left)]
                if text.strip():
                    texts.append(DocumentText(entry.entry_id, entry.name, text))
                    left -= len(text)
                if left <= 0:
                    break
        finally:
            await self._renderer.forget(archive.index.sha256)
        return texts

    async def _text_of(self, archive: OpenArchive, entry: ArchiveEntry) -> str:
        """Nothing where the document cannot be read: who opens it is told why."""
        try:
            content = await self._renderer.extract_text(await self._archives.read(archive, entry.entry_id))
        except (ArchiveError, RenderError, VaultDamaged) as error:
            _LOG.info("a document is not indexed: %s", error.code)
            return ""
        return "\n".join((*(f"{part.name} {part.value}" for part in content.headers), content.text))

    async def _pause(self) -> None:
        await self._clock.sleep(BREATH_SECONDS)
        await self._line_free.wait()


def _has_text(entry: ArchiveEntry) -> bool:
    return (
        entry.kind in _WITH_TEXT
        and entry.role not in _ABOUT_THE_FILE
        and entry.can_be_read
        and not entry.is_locked
        and entry.size <= LARGEST_DOCUMENT
    )
