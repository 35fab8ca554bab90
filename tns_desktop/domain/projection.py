"""What the operator sees: the server's client file and the decision that is on its way, side by side, never mixed.

The list is a projection. Server rows are written from server answers only; a decision lives in the outbox only; the two
meet here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tns_desktop.domain.client_file import KNOWN_STATES, WAITING, ClientFileKey, ClientFileState
from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.listed_file import ListedFile


@dataclass(frozen=True, slots=True)
class ProjectedFile:
    """One row of the list."""

    client_file: ListedFile
    pending: OutboxEntry | None = None
    archive_kept: bool = False
    changed_since_seen: bool = False
    review_begun: bool = False
    """At least one of its documents was judged here."""
    kept_on_purpose: bool = False
    """The operator wants its archive here, whether it has come yet or not."""

    @property
    def key(self) -> ClientFileKey:
        return self.client_file.key

    @property
    def queue(self) -> ClientFileState:
        """The queue in which it stands: the server's state, whatever is on its way."""
        return self.client_file.state

    @property
    def is_left_to_do(self) -> bool:
        """Awaits validation and nobody here has decided yet."""
        return self.client_file.state.awaits_validation and self.pending is None


def project(
    client_files: Iterable[ListedFile],
    pending: Iterable[OutboxEntry],
    *,
    kept: frozenset[ClientFileKey] = frozenset(),
    changed: frozenset[ClientFileKey] = frozenset(),
    begun: frozenset[ClientFileKey] = frozenset(),
    on_purpose: frozenset[ClientFileKey] = frozenset(),
) -> list[ProjectedFile]:
    """Server rows with the unfinished decision of each, in the order of the server rows.

    Of several unfinished decisions for one file (the rules forbid it; a restored backup could do it) the newest shows.
    """
    waiting: dict[ClientFileKey, OutboxEntry] = {}
    for entry in pending:
        if entry.status.is_final:
            continue
        other = waiting.get(entry.key)
        if other is None or other.decision.decided_at <= entry.decision.decided_at:
            waiting[entry.key] = entry
    return [
        ProjectedFile(
            client_file=client_file,
            pending=waiting.get(client_file.key),
            archive_kept=client_file.key in kept,
            changed_since_seen=client_file.key in changed,
            review_begun=client_file.key in begun,
            kept_on_purpose=client_file.key in on_purpose,
        )
        for client_file in client_files
    ]


@dataclass(frozen=True, slots=True)
class QueueCount:
    state: ClientFileState
    count: int


class QueueTally:
    """What stands in each queue of each connection, from one pass over the rows: there may be a hundred thousand."""

    def __init__(self, rows: Iterable[ProjectedFile]) -> None:
        # By the state's name: a text knows its hash, a state works it out each time.
        self._counts = Counter(
            (file.key.connection_id, file.state.name, row.pending is None)
            for row in rows
            for file in (row.client_file,)
        )

    def left_to_do(self) -> Counter[str]:
        """What awaits validation and nobody here has decided yet, by connection."""
        left: Counter[str] = Counter()
        for (connection_id, name, undecided), count in self._counts.items():
            if undecided and ClientFileState(name).awaits_validation:
                left[connection_id] += count
        return left

    def queues(self, connection_id: str = "") -> list[QueueCount]:
        """Of one connection, or of all. Every documented state, also with 0, then unknown states by name.

        "To validate" counts what is left to do: a file whose decision waits to be sent is no longer work for the operator.
        """
        counts: Counter[ClientFileState] = Counter()
        for (connection, name, undecided), count in self._counts.items():
            if connection_id in ("", connection):
                state = ClientFileState(name)
                counts[state] += count if undecided or state != WAITING else 0
        unknown = sorted(state for state in counts if state.known is None)
        return [QueueCount(state, counts[state]) for state in (*KNOWN_STATES, *unknown)]


def count_queues(rows: Iterable[ProjectedFile]) -> list[QueueCount]:
    """Of rows that are looked at once."""
    return QueueTally(rows).queues()
