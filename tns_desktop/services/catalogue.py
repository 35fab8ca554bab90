"""The catalogue: what the list shows, read from the vault and the outbox, never from the network."""

from __future__ import annotations

from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.projection import ProjectedFile, project
from tns_desktop.domain.search import SearchResult
from tns_desktop.services.events import ClientFilesChanged, EventBus
from tns_desktop.services.ports import Vault


class Catalogue:
    """Reads projected rows. Stateless: the model of the window keeps the rows it shows."""

    def __init__(self, vault: Vault, bus: EventBus) -> None:
        self._vault = vault
        self._bus = bus

    async def rows(self, connection_id: str) -> list[ProjectedFile]:
        client_files = await self._vault.client_files.listed(connection_id)
        unfinished = await self._vault.outbox.unfinished()
        kept = await self._vault.blobs.kept(connection_id)
        changed = await self._vault.client_files.changed_since_seen(connection_id)
        return project(client_files, unfinished, kept=kept, changed=changed)

    async def file(self, key: ClientFileKey) -> ClientFile | None:
        """Everything that the server last said of a file; None for one that is not here."""
        return await self._vault.client_files.get(key)

    async def search(self, connection_id: str, text: str) -> SearchResult:
        """Files by all their data and by the text of the documents that are kept here, offline too. Raises VaultError."""
        return await self._vault.search.find(connection_id, text)

    async def mark_seen(self, key: ClientFileKey) -> None:
        await self._vault.client_files.mark_seen(key)
        self._bus.publish(ClientFilesChanged(key.connection_id, frozenset({key})))

    async def rejection_causes_met(self, connection_id: str) -> list[str]:
        """Causes that the server's rejected files carry, most frequent first: the vendor does not document a list."""
        return await self._vault.client_files.rejection_causes(connection_id)
