"""Creations in memory, with the rules of the real store: thousands of lives of a creation fit into a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from tns_desktop.adapters.vault.creations import refuse_illegal
from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.new_client_file import NewClientFile, NewDocument
from tns_desktop.services.ports import Move


class ModelCreations:
    """The ``CreationStore`` port. ``tick`` is called before and after each change."""

    def __init__(self, tick: Callable[[], None] = lambda: None) -> None:
        self.rows: dict[str, Creation] = {}
        self.documents: dict[tuple[str, str], bytes] = {}
        self.columns: dict[str, str] = {}
        self.external_ids: set[str] = set()
        """Of files that the server's listing showed."""
        self._tick = tick

    async def insert(self, creations: Sequence[Creation]) -> None:
        self._tick()
        self.rows |= {one.creation_id: one for one in creations}
        self._tick()

    async def update(self, moves: Sequence[Move]) -> frozenset[str]:
        self._tick()
        for before, after in moves:
            refuse_illegal(before, after)
        done = {after.creation_id: after for before, after in moves if self.rows[after.creation_id] == before}
        self.rows |= done
        self._tick()
        return frozenset(done)

    async def attach(self, move: Move, document: NewDocument, content: bytes) -> bool:
        if not await self.update([move]):
            return False
        self.documents[move[1].creation_id, document.document_id] = content
        return True

    async def document(self, creation_id: str, document_id: str) -> bytes | None:
        return self.documents.get((creation_id, document_id))

    async def lost_documents(self, creation_id: str) -> frozenset[str]:
        named = {one.document_id for one in self.rows[creation_id].documents} if creation_id in self.rows else set()
        return frozenset(name for name in named if (creation_id, name) not in self.documents)

    async def get(self, creation_id: str) -> Creation | None:
        return self.rows.get(creation_id)

    async def due(self, connection_id: str, now: datetime, most: int, *, hastened: bool = False) -> list[Creation]:
        waiting = [
            one
            for one in self.rows.values()
            if one.connection_id == connection_id and one.status.is_under_way and one.due_at is not None
        ]
        return [
            one
            for one in waiting
            if one.due_at is not None
            and (one.due_at <= now or (hastened and one.status is CreationStatus.RETRY_WAIT))
        ][:most]  # fmt: skip

    async def next_due(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for one in self.rows.values():
            if one.status.is_under_way and one.due_at is not None:
                found[one.connection_id] = min(one.due_at, found.get(one.connection_id, one.due_at))
        return found

    async def stranded(self) -> list[Creation]:
        return [one for one in self.rows.values() if one.status is CreationStatus.SENDING]

    async def recent(self, limit: int = 1000) -> list[Creation]:
        return sorted(self.rows.values(), key=lambda one: (one.created_at, one.line), reverse=True)[:limit]

    async def counts(self, batch: str = "") -> dict[CreationStatus, int]:
        return dict(Counter(one.status for one in self.rows.values() if batch in ("", one.batch)))

    async def unfinished_of(self, connection_id: str) -> int:
        return sum(one.status.is_under_way or one.status.needs_a_person for one in self.rows.values())

    async def batch(self, batch: str) -> list[Creation]:
        return sorted((one for one in self.rows.values() if one.batch == batch != ""), key=lambda one: one.line)

    async def taken(self, connection_id: str, external_ids: Collection[str], *, but: str = "") -> frozenset[str]:
        ours = {
            one.new.external_id
            for one in self.rows.values()
            if one.status is not CreationStatus.WITHDRAWN and one.creation_id != but
        }
        return frozenset(external_ids) & frozenset((ours | self.external_ids) - {""})

    async def known_columns(self) -> dict[str, str]:
        return dict(self.columns)

    async def remember_columns(self, columns: Mapping[str, str]) -> None:
        self.columns |= columns

    async def forget_connection(self, connection_id: str) -> None:
        self.rows.clear()


def sample_new(name: str = "Martin", **values: object) -> NewClientFile:
    """Somebody's client file, ready to be created."""
    fields: dict[str, object] = {
        "workflow_label": "Crédit",
        "participants": (Participant(type="emprunteur", last_name=name, first_name="Léa"),),
    }
    return NewClientFile(**{**fields, **values})  # type: ignore[arg-type]
