"""What the use cases need from the outside world, as Protocols.

Every method may raise the ``TnsError`` of its technology (``domain.errors``) and nothing else. Methods are coroutines
that never block the loop; the few that are called in a worker thread end in ``_blocking``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

from tns_desktop.domain.archive import ArchiveIndex, DocumentKind
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import Decision, OutboxEntry
from tns_desktop.domain.hygiene import Remark
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.domain.preview import (
    DocumentDescription,
    FoundHits,
    PageRectangle,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.domain.retention import DropReason
from tns_desktop.domain.review import KeptMark
from tns_desktop.domain.search import DocumentText, SearchResult
from tns_desktop.domain.signatures import SignatureReport
from tns_desktop.domain.text_layer import Span, TextLayer

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

    async def list_client_files(
        self, state: ClientFileState | None, cursor: str | None = None, known: Known = NOTHING_KNOWN
    ) -> Page:
        """One page. ``known``: answers that were understood before, and are not taken apart again."""
        ...

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

    async def listed(self, connection_id: str) -> list[ListedFile]:
        """What the list shows of every file, oldest start first, without a start date last."""
        ...

    async def load(self, connection_id: str) -> list[ClientFile]:
        """Every file with everything in it, in the same order."""
        ...

    async def get(self, key: ClientFileKey) -> ClientFile | None: ...

    async def keys(self, connection_id: str) -> frozenset[ClientFileKey]: ...

    async def answers(self, connection_id: str) -> dict[bytes, ClientFileKey]:
        """By the fingerprint of the list item that it was last read from: such an item says nothing new."""
        ...

    async def rejection_causes(self, connection_id: str) -> list[str]:
        """Causes that the server's rejected files carry, most frequent first."""
        ...

    async def replace_state(
        self,
        connection_id: str,
        state: ClientFileState,
        client_files: Sequence[ClientFile],
        *,
        unchanged: frozenset[ClientFileKey] = frozenset(),
        answers: Mapping[ClientFileKey, bytes] = {},
    ) -> frozenset[ClientFileKey]:
        """Stores a complete listing of one state, in one transaction; returns the keys whose row changed.

        ``unchanged``: files of the listing about which it said nothing new. ``answers``: fingerprints of the others' items.

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


class SearchIndex(Protocol):
    """Full-text search over client files and the documents of the archives that are kept here."""

    async def find(self, connection_id: str, text: str, most: int = 5_000) -> SearchResult:
        """The files that hold a word beginning with each word of ``text``; none for no words."""
        ...

    async def catch_up(self) -> bool:
        """Indexes a few rows that were not yet; False when there was nothing to do. ``find`` does so by itself."""
        ...

    async def without_words(self, most: int = 1) -> list[StoredArchive]:
        """Archives whose documents were not read for their words, newest first."""
        ...

    async def put_documents(self, archive: StoredArchive, documents: Sequence[DocumentText]) -> bool:
        """Takes the texts of an archive; False when the vault does not hold exactly this archive any more."""
        ...


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
        """Destroys the key first, then the bytes, and the marks of its documents; a line in the purge log says so."""
        ...


class ReviewStore(Protocol):
    """Marks of single documents. They live as long as the archive they were made on: see ``BlobStore.drop``."""

    async def load(self, key: ClientFileKey) -> list[KeptMark]:
        """Every mark of that file, those made on an archive that was replaced since included."""
        ...

    async def put(self, key: ClientFileKey, kept: KeptMark) -> bool:
        """False, and nothing is kept, when that very archive is not stored (any more)."""
        ...

    async def replace(self, key: ClientFileKey, archive_sha256: str, kept: Iterable[KeptMark]) -> None:
        """Forgets the marks of every other archive of that file, and keeps these; in one transaction."""
        ...

    async def begun(self, connection_id: str) -> frozenset[ClientFileKey]:
        """The files of which at least one document was judged."""
        ...

    async def with_same_bytes(self, key: ClientFileKey, content_sha256: str) -> frozenset[ClientFileKey]:
        """Other files of the same connection in which a document of these bytes was looked at."""
        ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every mark of that connection, out of the write-ahead log too."""
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


@dataclass(frozen=True, slots=True)
class TrustedRoots:
    """Certificates (DER) the firm trusts. ``unreadable``: names of files that hold none; an empty name is the folder."""

    certificates: tuple[bytes, ...] = ()
    unreadable: tuple[str, ...] = ()


class RootStore(Protocol):
    """Where trusted certificates lie."""

    def load_blocking(self, folder: Path) -> TrustedRoots:
        """What cannot be read is told, never raised."""
        ...


class Inspector(Protocol):
    """Looks into documents beside their pages, somewhere they can do no harm, and without the pages waiting for it.

    Each raises RenderError.
    """

    async def read_layer(self, document: RenderDocument) -> TextLayer:
        """The text of a PDF, page by page; empty pages where there is none."""
        ...

    async def find_places(
        self, document: RenderDocument, page: int, spans: Sequence[Span]
    ) -> tuple[PageRectangle, ...]:
        """Where these characters of a PDF's page (from 0) stand."""
        ...

    async def read_signatures(self, document: RenderDocument, roots: Sequence[bytes]) -> SignatureReport:
        """The signatures of a PDF, validated offline; ``roots`` are trusted certificates in DER."""
        ...

    async def look_inside(self, document: RenderDocument) -> tuple[Remark, ...]:
        """What a document of any kind carries with it."""
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

    async def start(self, product: int = 0) -> SampleAccount:
        """Starts it, or returns the account of the one that runs: of one of its products, of which there are two at least.

        Raises ServerUnreachable.
        """
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


class VaultKey(Protocol):
    """The vault's key in the keychain: as it is, or wrapped by a passphrase that is stored nowhere."""

    async def has_passphrase(self) -> bool: ...

    async def open(self, passphrase: str = "") -> bytes:
        """The key, made when there is neither a key nor a vault. Raises PassphraseWrong, VaultKeyMissing, VaultKeyWrong."""
        ...

    async def change_passphrase(self, present: str, new: str) -> None:
        """An empty ``new`` removes it. Raises PassphraseWrong, and changes nothing then."""
        ...

    async def set_aside(self, at: datetime) -> None:
        """Keeps the key of a vault that was set aside under another name; the next ``open`` makes a new one."""
        ...


class Sealing(Protocol):
    """Closes short texts with a key made of the vault's: readable again once that vault was opened again, and not before."""

    def close(self, text: str) -> bytes: ...

    def open(self, sealed: bytes) -> str | None:
        """None for what another vault's key has closed."""
        ...


class Autostart(Protocol):
    """Whether the operating system starts the program when its user logs in."""

    @property
    def is_possible(self) -> bool: ...

    async def is_on(self) -> bool: ...

    async def turn(self, on: bool) -> None:
        """Raises AutostartRefused."""
        ...


class Power(Protocol):
    """What the computer runs on."""

    async def on_battery(self) -> bool:
        """False where nobody knows."""
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
    reviews: ReviewStore
    search: SearchIndex
    close: Callable[[], Any] = field(repr=False)
    decisions_put_back: int = 0
    """How many decisions the database had lost when it was opened, and its journal gave back."""


@dataclass(frozen=True, slots=True)
class VaultRecovery:
    """What became of a damaged vault. ``copy`` is where it lies now, as it was found.

    ``decisions``: unfinished ones that are there again. ``complete`` False: the journal was damaged too, and there may have
    been others; a database that could be read to its end proves nothing, its last changes may be missing.
    ``archives`` and ``files``: how many were taken over.
    """

    copy: Path
    decisions: int
    archives: int
    files: int
    complete: bool


class VaultPlace(Protocol):
    """Where the vault of this profile lies, and what can be done when it does not open."""

    async def open(self) -> Vault:
        """Raises VaultError or SecretStoreError; what does not open is left as it is."""
        ...

    async def recover(self) -> VaultRecovery:
        """Builds a damaged vault anew of what can be read. Raises VaultError or SecretStoreError, and changes nothing then."""
        ...

    async def set_aside(self) -> Path:
        """Makes room for an empty vault; where the old one lies now. Raises VaultError or SecretStoreError."""
        ...
