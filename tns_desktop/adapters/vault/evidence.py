"""Evidence of reviews: of the one under way as long as its archive is here, of a decision as long as its connection is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.content import column_text
from tns_desktop.adapters.vault.rows import key_columns
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.evidence import DocumentEvidence, Evidence, PageOnScreen, Views
from tns_desktop.domain.review import Mark, ProblemReason

if TYPE_CHECKING:
    import apsw

_PUT_VIEWS = (
    "INSERT INTO page_views (connection_id, uuid, archive_sha256, content)"
    " SELECT connection_id, uuid, sha256, ? FROM archives WHERE connection_id = ? AND uuid = ? AND sha256 = ?"
    " ON CONFLICT DO UPDATE SET archive_sha256 = excluded.archive_sha256, content = excluded.content"
)


class VaultEvidence:
    """The ``EvidenceStore`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def views(self, key: ClientFileKey, archive_sha256: str) -> Views:
        content = await self._database.read(
            lambda connection: (
                connection.execute(
                    "SELECT content FROM page_views WHERE connection_id = ? AND uuid = ? AND archive_sha256 = ?",
                    (*key_columns(key), archive_sha256),
                ).get
            )
        )
        return {} if content is None else self._checked(load_views, content)

    async def put_views(self, key: ClientFileKey, archive_sha256: str, views: Views) -> bool:
        content = json.dumps(dump_views(views), separators=(",", ":"))

        def work(connection: apsw.Connection) -> bool:
            connection.execute(_PUT_VIEWS, (content, *key_columns(key), archive_sha256))
            return connection.changes() == 1

        return await self._database.write(work)

    async def put(self, decision_id: str, connection_id: str, evidence: Evidence) -> None:
        values = (decision_id, column_text(connection_id), _dump(evidence))
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT INTO decision_evidence (decision_id, connection_id, content) VALUES (?, ?, ?)", values
            ).fetchall()
        )

    async def of(self, decision_id: str) -> Evidence | None:
        content = await self._database.read(
            lambda connection: (
                connection.execute("SELECT content FROM decision_evidence WHERE decision_id = ?", (decision_id,)).get
            )
        )
        return None if content is None else self._checked(_load, content)

    async def forget_connection(self, connection_id: str) -> None:
        def work(connection: apsw.Connection) -> None:
            for table in ("page_views", "decision_evidence"):
                connection.execute(f"DELETE FROM {table} WHERE connection_id = ?", (column_text(connection_id),))  # noqa: S608

        await self._database.write(work)
        await self._database.read(empty_wal)

    def _checked(self, load: Any, content: str) -> Any:
        try:
            return load(json.loads(content))
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("evidence cannot be read", facts={"path": str(self._database.path)}) from error


def dump_views(views: Views) -> list[list[object]]:
    """What was seen as plain values."""
    return [[seen.entry_id, seen.page, seen.operator, round(views[seen], 1)] for seen in sorted(views)]


def load_views(stored: list[list[Any]]) -> Views:
    """The other way. Raises ValueError or TypeError."""
    return {
        PageOnScreen(str(entry_id), int(page), str(operator)): float(seconds)
        for entry_id, page, operator, seconds in stored
    }


def _dump(evidence: Evidence) -> str:
    documents = [
        {
            "entry_id": one.entry_id,
            "size": one.size,
            "crc32": one.crc32,
            "sha256": one.content_sha256,
            "mark": one.mark.value,
            "reason": one.reason.value if one.reason is not None else "",
        }
        for one in evidence.documents
    ]
    stored = {"archive": evidence.archive_sha256, "documents": documents, "views": dump_views(evidence.views)}
    return json.dumps(stored, separators=(",", ":"), sort_keys=True)


def _load(stored: dict[str, Any]) -> Evidence:
    documents = tuple(
        DocumentEvidence(
            one["entry_id"],
            one["size"],
            one["crc32"],
            one["sha256"],
            Mark(one["mark"]),
            ProblemReason(one["reason"]) if one["reason"] else None,
        )
        for one in stored["documents"]
    )
    return Evidence(stored["archive"], documents, load_views(stored["views"]))
