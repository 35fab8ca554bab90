"""The journal of hand-overs: a row each, changed only from the exact text that was last seen, and durable at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.content import column_text, dump_time
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import IllegalTransition, VaultDamaged
from tns_desktop.domain.handover import Handover, HandoverStatus, Layout, Occasion
from tns_desktop.domain.safe_names import name_key
from tns_desktop.services.ports import HandoverChange

if TYPE_CHECKING:
    import apsw

_WORK = "status NOT IN ('done', 'dropped', 'failed')"
_TEXTS = (
    "display_name",
    "display_id",
    "folder",
    "place",
    "state",
    "archive_sha256",
    "reviewed_sha256",
    "error_code",
)
_NUMBERS = ("size", "documents", "left_out", "attempts")
_SWITCHES = ("delivered", "was_there")
_TIMES = ("not_before", "updated_at")


class VaultHandovers:
    """The ``HandoverJournal`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, handovers: Sequence[Handover]) -> list[Handover]:
        def work(connection: apsw.Connection) -> list[Handover]:
            taken = []
            for handover in handovers:
                connection.execute(
                    "INSERT OR IGNORE INTO handovers"
                    " (handover_id, connection_id, uuid, status, planned_at, folder, place_key, as_accepted, content)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        handover.handover_id,
                        *key_columns(handover.key),
                        handover.status.value,
                        dump_time(handover.planned_at),
                        *_place_columns(handover),
                        int(handover.is_of_accepted),
                        dump_handover(handover),
                    ),
                )
                if connection.changes():
                    taken.append(handover)
            return taken

        return await self._database.write(work)

    async def update(self, changes: Sequence[HandoverChange]) -> None:
        def work(connection: apsw.Connection) -> None:
            for before, after in changes:
                _update(connection, before, after)

        if changes:
            await self._database.write(work)

    async def reserve(self, changes: Sequence[HandoverChange]) -> frozenset[str]:
        def work(connection: apsw.Connection) -> frozenset[str]:
            refused = set()
            for before, after in changes:
                if self._is_taken(connection, after):
                    refused.add(after.handover_id)
                else:
                    _update(connection, before, after)
            return frozenset(refused)

        return await self._database.write(work)

    async def get(self, handover_id: str) -> Handover | None:
        found = await self._select("WHERE handover_id = ?", (handover_id,))
        return found[0] if found else None

    async def of(self, key: ClientFileKey) -> list[Handover]:
        return await self._select("WHERE connection_id = ? AND uuid = ? ORDER BY planned_at DESC", key_columns(key))

    async def work(self) -> list[Handover]:
        return await self._select(f"WHERE {_WORK} ORDER BY planned_at, handover_id", ())

    async def all(self, limit: int = 1000) -> list[Handover]:
        return await self._select(
            "WHERE status = 'failed'"
            " OR handover_id IN (SELECT handover_id FROM handovers ORDER BY planned_at DESC, handover_id LIMIT ?)"
            " ORDER BY planned_at DESC, handover_id",
            (limit,),
        )

    async def failed(self) -> int:
        return await self._database.read(
            lambda connection: int(connection.execute("SELECT count(*) FROM handovers WHERE status = 'failed'").get)
        )

    async def delivered_to(self, folder: str) -> list[Handover]:
        rows = await self._select("WHERE folder = ? ORDER BY planned_at, handover_id", (column_text(folder),))
        return [row for row in rows if row.delivered]

    async def accepted_ones(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT DISTINCT uuid FROM handovers WHERE connection_id = ? AND as_accepted = 1",
                (column_text(connection_id),),
            )
            return frozenset(ClientFileKey(connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def still_to_come(self, connection_id: str, since: datetime | None) -> list[ClientFileKey]:
        of_it = column_text(connection_id)

        def work(connection: apsw.Connection) -> list[ClientFileKey]:
            # Told apart by the database: there may be a hundred thousand decisions, and one more is confirmed each second.
            rows = connection.execute(
                "SELECT uuid FROM decisions WHERE connection_id = ? AND status = 'confirmed'"
                " AND json_extract(content, '$.verdict') = 'accept'"
                " AND coalesce(json_extract(content, '$.updated_at'), decided_at) >= ?"
                " AND uuid NOT IN (SELECT uuid FROM handovers WHERE connection_id = ? AND as_accepted = 1)"
                " ORDER BY decided_at, rowid",
                (of_it, "" if since is None else dump_time(since), of_it),
            )
            return [ClientFileKey(connection_id, uuid) for (uuid,) in rows]

        return await self._database.read(work)

    async def forget_connection(self, connection_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM handovers WHERE connection_id = ?", (column_text(connection_id),)
            ).fetchall()
        )
        await self._database.read(empty_wal)

    def _is_taken(self, connection: apsw.Connection, wanted: Handover) -> bool:
        """By another file, or by another archive of this one: the same bytes of the same file share a place."""
        rows: list[Any] = connection.execute(
            "SELECT content FROM handovers WHERE folder = ? AND place_key = ? AND handover_id <> ?"
            " AND status <> 'dropped'",
            (*_place_columns(wanted), wanted.handover_id),
        ).fetchall()
        others = [self._loaded(content) for (content,) in rows]
        return any((row.key, row.archive_sha256) != (wanted.key, wanted.archive_sha256) for row in others)

    async def _select(self, clause: str, values: tuple[str | int, ...]) -> list[Handover]:
        def work(connection: apsw.Connection) -> list[Handover]:
            rows = connection.execute(f"SELECT content FROM handovers {clause}", values)  # noqa: S608  (our own clauses)
            return [self._loaded(content) for (content,) in rows]

        return await self._database.read(work)

    def _loaded(self, content: str) -> Handover:
        try:
            return load_handover(content)
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a hand-over cannot be read", facts={"path": str(self._database.path)}) from error


def dump_handover(handover: Handover) -> str:
    """The whole row; equal rows give equal text."""
    stored: dict[str, Any] = {
        "handover_id": handover.handover_id,
        "key": [handover.key.connection_id, handover.key.uuid],
        "occasion": handover.occasion.value,
        "planned_at": dump_time(handover.planned_at),
        "status": handover.status.value,
        "layout": handover.layout.value,
    }
    for name in (*_TEXTS, *_NUMBERS, *_SWITCHES):
        if value := getattr(handover, name):
            stored[name] = value
    for name in _TIMES:
        if (moment := getattr(handover, name)) is not None:
            stored[name] = dump_time(moment)
    for name in ("line", "error_facts"):
        if table := getattr(handover, name):
            stored[name] = dict(table)
    if handover.exit_status is not None:
        stored["exit_status"] = handover.exit_status
    return json.dumps(stored, separators=(",", ":"), sort_keys=True)


def load_handover(content: str) -> Handover:
    """Raises ValueError, KeyError or TypeError for a text that ``dump_handover`` did not write."""
    stored = json.loads(content)
    times: dict[str, Any] = {name: datetime.fromisoformat(stored[name]) for name in _TIMES if name in stored}
    return Handover(
        handover_id=stored["handover_id"],
        key=ClientFileKey(*stored["key"]),
        occasion=Occasion(stored["occasion"]),
        planned_at=datetime.fromisoformat(stored["planned_at"]),
        status=HandoverStatus(stored["status"]),
        layout=Layout(stored["layout"]),
        line=stored.get("line", {}),
        error_facts=stored.get("error_facts", {}),
        exit_status=stored.get("exit_status"),
        **times,
        **{name: stored[name] for name in (*_TEXTS, *_NUMBERS, *_SWITCHES) if name in stored},
    )


def _update(connection: apsw.Connection, before: Handover, after: Handover) -> None:
    connection.execute(
        "UPDATE handovers SET status = ?, folder = ?, place_key = ?, as_accepted = ?, content = ?"
        " WHERE handover_id = ? AND content = ?",
        (
            after.status.value,
            *_place_columns(after),
            int(after.is_of_accepted),
            dump_handover(after),
            after.handover_id,
            dump_handover(before),
        ),
    )
    if connection.changes() != 1:
        raise IllegalTransition(
            f"{after.handover_id}: {before.status} -> {after.status} (stale)",
            facts={"before": before.status.value, "after": after.status.value, "reason": "stale"},
        )


def _place_columns(handover: Handover) -> tuple[str, str]:
    return column_text(handover.folder), name_key(handover.names) if handover.place else ""
