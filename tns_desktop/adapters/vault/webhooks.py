"""Web-hook events in the vault: known again when they are delivered twice, worked on once, forgotten after a few days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.content import column_text
from tns_desktop.services.ports import Notice, NoticedFile

if TYPE_CHECKING:
    import apsw

_WAITING = "SELECT connection_id, uuid, max(seq) FROM webhook_events WHERE finished = 0"
_FINISH = "UPDATE webhook_events SET finished = 1 WHERE finished = 0 AND connection_id = ? AND seq <= ?"


class VaultNotices:
    """The ``NoticeStore`` port. ``put`` may be called on any loop: the database has a thread of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, batches: Sequence[tuple[str, Sequence[Notice]]], at: datetime) -> list[int]:
        seconds = int(at.timestamp())

        def work(connection: apsw.Connection) -> list[int]:
            new = []
            for connection_id, notices in batches:
                before = connection.total_changes()
                connection.executemany(
                    "INSERT OR IGNORE INTO webhook_events (connection_id, event, uuid, received_at) VALUES (?, ?, ?, ?)",
                    [
                        (column_text(connection_id), notice.event, column_text(notice.uuid), seconds)
                        for notice in notices
                    ],
                ).fetchall()
                new.append(connection.total_changes() - before)
            return new

        return await self._database.write(work)

    async def waiting(self, connection_id: str | None = None) -> list[NoticedFile]:
        of_one, values = (
            ("", ()) if connection_id is None else (" AND connection_id = ?", (column_text(connection_id),))
        )
        sql = f"{_WAITING}{of_one} GROUP BY connection_id, uuid ORDER BY min(seq)"
        rows = await self._database.read(lambda connection: connection.execute(sql, values).fetchall())
        return [NoticedFile(str(name), str(uuid), int(up_to or 0)) for name, uuid, up_to in rows]

    async def finish(self, files: Sequence[NoticedFile]) -> None:
        def work(connection: apsw.Connection) -> None:
            for file in files:
                values = (column_text(file.connection_id), file.up_to)
                if file.uuid:
                    connection.execute(f"{_FINISH} AND uuid = ?", (*values, column_text(file.uuid))).fetchall()
                else:
                    connection.execute(_FINISH, values).fetchall()

        await self._database.write(work)

    async def last_at(self) -> datetime | None:
        seconds = await self._database.read(
            lambda connection: connection.execute("SELECT max(received_at) FROM webhook_events").get
        )
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    async def prune(self, before: datetime) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM webhook_events WHERE received_at < ?", (int(before.timestamp()),)
            ).fetchall()
        )

    async def forget_connection(self, connection_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM webhook_events WHERE connection_id = ?", (column_text(connection_id),)
            ).fetchall()
        )
