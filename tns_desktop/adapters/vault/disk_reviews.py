"""Reviews of archives from disk: marks, what was seen and the last verdict, by the SHA-256 of the archive's bytes.

Nothing of the archive itself is here, neither its bytes nor its name; what was not touched for long is forgotten.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tns_desktop.adapters.vault.connection import Database, empty_wal
from tns_desktop.adapters.vault.evidence import dump_views, load_views
from tns_desktop.adapters.vault.reviews import dump_mark, load_mark
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.evidence import Views
from tns_desktop.domain.review import DocumentMark
from tns_desktop.domain.verdict import Conclusion, GivenVerdict
from tns_desktop.services.ports import DiskReview

if TYPE_CHECKING:
    import apsw

_TOUCH = (
    "INSERT INTO disk_reviews (archive_sha256, touched_at) VALUES (?, ?)"
    " ON CONFLICT DO UPDATE SET touched_at = excluded.touched_at"
)


class VaultDiskReviews:
    """The ``DiskReviewStore`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, archive_sha256: str) -> DiskReview:
        def work(connection: apsw.Connection) -> DiskReview:
            kept = connection.execute(
                "SELECT views, verdict FROM disk_reviews WHERE archive_sha256 = ?", (archive_sha256,)
            ).fetchone()
            if kept is None:
                return DiskReview()
            marks: list[Any] = connection.execute(
                "SELECT entry_id, content FROM disk_marks WHERE archive_sha256 = ? ORDER BY entry_id",
                (archive_sha256,),
            ).fetchall()
            return self._loaded(marks, *kept)

        return await self._database.read(work)

    async def put_mark(self, archive_sha256: str, entry_id: str, mark: DocumentMark, at: datetime) -> None:
        content = _text_of(dump_mark(mark))

        def work(connection: apsw.Connection) -> None:
            _touch(connection, archive_sha256, at)
            connection.execute(
                "INSERT INTO disk_marks (archive_sha256, entry_id, content) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET content = excluded.content",
                (archive_sha256, entry_id, content),
            )

        await self._database.write(work)

    async def put_views(self, archive_sha256: str, views: Views, at: datetime) -> None:
        await self._set("views", _text_of(dump_views(views)), archive_sha256, at)

    async def put_verdict(self, archive_sha256: str, given: GivenVerdict, at: datetime) -> None:
        stored = {
            "conclusion": given.conclusion.value,
            "comment": given.comment,
            "made_at": given.made_at.isoformat(),
            "signed": given.signed,
        }
        await self._set("verdict", _text_of(stored), archive_sha256, at)

    async def forget(self, archive_sha256: str) -> None:
        await self._delete("archive_sha256 = ?", archive_sha256)

    async def forget_untouched_since(self, moment: datetime) -> None:
        await self._delete("touched_at < ?", _moment(moment))

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _set(self, column: str, content: str, archive_sha256: str, at: datetime) -> None:
        def work(connection: apsw.Connection) -> None:
            _touch(connection, archive_sha256, at)
            connection.execute(
                f"UPDATE disk_reviews SET {column} = ? WHERE archive_sha256 = ?",  # noqa: S608 - a name of ours
                (content, archive_sha256),
            )

        await self._database.write(work)

    async def _delete(self, condition: str, value: str) -> None:
        def work(connection: apsw.Connection) -> None:
            # Their marks go with them.
            connection.execute(f"DELETE FROM disk_reviews WHERE {condition}", (value,))  # noqa: S608 - of ours

        await self._database.write(work)
        await self._database.read(empty_wal)

    def _loaded(self, marks: list[Any], views: str, verdict: str) -> DiskReview:
        try:
            return DiskReview(
                {entry_id: load_mark(json.loads(content)) for entry_id, content in marks},
                load_views(json.loads(views)),
                _load_verdict(json.loads(verdict)) if verdict else None,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise VaultDamaged("a review cannot be read", facts={"path": str(self._database.path)}) from error


def adopt_orphans(connection: apsw.Connection, at: datetime) -> None:
    """Gives marks whose review was lost a new one, touched at ``at``: tied to bytes, they still say the same of them."""
    connection.execute(
        "INSERT INTO disk_reviews (archive_sha256, touched_at) SELECT DISTINCT archive_sha256, ? FROM disk_marks"
        " WHERE archive_sha256 NOT IN (SELECT archive_sha256 FROM disk_reviews)",
        (_moment(at),),
    )


def _touch(connection: apsw.Connection, archive_sha256: str, at: datetime) -> None:
    connection.execute(_TOUCH, (archive_sha256, _moment(at)))


def _moment(at: datetime) -> str:
    """In UTC and of one length, so that texts compare as moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _load_verdict(stored: dict[str, Any]) -> GivenVerdict:
    return GivenVerdict(
        Conclusion(stored["conclusion"]),
        str(stored["comment"]),
        datetime.fromisoformat(stored["made_at"]),
        bool(stored["signed"]),
    )


def _text_of(stored: object) -> str:
    return json.dumps(stored, separators=(",", ":"), sort_keys=True)
