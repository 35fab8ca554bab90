"""Creating client files from a table: read, map, try without sending, send, and say line by line what became of each.

Everything long runs in a thread or in short steps: a hundred thousand rows must not be felt in the window.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tns_desktop.domain.creation import Creation
from tns_desktop.domain.new_client_file import NewClientFile, ProblemCode, problems_of
from tns_desktop.domain.table_mapping import ColumnMapping, guessed, new_file_of
from tns_desktop.domain.workflow import Workflow
from tns_desktop.services.creation import ROWS_A_TRANSACTION, Creations
from tns_desktop.services.ports import CreationStore, Row, Table, TableReader

T = TypeVar("T")

_ROWS_A_STEP = 500

_TAKEN = ("external_id", ProblemCode.EXTERNAL_ID_TAKEN.value)
_MORE_CELLS = ("form", ProblemCode.MORE_CELLS.value)

Told = Callable[[int, int], None]
"""Called with (rows so far, rows in all), on the loop."""


TriedLine = tuple[int, str, tuple[tuple[str, str], ...]]
"""Line of the file (1-based), whose it is, and field and code of what is wrong. Plain tuples of texts: the garbage collector
passes over a hundred thousand of them, where as many objects would stop the window."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying every row. Nothing was sent, nothing was stored. ``batch`` names the import that it may become."""

    table: Table = field(repr=False)
    mapping: ColumnMapping
    lines: tuple[TriedLine, ...] = field(repr=False)
    batch: str

    @property
    def wrong(self) -> list[TriedLine]:
        return [line for line in self.lines if line[2]]


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
        lines: list[TriedLine] = []
        seen: set[str] = set()
        for start in range(0, len(table), _ROWS_A_STEP):
            some = table.part(start, start + _ROWS_A_STEP)
            tried = await self._in_pool(functools.partial(_tried_blocking, some, mapping, known))
            ids = {external_id for external_id, _line in tried if external_id}
            taken = await self._creations.taken(connection_id, ids) if ids else frozenset()
            for external_id, line in tried:
                twice = external_id in seen or external_id in taken
                lines.append((line[0], line[1], (*line[2], _TAKEN)) if external_id and twice else line)
                if external_id:
                    seen.add(external_id)
            told(len(lines), len(table))
        return Trial(table, mapping, tuple(lines), self._creations.new_batch())

    async def run(self, trial: Trial, connection_id: str, told: Told = lambda _done, _all: None) -> str:
        """Puts every row without a problem into the outbox, a few hundred in a transaction; the import's name.

        Cut off in the middle, what is in the outbox stays there, whole rows only; run again, the same trial goes on with the
        rows that are not there yet. Raises RoleForbids or VaultError.
        """
        there = {row.line for row in await self._creations.of_batch(trial.batch)}
        for start in range(0, len(trial.table), ROWS_A_TRANSACTION):
            stop = start + ROWS_A_TRANSACTION
            rows = zip(trial.table.part(start, stop), trial.lines[start:stop], strict=True)
            good = [row for row, line in rows if not line[2] and row[0] not in there]
            if good:
                made = await self._in_pool(functools.partial(_made_blocking, good, trial.mapping))
                await self._creations.queue_all(connection_id, trial.batch, made)
            told(min(stop, len(trial.table)), len(trial.table))
        return trial.batch

    async def outcomes(self, batch: str) -> list[Creation]:
        """Every row of an import, by its lines."""
        return await self._creations.of_batch(batch)

    async def save_report(self, path: Path, rows: Sequence[Sequence[str]]) -> None:
        """As CSV, with what looks like a formula made harmless. Raises TableUnreadable."""
        await self._in_pool(lambda: self._tables.write_csv_blocking(path, rows))

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _tried_blocking(
    rows: Sequence[Row], mapping: ColumnMapping, known: dict[str, Workflow]
) -> list[tuple[str, TriedLine]]:  # fmt: skip
    """Of each row its external identifier and its line."""
    tried = []
    for line, cells in rows:
        new = new_file_of(cells, mapping)
        problems = problems_of(new, known.get(new.workflow_label))
        wrong = tuple((one.field, one.code.value) for one in problems)
        if any(cells[len(mapping.columns) :]):  # a separator that nobody quoted: what follows it has moved on by one
            wrong = (_MORE_CELLS, *wrong)
        tried.append((new.external_id, (line, new.display_name, wrong)))
    return tried


def _made_blocking(rows: Sequence[Row], mapping: ColumnMapping) -> list[tuple[int, NewClientFile]]:
    return [(line, new_file_of(cells, mapping)) for line, cells in rows]
