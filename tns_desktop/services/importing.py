"""Creating client files from a table: read, map, try without sending, send, and say line by line what became of each.

Everything long runs in a thread or in short steps: a hundred thousand rows must not be felt in the window.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from tns_desktop.domain.creation import Creation
from tns_desktop.domain.new_client_file import FieldProblem, NewClientFile, ProblemCode, problems_of
from tns_desktop.domain.table_mapping import ColumnMapping, guessed, new_file_of
from tns_desktop.domain.workflow import Workflow
from tns_desktop.services.creation import ROWS_A_TRANSACTION, Creations
from tns_desktop.services.ports import CreationStore, Table, TableReader

T = TypeVar("T")

_ROWS_A_STEP = 500

Told = Callable[[int, int], None]
"""Called with (rows so far, rows in all), on the loop."""


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A row of the table after the trial: what it would create, and what is wrong with it. ``line`` is the file's, 1-based."""

    line: int
    new: NewClientFile
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying every row. Nothing was sent, nothing was stored."""

    rows: tuple[TriedRow, ...] = field(repr=False)
    good: int
    bad: int


class Importing:
    """One table at a time is the caller's business; each call ends early when it is cancelled."""

    def __init__(self, creations: Creations, store: CreationStore, tables: TableReader, pool: Executor) -> None:
        self._creations = creations
        self._store = store
        self._tables = tables
        self._pool = pool

    async def read(self, path: Path) -> Table:
        """Raises TableUnreadable."""
        stopped: list[bool] = []
        try:
            return await self._in_pool(lambda: self._tables.read_blocking(path, lambda: bool(stopped)))
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    async def proposed(self, table: Table, workflow: Workflow | None) -> tuple[str, ...]:
        """What each column is: as it was chosen last time for a column of that name, else guessed. Raises VaultError."""
        remembered = await self._store.known_columns()
        columns = list(guessed(table.header, workflow))
        for index, name in enumerate(table.header):
            chosen = remembered.get(name)
            if chosen is not None and (not chosen or chosen not in columns):
                columns[index] = chosen
        return tuple(columns)

    async def remember(self, table: Table, mapping: ColumnMapping) -> None:
        """For the next table whose columns have these names. Raises VaultError."""
        chosen = dict(zip(table.header, mapping.columns, strict=True))
        await self._store.remember_columns({name: column for name, column in chosen.items() if name})

    async def try_out(
        self,
        table: Table,
        mapping: ColumnMapping,
        connection_id: str,
        workflows: Sequence[Workflow],
        told: Told = lambda _done, _all: None,
    ) -> Trial:
        """What each row would create, and what is wrong with it. Raises VaultError."""
        known = {one.label: one for one in workflows if one.kind is mapping.kind}
        rows: list[TriedRow] = []
        seen: set[str] = set()
        for start in range(0, len(table.rows), _ROWS_A_STEP):
            some = table.rows[start : start + _ROWS_A_STEP]
            tried = await self._in_pool(functools.partial(_tried_blocking, some, mapping, known))
            ids = {one.new.external_id for one in tried if one.new.external_id}
            taken = await self._creations.taken(connection_id, ids) if ids else frozenset()
            for one in tried:
                external_id = one.new.external_id
                twice = external_id in seen or external_id in taken
                if external_id:
                    seen.add(external_id)
                rows.append(_with_taken(one) if external_id and twice else one)
            told(len(rows), len(table.rows))
        bad = sum(bool(one.problems) for one in rows)
        return Trial(tuple(rows), len(rows) - bad, bad)

    async def run(self, trial: Trial, connection_id: str, told: Told = lambda _done, _all: None) -> str:
        """Puts every good row into the outbox, a few hundred in a transaction; the import's name. Raises VaultError.

        Cancelled in the middle, what is in the outbox stays there, whole rows only.
        """
        batch = self._creations.new_batch()
        good = [(one.line, one.new) for one in trial.rows if not one.problems]
        for start in range(0, len(good), ROWS_A_TRANSACTION):
            some = good[start : start + ROWS_A_TRANSACTION]
            await self._creations.queue_all(connection_id, batch, some)
            told(start + len(some), len(good))
            await asyncio.sleep(0)
        return batch

    async def outcomes(self, batch: str) -> list[Creation]:
        """Every row of an import, by its lines."""
        return await self._creations.of_batch(batch)

    async def save_report(self, path: Path, rows: Sequence[Sequence[str]]) -> None:
        """As CSV, with what looks like a formula made harmless. Raises TableUnreadable."""
        await self._in_pool(lambda: self._tables.write_csv_blocking(path, rows))

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _tried_blocking(
    rows: Sequence[tuple[int, tuple[str, ...]]], mapping: ColumnMapping, known: dict[str, Workflow]
) -> list[TriedRow]:
    tried = []
    for line, cells in rows:
        new = new_file_of(cells, mapping)
        problems = problems_of(new, known.get(new.workflow_label))
        tried.append(TriedRow(line, new, problems))
    return tried


def _with_taken(row: TriedRow) -> TriedRow:
    taken = FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN)
    return replace(row, problems=(*row.problems, taken))
