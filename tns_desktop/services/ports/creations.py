"""What the use cases need to create client files: the store of creations, files of workflows and tables from the disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.domain.workflow import Workflow

Move = tuple[Creation, Creation]
"""A row as the caller last saw it, and what it is to become."""


@dataclass(frozen=True, slots=True)
class CreatedFile:
    """What the server said of a file that it just created."""

    uuid: str
    display_id: str = ""
    invited: tuple[Participant, ...] = field(default=(), repr=False)
    """Participants with the access tokens that the answer gave them."""


class CreationStore(Protocol):
    """Drafts and creations on their way. Every change is durable before the call returns."""

    async def insert(self, creations: Sequence[Creation]) -> None:
        """All of them, in one transaction."""
        ...

    async def update(self, moves: Sequence[Move]) -> frozenset[str]:
        """Moves the rows that are still as the caller saw them, in one transaction; their ids.

        Documents that a row does not name any more go with the same transaction, and all of one that is created or withdrawn.
        Raises IllegalTransition for a step that is not legal, and moves nothing then.
        """
        ...

    async def attach(self, move: Move, document: NewDocument, content: bytes) -> bool:
        """The row's new text and the bytes of a document of it, or neither; False when the row had moved.

        A document that was lost gets its bytes back in the same way.
        """
        ...

    async def document(self, creation_id: str, document_id: str) -> bytes | None: ...

    async def lost_documents(self, creation_id: str) -> frozenset[str]:
        """Documents that the row names and whose bytes a damaged vault has lost, by identifier."""
        ...

    async def get(self, creation_id: str) -> Creation | None: ...

    async def due(self, connection_id: str, now: datetime, most: int, *, hastened: bool = False) -> list[Creation]:
        """Rows under way whose next step is due, those due first; one whose time lies far ahead of any pause is due too.

        ``hastened``: those that wait for another try do not wait any longer.
        """
        ...

    async def next_due(self) -> dict[str, datetime]:
        """By connection: when the first of its rows under way is due."""
        ...

    async def stranded(self) -> list[Creation]:
        """Rows found *sending*: whoever was sending them is gone."""
        ...

    async def recent(self, limit: int = 1000) -> list[Creation]:
        """Newest first; those that need somebody or are under way before those that are done, should there be more."""
        ...

    async def counts(self, batch: str = "") -> dict[CreationStatus, int]:
        """``batch``: of one import only."""
        ...

    async def unfinished_of(self, connection_id: str) -> int:
        """Creations of that connection that are under way or wait for somebody; drafts do not count."""
        ...

    async def batch(self, batch: str) -> list[Creation]:
        """Every row of one import, by its lines."""
        ...

    async def taken(self, connection_id: str, external_ids: Collection[str], *, but: str = "") -> frozenset[str]:
        """Those that a file of the server or another creation has already. ``but``: the creation that asks."""
        ...

    async def known_columns(self) -> dict[str, str]:
        """What columns of imported tables were taken for, by their names."""
        ...

    async def remember_columns(self, columns: Mapping[str, str]) -> None:
        """The latest choice wins."""
        ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every row, document and step of that connection, out of the write-ahead log too."""
        ...


class WorkflowFile(Protocol):
    """The file in which an administrator describes workflows."""

    async def load(self, path: str) -> list[Workflow]:
        """Raises WorkflowsInvalid with file, line and key. None there is no mistake: the list is empty."""
        ...


Row = tuple[int, tuple[str, ...]]
"""The line a row began on (1-based), and its cells."""
CELLS_END = "\0"
"""Between two cells of a packed row; no table has it in a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table read from a file. ``header`` is its first line. ``numbers`` are the lines that the other rows began on (1-based),
    ``packed`` their cells, a text each: a hundred thousand texts cost the garbage collector nothing, as many tuples stop the
    window for 80 ms.

    ``encoding`` and ``separator`` say how it was read; empty for a workbook.
    """

    name: str
    header: tuple[str, ...]
    numbers: tuple[int, ...] = field(repr=False)
    packed: tuple[str, ...] = field(repr=False)
    encoding: str = ""
    separator: str = ""

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, start: int, stop: int) -> list[Row]:
        """Some of the rows, unpacked."""
        pairs = zip(self.numbers[start:stop], self.packed[start:stop], strict=True)
        return [(number, tuple(text.split(CELLS_END))) for number, text in pairs]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them: for small tables."""
        return tuple(self.part(0, len(self)))


class TableReader(Protocol):
    """Reads CSV and XLSX."""

    def read_blocking(self, path: Path, cancelled: Callable[[], bool]) -> Table:
        """Raises TableUnreadable. Gives up early, with the same error, once ``cancelled`` says so."""
        ...

    def write_csv_blocking(self, path: Path, rows: Sequence[Sequence[str]]) -> None:
        """For spreadsheets: UTF-8 with a mark, semicolons, what looks like a formula made harmless. Raises TableUnreadable."""
        ...


class DocumentFiles(Protocol):
    """Documents that somebody drops on the form."""

    def read_blocking(self, path: Path, most: int) -> tuple[bytes, str]:
        """The bytes, and the media type that they show. Raises DocumentNotTaken: too large, unreadable, of no usable type."""
        ...
