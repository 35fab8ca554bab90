"""What has to be known before a file is handed over: its folder is there, and the vault holds what the server has of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from tns_desktop.domain.client_file import ClientFile, KnownState
from tns_desktop.domain.errors import SecretStoreError, ServerError, TnsError, TransportError, VaultError
from tns_desktop.domain.handover import Handover, HandoverRule, Occasion
from tns_desktop.domain.handover_errors import HandoverError, HandoverRefused
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.connections import Connections
from tns_desktop.services.handover_rules import HandoverRules
from tns_desktop.services.handover_steps import HandoverSteps
from tns_desktop.services.patience import stops_a_round
from tns_desktop.services.ports import HandoverFolders, Vault

AT_ONCE = 4
"""Files about which the server is asked at the same time."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A file about which everything is known. ``product`` is the connection's label, ``origin`` its address."""

    row: Handover
    rule: HandoverRule
    archive: OpenArchive
    client_file: ClientFile
    product: str
    origin: str


class Readiness:
    """Asks the server, and fetches what is not here or not what the server has."""

    def __init__(
        self,
        rules: HandoverRules,
        steps: HandoverSteps,
        vault: Vault,
        connections: Connections,
        archives: Archives,
        folders: HandoverFolders,
        pool: Executor,
    ) -> None:
        self._rules = rules
        self._steps = steps
        self._vault = vault
        self._connections = connections
        self._archives = archives
        self._folders = folders
        self._pool = pool
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def of(self, rows: Sequence[Handover]) -> list[Ready]:
        """Those whose archive, as the server has it now, is in the vault. Nothing is fetched for a folder that is away."""
        rows = await self._with_folder(rows)
        down: dict[str, TnsError] = {}

        async def make(row: Handover) -> Ready | None:
            async with self._gate:
                connection_id = row.key.connection_id
                try:
                    if (trouble := down.get(connection_id)) is not None:
                        raise trouble
                    return await self._ready(row)
                except VaultError:
                    raise
                except TnsError as error:
                    if isinstance(error, TransportError | ServerError | SecretStoreError) and stops_a_round(error):
                        down[connection_id] = error
                    await self._steps.stop([row], error)
                    return None

        made = await asyncio.gather(*(make(row) for row in rows), return_exceptions=True)
        for one in made:
            if isinstance(one, BaseException):
                raise one
        return [one for one in made if isinstance(one, Ready)]

    async def _with_folder(self, rows: Sequence[Handover]) -> list[Handover]:
        by_folder: dict[str, list[Handover]] = {}
        for row in rows:
            rule = self._rules.of(row.key.connection_id)
            by_folder.setdefault(rule.folder if rule is not None else "", []).append(row)
        found: list[Handover] = []
        loop = asyncio.get_running_loop()
        for folder, those in by_folder.items():
            try:
                if folder:
                    await loop.run_in_executor(self._pool, self._folders.look_blocking, Path(folder))
                found += those
            except HandoverError as error:
                await self._steps.stop(those, error)
        return found

    async def _ready(self, row: Handover) -> Ready:
        """Raises HandoverRefused for what must not be handed over, and what server and archive raise."""
        key = row.key
        rule, connection = self._rules.of(key.connection_id), self._connections.find(key.connection_id)
        if rule is None or connection is None:
            raise refused(row, "no_rule")
        api = await self._connections.api_for(key.connection_id)
        client_file = await api.read_client_file(key.uuid)
        if row.occasion is not Occasion.ASKED and client_file.state.known is not KnownState.ACCEPTED:
            raise refused(row, "not_accepted")
        now = await api.archive_now(key.uuid)
        stored = await self._vault.blobs.find(key)  # after the server has answered: what is opened is what is here then
        if stored is None or not (now.etag and stored.etag) or now.is_another_than(stored.etag, stored.size):
            # Without a tag nobody knows whether what is here is what the server has: signed since, for instance.
            stored = await self._archives.fetch(key)
        archive = await self._archives.open_stored(stored)
        if not archive.is_of_its_client_file:
            raise refused(row, "other_file")
        return Ready(row, rule, archive, client_file, connection.label, connection.base_url)


def refused(row: Handover, reason: str) -> HandoverRefused:
    """What must not be handed over, for a reason that the catalogues have words for."""
    return HandoverRefused(reason, facts={"name": row.display_id, "reason": reason})
