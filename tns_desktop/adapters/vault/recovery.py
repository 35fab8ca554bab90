"""Recovery of a vault that is damaged: a new one is built of what can be read, and takes its place.

Decisions, creations and drafts come from the journal and from the database, whichever knows more of each; what may have been
sent is looked up before anything else. Archives come with their keys, the marks of their documents and what was seen of them;
rows of the list, evidence of decisions, documents of creations, reviews of archives from disk and what is kept on purpose as
far as they can be read; the server has the rest. The words to search by are made anew, of the rows
and of the archives. The damaged vault is kept beside, as it was found.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.aside import exchange_blocking, making_folder
from tns_desktop.adapters.vault.blobs import BLOBS_FOLDER_NAME
from tns_desktop.adapters.vault.client_files import VaultClientFiles
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.creation_rejoining import rebuild_creations_blocking
from tns_desktop.adapters.vault.disk_reviews import adopt_orphans
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import FOLDER_MODE
from tns_desktop.adapters.vault.journal import JournalContent, JournaledDecision, OutboxJournal
from tns_desktop.adapters.vault.journaled import rewrite_blocking
from tns_desktop.adapters.vault.rejoining import journaled_blocking, later_of, put_in_blocking, safe
from tns_desktop.adapters.vault.reviews import forget_orphans
from tns_desktop.services.ports import Clock, VaultRecovery

if TYPE_CHECKING:
    import apsw

    from tns_desktop.adapters.vault.salvage import Salvage


async def recover_vault(folder: Path, key: bytes, clock: Clock) -> VaultRecovery:
    """Builds the vault in ``folder`` anew. To be opened with ``open_vault`` afterwards.

    Raises DiskFull, VaultReadOnly or VaultError; ``folder`` is as it was then.
    """
    from tns_desktop.adapters.vault.salvage import salvage_blocking

    making, now = making_folder(folder), clock.now()
    await asyncio.to_thread(_begin_blocking, making)
    salvaged = await asyncio.to_thread(salvage_blocking, folder, key, making / "copy")
    journaled = await asyncio.to_thread(OutboxJournal(folder, key).read_blocking)
    decisions = merged(salvaged, journaled, now)
    archives = await asyncio.to_thread(_link_blobs_blocking, folder, making, salvaged)
    database = Database(making)
    journal = OutboxJournal(making, key)
    try:
        await database.open(key)
        await VaultClientFiles(database).upsert(salvaged.client_files)
        await database.write(lambda connection: _put_in(connection, decisions, salvaged, archives, now))
        creations = await database.write(lambda connection: rebuild_creations_blocking(connection, journaled, now))
        await database.read(lambda connection: rewrite_blocking(journal, connection))
        unfinished = await database.read(lambda connection: len(journaled_blocking(connection)))
    finally:
        journal.close_blocking()
        await database.close()
    copy = await asyncio.to_thread(_exchange_blocking, folder, now, archives)
    return VaultRecovery(
        copy,
        unfinished,
        len(archives),
        len(salvaged.client_files),
        complete=journaled.intact,
        creations=creations.unfinished,
        incomplete=creations.incomplete,
    )


def merged(salvaged: Salvage, journaled: JournalContent, now: datetime) -> list[JournaledDecision]:
    """Each decision once, as its later account has it, and safe to go on with; oldest decision first."""
    found = []
    for decision_id in salvaged.decisions.keys() | journaled.decisions.keys():
        later = later_of(salvaged.decisions.get(decision_id), journaled.decisions.get(decision_id))
        if later is not None:
            # The database alone is never certain here: the last changes may be what was damaged.
            known = journaled.intact and decision_id in journaled.decisions
            found.append(safe(later, now, in_doubt=not known))
    return sorted(found, key=lambda one: one.entry.decision.decided_at)


def _begin_blocking(making: Path) -> None:
    try:
        if making.exists():
            shutil.rmtree(making)
        making.mkdir(mode=FOLDER_MODE, parents=True)
    except OSError as error:
        raise from_os_error(error, making) from error


def _link_blobs_blocking(folder: Path, making: Path, salvaged: Salvage) -> list[str]:
    """The files of the archives whose keys were read, in both vaults for the moment; their names."""
    blobs = making / BLOBS_FOLDER_NAME
    linked = []
    try:
        blobs.mkdir(mode=FOLDER_MODE)
        for row in salvaged.archives:
            source = folder / BLOBS_FOLDER_NAME / row[2]
            if not source.is_file():
                continue
            try:
                os.link(source, blobs / source.name)
            except OSError:  # a file system without links
                shutil.copyfile(source, blobs / source.name)
            linked.append(source.name)
    except OSError as error:
        raise from_os_error(error, blobs) from error
    return linked


def _put_in(
    connection: apsw.Connection,
    decisions: list[JournaledDecision],
    salvaged: Salvage,
    archives: list[str],
    now: datetime,
) -> None:
    from tns_desktop.adapters.vault.salvage import CARRIED

    # A row may have been read and the one that it belongs to not: that must not cost all the others.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for decision in decisions:
        put_in_blocking(connection, decision)
    there = set(archives)
    # Not durable: the next opening reads each of them through before it believes in it.
    connection.executemany(
        "INSERT INTO archives (connection_id, uuid, file_name, content_key, sha256, size, etag, stored_at, durable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        [row for row in salvaged.archives if row[2] in there],
    )
    connection.executemany(
        "INSERT INTO purge_log (at, connection_id, uuid, sha256, size, reason) VALUES (?, ?, ?, ?, ?, ?)",
        salvaged.purges,
    )
    for table, rows in salvaged.rows.items():
        columns = CARRIED[table].columns
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
    forget_orphans(connection)
    adopt_orphans(connection, now)


def _exchange_blocking(folder: Path, now: datetime, archives: list[str]) -> Path:
    """The archives leave the copy: one that is dropped later must not live on there."""
    copy = exchange_blocking(folder, now)
    for name in archives:
        with contextlib.suppress(OSError):
            (copy / BLOBS_FOLDER_NAME / name).unlink()
    return copy
