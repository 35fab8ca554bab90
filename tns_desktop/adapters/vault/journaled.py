"""Writes that are in the journal before the database commits them: how every row that must not be lost is written.

Decisions and creations share one journal, so they share this: a change is noted while the transaction is made, all notes of
one are appended and synchronised together at its end, and cut off again when the database refuses.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.creation_rejoining import journaled_creations_blocking, rejoin_creations_blocking
from tns_desktop.adapters.vault.journal import Journaled, OutboxJournal
from tns_desktop.adapters.vault.rejoining import journaled_blocking, rejoin_blocking
from tns_desktop.domain.errors import VaultError

if TYPE_CHECKING:
    import apsw

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

Note = Callable[[Journaled], None]


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many rows the database had lost, or their last change, and the journal gave back."""

    decisions: int = 0
    creations: int = 0


class JournaledDatabase:
    """One vault's database together with its journal."""

    def __init__(self, database: Database, journal: OutboxJournal) -> None:
        self.database = database
        self._journal = journal
        self._holds_finished = False
        """What is finished is of no use in the journal any more, and may be somebody's data."""

    async def prepare(self, now: datetime) -> PutBack:
        """Brings both together. Raises VaultError. To be called before anything else."""

        def work(connection: apsw.Connection) -> PutBack:
            found = self._journal.read_blocking()
            creations = journaled_creations_blocking(connection)
            put_back = PutBack(
                rejoin_blocking(connection, found, now),
                rejoin_creations_blocking(connection, found, creations, now),
            )
            same = found.creations == creations and found.decisions == journaled_blocking(connection)
            if found.intact and same and not put_back.creations:
                self._journal.continue_blocking(found)
            else:
                self._rewrite_blocking(connection)
            return put_back

        return await self.database.write(work)

    async def write(self, work: Callable[[apsw.Connection, Note], T]) -> T:
        """What ``work`` returns, after its changes are on the disk, twice; if it raises, nothing was changed."""

        def with_journal(connection: apsw.Connection) -> T:
            self._journal.begin_blocking()
            noted: list[Journaled] = []
            result = work(connection, noted.append)
            self._journal.append_blocking(noted)
            self._holds_finished |= any(row.is_final for row in noted)
            return result

        result = await self.database.write(with_journal, undo=self._journal.undo_blocking)
        if self._journal.has_grown:
            try:
                await self.database.read(self._rewrite_blocking)
            except VaultError as error:
                # Nothing is lost by it: the present file holds everything, and the next change tries again.
                _LOG.warning("the journal is not written anew: %s", error.code)
        return result

    async def forget(self, work: Callable[[apsw.Connection], None]) -> None:
        """Deletes rows: afterwards they are neither in the write-ahead log nor in the journal."""
        await self.database.write(work)
        await self.database.read(empty_wal)
        await self.database.read(self._rewrite_blocking)

    async def close(self) -> None:
        """Nothing of what is finished stays in the journal then. Closing twice is fine."""
        with contextlib.suppress(
            VaultError
        ):  # the database was closed before, or a full disk: the next opening does it
            if self._holds_finished:
                await self.database.read(self._rewrite_blocking)
        with contextlib.suppress(VaultError):
            await self.database.read(lambda _connection: self._journal.close_blocking())

    def _rewrite_blocking(self, connection: apsw.Connection) -> None:
        rewrite_blocking(self._journal, connection)
        self._holds_finished = False


def rewrite_blocking(journal: OutboxJournal, connection: apsw.Connection) -> None:
    """The journal holds what is unfinished in the database, and nothing else, afterwards. Raises DiskFull or VaultReadOnly."""
    journal.rewrite_blocking(
        [*journaled_blocking(connection).values(), *journaled_creations_blocking(connection).values()]
    )
