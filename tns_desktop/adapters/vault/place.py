"""Where the vault of a profile lies, with its key: opening it, mending it, setting it aside."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tns_desktop.adapters.vault.aside import set_vault_aside_blocking
from tns_desktop.adapters.vault.keys import forget_unusable_key, vault_key
from tns_desktop.adapters.vault.opening import discard_vault_blocking, open_vault
from tns_desktop.adapters.vault.recovery import recover_vault
from tns_desktop.services.ports import Clock, SecretStore, Vault, VaultRecovery


class KeptVaultPlace:
    """The ``VaultPlace`` port, one for the program's life. ``lasting`` False: the key ends with the process, and a vault that
    was there before is noise. ``key`` is asked each time that something is opened; without, it is the one that lies bare.
    """

    def __init__(
        self,
        folder: Path,
        secrets: SecretStore,
        clock: Clock,
        *,
        lasting: bool,
        key: Callable[[], Awaitable[bytes]] | None = None,
    ) -> None:
        self._folder = folder
        self._secrets = secrets
        self._clock = clock
        self._is_noise = not lasting
        self._key = key or (lambda: vault_key(secrets, folder))

    async def open(self) -> Vault:
        if self._is_noise:
            await asyncio.to_thread(discard_vault_blocking, self._folder)
        vault = await open_vault(self._folder, await self._key(), self._clock)
        self._is_noise = False
        return vault

    async def recover(self) -> VaultRecovery:
        return await recover_vault(self._folder, await self._key(), self._clock)

    async def set_aside(self) -> Path:
        """Something in the keychain that is no key would keep the new vault from being opened too."""
        copy = await asyncio.to_thread(set_vault_aside_blocking, self._folder, self._clock.now())
        await forget_unusable_key(self._secrets)
        return copy
