"""Workflows of a connection: as an administrator wrote them, and as they are learned from the files already seen."""

from __future__ import annotations

import asyncio

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.workflow import Observer, Workflow, merged
from tns_desktop.services.ports import Vault, WorkflowFile
from tns_desktop.services.settings import WORKFLOWS_FILE, Settings

FILES_OF_EACH = 200
"""Enough to meet every profile and type that is in use; a hundred thousand would say no more, and take seconds."""


class Workflows:
    """Asked anew each time somebody creates files: what is edited or seen meanwhile counts at once."""

    def __init__(self, vault: Vault, settings: Settings, file: WorkflowFile) -> None:
        self._vault = vault
        self._settings = settings
        self._file = file

    async def written(self) -> list[Workflow]:
        """Those of the administrator's file. Raises WorkflowsInvalid."""
        return await self._file.load(self._settings.get(WORKFLOWS_FILE))

    async def learned(self, connection_id: str) -> list[Workflow]:
        """Those that the files of the connection show. Raises VaultError."""
        files = await self._vault.client_files.newest_of_each_workflow(connection_id, FILES_OF_EACH)
        return await asyncio.to_thread(_learned_blocking, files)

    async def of(self, connection_id: str) -> list[Workflow]:
        """Both together, by kind and label. Raises WorkflowsInvalid or VaultError."""
        return merged(await self.written(), await self.learned(connection_id))


def _learned_blocking(files: list[ClientFile]) -> list[Workflow]:
    observer = Observer()
    observer.see(files)
    return observer.workflows()
