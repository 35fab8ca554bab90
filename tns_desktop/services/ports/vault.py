"""What the use cases need of the encrypted store on this computer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from tns_desktop.domain.client_file import ClientFile, ClientFileKey, Participant
from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.evidence import Evidence, Views
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.domain.retention import DropReason
from tns_desktop.domain.review import KeptMark
from tns_desktop.domain.search import DocumentText, SearchResult
from tns_desktop.services.ports.creations import CreationStore
from tns_desktop.services.ports.disk import DiskReviewStore
from tns_desktop.services.ports.handover import HandoverJournal
from tns_desktop.services.ports.server import ArchiveSink
from tns_desktop.services.ports.webhooks import NoticeStore


class ClientFileStore(Protocol):
    """Server rows, as the server last described them. Participants' access tokens alone outlive an answer without them,
    until the file is closed or gone.
    """

    async def listed(self, connection_id: str, keys: Collection[ClientFileKey] | None = None) -> list[ListedFile]:
        """What the list shows of every file, oldest start first, without a start date last. Of ``keys`` only those that
        are here, in no order: for a change among a hundred thousand.
        """
        ...

    async def load(self, connection_id: str) -> list[ClientFile]:
        """Every file with everything in it, in the same order."""
        ...

    async def get(self, key: ClientFileKey) -> ClientFile | None: ...

    async def keys(self, connection_id: str) -> frozenset[ClientFileKey]: ...

    async def answers(self, connection_id: str) -> dict[bytes, ClientFileKey]:
        """By the fingerprint of the list item that it was last read from: such an item says nothing new."""
        ...

    async def newest_of_each_workflow(self, connection_id: str, most: int) -> list[ClientFile]:
        """Of every workflow's label the ``most`` files that began last, with everything in them."""
        ...

    async def rejection_causes(self, connection_id: str) -> list[str]:
        """Causes that the server's rejected files carry, most frequent first."""
        ...

    async def upsert(
        self, client_files: Sequence[ClientFile], answers: Mapping[ClientFileKey, bytes] = {}
    ) -> frozenset[ClientFileKey]:
        """Stores rows in one transaction; returns the keys whose row changed.

        ``answers``: fingerprints of the list items that they were read from. Files that are not named are left as they are.
        """
        ...

    async def put_tokens(self, key: ClientFileKey, people: Sequence[Participant]) -> None:
        """Access tokens of participants, of a file that need not be here yet: the answer to its creation has them."""
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

    async def of(self, keys: Collection[ClientFileKey]) -> list[OutboxEntry]:
        """Every decision on these files, however long ago, newest first."""
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

    async def open(self, key: ClientFileKey, *, sha256: str | None = None) -> BinaryIO | None:
        """A seekable, read-only stream of the clear bytes, decrypted chunk by chunk as it is read; for one thread.

        With ``sha256`` of that archive only: None where another one has taken its place.
        """
        ...

    async def stored(self) -> list[StoredArchive]:
        """Every archive of every connection."""
        ...

    async def drop(self, key: ClientFileKey, reason: DropReason = DropReason.ASKED) -> None:
        """Destroys the key first, then the bytes, and the marks of its documents; a line in the purge log says so.

        The file is not kept on purpose any more.
        """
        ...

    async def keep_on_purpose(self, keys: Iterable[ClientFileKey]) -> None:
        """Says of these files that the operator wants their archives here, whether they have come yet or not."""
        ...

    async def let_go(self, keys: Iterable[ClientFileKey]) -> None:
        """The opposite; archives that are here stay until something else drops them."""
        ...

    async def on_purpose(self, connection_id: str | None = None) -> frozenset[ClientFileKey]:
        """The files of that connection, or of all, whose archives the operator wants here."""
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


class EvidenceStore(Protocol):
    """What was on screen. Of a review under way it lives as long as the archive, of a decision as long as the connection."""

    async def views(self, key: ClientFileKey, archive_sha256: str) -> Views:
        """Of the review under way; empty when that archive was not looked at."""
        ...

    async def put_views(self, key: ClientFileKey, archive_sha256: str, views: Views) -> bool:
        """In place of what was seen of any archive of that file. False, and nothing is kept, when that one is not stored."""
        ...

    async def put(self, decision_id: str, connection_id: str, evidence: Evidence) -> None:
        """Durable when the call returns. To be called before the decision itself is written."""
        ...

    async def of(self, decision_id: str) -> Evidence | None: ...

    async def forget_connection(self, connection_id: str) -> None:
        """All evidence of that connection, out of the write-ahead log too."""
        ...


@dataclass(frozen=True, slots=True)
class Vault:
    """The parts of the encrypted store, opened together and closed together."""

    client_files: ClientFileStore
    outbox: Outbox
    blobs: BlobStore
    reviews: ReviewStore
    evidence: EvidenceStore
    search: SearchIndex
    disk: DiskReviewStore
    creations: CreationStore
    handovers: HandoverJournal
    notices: NoticeStore
    close: Callable[[], Any] = field(repr=False)
    decisions_put_back: int = 0
    """How many decisions the database had lost when it was opened, and its journal gave back."""
    creations_put_back: int = 0
    """The same of creations and drafts."""


@dataclass(frozen=True, slots=True)
class VaultRecovery:
    """What became of a damaged vault. ``copy`` is where it lies now, as it was found.

    ``decisions``: unfinished ones that are there again; ``creations``: those and drafts that are there again, ``incomplete`` of
    them without documents that were lost. ``complete`` False: the journal was damaged too, and there may have
    been others; a database that could be read to its end proves nothing, its last changes may be missing.
    ``archives`` and ``files``: how many were taken over.
    """

    copy: Path
    decisions: int
    archives: int
    files: int
    complete: bool
    creations: int = 0
    incomplete: int = 0


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
