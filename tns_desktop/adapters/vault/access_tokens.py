"""Participants' access tokens: kept apart from the rest of a file, which every answer of the server replaces.

The answer to a creation has them, later ones need not. What a later answer does not say is no reason to forget a link that
may be the only one; that the file is closed, or gone, is. Triggers of the schema see to files that have a row; what a
creation said of one that never had an open row is seen to here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.content import column_text
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, Participant

if TYPE_CHECKING:
    import apsw

_PUT = "INSERT OR REPLACE INTO access_tokens (connection_id, uuid, participant, token) VALUES (?, ?, ?, ?)"
_ALL_OF = "SELECT participant, token FROM access_tokens WHERE connection_id = ? AND uuid = ?"


def keep_tokens(connection: apsw.Connection, client_files: Iterable[ClientFile]) -> None:
    """Of files that are not closed; a participant who cannot be told from another one gets none."""
    closed = set()
    for client_file in client_files:
        if client_file.state.is_closed:
            closed.add(_key_columns(client_file.key))
        elif any(person.access_token for person in client_file.participants):
            put_tokens(connection, client_file.key, client_file.participants)
    if closed:
        # A list of closed files is long, and next to none of them has any.
        closed &= set(connection.execute("SELECT DISTINCT connection_id, uuid FROM access_tokens"))
        connection.executemany("DELETE FROM access_tokens WHERE connection_id = ? AND uuid = ?", closed)


def put_tokens(connection: apsw.Connection, key: ClientFileKey, people: Sequence[Participant]) -> None:
    """Also of a file that no listing has named yet."""
    alone = _alone(people)
    connection.executemany(
        _PUT,
        [
            (*_key_columns(key), column_text(person.identity), column_text(person.access_token))
            for person in people
            if person.access_token and person.identity in alone
        ],
    )


def forget_tokens(connection: apsw.Connection, connection_id: str) -> None:
    """All of that connection."""
    connection.execute("DELETE FROM access_tokens WHERE connection_id = ?", (column_text(connection_id),))


def with_tokens(connection: apsw.Connection, client_file: ClientFile) -> ClientFile:
    """The file with the tokens that are known of its participants."""
    known = dict(connection.execute(_ALL_OF, _key_columns(client_file.key)))
    if not known:
        return client_file
    alone = _alone(client_file.participants)
    people = [
        replace(person, access_token=known.get(column_text(person.identity), ""))
        if person.identity in alone
        else person
        for person in client_file.participants
    ]
    return replace(client_file, participants=tuple(people))


def _alone(people: Iterable[Participant]) -> frozenset[str]:
    """Identities that one person has, and no other."""
    counts = Counter(person.identity for person in people)
    return frozenset(identity for identity, count in counts.items() if identity and count == 1)


def _key_columns(key: ClientFileKey) -> tuple[str, str]:
    return column_text(key.connection_id), column_text(key.uuid)
