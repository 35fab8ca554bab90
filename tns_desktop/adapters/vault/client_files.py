"""Server rows, as the server last described them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.access_tokens import forget_tokens, put_tokens, with_tokens
from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.content import column_text, load_client_file
from tns_desktop.adapters.vault.rows import IN_ORDER, key_columns, listed_of, store
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, Participant
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.listed_file import ListedFile

if TYPE_CHECKING:
    import apsw

_WHOLE = "SELECT c.content, c.extra FROM client_files AS f JOIN client_file_contents AS c ON c.id = f.id"
_NO_ANSWERS: Mapping[ClientFileKey, bytes] = {}

_NEWEST = "SELECT id FROM client_files WHERE connection_id = ? AND workflow_label = ? ORDER BY started_at DESC LIMIT ?"


class VaultClientFiles:
    """The ``ClientFileStore`` port.

    A file has *changed since it was seen* when what an operator can see of it changed; the raw answer (``extra``) does not
    count. It does count for "the row changed".
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, connection_id: str, keys: Collection[ClientFileKey] | None = None) -> list[ListedFile]:
        """All: oldest start first, without a start date last."""
        uuids = None if keys is None else [key.uuid for key in keys if key.connection_id == connection_id]
        return await self._database.read(lambda connection: listed_of(connection, connection_id, uuids))

    async def load(self, connection_id: str) -> list[ClientFile]:
        """Every file with everything in it, in the same order: for a few."""

        def work(connection: apsw.Connection) -> list[ClientFile]:
            rows = connection.execute(f"{_WHOLE} WHERE f.connection_id = ?{IN_ORDER}", (column_text(connection_id),))
            return [with_tokens(connection, self._loaded(content, extra)) for content, extra in rows]

        return await self._database.read(work)

    async def get(self, key: ClientFileKey) -> ClientFile | None:
        def work(connection: apsw.Connection) -> ClientFile | None:
            row = connection.execute(f"{_WHOLE} WHERE f.connection_id = ? AND f.uuid = ?", key_columns(key)).fetchone()
            return None if row is None else with_tokens(connection, self._loaded(*row))

        return await self._database.read(work)

    async def keys(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT uuid FROM client_files WHERE connection_id = ?", (column_text(connection_id),)
            )
            return frozenset(ClientFileKey(connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def answers(self, connection_id: str) -> dict[bytes, ClientFileKey]:
        def work(connection: apsw.Connection) -> dict[bytes, ClientFileKey]:
            rows = connection.execute(
                "SELECT answer, uuid FROM client_files WHERE connection_id = ? AND answer IS NOT NULL",
                (column_text(connection_id),),
            )
            return {answer: ClientFileKey(connection_id, uuid) for answer, uuid in rows}

        return await self._database.read(work)

    async def newest_of_each_workflow(self, connection_id: str, most: int) -> list[ClientFile]:
        def work(connection: apsw.Connection) -> list[ClientFile]:
            of_it = (column_text(connection_id),)
            labels = connection.execute(
                "SELECT DISTINCT workflow_label FROM client_files WHERE connection_id = ? AND workflow_label <> ''",
                of_it,
            ).fetchall()
            found: list[ClientFile] = []
            for (label,) in labels:
                rows = connection.execute(f"{_WHOLE} WHERE f.id IN ({_NEWEST})", (*of_it, label, most))
                found += [self._loaded(content, extra) for content, extra in rows]
            return found

        return await self._database.read(work)

    async def rejection_causes(self, connection_id: str) -> list[str]:
        def work(connection: apsw.Connection) -> list[str]:
            rows = connection.execute(
                "SELECT rejection_cause FROM client_files WHERE connection_id = ? AND rejection_cause <> ''"
                " GROUP BY rejection_cause ORDER BY count(*) DESC, rejection_cause",
                (column_text(connection_id),),
            )
            return [cause for (cause,) in rows]

        return await self._database.read(work)

    async def upsert(
        self, client_files: Sequence[ClientFile], answers: Mapping[ClientFileKey, bytes] = _NO_ANSWERS
    ) -> frozenset[ClientFileKey]:
        return await self._database.write(lambda connection: store(connection, client_files, answers))

    async def put_tokens(self, key: ClientFileKey, people: Sequence[Participant]) -> None:
        await self._database.write(lambda connection: put_tokens(connection, key, people))

    async def forget(self, keys: Iterable[ClientFileKey]) -> None:
        wanted = [key_columns(key) for key in keys]

        def work(connection: apsw.Connection) -> None:
            connection.executemany("DELETE FROM client_files WHERE connection_id = ? AND uuid = ?", wanted)

        await self._database.write(work)

    async def forget_connection(self, connection_id: str) -> None:
        def work(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM client_files WHERE connection_id = ?", (column_text(connection_id),))
            forget_tokens(connection, connection_id)

        await self._database.write(work)
        await self._database.read(empty_wal)

    async def changed_since_seen(self, connection_id: str) -> frozenset[ClientFileKey]:
        def work(connection: apsw.Connection) -> frozenset[ClientFileKey]:
            rows = connection.execute(
                "SELECT uuid FROM client_files WHERE connection_id = ? AND seen_version <> version",
                (column_text(connection_id),),
            )
            return frozenset(ClientFileKey(connection_id, uuid) for (uuid,) in rows)

        return await self._database.read(work)

    async def mark_seen(self, key: ClientFileKey) -> None:
        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE client_files SET seen_version = version WHERE connection_id = ? AND uuid = ?", key_columns(key)
            )

        await self._database.write(work)

    def _loaded(self, content: str, extra: bytes) -> ClientFile:
        try:
            return load_client_file(content, extra.decode("utf-8", "surrogatepass"))
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a client file cannot be read", facts={"path": str(self._database.path)}) from error
