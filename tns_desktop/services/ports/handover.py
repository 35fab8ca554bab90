"""What the use cases need to hand files over: the journal, folders of the firm, a command that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.handover import CsvIndex, Handover

HandoverChange = tuple[Handover, Handover]
"""A row as it was last seen, and as it is to be."""


class HandoverJournal(Protocol):
    """Hand-overs and how far each has come. Every change is durable before the call returns."""

    async def insert(self, handovers: Sequence[Handover]) -> list[Handover]:
        """Those that were taken: of a file that has one under way, no second one is."""
        ...

    async def update(self, changes: Sequence[HandoverChange]) -> None:
        """All of them, or none. Raises IllegalTransition when a stored row is not as it was seen any more."""
        ...

    async def reserve(self, changes: Sequence[HandoverChange]) -> frozenset[str]:
        """As ``update``, but for those whose place another file, or another archive of the same file, has: their ids."""
        ...

    async def get(self, handover_id: str) -> Handover | None: ...

    async def of(self, key: ClientFileKey) -> list[Handover]:
        """Every hand-over of one file, newest first."""
        ...

    async def work(self) -> list[Handover]:
        """What is left to do, oldest first."""
        ...

    async def all(self, limit: int = 1000) -> list[Handover]:
        """Newest first, finished ones too; of what is older than those, whatever waits for a person."""
        ...

    async def failed(self) -> int:
        """How many wait for a person."""
        ...

    async def delivered_to(self, folder: str) -> list[Handover]:
        """What the indexes of that folder name, oldest first."""
        ...

    async def accepted_ones(self, connection_id: str) -> frozenset[ClientFileKey]:
        """The files whose hand-over as accepted ones is here, dropped ones too: what is automatic happens once."""
        ...

    async def still_to_come(self, connection_id: str, since: datetime | None) -> list[ClientFileKey]:
        """Files whose acceptance was confirmed at ``since`` or later, and that are not among ``accepted_ones``."""
        ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every row of that connection, out of the write-ahead log too."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """``path`` is below the folder of the hand-over, with ``/``; ``size`` in bytes."""

    path: str
    sha256: str
    size: int


class Delivery(Protocol):
    """One folder being filled, under a name that is not its own yet. In one thread."""

    def write_blocking(
        self, names: Sequence[str], pieces: Iterable[bytes], *, origin: str | None = None
    ) -> WrittenFile:
        """``origin`` not None: the file is marked as coming from there, where the system has such marks.

        Raises HandoverFolderGone or HandoverFolderFull, and what ``pieces`` raises.
        """
        ...

    def commit_blocking(self) -> bool:
        """Gives the folder its name, once everything in it is on the disk. False when something has that name by now.

        The name itself is there for good after ``settle_blocking``.
        """
        ...

    def abort_blocking(self) -> None:
        """Leaves nothing behind, as far as the folder can be reached; after a commit it does nothing."""
        ...


class HandoverFolders(Protocol):
    """Folders of the firm, local or on a share. Raise HandoverFolderGone or HandoverFolderFull."""

    def prepare_blocking(self, folder: Path) -> None:
        """Proves that one can write there, and leaves the sign by which the folder is known again."""
        ...

    def look_blocking(self, folder: Path) -> None:
        """Returns when the folder is there and is the one that was prepared."""
        ...

    def manifest_blocking(self, folder: Path, names: Sequence[str]) -> bytes | None:
        """The manifest at that place; empty when something else is there, None when nothing is."""
        ...

    def begin_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> Delivery: ...

    def clear_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> None:
        """Takes away what a delivery that was cut off has left half done."""
        ...

    def settle_blocking(self, folder: Path, places: Sequence[Sequence[str]]) -> None:
        """Returns once the names of these places are on the disk."""
        ...

    def write_indexes_blocking(
        self, folder: Path, lines: Sequence[Mapping[str, str]], *, csv: CsvIndex, json: bool
    ) -> None:
        """The lines of this desk in place of those that it wrote before; lines of other desks stay."""
        ...


class CommandRunner(Protocol):
    """Starts a program of this computer, never through a shell."""

    async def run(self, command: Sequence[str], seconds: float) -> int:
        """The exit status. Raises HandoverCommandFailed when it does not start or does not end in time.

        Cancelling ends the program.
        """
        ...
