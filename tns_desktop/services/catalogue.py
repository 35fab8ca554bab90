"""The catalogue: what the list shows, read from the vault and the outbox, never from the network."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.projection import ProjectedFile, project
from tns_desktop.domain.search import SearchResult
from tns_desktop.services.events import ClientFilesChanged, EventBus
from tns_desktop.services.ports import Vault


class Catalogue:
    """Reads projected rows. Stateless: the model of the window keeps the rows it shows."""

    def __init__(self, vault: Vault, bus: EventBus) -> None:
        self._vault = vault
        self._bus = bus

    async def rows(self, connection_ids: Sequence[str]) -> list[ProjectedFile]:
        """Those of each connection, one connection after the other."""
        unfinished = await self._vault.outbox.unfinished()
        found: list[ProjectedFile] = []
        for connection_id in connection_ids:
            found += await self._projected(connection_id, unfinished, None)
        return found

    async def rows_of(self, keys: Collection[ClientFileKey]) -> list[ProjectedFile]:
        """Those of some files only; one that is not here any more is left out."""
        unfinished = await self._vault.outbox.unfinished()
        found: list[ProjectedFile] = []
        for connection_id in sorted({key.connection_id for key in keys}):
            found += await self._projected(connection_id, unfinished, keys)
        return found

    async def _projected(
        self, connection_id: str, unfinished: Sequence[OutboxEntry], wanted: Collection[ClientFileKey] | None
    ) -> list[ProjectedFile]:
        client_files = await self._vault.client_files.listed(connection_id, wanted)
        kept = await self._vault.blobs.kept(connection_id)
        changed = await self._vault.client_files.changed_since_seen(connection_id)
        begun = await self._vault.reviews.begun(connection_id)
        on_purpose = await self._vault.blobs.on_purpose(connection_id)
        return project(client_files, unfinished, kept=kept, changed=changed, begun=begun, on_purpose=on_purpose)

    async def file(self, key: ClientFileKey) -> ClientFile | None:
        """Everything that the server last said of a file; None for one that is not here."""
        return await self._vault.client_files.get(key)

    async def search(self, connection_ids: Sequence[str], text: str) -> SearchResult:
        """Files by all their data and by the text of the documents that are kept here, offline too. Raises VaultError."""
        results = [await self._vault.search.find(connection_id, text) for connection_id in connection_ids]
        return SearchResult.of_all(results)

    async def mark_seen(self, key: ClientFileKey) -> None:
        await self._vault.client_files.mark_seen(key)
        self._bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))

    async def rejection_causes_met(self, connection_id: str) -> list[str]:
        """Causes that the server's rejected files carry, most frequent first: the vendor does not document a list."""
        return await self._vault.client_files.rejection_causes(connection_id)
