"""Search and order of the list: one folding for every place that compares what people type.

Folding drops case and accents ("Müller" is found by "muller"), so does the database's full-text index
(``unicode61 remove_diacritics 2``): both must agree.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFile, ClientFileState


class SortKey(StrEnum):
    AGE = "age"
    NAME = "name"
    ID = "id"
    WORKFLOW = "workflow"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class ClientFileFilter:
    """What the list shows. ``state`` None means every state; ``text`` is as typed; no ``connection_id``: of every one."""

    state: ClientFileState | None = None
    text: str = ""
    only_kept: bool = False
    only_pending: bool = False
    connection_id: str = ""


def fold(text: str) -> str:
    """``text`` without case and accents, for comparison only, never for display."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a query; a row matches when it holds every one."""
    return tuple(fold(text).split())


def haystack_of(client_file: ClientFile) -> str:
    """Everything of a client file that the search looks at, folded, in one string."""
    parts = [client_file.id, client_file.external_id, client_file.uuid, client_file.workflow_label]
    for person in client_file.participants:
        parts += [
            person.last_name,
            person.first_name,
            person.birth_name,
            person.email,
            person.mobile_phone,
            person.phone,
        ]
    for info in client_file.external_info:
        parts += [info.name, info.value]
    return fold("\n".join(part for part in parts if part))
