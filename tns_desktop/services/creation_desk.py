"""The use cases around client files that do not exist yet, together: one thing for the desk to hold."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from tns_desktop.domain.creation import Creation
from tns_desktop.domain.new_client_file import MAX_DOCUMENT_BYTES
from tns_desktop.services.connections import Connections
from tns_desktop.services.creating import CreationSender
from tns_desktop.services.creation import Creations
from tns_desktop.services.events import EventBus
from tns_desktop.services.importing import Importing
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import Clock, DocumentFiles, NewIds, TableReader, Vault, WorkflowFile
from tns_desktop.services.settings import Settings
from tns_desktop.services.workflows import Workflows


@dataclass(frozen=True, slots=True)
class CreationDesk:
    """Drafts, their way to the server, what workflows ask for, tables, and documents from the disk."""

    creations: Creations
    sender: CreationSender
    workflows: Workflows
    importing: Importing
    files: DocumentFiles
    pool: Executor

    async def attach(self, creation_id: str, path: Path) -> Creation:
        """A document from the disk to a draft. Raises DocumentNotTaken, IllegalTransition or VaultError."""
        content, media_type, sha256 = await asyncio.get_running_loop().run_in_executor(
            self.pool, self._read_blocking, path
        )
        return await self.creations.attach(creation_id, path.name, content, media_type=media_type, sha256=sha256)

    def _read_blocking(self, path: Path) -> tuple[bytes, str, str]:
        content, media_type = self.files.read_blocking(path, MAX_DOCUMENT_BYTES)
        return content, media_type, hashlib.sha256(content).hexdigest()


def creation_desk(
    connections: Connections,
    vault: Vault,
    settings: Settings,
    lines: Lines,
    bus: EventBus,
    clock: Clock,
    locks: ConnectionLocks,
    pool: Executor,
    new_id: NewIds,
    workflows_file: WorkflowFile,
    tables: TableReader,
    files: DocumentFiles,
) -> CreationDesk:
    """Builds them of what the desk stands on."""
    creations = Creations(vault, bus, clock, new_id, connections.demand)
    return CreationDesk(
        creations=creations,
        sender=CreationSender(connections, vault, lines, bus, clock, locks),
        workflows=Workflows(vault, settings, workflows_file),
        importing=Importing(creations, vault.creations, tables, pool),
        files=files,
        pool=pool,
    )
