"""Opens the vault: the one entry to this package, and what can be done with a vault that does not open."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from tns_desktop.adapters.vault.blobs import VaultBlobs
from tns_desktop.adapters.vault.client_files import VaultClientFiles
from tns_desktop.adapters.vault.connection import DATABASE_NAME, Database
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.outbox import VaultOutbox
from tns_desktop.adapters.vault.words import VaultSearch
from tns_desktop.services.ports import Clock, Vault


async def open_vault(folder: Path, key: bytes, clock: Clock) -> Vault:
    """The vault in ``folder``, created if it is not there; ``key`` is 32 bytes. Its ``close`` is a coroutine function.

    Raises VaultKeyWrong, VaultDamaged, VaultTooNew, VaultReadOnly, DiskFull, or VaultError whose fact ``reason`` is
    ``in_use`` when another process has it open. A vault that does not open is left as it is.
    """
    database = Database(folder)
    await database.open(key)
    blobs = VaultBlobs(database, clock)

    async def close() -> None:
        await blobs.close()
        await database.close()

    try:
        await blobs.prepare()
    except BaseException:
        await close()
        raise
    return Vault(VaultClientFiles(database), VaultOutbox(database, clock), blobs, VaultSearch(database), close)


def vault_exists(folder: Path) -> bool:
    """True when there is something in ``folder`` that only the right key can open."""
    try:
        return (folder / DATABASE_NAME).stat().st_size > 0
    except OSError:
        return False


def set_vault_aside_blocking(folder: Path, at: datetime) -> Path:
    """Renames a vault that does not open, so that a new one can be begun; returns its new place. Nothing is deleted.

    Raises VaultReadOnly or VaultError.
    """
    aside = folder.with_name(f"{folder.name}-{at:%Y%m%dT%H%M%S}")
    try:
        return folder.rename(aside)
    except OSError as error:
        raise from_os_error(error, folder) from error


def discard_vault_blocking(folder: Path) -> None:
    """Deletes the vault of a session whose key is gone. Never for a vault whose key the keychain keeps.

    Raises VaultReadOnly or VaultError.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise from_os_error(error, folder) from error
