"""What the use cases need of Trust and Sign: one connection, one port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.decision import Decision
from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.domain.operator import Admin, Operator
from tns_desktop.domain.pace import Pace
from tns_desktop.services.ports.creations import CreatedFile

Progress = Callable[[int, int | None], None]
"""Called with (bytes so far, bytes in all or None); from any thread."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``next_cursor`` is opaque; None on the last page. ``total`` where the server says it."""

    items: tuple[ClientFile, ...]
    next_cursor: str | None = None
    total: int | None = None
    unchanged: tuple[ClientFileKey, ...] = ()
    """Files of the page about which it says what it said before; they are not among ``items``."""
    answers: Mapping[ClientFileKey, bytes] = field(default_factory=dict)
    """For ``items``: by which their answers are known again."""


Known = Mapping[bytes, ClientFileKey]
"""Which files are known by which answer."""

NOTHING_KNOWN: Known = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ArchiveReceipt:
    """What the server said of the archive that was just received. ``size`` in bytes."""

    size: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveNow:
    """What the server says of an archive without sending it. ``etag`` is empty, ``size`` (bytes) None where it does not say."""

    etag: str = ""
    size: int | None = None

    def is_another_than(self, etag: str, size: int | None) -> bool:
        """Whether these are certainly other bytes: another tag, or another length under the same one. An archive of the
        same length under the same tag cannot be told from the old one without fetching it.
        """
        tags_differ = bool(self.etag and etag) and self.etag != etag
        sizes_differ = self.size is not None and size is not None and self.size != size
        return tags_differ or sizes_differ


class RouteMeaning(StrEnum):
    """What an answer of "Check this connection" means where that does not stand in it."""

    AS_READ = "as_read"
    NOTHING_THERE = "nothing_there"
    """Asked for what nobody has: nothing came back."""
    NOT_FOUND = "not_found"
    """The same, by a 404; a wrong path would be answered like that too."""
    NOT_IN_MAP = "not_in_map"
    """Not asked: the map has no such route."""


@dataclass(frozen=True, slots=True)
class RouteCheck:
    """One line of "Check this connection". ``status`` 0: no answer. ``items`` None: not a list."""

    route: str
    method: str
    url: str
    status: int
    understood: bool
    items: int | None = None
    sample: str = ""
    meaning: RouteMeaning = RouteMeaning.AS_READ
    error: BaseException | None = None
    proxy: str = ""
    issuer: str = ""


class ArchiveSink(Protocol):
    """Takes the bytes of one archive, in order, in the thread that receives them."""

    def write_blocking(self, chunk: bytes | memoryview) -> None:
        """``chunk`` is good during the call only."""
        ...

    def restart_blocking(self) -> None:
        """Forgets what was written: the transfer starts again from byte 0."""
        ...


class ClientFileApi(Protocol):
    """Trust and Sign for one connection."""

    @property
    def queues(self) -> tuple[ClientFileState, ...]:
        """The states that are asked for, in the map's order."""
        ...

    @property
    def automatic_validation_modes(self) -> frozenset[str]: ...

    def signing_link(self, token: str) -> str:
        """The address that opens a participant's steps; empty where the map has none. Nothing is asked for it."""
        ...

    async def list_client_files(
        self, state: ClientFileState | None, cursor: str | None = None, known: Known = NOTHING_KNOWN
    ) -> Page:
        """One page. ``known``: answers that were understood before, and are not taken apart again."""
        ...

    async def read_client_file(self, uuid: str) -> ClientFile: ...

    async def download_archive(
        self, uuid: str, sink: ArchiveSink, progress: Progress, pace: Pace | None = None
    ) -> ArchiveReceipt:
        """Streams the archive into ``sink``, no faster than ``pace``.

        Cancelling the coroutine stops the transfer and joins its thread.
        """
        ...

    async def archive_now(self, uuid: str) -> ArchiveNow:
        """The archive's present entity tag and length, as far as the server gives them."""
        ...

    async def send_decision(self, decision: Decision) -> None:
        """Returns when the server answered with a success that was understood."""
        ...

    async def create(self, creation: Creation, documents: Sequence[tuple[NewDocument, bytes]]) -> CreatedFile:
        """Sends it, once. Returns when the server answered with a success that names the file.

        Raises ExternalIdTaken where the server says so.
        """
        ...

    async def find_created(self, external_ids: frozenset[str]) -> Mapping[str, ClientFile]:
        """The files that have one of these external identifiers, by it."""
        ...

    async def check(self) -> Sequence[RouteCheck]: ...

    async def close(self) -> None: ...


class ApiFactory(Protocol):
    def __call__(self, connection: Connection, secret: str) -> ClientFileApi:
        """Raises ApiMapInvalid."""
        ...


class OperatorsApi(Protocol):
    """The management API's list of operators, asked as one Admin."""

    async def list_operators(self) -> Sequence[Operator]:
        """Everybody who is active. Raises AdminRefused and AdminNotAllowed as well."""
        ...

    async def close(self) -> None: ...


class OperatorsApiFactory(Protocol):
    def __call__(self, connection: Connection, admin: Admin) -> OperatorsApi:
        """Raises ApiMapInvalid, ConnectionInvalid."""
        ...
