"""A desk whose outside world answers when the test says so: the window's presenters are driven against it.

Real: settings, connections, catalogue, decisions, lines, event bus. Faked: archives, previews, synchroniser, sender and
sample server, each with gates; and the ports below, in memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import pypdfium2

from tests.support.desks import FakeClock
from tests.support.files import CONNECTION_ID, NOW, a_connection, an_index
from tests.support.handovers import FakeCommands, MemoryHandovers
from tests.support.model_creations import ModelCreations
from tests.support.vaults import a_listed
from tns_desktop.adapters.archive import LooseDocuments, TableFiles
from tns_desktop.adapters.handover import DiskFolders
from tns_desktop.adapters.signing.sealer import PdfSealer
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, DocumentKind
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.errors import AlreadyDecided, EntryEncrypted, IllegalTransition, PassphraseWrong
from tns_desktop.domain.evidence import Evidence, Views
from tns_desktop.domain.facts import Fact, SeenFact, Sightings
from tns_desktop.domain.formatted import FormattedText
from tns_desktop.domain.hygiene import HygieneReport, Remark
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.domain.matching import Occurrence
from tns_desktop.domain.operator import Admin, Operator
from tns_desktop.domain.preview import (
    AttachedFiles,
    DocumentDescription,
    DocumentKey,
    FoundHits,
    PageHit,
    PageLink,
    PageRectangle,
    PageSize,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.domain.review import DocumentMark, KeptMark, Review
from tns_desktop.domain.search import SearchResult
from tns_desktop.domain.signatures import Signature, SignatureReport
from tns_desktop.domain.verdict import GivenVerdict
from tns_desktop.domain.workflow import Workflow
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.catalogue import Catalogue
from tns_desktop.services.comparing import Comparisons
from tns_desktop.services.connections import Connections
from tns_desktop.services.creation import Creations
from tns_desktop.services.creation_desk import CreationDesk
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.desk import Desk
from tns_desktop.services.disk_archives import DiskArchives
from tns_desktop.services.enclosed import holders_of
from tns_desktop.services.events import ClientFilesChanged, EventBus
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.follow_up import FollowUp
from tns_desktop.services.handover_parts import handover_parts
from tns_desktop.services.hook_test import HookStep
from tns_desktop.services.importing import Importing
from tns_desktop.services.keeping import Wish
from tns_desktop.services.line import Lines
from tns_desktop.services.locking import Passphrase
from tns_desktop.services.message_templates import MessageTemplates
from tns_desktop.services.operators import Operators
from tns_desktop.services.ports import (
    DiskReview,
    KeychainInfo,
    RouteCheck,
    SampleAccount,
    SampleHook,
    StoredArchive,
    Tally,
    Vault,
)
from tns_desktop.services.reporting import Reports
from tns_desktop.services.reviews import Reviews
from tns_desktop.services.saved_views import SavedViews
from tns_desktop.services.settings import Settings
from tns_desktop.services.templates import Templates
from tns_desktop.services.verdicts import Verdicts
from tns_desktop.services.webhooks import HookState
from tns_desktop.services.workflows import Workflows

SECRET = "a-specimen-secret"
PAGE = PageSize(60, 80)


class Gates:
    """Where calls may be held, made to fail, and are remembered. ``what`` is any value that names a call."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.cancelled: list[object] = []
        self.failures: dict[object, Exception] = {}
        self.stubborn = False
        """True: a held call that is cancelled answers all the same, as a thread that nobody can stop would."""
        self._held: dict[object, asyncio.Event] = {}

    def hold(self, what: object) -> asyncio.Event:
        """Calls named ``what`` wait until the event is set."""
        return self._held.setdefault(what, asyncio.Event())

    def fail(self, what: object, error: Exception) -> None:
        self.failures[what] = error

    def mend(self, what: object) -> None:
        self.failures.pop(what, None)

    async def passed(self, what: object) -> None:
        self.calls.append(what)
        gate = self._held.get(what)
        if gate is not None:
            try:
                await gate.wait()
            except asyncio.CancelledError:
                self.cancelled.append(what)
                if not self.stubborn:
                    raise
                await gate.wait()
        if (error := self.failures.get(what)) is not None:
            raise error


class MemoryClientFiles:
    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.files: dict[ClientFileKey, ClientFile] = {}
        self.changed: set[ClientFileKey] = set()

    async def listed(self, connection_id: str, keys: Collection[ClientFileKey] | None = None) -> list[ListedFile]:
        files = self.files.values() if keys is None else (self.files[key] for key in keys if key in self.files)
        found = [a_listed(item) for item in files if item.key.connection_id == connection_id]
        await self._gates.passed(("load", connection_id))
        return found

    async def get(self, key: ClientFileKey) -> ClientFile | None:
        await self._gates.passed(("facts", key))
        return self.files.get(key)

    async def newest_of_each_workflow(self, connection_id: str, most: int) -> list[ClientFile]:
        return [item for key, item in self.files.items() if key.connection_id == connection_id]

    async def rejection_causes(self, connection_id: str) -> list[str]:
        await self._gates.passed(("load", connection_id))
        counts = Counter(item.rejection_cause for item in self.files.values() if item.rejection_cause)
        return sorted(counts, key=lambda cause: (-counts[cause], cause))

    async def changed_since_seen(self, connection_id: str) -> frozenset[ClientFileKey]:
        return frozenset(key for key in self.changed if key.connection_id == connection_id)

    async def mark_seen(self, key: ClientFileKey) -> None:
        await self._gates.passed("mark_seen")
        self.changed.discard(key)


class MemorySearch:
    """Finds what the test has put there for a text."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.results: dict[str, SearchResult] = {}

    async def find(self, connection_id: str, text: str, most: int = 5_000) -> SearchResult:
        await self._gates.passed(("search", text))
        return self.results.get(text, SearchResult())


class MemoryOutbox:
    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.rows: dict[str, OutboxEntry] = {}

    async def insert(self, entry: OutboxEntry) -> None:
        await self._gates.passed("insert")
        if any(row.key == entry.key and not row.status.is_final for row in self.rows.values()):
            raise AlreadyDecided("a decision is on its way")
        self.rows[entry.decision.decision_id] = entry

    async def update(self, entry: OutboxEntry, *, expected: OutboxEntry) -> None:
        await self._gates.passed("update")
        if self.rows.get(entry.decision.decision_id) != expected:
            raise IllegalTransition("moved meanwhile")
        self.rows[entry.decision.decision_id] = entry

    async def get(self, decision_id: str) -> OutboxEntry | None:
        return self.rows.get(decision_id)

    async def unfinished(self) -> list[OutboxEntry]:
        return [row for row in self.rows.values() if not row.status.is_final]

    async def all(self, limit: int = 1000) -> list[OutboxEntry]:
        await self._gates.passed("outbox")
        return list(reversed(self.rows.values()))[:limit]

    async def of(self, keys: Collection[ClientFileKey]) -> list[OutboxEntry]:
        return [row for row in reversed(self.rows.values()) if row.key in keys]


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept_keys: set[ClientFileKey] = set()
        self.wanted: set[ClientFileKey] = set()

    async def kept(self, connection_id: str) -> frozenset[ClientFileKey]:
        return frozenset(key for key in self.kept_keys if key.connection_id == connection_id)

    async def on_purpose(self, connection_id: str | None = None) -> frozenset[ClientFileKey]:
        return frozenset(key for key in self.wanted if connection_id in (None, key.connection_id))


class MemoryReviews:
    """The ``ReviewStore`` port; an archive that is gone is said by ``gone``."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.kept: dict[tuple[ClientFileKey, str, str], KeptMark] = {}
        self.gone: set[ClientFileKey] = set()

    async def load(self, key: ClientFileKey) -> list[KeptMark]:
        await self._gates.passed(("marks", key))
        return [mark for (of, _sha256, _entry), mark in self.kept.items() if of == key]

    async def put(self, key: ClientFileKey, kept: KeptMark) -> bool:
        await self._gates.passed("put_mark")
        if key in self.gone:
            return False
        self.kept[key, kept.archive_sha256, kept.entry_id] = kept
        return True

    async def replace(self, key: ClientFileKey, archive_sha256: str, kept: Iterable[KeptMark]) -> None:
        await self._gates.passed("replace_marks")
        self.kept = {place: mark for place, mark in self.kept.items() if place[0] != key or place[1] == archive_sha256}
        self.kept |= {(key, mark.archive_sha256, mark.entry_id): mark for mark in kept}

    async def begun(self, connection_id: str) -> frozenset[ClientFileKey]:
        return frozenset(place[0] for place, mark in self.kept.items() if mark.mark.mark.is_judgement)

    async def with_same_bytes(self, key: ClientFileKey, content_sha256: str) -> frozenset[ClientFileKey]:
        return frozenset(
            place[0]
            for place, mark in self.kept.items()
            if place[0] != key and mark.mark.content_sha256 == content_sha256
        )

    async def forget_connection(self, connection_id: str) -> None:
        self.kept = {place: mark for place, mark in self.kept.items() if place[0].connection_id != connection_id}


class MemoryEvidence:
    """The ``EvidenceStore`` port."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.seen: dict[tuple[ClientFileKey, str], Views] = {}
        self.decided: dict[str, Evidence] = {}

    async def views(self, key: ClientFileKey, archive_sha256: str) -> Views:
        await self._gates.passed("views")
        return self.seen.get((key, archive_sha256), {})

    async def put_views(self, key: ClientFileKey, archive_sha256: str, views: Views) -> bool:
        await self._gates.passed("put_views")
        self.seen[key, archive_sha256] = dict(views)
        return True

    async def put(self, decision_id: str, connection_id: str, evidence: Evidence) -> None:
        await self._gates.passed("put_evidence")
        self.decided[decision_id] = evidence

    async def of(self, decision_id: str) -> Evidence | None:
        return self.decided.get(decision_id)

    async def forget_connection(self, connection_id: str) -> None:
        self.seen = {place: views for place, views in self.seen.items() if place[0].connection_id != connection_id}


class MemoryDiskReviews:
    """The ``DiskReviewStore`` port."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.kept: dict[str, DiskReview] = {}

    async def load(self, archive_sha256: str) -> DiskReview:
        await self._gates.passed(("disk_review", archive_sha256))
        return self.kept.get(archive_sha256, DiskReview())

    async def put_mark(self, archive_sha256: str, entry_id: str, mark: DocumentMark, at: datetime) -> None:
        kept = self.kept.get(archive_sha256, DiskReview())
        self.kept[archive_sha256] = replace(kept, marks={**kept.marks, entry_id: mark})

    async def put_views(self, archive_sha256: str, views: Views, at: datetime) -> None:
        self.kept[archive_sha256] = replace(self.kept.get(archive_sha256, DiskReview()), views=dict(views))

    async def put_verdict(self, archive_sha256: str, given: GivenVerdict, at: datetime) -> None:
        await self._gates.passed("disk_verdict")
        self.kept[archive_sha256] = replace(self.kept.get(archive_sha256, DiskReview()), verdict=given)

    async def forget(self, archive_sha256: str) -> None:
        await self._gates.passed(("disk_forget", archive_sha256))
        self.kept.pop(archive_sha256, None)

    async def forget_untouched_since(self, moment: datetime) -> None:
        await self._gates.passed("disk_tidy")


class MemorySecrets:
    """The keychain port; ``persistent`` False is a system without one."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.values: dict[str, str] = {}
        self.persistent = True

    async def describe(self) -> KeychainInfo:
        await self._gates.passed("keychain")
        return KeychainInfo("Test keychain" if self.persistent else "", self.persistent)

    async def get(self, name: str) -> str | None:
        return self.values.get(name)

    async def set(self, name: str, value: str) -> None:
        await self._gates.passed("secret")
        self.values[name] = value

    async def delete(self, name: str) -> None:
        await self._gates.passed("forget")
        self.values.pop(name, None)


class MemoryVaultKey:
    """The ``VaultKey`` port: a key in memory, and the passphrase that opens it; empty for none."""

    KEY = bytes(range(32))

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.passphrase = ""
        self.set_aside_at: datetime | None = None

    async def has_passphrase(self) -> bool:
        await self._gates.passed("has_passphrase")
        return bool(self.passphrase)

    async def open(self, passphrase: str = "") -> bytes:
        await self._gates.passed("unlock")
        if passphrase != self.passphrase:
            raise PassphraseWrong
        return self.KEY

    async def change_passphrase(self, present: str, new: str) -> None:
        await self._gates.passed("change_passphrase")
        if present != self.passphrase:
            raise PassphraseWrong
        self.passphrase = new

    async def set_aside(self, at: datetime) -> None:
        self.passphrase, self.set_aside_at = "", at


class MemoryAutostart:
    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.is_possible = True
        self.on = False

    async def is_on(self) -> bool:
        return self.on

    async def turn(self, on: bool) -> None:
        await self._gates.passed("autostart")
        self.on = on


class MemoryShield:
    """``covered``: windows by their handle. ``refuses``: the system says no."""

    def __init__(self) -> None:
        self.obstacle = ""
        self.refuses = False
        self.covered: set[int] = set()

    def cover(self, window_id: int, covered: bool) -> bool:
        if self.refuses:
            return False
        (self.covered.add if covered else self.covered.discard)(window_id)
        return True


class MemorySettings:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.refuses: Exception | None = None

    def load(self) -> dict[str, Any]:
        return self.values

    def save(self, values: dict[str, Any]) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.values = values


class FakeApi:
    """Only what the presenters reach through ``Connections``."""

    automatic_validation_modes = frozenset({"AUTO"})

    def __init__(self, gates: Gates, checks: Sequence[RouteCheck]) -> None:
        self._gates = gates
        self._checks = checks

    def signing_link(self, token: str) -> str:
        return f"https://sign.example.test/?token={token}"

    async def check(self) -> Sequence[RouteCheck]:
        await self._gates.passed("check")
        return self._checks

    async def close(self) -> None:
        return


class FakeDirectory:
    """The ``OperatorsApi`` port: who asks is remembered with the call, as (e-mail, password)."""

    def __init__(self, gates: Gates, admin: Admin, operators: Sequence[Operator]) -> None:
        self._gates = gates
        self._admin = admin
        self._operators = operators

    async def list_operators(self) -> Sequence[Operator]:
        await self._gates.passed("operators")
        self._gates.calls.append((self._admin.email, self._admin.password))
        return self._operators

    async def close(self) -> None:
        self._gates.calls.append("directory closed")


class FakeArchives:
    """Opens the archive of a file at once, unless its key is held or made to fail."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.indexes: dict[object, ArchiveIndex] = {}
        self.outdated = False
        self.saved: list[Path] = []
        self.changed: set[str] = set()
        self.kept: set[ClientFileKey] = set()
        self.contents: dict[tuple[str, str], bytes] = {}

    async def read(self, archive: OpenArchive, entry_id: str, password: str | None = None) -> RenderDocument:
        await self._gates.passed(("read", entry_id))
        content = self.contents.get((archive.index.sha256, entry_id), entry_id.encode())
        return RenderDocument(DocumentKey(archive.index.sha256, entry_id), "name.pdf", DocumentKind.PDF, content)

    async def open(self, key: ClientFileKey) -> OpenArchive:
        await self._gates.passed(("open", key))
        return self._opened(key)

    async def open_kept(self, key: ClientFileKey) -> OpenArchive | None:
        await self._gates.passed(("open_kept", key))
        return self._opened(key) if key in self.kept else None

    async def fetch(self, key: ClientFileKey) -> StoredArchive:
        await self._gates.passed(("fetch", key))
        return self._opened(key).stored

    async def open_from_disk(self, path: Path) -> OpenArchive:
        await self._gates.passed(("disk", path.name))
        index = self.indexes.get(path.name) or an_index(99)
        stored = StoredArchive(ClientFileKey("", index.sha256), index.sha256, index.size)
        return OpenArchive(stored, index, path)

    async def is_as_opened(self, archive: OpenArchive) -> bool:
        return archive.path is not None and archive.path.name not in self.changed

    async def is_outdated(self, archive: OpenArchive) -> bool:
        await self._gates.passed("outdated")
        return self.outdated

    async def save_copy(self, document: RenderDocument, target: Path) -> None:
        await self._gates.passed("save_copy")
        self.saved.append(target)

    def _opened(self, key: ClientFileKey) -> OpenArchive:
        index = self.indexes.get(key) or an_index(int(key.uuid[-12:]))
        return OpenArchive(StoredArchive(key, index.sha256, index.size, "etag-1", NOW), index)


class FakePreviews:
    """Decodes at once; a page is of one colour that tells its archive, so that a wrong one would be seen."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.passwords: dict[str, str] = {}
        self.link = "https://example.org/terms?a=b"
        self.formatted: FormattedText | None = None

    async def kind(self, archive: OpenArchive, entry: ArchiveEntry) -> DocumentKind:
        if not entry.is_locked:
            return entry.kind
        if entry.entry_id not in self.passwords:
            raise EntryEncrypted(facts={"name": entry.name, "reason": "password_needed"})
        if self.passwords[entry.entry_id] != "right":
            raise EntryEncrypted(facts={"name": entry.name, "reason": "password_wrong"})
        return DocumentKind.TEXT

    async def describe(self, archive: OpenArchive, entry_id: str) -> DocumentDescription:
        key = DocumentKey(archive.index.sha256, entry_id)
        await self._gates.passed(("describe", key))
        entry = archive.index.entry(entry_id)
        return DocumentDescription(key, entry.kind if entry is not None else DocumentKind.PDF, (PAGE, PAGE))

    async def find(
        self, archive: OpenArchive, entry_id: str, words: str, *, page_count: int, from_page: int
    ) -> AsyncIterator[FoundHits]:
        """One place on each page, a step a page; the words ``absent`` are nowhere."""
        key = DocumentKey(archive.index.sha256, entry_id)
        place = PageRectangle(10, 10, 20, 5)
        for page in (*range(from_page, page_count), *range(from_page)):
            await self._gates.passed(("find", words, page))
            yield FoundHits(key, page, 1, () if words == "absent" else (PageHit(page, (place,)),))

    async def page(
        self,
        archive: OpenArchive,
        entry_id: str,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        area: PixelArea | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> Raster:
        key = DocumentKey(archive.index.sha256, entry_id)
        await self._gates.passed(("page", key, page))
        shade = int(archive.index.sha256[:2], 16)
        return Raster(key, page, 4, 4, 12, bytes([adjustment.table()[shade]]) * 48, adjustment=adjustment)

    async def thumbnail(self, archive: OpenArchive, entry_id: str, page: int, scale: float) -> Raster:
        key = DocumentKey(archive.index.sha256, entry_id)
        await self._gates.passed(("thumbnail", key, page))
        shade = int(archive.index.sha256[:2], 16)
        return Raster(key, page, 2, 3, 6, bytes([shade]) * 18)

    async def page_text(self, archive: OpenArchive, entry_id: str, page: int) -> PageText:
        """Two lines on each page, every letter ten units wide; a link over the first, to the web."""
        key = DocumentKey(archive.index.sha256, entry_id)
        await self._gates.passed(("page_text", key, page))
        boxes = [float(n) for y in (10, 40) for x in range(5, 55, 10) for n in (x, y, 10, 16)]
        boxes[5 * 4 : 5 * 4] = [0.0] * 4
        link = PageLink(PageRectangle(5, 10, 50, 16), self.link)
        return PageText(key, page, "alpha\nomega", tuple(boxes), (link,))

    async def text(self, archive: OpenArchive, entry_id: str) -> TextContent:
        key = DocumentKey(archive.index.sha256, entry_id)
        await self._gates.passed(("text", key))
        return TextContent(key, f"text of {archive.index.sha256[:4]} {entry_id}", formatted=self.formatted)

    async def document(self, archive: OpenArchive, entry_id: str) -> RenderDocument:
        await self._gates.passed("document")
        return RenderDocument(DocumentKey(archive.index.sha256, entry_id), "name.pdf", DocumentKind.PDF, b"x")

    def unlock(self, archive: OpenArchive, entry_id: str, password: str) -> None:
        self.passwords[entry_id] = password

    def forget_password(self, archive: OpenArchive, entry_id: str) -> None:
        self.passwords.pop(entry_id, None)


class FakeEnclosed:
    """PDFs carry what the test put there: entry id of the PDF → the files within."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.files: dict[str, tuple[ArchiveEntry, ...]] = {}

    async def look_within(self, archive: OpenArchive, entry_id: str) -> OpenArchive:
        if entry_id not in self.files:
            return archive
        await self._gates.passed(("within", DocumentKey(archive.index.sha256, entry_id)))
        holder = archive.index.entry(entry_id)
        assert holder is not None
        return replace(archive, index=archive.index.with_attached(holder, self.files[entry_id]))

    async def look_within_all(self, archive: OpenArchive, review: Review) -> OpenArchive:
        for holder in holders_of(review):
            archive = await self.look_within(archive, holder)
        return archive


class FakeInspector:
    """Reads the files that a PDF carries in the desk's own process: for verdicts, which the desk itself has made."""

    async def attached_files(self, document: RenderDocument) -> AttachedFiles:
        return AttachedFiles(document.key, tuple(self._attached(document)))

    async def attached_file(self, document: RenderDocument, position: int) -> bytes:
        return list(self._attached(document).values())[position]

    def _attached(self, document: RenderDocument) -> dict[str, bytes]:
        with pypdfium2.PdfDocument(document.content) as pdf:
            count = pdf.count_attachments()
            attachments = [pdf.get_attachment(number) for number in range(count)]
            return {one.get_name(): bytes(one.get_data()) for one in attachments}


class FakeInspections:
    """Finds at once what the test put there."""

    def __init__(self, gates: Gates, clock: FakeClock) -> None:
        self._gates = gates
        self._clock = clock
        self.seen: dict[str, SeenFact] = {}
        self.signature: tuple[Signature, ...] = ()
        self.remarks: tuple[Remark, ...] = ()
        self.rectangles = (PageRectangle(10, 40, 20, 5),)

    def today(self) -> date:
        return self._clock.now().date()

    async def sightings(self, archive: OpenArchive, entry: ArchiveEntry, facts: Sequence[Fact]) -> Sightings:
        key = DocumentKey(archive.index.sha256, entry.entry_id)
        await self._gates.passed(("sightings", key))
        return Sightings(key, {fact.fact_id: self.seen[fact.fact_id] for fact in facts if fact.fact_id in self.seen}, 2)

    async def places(self, archive: OpenArchive, entry_id: str, occurrence: Occurrence) -> tuple[PageRectangle, ...]:
        await self._gates.passed(("places", occurrence))
        return self.rectangles

    async def signatures(self, archive: OpenArchive, entry: ArchiveEntry) -> SignatureReport | None:
        key = DocumentKey(archive.index.sha256, entry.entry_id)
        await self._gates.passed(("signatures", key))
        return SignatureReport(key, self.signature)

    async def signatures_of(self, document: RenderDocument) -> SignatureReport:
        return SignatureReport(document.key, self.signature)

    async def hygiene(self, archive: OpenArchive, entry: ArchiveEntry) -> HygieneReport:
        key = DocumentKey(archive.index.sha256, entry.entry_id)
        await self._gates.passed(("hygiene", key))
        return HygieneReport(key, self.remarks)


class FakePrefetcher:
    """Notes what is wished for."""

    def __init__(self) -> None:
        self.asked: list[ClientFileKey] = []
        self.ahead: list[ClientFileKey] = []
        self.goes_first: ClientFileKey | None = None

    def keep(self, keys: Iterable[ClientFileKey]) -> None:
        self.asked += keys

    def stop_keeping(self) -> list[ClientFileKey]:
        asked, self.asked = self.asked, []
        return asked

    def let_go(self, keys: Iterable[ClientFileKey]) -> None:
        self.asked = [key for key in self.asked if key not in set(keys)]

    def read_ahead(self, keys: Sequence[ClientFileKey]) -> None:
        self.goes_first = None
        self.ahead = list(keys)

    def make_way(self, key: ClientFileKey | None) -> None:
        self.goes_first = key


class FakeIndexer:
    """Notes whom it makes way for."""

    def __init__(self) -> None:
        self.goes_first: ClientFileKey | None = None

    def make_way(self, key: ClientFileKey | None) -> None:
        self.goes_first = key

    def go_on(self) -> None:
        self.goes_first = None


class FakeKeeper:
    """Notes what is dropped and forgotten; what is kept on purpose stands in the list as the real one would have it."""

    def __init__(self, gates: Gates, blobs: MemoryBlobs, bus: EventBus) -> None:
        self._gates = gates
        self._blobs = blobs
        self._bus = bus
        self.held: ClientFileKey | None = None
        self.dropped: list[ClientFileKey] = []
        self.forgotten: list[str] = []
        self.wipes: list[str] = []
        self.looked_again = 0

    def hold(self, key: ClientFileKey | None) -> None:
        self.held = key

    def look_again(self) -> None:
        self.looked_again += 1

    async def drop(self, key: ClientFileKey) -> None:
        await self._gates.passed("drop")
        self.dropped.append(key)

    async def keep_on_purpose(self, keys: Sequence[ClientFileKey]) -> tuple[ClientFileKey, ...]:
        await self._gates.passed("keep_on_purpose")
        self._blobs.wanted |= set(keys)
        self._tell(keys)
        return tuple(key for key in keys if key not in self._blobs.kept_keys)

    async def let_go(self, keys: Sequence[ClientFileKey]) -> None:
        await self._gates.passed("let_go")
        self._blobs.wanted -= set(keys)
        self._tell(keys)

    async def toggle(self, keys: Sequence[ClientFileKey]) -> Wish:
        if set(keys) <= self._blobs.wanted:
            await self.let_go(keys)
            return Wish(kept=False)
        return Wish(kept=True, missing=await self.keep_on_purpose(keys))

    async def still_to_fetch(self) -> tuple[ClientFileKey, ...]:
        await self._gates.passed("still_to_fetch")
        return tuple(sorted(self._blobs.wanted - self._blobs.kept_keys))

    def _tell(self, keys: Sequence[ClientFileKey]) -> None:
        for connection_id in {key.connection_id for key in keys}:
            self._bus.publish(ClientFilesChanged(connection_id))

    async def refuse_unfinished(self, connection_id: str) -> None:
        await self._gates.passed("unfinished")

    def begin_wipe(self, connection_id: str) -> None:
        self.wipes.append(connection_id)

    def forget_wipe(self, connection_id: str) -> None:
        self.wipes.remove(connection_id)

    async def forget_connection(self, connection_id: str) -> None:
        await self._gates.passed("forget_connection")
        self.forgotten.append(connection_id)
        self.wipes.remove(connection_id)


class FakeSynchroniser:
    """Runs for ever and asks nobody; the test reports on the line itself."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.paces: dict[str, Callable[[], float]] = {}
        self.woken = 0
        self.activity = 0
        self.readable: Callable[[str], None] | None = None
        """Told the uuid of each file that is to be read by itself."""

    async def read_files(self, connection_id: str, uuids: Sequence[str]) -> frozenset[str]:
        assert self.readable is not None
        for uuid in uuids:
            self.readable(uuid)
        return frozenset(uuids)

    async def run(self, connection_id: str, every_seconds: Callable[[], float]) -> None:
        self.paces[connection_id] = every_seconds
        self.running.append(connection_id)
        try:
            await asyncio.Event().wait()
        finally:
            self.running.remove(connection_id)

    def wake(self, connection_ids: Iterable[str] | None = None) -> None:
        self.woken += 1

    def note_activity(self) -> None:
        self.activity += 1


class NoWorkflowFile:
    """The ``WorkflowFile`` port where nobody wrote one."""

    async def load(self, path: str) -> list[Workflow]:
        return []


class FakeSender:
    def __init__(self) -> None:
        self.woken = 0
        self.unparked: list[str] = []

    def wake(self) -> None:
        self.woken += 1

    def unpark(self, connection_id: str) -> None:
        self.unparked.append(connection_id)


class FakeSamples:
    def __init__(self, gates: Gates) -> None:
        self._gates = gates

    async def start(self, product: int = 0) -> SampleAccount:
        await self._gates.passed("samples")
        return SampleAccount("http://127.0.0.1:5000/v6", f"samples-{product}", SECRET, "")

    async def deliver_hooks(self, hooks: Sequence[SampleHook]) -> None:
        return

    async def stop(self) -> None:
        return


class FakeWebHooks:
    """Web hooks as the test says they are."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.state = HookState("", None, None, Tally())
        self.applied = 0
        self.saved: list[str] = []
        self.value: str | None = None

    def apply_soon(self) -> None:
        self.applied += 1

    async def header_value(self) -> str | None:
        await self._gates.passed("webhook_value")
        return self.value

    async def save_header_value(self, value: str) -> None:
        await self._gates.passed("save_webhook_value")
        self.saved.append(value)
        self.value = value

    def address_of(self, connection_id: str) -> str:
        return f"https://hooks.example.com/hooks/{connection_id}"


class FakeHookTest:
    """The steps that the test wants."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self.steps: list[HookStep] = []

    async def run(self, connection_id: str) -> list[HookStep]:
        await self._gates.passed(("hook_test", connection_id))
        return self.steps


@dataclass
class World:
    """The desk and every handle that a test turns."""

    gates: Gates = field(default_factory=Gates)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    checks: list[RouteCheck] = field(default_factory=list)
    refuse_api: Exception | None = None
    operators: list[Operator] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """What the log's redactor was told."""

    def __post_init__(self) -> None:
        self.client_files = MemoryClientFiles(self.gates)
        self.outbox = MemoryOutbox(self.gates)
        self.blobs = MemoryBlobs()
        self.reviews = MemoryReviews(self.gates)
        self.evidence = MemoryEvidence(self.gates)
        self.disk = MemoryDiskReviews(self.gates)
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="archives")
        self.search = MemorySearch(self.gates)
        self.secrets = MemorySecrets(self.gates)
        self.store = MemorySettings()
        self.archives = FakeArchives(self.gates)
        self.previews = FakePreviews(self.gates)
        self.enclosed = FakeEnclosed(self.gates)
        self.inspector = FakeInspector()
        self.inspections = FakeInspections(self.gates, self.clock)
        self.prefetcher = FakePrefetcher()
        self.indexer = FakeIndexer()
        self.synchroniser = FakeSynchroniser()
        self.webhooks = FakeWebHooks(self.gates)
        self.hook_test = FakeHookTest(self.gates)
        self.sender = FakeSender()
        self.creations = ModelCreations()
        self.creation_sender = FakeSender()
        self.vault_key = MemoryVaultKey(self.gates)
        self.autostart = MemoryAutostart(self.gates)
        self.shield = MemoryShield()
        self.bus = EventBus()
        self.keeper = FakeKeeper(self.gates, self.blobs, self.bus)
        self.settings = Settings(self.store)
        self._ids = iter(range(1, 1000))
        self.handovers = MemoryHandovers()
        self.folders = DiskFolders()
        self.commands = FakeCommands()
        vault = cast(Vault, self)
        self.lines = Lines(self.bus)
        archives, previews = cast(Any, self.archives), cast(Any, self.previews)
        connections = Connections(self.settings, self.secrets, cast(Any, self._new_api), self._new_id)
        reviews = Reviews(vault, archives, previews, self.bus, self.clock, self.pool)
        evidence = EvidenceBook(vault, reviews, self.clock)
        self.handing_over = handover_parts(
            vault=vault,
            connections=connections,
            archives=archives,
            reader=cast(Any, None),
            folders=self.folders,
            commands=self.commands,
            pool=self.pool,
            settings=self.settings,
            bus=self.bus,
            clock=self.clock,
            new_id=self._new_id,
        )
        comparisons = Comparisons(archives, reviews, connections)
        self.desk = Desk(
            settings=self.settings,
            connections=connections,
            operators=Operators(self.secrets, lambda _of, admin: FakeDirectory(self.gates, admin, self.operators)),
            catalogue=Catalogue(vault, self.bus),
            archives=archives,
            previews=previews,
            enclosed=cast(Any, self.enclosed),
            disk=DiskArchives(archives, evidence, vault, self.clock),
            comparisons=comparisons,
            verdicts=Verdicts(
                archives,
                comparisons,
                evidence,
                cast(Any, self.inspections),
                cast(Any, self.inspector),
                PdfSealer(),
                vault,
                self.clock,
                self.pool,
            ),
            reviews=reviews,
            evidence=evidence,
            reports=Reports(vault, connections, archives, reviews, evidence, self.clock, self.pool),
            templates=Templates(self.settings),
            views=SavedViews(self.settings),
            messages=MessageTemplates(self.settings),
            follow_up=FollowUp(vault, connections, self.settings, self.hidden.append),
            inspections=cast(Any, self.inspections),
            prefetcher=cast(Any, self.prefetcher),
            indexer=cast(Any, self.indexer),
            decisions=Decisions(vault, self.bus, self.clock, self._new_id, connections.demand),
            creation=self._creation_desk(vault),
            sender=cast(Any, self.sender),
            synchroniser=cast(Any, self.synchroniser),
            webhooks=cast(Any, self.webhooks),
            hook_test=cast(Any, self.hook_test),
            keeper=cast(Any, self.keeper),
            handing_over=self.handing_over,
            lines=self.lines,
            bus=self.bus,
            samples=FakeSamples(self.gates),
            clock=self.clock,
            passphrase=Passphrase(self.vault_key, self.clock),
            autostart=self.autostart,
            shield=self.shield,
        )

    def _creation_desk(self, vault: Vault) -> CreationDesk:
        creations = Creations(vault, self.bus, self.clock, self._new_id, lambda _connection, _duty: None)
        return CreationDesk(
            creations=creations,
            sender=cast(Any, self.creation_sender),
            workflows=Workflows(vault, self.settings, NoWorkflowFile()),
            importing=Importing(creations, self.creations, TableFiles(), self.pool),
            files=LooseDocuments(),
            pool=self.pool,
        )

    def put(self, files: Iterable[ClientFile], *, tell: bool = False) -> None:
        """What the server said last. ``tell``: as a refresh does, with an event."""
        fresh = {item.key: item for item in files}
        changed = frozenset(key for key, item in fresh.items() if self.client_files.files.get(key) != item)
        self.client_files.files.update(fresh)
        if tell and changed:
            self.bus.publish(ClientFilesChanged(CONNECTION_ID, changed))

    def set_state(self, key: ClientFileKey, state: ClientFileState) -> None:
        self.put([replace(self.client_files.files[key], state=state)], tell=True)

    async def connect(self, connection: Connection | None = None) -> Connection:
        """A connection of last time, with its secret."""
        made = connection or a_connection()
        await self.desk.connections.save(made, SECRET)
        self.desk.connections.choose(made.connection_id)
        return made

    def _new_id(self) -> str:
        return f"id-{next(self._ids)}"

    def _new_api(self, connection: Connection, secret: str) -> FakeApi:
        if self.refuse_api is not None:
            raise self.refuse_api
        return FakeApi(self.gates, self.checks)
