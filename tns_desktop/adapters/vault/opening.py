"""Opens the vault: its parts together, and the way back for each of them."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tns_desktop.adapters.vault.aside import finish_exchange_blocking
from tns_desktop.adapters.vault.blobs import VaultBlobs
from tns_desktop.adapters.vault.client_files import VaultClientFiles
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.creations import VaultCreations
from tns_desktop.adapters.vault.disk_reviews import VaultDiskReviews
from tns_desktop.adapters.vault.evidence import VaultEvidence
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import DATABASE_NAME, JOURNAL_NAME, KEY_CHECK_NAME
from tns_desktop.adapters.vault.handovers import VaultHandovers
from tns_desktop.adapters.vault.journal import OutboxJournal
from tns_desktop.adapters.vault.journaled import JournaledDatabase
from tns_desktop.adapters.vault.outbox import VaultOutbox
from tns_desktop.adapters.vault.reviews import VaultReviews
from tns_desktop.adapters.vault.webhooks import VaultNotices
from tns_desktop.adapters.vault.words import VaultSearch
from tns_desktop.services.ports import Clock, Vault


async def open_vault(folder: Path, key: bytes, clock: Clock) -> Vault:
    """The vault in ``folder``, created if it is not there; ``key`` is 32 bytes. Its ``close`` is a coroutine function.

    Raises VaultKeyWrong, VaultDamaged, VaultTooNew, VaultReadOnly, DiskFull, or VaultError whose fact ``reason`` is
    ``in_use`` when another process has it open. A vault that does not open is left as it is.
    """
    await asyncio.to_thread(finish_exchange_blocking, folder)
    database = Database(folder)
    await database.open(key)
    blobs = VaultBlobs(database, clock)
    journaled = JournaledDatabase(database, OutboxJournal(folder, key))

    async def close() -> None:
        await blobs.close()
        await journaled.close()
        await database.close()

    try:
        put_back = await journaled.prepare(clock.now())
        await blobs.prepare()
    except BaseException:
        await close()
        raise
    return Vault(
        VaultClientFiles(database),
        VaultOutbox(journaled, clock),
        blobs,
        VaultReviews(database),
        VaultEvidence(database),
        VaultSearch(database),
        VaultDiskReviews(database),
        VaultCreations(journaled, clock),
        VaultHandovers(database),
        VaultNotices(database),
        close,
        decisions_put_back=put_back.decisions,
        creations_put_back=put_back.creations,
    )


def vault_exists(folder: Path) -> bool:
    """True when there is something in ``folder`` that only the right key can open."""
    return any(_has_content(folder / name) for name in (DATABASE_NAME, JOURNAL_NAME, KEY_CHECK_NAME))


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


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
