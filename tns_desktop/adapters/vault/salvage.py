"""Reads what can be read of a damaged database: table by table, row by row, on a copy.

Each page is sealed, so a page is either what was written there or an error: no row that is found here was changed by the
damage. ``sqlite3_recover`` would go further, from page to page without the tree above them; the library does not offer it.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from tns_desktop.adapters.vault.connection import unlock
from tns_desktop.adapters.vault.content import load_client_file, load_entry
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import DATABASE_NAME, FOLDER_MODE
from tns_desktop.adapters.vault.journal import JournaledDecision
from tns_desktop.domain.client_file import ClientFile

_LARGEST_STEP = 1 << 24
_WAL_SUFFIX = "-wal"


class Carried(NamedTuple):
    """A table whose rows are taken over as they stand, in the order of its key: its first ``key`` columns."""

    columns: tuple[str, ...]
    key: int


CARRIED = {
    "document_marks": Carried(
        ("connection_id", "uuid", "archive_sha256", "entry_id", "content", "content_sha256", "judged"), 4
    ),
    "page_views": Carried(("connection_id", "uuid", "archive_sha256", "content"), 2),
    "decision_evidence": Carried(("decision_id", "connection_id", "content"), 1),
    "access_tokens": Carried(("connection_id", "uuid", "participant", "token"), 3),
    "kept_on_purpose": Carried(("connection_id", "uuid"), 2),
    "creations": Carried(
        (
            "creation_id",
            "connection_id",
            "external_id",
            "status",
            "batch",
            "line",
            "created_at",
            "due_at",
            "content",
        ),
        1,
    ),
    "creation_documents": Carried(("creation_id", "document_id", "content"), 2),
    "creation_revisions": Carried(("creation_id", "revision"), 1),
    "import_columns": Carried(("name", "field"), 1),
    "creation_history": Carried(("creation_id", "step", "at", "status", "error_code"), 2),
    "disk_reviews": Carried(("archive_sha256", "touched_at", "views", "verdict"), 1),
    "disk_marks": Carried(("archive_sha256", "entry_id", "content"), 2),
    "webhook_events": Carried(("seq", "connection_id", "event", "uuid", "received_at", "finished"), 1),
    "handovers": Carried(
        (
            "handover_id",
            "connection_id",
            "uuid",
            "status",
            "planned_at",
            "folder",
            "place_key",
            "as_accepted",
            "content",
        ),
        1,
    ),
}


@dataclass(slots=True)
class Salvage:
    """Decisions with the history that could be read, and rows of the other tables as they stood; ``rows`` has those of the
    tables in ``CARRIED``.
    """

    decisions: dict[str, JournaledDecision] = field(default_factory=dict)
    archives: list[tuple[Any, ...]] = field(default_factory=list)
    purges: list[tuple[Any, ...]] = field(default_factory=list)
    client_files: list[ClientFile] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


def salvage_blocking(folder: Path, key: bytes, work: Path) -> Salvage:
    """What can be read of the database in ``folder``, which is not touched: ``work`` takes a copy, and is removed.

    Raises DiskFull, VaultReadOnly or VaultError when there can be no copy.
    """
    found = Salvage()
    for with_log in (True, False):  # a garbled log may keep the database from being opened at all
        try:
            if not _copied(folder, work, with_log=with_log):
                return found
            with contextlib.closing(apsw.Connection(str(work / DATABASE_NAME))) as connection:
                unlock(connection, key)
                _read(connection, found)
                return found
        except apsw.Error:
            continue
        except OSError as error:
            raise from_os_error(error, work) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return found


def _copied(folder: Path, work: Path, *, with_log: bool) -> bool:
    source = folder / DATABASE_NAME
    if not source.exists() or source.stat().st_size == 0:
        return False
    work.mkdir(mode=FOLDER_MODE, parents=True)
    shutil.copyfile(source, work / DATABASE_NAME)
    log = source.with_name(source.name + _WAL_SUFFIX)
    if with_log and log.exists():
        shutil.copyfile(log, work / log.name)
    return True


def _read(connection: apsw.Connection, found: Salvage) -> None:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # nothing can be read: raises
    steps: dict[str, list[tuple[str, str, str]]] = {}
    history = rows_by_rowid(connection, "decision_history", "decision_id, at, status, error_code")
    for decision_id, *step in history:
        steps.setdefault(decision_id, []).append((step[0], step[1], step[2]))
    for decision_id, content in rows_by_rowid(connection, "decisions", "decision_id, content"):
        try:
            load_entry(content)
        except (ValueError, KeyError, TypeError):
            continue
        known = tuple(steps.get(decision_id, ()))
        found.decisions[decision_id] = JournaledDecision(content, len(known), known)
    archives = ("connection_id", "uuid", "file_name", "content_key", "sha256", "size", "etag", "stored_at")
    found.archives = list(_rows_both_ways(connection, "archives", Carried(archives, 2)))
    found.rows = {table: list(_rows_both_ways(connection, table, carried)) for table, carried in CARRIED.items()}
    found.purges = rows_by_rowid(connection, "purge_log", "at, connection_id, uuid, sha256, size, reason")
    # Where the contents lie now, and where they lay before migration 4; the other of the two has no such columns.
    for table in ("client_file_contents", "client_files"):
        for content, extra in rows_by_rowid(connection, table, "content, extra"):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                found.client_files.append(load_client_file(content, extra.decode("utf-8", "surrogatepass")))


def rows_by_rowid(connection: apsw.Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    """The rows of a table with row numbers that can be read, in their order.

    Where a page is damaged it goes on behind it, by growing steps, and comes back from the end.
    """
    found: dict[int, tuple[Any, ...]] = {}
    whole, at, step = True, -1, 1
    while step <= _LARGEST_STEP:
        try:
            for row in connection.execute(
                f"SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid > ? ORDER BY rowid",  # noqa: S608
                (at,),
            ):
                found[row[0]] = row[1:]
                at, step = row[0], 1
            break
        except apsw.Error:
            whole = False
            at, step = at + step, step * 2
    if not whole:
        with contextlib.suppress(apsw.Error):
            for row in connection.execute(
                f"SELECT rowid, {columns} FROM {table} NOT INDEXED ORDER BY rowid DESC"  # noqa: S608
            ):
                found.setdefault(row[0], row[1:])
    return [found[number] for number in sorted(found)]


def _rows_both_ways(connection: apsw.Connection, table: str, carried: Carried) -> Iterator[tuple[Any, ...]]:
    """From both ends as far as it goes. None where there is no such table: an older program wrote the database."""
    columns, key = carried
    seen = set()
    for way in ("ASC", "DESC"):
        order = ", ".join(f"{column} {way}" for column in columns[:key])
        with contextlib.suppress(apsw.Error):
            for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}"):  # noqa: S608
                if row[:key] not in seen:
                    seen.add(row[:key])
                    yield row
