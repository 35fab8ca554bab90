"""Rows of client files as the database holds them: the columns that the list needs, and the rest beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tns_desktop.adapters.vault.access_tokens import keep_tokens
from tns_desktop.adapters.vault.content import column_text, dump_client_file, load_client_file
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.filters import haystack_of
from tns_desktop.domain.listed_file import ListedFile

if TYPE_CHECKING:
    import apsw

T = TypeVar("T")

HASH_SIZE = 16
IDS_A_QUERY = 500
ROWS_A_STATEMENT = 250
"""Rows that are made ready and written at a time."""

LISTED = (
    "SELECT uuid, state, human_id, external_id, workflow_label, display_name, started_at, validation_mode, signed,"
    " version, haystack, profiles"
    " FROM client_files WHERE connection_id = ?"
)
IN_ORDER = " ORDER BY started_at IS NULL, started_at, uuid"

_LISTED_COLUMNS = (
    "state = ?, started_at = ?, human_id = ?, external_id = ?, workflow_label = ?, display_name = ?,"
    " validation_mode = ?, rejection_cause = ?, signed = ?, haystack = ?"
)
_FILL = f"UPDATE client_files SET {_LISTED_COLUMNS} WHERE id = ?"  # noqa: S608  (fixed texts)
_INSERT = """
INSERT INTO client_files (
    state, started_at, human_id, external_id, workflow_label, display_name, validation_mode, rejection_cause, signed,
    haystack, profiles, version, row_version, answer, id, connection_id, uuid
) VALUES """
_UPDATE = (
    f"UPDATE client_files SET {_LISTED_COLUMNS}, profiles = ?, version = ?, row_version = ?, answer = ?, words = 0"  # noqa: S608
    " WHERE id = ?"
)
_PUT_CONTENT = "INSERT OR REPLACE INTO client_file_contents (id, content, extra) VALUES "


class StoredRow(NamedTuple):
    """What a row is compared by."""

    id: int
    row_version: bytes
    answer: bytes | None


def listed_of(connection: apsw.Connection, connection_id: str, uuids: Iterable[str] | None = None) -> list[ListedFile]:
    """The rows of a connection, oldest start first, without a start date last; or those of some files, in no order."""
    values = (column_text(connection_id),)
    if uuids is None:
        return _listed(connection_id, connection.execute(LISTED + IN_ORDER, values))
    found: list[ListedFile] = []
    for marks, some in in_parts([column_text(uuid) for uuid in uuids]):
        found += _listed(connection_id, connection.execute(f"{LISTED} AND uuid IN ({marks})", (*values, *some)))
    return found


def _listed(connection_id: str, rows: Iterable[tuple[Any, ...]]) -> list[ListedFile]:
    make: Callable[[tuple[Any, ...]], ListedFile] = ListedFile._make
    states: dict[str, ClientFileState] = {}
    texts: dict[str, str] = {}
    profiles: dict[str, tuple[str, ...]] = {"": ()}
    found = []
    for uuid, state, human_id, external_id, workflow, name, started_at, mode, signed, *rest, listed in rows:
        if state not in states:
            states[state] = ClientFileState(state)
        if listed not in profiles:
            profiles[listed] = tuple(json.loads(listed))
        found.append(
            make(
                (
                    ClientFileKey(connection_id, uuid),
                    states[state],
                    human_id,
                    external_id,
                    texts.setdefault(workflow, workflow),  # a few texts, a hundred thousand times
                    name,
                    started_at,
                    texts.setdefault(mode, mode),
                    None if signed is None else bool(signed),
                    *rest,
                    profiles[listed],
                )
            )
        )
    return found


def store(
    connection: apsw.Connection, client_files: Sequence[ClientFile], answers: Mapping[ClientFileKey, bytes]
) -> frozenset[ClientFileKey]:
    """Writes what differs; the keys of those rows. In parts: what was written is let go before more is made ready."""
    keys: set[ClientFileKey] = set()
    for start in range(0, len(client_files), ROWS_A_STATEMENT):
        keys |= _store_some(connection, client_files[start : start + ROWS_A_STATEMENT], answers)
    keep_tokens(connection, client_files)
    return frozenset(keys)


def _store_some(
    connection: apsw.Connection, client_files: Sequence[ClientFile], answers: Mapping[ClientFileKey, bytes]
) -> set[ClientFileKey]:
    stored = _stored_rows(connection, client_files)
    next_id = (connection.execute("SELECT max(id) FROM client_files").get or 0) + 1
    fresh, changed, contents, same = [], [], [], []
    keys = set()
    for client_file in client_files:
        columns = key_columns(client_file.key)
        content = dump_client_file(client_file)
        extra = client_file.extra.encode("utf-8", "surrogatepass")
        version, row_version = _versions(content.encode(), extra)
        answer = answers.get(client_file.key)
        present = stored.get(columns)
        if present is not None and present.row_version == row_version:
            if answer is not None and present.answer != answer:
                same.append((answer, present.id))
            continue
        values = (*_listed_columns(client_file), _profiles_column(client_file), version, row_version, answer)
        if present is None:
            row_id, next_id = next_id, next_id + 1
            fresh.append((*values, row_id, *columns))
        else:
            row_id = present.id
            changed.append((*values, row_id))
        stored[columns] = StoredRow(row_id, row_version, answer)
        contents.append((row_id, content, extra))
        keys.add(client_file.key)
    _write_many(connection, _INSERT, fresh)
    connection.executemany(_UPDATE, politely(changed))
    _write_many(connection, _PUT_CONTENT, contents)
    connection.executemany("UPDATE client_files SET answer = ? WHERE id = ?", politely(same))
    return keys


def _write_many(connection: apsw.Connection, head: str, rows: Sequence[tuple[object, ...]]) -> None:
    """``head`` ends with VALUES. One statement: while it runs, which takes milliseconds, other threads have the interpreter
    to themselves. With a statement a row this thread would wait for its turn after each of them.
    """
    if rows:
        marks = "(" + ",".join("?" * len(rows[0])) + ")"
        connection.execute(head + ",".join([marks] * len(rows)), tuple(chain.from_iterable(rows)))


def _stored_rows(connection: apsw.Connection, client_files: Sequence[ClientFile]) -> dict[tuple[str, str], StoredRow]:
    """Those of the files that are there already."""
    wanted: dict[str, list[str]] = {}
    for client_file in client_files:
        connection_id, uuid = key_columns(client_file.key)
        wanted.setdefault(connection_id, []).append(uuid)
    found = {}
    for connection_id, uuids in wanted.items():
        for marks, some in in_parts(uuids):
            for uuid, *values in connection.execute(
                "SELECT uuid, id, row_version, answer FROM client_files"  # noqa: S608  (question marks)
                f" WHERE connection_id = ? AND uuid IN ({marks})",
                (connection_id, *some),
            ):
                found[connection_id, uuid] = StoredRow(*values)
    return found


def fill_listed_columns(connection: apsw.Connection) -> None:
    """For rows that an older version wrote. One that cannot be read is left out: the server sends it again."""
    broken, filled = [], []
    for row_id, content in connection.execute("SELECT id, content FROM client_file_contents"):
        try:
            filled.append((*_listed_columns(load_client_file(content, "")), row_id))
        except (ValueError, KeyError, TypeError):
            broken.append((row_id,))
    connection.executemany(_FILL, politely(filled))
    connection.executemany("DELETE FROM client_files WHERE id = ?", politely(broken))


def fill_profiles(connection: apsw.Connection) -> None:
    """For rows that an older version wrote. One that cannot be read is left as it is: whoever reads it says so."""
    filled = []
    for row_id, content in connection.execute("SELECT id, content FROM client_file_contents"):
        try:
            listed = _profiles_column(load_client_file(content, ""))
        except (ValueError, KeyError, TypeError):
            continue
        if listed:
            filled.append((listed, row_id))
    connection.executemany("UPDATE client_files SET profiles = ? WHERE id = ?", politely(filled))


def write_contents_anew(connection: apsw.Connection) -> None:
    """Contents and their hashes as this version writes them, so that no file counts as changed that is not.

    One that cannot be read is left out: the server sends it again.
    """
    broken, hashes, contents = [], [], []
    for row_id, content, extra in connection.execute("SELECT id, content, extra FROM client_file_contents"):
        try:
            anew = dump_client_file(load_client_file(content, ""))
        except (ValueError, KeyError, TypeError):
            broken.append((row_id,))
            continue
        before = hash_of(content.encode())
        version, row_version = _versions(anew.encode(), extra)
        hashes.append((row_version, before, version, version, row_id))
        contents.append((anew, row_id))
    connection.executemany(
        "UPDATE client_files SET row_version = ?, seen_version = CASE seen_version WHEN ? THEN ? ELSE seen_version END,"
        " version = ? WHERE id = ?",
        politely(hashes),
    )
    connection.executemany("UPDATE client_file_contents SET content = ? WHERE id = ?", politely(contents))
    connection.executemany("DELETE FROM client_files WHERE id = ?", politely(broken))


def politely(rows: Iterable[T]) -> Iterator[T]:
    """The same rows, one Python step each, for ``executemany``: given a list it never lets another thread run.

    It lets go of the interpreter's lock around each row, but for so short a time that a waiting thread does not get it;
    only between Python's own steps is it handed over. 10,000 rows stopped the window for 300 ms.
    """
    for row in rows:  # noqa: UP028  (``yield from`` would hand over the list's own iterator, without a step)
        yield row


def in_parts(uuids: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """As many at once as a query may name, with the question marks that stand for them."""
    for start in range(0, len(uuids), IDS_A_QUERY):
        some = uuids[start : start + IDS_A_QUERY]
        yield ",".join("?" * len(some)), some


def key_columns(key: ClientFileKey) -> tuple[str, str]:
    return column_text(key.connection_id), column_text(key.uuid)


def _versions(content: bytes, extra: bytes) -> tuple[bytes, bytes]:
    """The hash of ``content``, and that of both with a zero byte between them."""
    whole = hashlib.sha256(content)
    version = whole.digest()[:HASH_SIZE]
    whole.update(b"\0")
    whole.update(extra)
    return version, whole.digest()[:HASH_SIZE]


def hash_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:HASH_SIZE]


def _listed_columns(client_file: ClientFile) -> tuple[object, ...]:
    return (
        column_text(client_file.state.name),
        client_file.started_at,
        column_text(client_file.id),
        column_text(client_file.external_id),
        column_text(client_file.workflow_label),
        column_text(client_file.display_name),
        column_text(client_file.validation_mode),
        column_text(client_file.rejection_cause),
        None if client_file.signed is None else int(client_file.signed),
        column_text(haystack_of(client_file)),
    )


def _profiles_column(client_file: ClientFile) -> str:
    """A JSON list; empty for none. As ASCII: a server may send what is no text to a database."""
    profiles = client_file.all_profiles
    return json.dumps(profiles) if profiles else ""
