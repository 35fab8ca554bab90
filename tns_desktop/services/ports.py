"""What the use cases need from the outside world, as Protocols.

Every method may raise the ``TnsError`` of its technology (``domain.errors``) and nothing else. Methods are coroutines
that never block the loop; the few that are called in a worker thread end in ``_blocking``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from tns_desktop.domain.archive import ArchiveIndex, DocumentKind
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import Decision, OutboxEntry
from tns_desktop.domain.preview import (
    DocumentDescription,
    FoundHits,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.domain.retention import DropReason

Progress = Callable[[int, int | None], None]
"""Called with (bytes so far, bytes in all or None); from any thread."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class NewIds(Protocol):
    def __call__(self) -> str:
        """A new identifier that nobody else has (uuid4 text)."""
        ...


# --- the server -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``next_cursor`` is opaque; None on the last page. ``total`` where the server says it."""

    items: tuple[ClientFile, ...]
    next_cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ArchiveReceipt:
    """What the server said of the archive that was just received. ``size`` in bytes."""

    size: int
    etag: str = ""


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
    error: BaseException | None = None
    proxy: str = ""
    issuer: str = ""


class ArchiveSink(Protocol):
    """Takes the bytes of one archive, in order, in the thread that receives them."""

    def write_blocking(self, chunk: bytes) -> None: ...

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

    async def list_client_files(self, state: ClientFileState | None, cursor: str | None = None) -> Page: ...

    async def read_client_file(self, uuid: str) -> ClientFile: ...

    async def download_archive(self, uuid: str, sink: ArchiveSink, progress: Progress) -> ArchiveReceipt:
        """Streams the archive into ``sink``. Cancelling the coroutine stops the transfer and joins its thread."""
        ...

    async def archive_etag(self, uuid: str) -> str:
        """The archive's present entity tag, or an empty string where the server gives none."""
        ...

    async def send_decision(self, decision: Decision) -> None:
        """Returns when the server answered with a success that was understood."""
        ...

    async def check(self) -> Sequence[RouteCheck]: ...

    async def close(self) -> None: ...


class ApiFactory(Protocol):
    def __call__(self, connection: Connection, secret: str) -> ClientFileApi:
        """Raises ApiMapInvalid."""
        ...


# --- the vault --------------------------------------------------------------------------------------------------------


class ClientFileStore(Protocol):
    """Server rows, as the server last described them."""

    async def load(self, connection_id: str) -> list[ClientFile]: ...

    async def replace_state(
        self, connection_id: str, state: ClientFileState, client_files: Sequence[ClientFile]
    ) -> frozenset[ClientFileKey]:
        """Stores a complete listing of one state, in one transaction; returns the keys whose row changed.

        Files of that state that the listing no longer holds are *not* forgotten here: their new state is not known yet.
        They are returned too, so that the caller reads them again.
        """
        ...

    async def upsert(self, client_files: Sequence[ClientFile]) -> frozenset[ClientFileKey]:
        """Stores single rows; returns the keys whose row changed."""
        ...

    async def forget(self, keys: Iterable[ClientFileKey]) -> None: ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every row and word of that connection, out of the write-ahead log too."""
        ...

    async def changed_since_seen(self, connection_id: str) -> frozenset[ClientFileKey]: ...

    async def mark_seen(self, key: ClientFileKey) -> None: ...


class Outbox(Protocol):
    """Decisions on their way. Every change is durable (``synchronous=FULL``) before the call returns."""

    async def insert(self, entry: OutboxEntry) -> None:
        """Raises AlreadyDecided when an unfinished decision for the same client file exists."""
        ...

    async def update(self, entry: OutboxEntry, *, expected: OutboxEntry) -> None:
        """Raises IllegalTransition when the stored row is not ``expected`` any more."""
        ...

    async def get(self, decision_id: str) -> OutboxEntry | None: ...

    async def unfinished(self) -> list[OutboxEntry]:
        """Every row that is neither confirmed nor withdrawn, oldest decision first."""
        ...

    async def all(self, limit: int = 1000) -> list[OutboxEntry]:
        """Finished rows included, newest decision first."""
        ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every decision of that connection, and its history. Raises DecisionsUnfinished while one is under way."""
        ...


@dataclass(frozen=True, slots=True)
class StoredArchive:
    """An archive in the vault. ``size`` in bytes (clear)."""

    key: ClientFileKey
    sha256: str
    size: int
    etag: str = ""
    stored_at: datetime | None = None


class BlobWriter(ArchiveSink, Protocol):
    """One archive being written, encrypted chunk by chunk. Nothing is visible in the vault before ``commit``."""

    async def commit(self, *, etag: str, at: datetime) -> StoredArchive: ...

    async def abort(self) -> None: ...


class BlobStore(Protocol):
    """Archives, encrypted with a random key each."""

    async def begin(self, key: ClientFileKey) -> BlobWriter: ...

    async def find(self, key: ClientFileKey) -> StoredArchive | None: ...

    async def kept(self, connection_id: str) -> frozenset[ClientFileKey]: ...

    async def open(self, key: ClientFileKey) -> BinaryIO | None:
        """A seekable, read-only stream of the clear bytes, decrypted chunk by chunk as it is read; for one thread."""
        ...

    async def stored(self) -> list[StoredArchive]:
        """Every archive of every connection."""
        ...

    async def drop(self, key: ClientFileKey, reason: DropReason = DropReason.ASKED) -> None:
        """Destroys the key first, then the bytes; a line in the purge log says so."""
        ...


# --- archives and previews --------------------------------------------------------------------------------------------


class ArchiveReader(Protocol):
    """Reads ZIP archives in memory; called in a worker thread with a stream of its own."""

    def index_blocking(self, stream: BinaryIO, sha256: str) -> ArchiveIndex:
        """Raises NotAnArchive, ArchiveTruncated, ArchiveTooLarge, TooManyEntries; an entry's problems are in the index."""
        ...

    def read_blocking(self, stream: BinaryIO, entry_id: str, password: str | None = None) -> bytes:
        """Raises EntryTooLarge, EntryUnreadable, EntryEncrypted."""
        ...

    def kind_of(self, content: bytes) -> DocumentKind:
        """By the bytes alone: for an entry that the index could not look into."""
        ...


class Renderer(Protocol):
    """Decodes documents somewhere they can do no harm. Calls may be cancelled; a cancelled one costs the others nothing."""

    async def describe(self, document: RenderDocument) -> DocumentDescription: ...

    async def render_page(
        self,
        document: RenderDocument,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        max_pixels: int = 40_000_000,
        area: PixelArea | None = None,
    ) -> Raster:
        """``page`` counts from 0; ``scale`` is pixels per PageSize unit; ``rotation`` 0, 90, 180 or 270 degrees clockwise;
        ``area`` is the wanted part of the page as it is scaled and turned, or None for all of it.
        """
        ...

    async def page_text(self, document: RenderDocument, page: int) -> PageText: ...

    async def find(
        self, document: RenderDocument, words: str, first_page: int, pages: int, seconds: float
    ) -> FoundHits:
        """Looks through up to ``pages`` pages from ``first_page`` on, for about ``seconds``; at least one page."""
        ...

    async def extract_text(self, document: RenderDocument) -> TextContent: ...

    async def forget(self, archive_sha256: str) -> None:
        """Drops everything the decoder still holds of that archive."""
        ...

    async def start(self) -> None:
        """Starts the decoder ahead of the first document; optional."""
        ...

    async def close(self) -> None: ...


# --- sample files -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """How to reach the local server with sample files; the secret is a specimen."""

    base_url: str
    public_id: str
    secret_key: str
    operator_uuid: str


class SampleServer(Protocol):
    """A local Trust and Sign with invented clients, in a process of its own."""

    async def start(self) -> SampleAccount:
        """Starts it, or returns the account of the one that runs. Raises ServerUnreachable."""
        ...

    async def stop(self) -> None: ...


# --- secrets and settings ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeychainInfo:
    """Which keychain is in use. ``persistent`` False: this session only."""

    name: str
    persistent: bool


class SecretStore(Protocol):
    """The operating system's keychain, or this session's memory where there is none."""

    async def describe(self) -> KeychainInfo: ...

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None:
        """Deleting what is not there is fine."""
        ...


class SettingsStore(Protocol):
    """What is kept in clear: preferences and connections without their secrets."""

    def load(self) -> dict[str, Any]:
        """Raises SettingsInvalid."""
        ...

    def save(self, values: dict[str, Any]) -> None:
        """Atomic: the old file or the new one, never half of one."""
        ...


@dataclass(frozen=True, slots=True)
class Vault:
    """The parts of the encrypted store, opened together and closed together."""

    client_files: ClientFileStore
    outbox: Outbox
    blobs: BlobStore
    close: Callable[[], Any] = field(repr=False)
