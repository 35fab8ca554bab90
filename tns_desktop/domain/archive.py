"""What an archive holds, as values: entries, kinds of documents, problems and limits.

Limits are checked on what is *produced*, not on what an archive claims; the numbers plan for the largest files of
comparable platforms (50 documents of 50 MB; 2.5 GB and 3,000 entries).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.reported import ReportedPerson


class DocumentKind(StrEnum):
    """How a document is decoded, decided by its first bytes, never by its name."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    HEIC = "heic"
    GIF = "gif"
    BMP = "bmp"
    TEXT = "text"
    XML = "xml"
    JSON = "json"
    EMAIL = "email"
    ZIP = "zip"
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @property
    def is_image(self) -> bool:
        return self in _IMAGES

    @property
    def is_text(self) -> bool:
        return self in (DocumentKind.TEXT, DocumentKind.XML, DocumentKind.JSON, DocumentKind.EMAIL)

    @property
    def is_paged(self) -> bool:
        return self is DocumentKind.PDF or self.is_image


_IMAGES = frozenset(
    {
        DocumentKind.JPEG,
        DocumentKind.PNG,
        DocumentKind.TIFF,
        DocumentKind.WEBP,
        DocumentKind.HEIC,
        DocumentKind.GIF,
        DocumentKind.BMP,
    }
)


class EntryRole(StrEnum):
    """What an entry is for, from report.json where it says so, else from its place and name in the archive."""

    SIGNED_DOCUMENT = "signed_document"
    SUPPORTING_DOCUMENT = "supporting_document"
    PROOF_FILE = "proof_file"
    REPORT = "report"
    OTHER = "other"

    @property
    def is_judged(self) -> bool:
        """Whether it is a document that somebody has to look at, and not what stands beside them."""
        return self in (EntryRole.SIGNED_DOCUMENT, EntryRole.SUPPORTING_DOCUMENT)


class EntryProblem(StrEnum):
    """Why an entry is shown with a warning, or not at all."""

    UNSAFE_PATH = "unsafe_path"
    ABSOLUTE_PATH = "absolute_path"
    LINK = "link"
    DECEPTIVE_NAME = "deceptive_name"
    DUPLICATE_NAME = "duplicate_name"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    RATIO_TOO_HIGH = "ratio_too_high"
    OVERLAPS = "overlaps"
    DAMAGED = "damaged"
    UNSUPPORTED_COMPRESSION = "unsupported_compression"
    NESTED_TOO_DEEP = "nested_too_deep"
    NOT_ALL_LISTED = "not_all_listed"
    """It can be read; what it carries with it (attachments) is too much, or too deep, to be listed in full."""

    @property
    def blocks_reading(self) -> bool:
        """True when the entry's bytes are never unpacked; an encrypted entry's are, with its password."""
        return self in _BLOCKING


_BLOCKING = frozenset(
    {
        EntryProblem.LINK,
        EntryProblem.TOO_LARGE,
        EntryProblem.RATIO_TOO_HIGH,
        EntryProblem.OVERLAPS,
        EntryProblem.DAMAGED,
        EntryProblem.UNSUPPORTED_COMPRESSION,
        EntryProblem.NESTED_TOO_DEEP,
    }
)


def in_order(problems: Collection[EntryProblem]) -> tuple[EntryProblem, ...]:
    """Each once, in the order in which they are defined."""
    return tuple(problem for problem in EntryProblem if problem in problems)


class ArchiveProblem(StrEnum):
    """What is wrong with an archive as a whole although part of it can be shown."""

    REPORT_MISSING = "report_missing"
    REPORT_UNREADABLE = "report_unreadable"
    REPORT_OF_ANOTHER_FILE = "report_of_another_file"
    TOO_MANY_ENTRIES = "too_many_entries"
    TOTAL_TOO_LARGE = "total_too_large"
    TRAILING_DATA = "trailing_data"
    DUPLICATE_ENTRIES = "duplicate_entries"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds on what an archive may produce. Sizes are in bytes."""

    archive_bytes: int = 2_684_354_560
    entry_bytes: int = 104_857_600
    total_bytes: int = 5_368_709_120
    entries: int = 3_000
    ratio: int = 200
    ratio_free_bytes: int = 33_554_432
    """An entry may be compressed better than ``ratio`` while it stays below this size."""
    nesting: int = 2


DEFAULT_LIMITS = ArchiveLimits()

PDF_STEP = "/p"
"""Before the position of a file attached to a PDF, in an entry id: "4/p0"."""


def place_in_pdf(entry_id: str) -> tuple[str, int] | None:
    """The entry id of the PDF that this file is attached to, and its place there; None for any other entry."""
    holder, step, position = entry_id.rpartition(PDF_STEP)
    return (holder, int(position)) if step and position.isascii() and position.isdigit() else None


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One document of an archive.

    ``entry_id`` is stable for one archive: the position in its central directory, ``/``-joined for nested archives
    (``"4"``, ``"4/0"``), and for a file attached to a PDF its position there (``"4/p0"``). ``path`` is cleaned for
    display (no control or bidirectional characters, no way out of the archive); ``raw_name`` is the name as stored, for
    evidence only. ``kind`` is UNKNOWN until the bytes were looked at. Sizes are the claimed ones, in bytes.
    """

    entry_id: str
    path: str
    raw_name: str
    size: int
    compressed_size: int
    kind: DocumentKind = DocumentKind.UNKNOWN
    role: EntryRole = EntryRole.OTHER
    problems: tuple[EntryProblem, ...] = ()
    crc32: int | None = None
    """The claimed checksum: good enough to find what *may* be the same, never to say that it is."""

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def extension(self) -> str:
        """Lower-case ending of the name without its dot, or an empty string."""
        stem, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot and stem else ""

    @property
    def can_be_read(self) -> bool:
        return not any(problem.blocks_reading for problem in self.problems)

    @property
    def is_locked(self) -> bool:
        """Encrypted inside the archive: what kind of document it is shows only once it is unlocked."""
        return EntryProblem.ENCRYPTED in self.problems


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """A document that report.json asks for; ``entry_id`` is empty when the archive lacks it."""

    label: str
    entry_id: str = ""
    participant_uuid: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveIndex:
    """The whole of an archive as the document tree shows it. ``sha256`` is of the archive's bytes, in hexadecimal."""

    sha256: str
    size: int
    entries: tuple[ArchiveEntry, ...]
    problems: tuple[ArchiveProblem, ...] = ()
    expected: tuple[ExpectedDocument, ...] = ()
    report_json: str = ""
    report_uuid: str = ""
    people: tuple[ReportedPerson, ...] = ()
    external_info: tuple[ExternalInfo, ...] = ()
    """The firm's own information, as report.json has it."""

    def entry(self, entry_id: str) -> ArchiveEntry | None:
        return next((entry for entry in self.entries if entry.entry_id == entry_id), None)

    def with_attached(self, holder: ArchiveEntry, attached: Sequence[ArchiveEntry]) -> ArchiveIndex:
        """The same archive with the files of one document known; ``holder`` takes the place of the entry of its id."""
        entries: list[ArchiveEntry] = []
        for entry in self.entries:
            if entry.entry_id == holder.entry_id:
                entries += [holder, *attached]
            elif not entry.entry_id.startswith(f"{holder.entry_id}{PDF_STEP}"):
                entries.append(entry)
        return replace(self, entries=tuple(entries))

    @property
    def missing(self) -> tuple[ExpectedDocument, ...]:
        return tuple(document for document in self.expected if not document.entry_id)

    @property
    def has_signed_document(self) -> bool:
        return any(entry.role is EntryRole.SIGNED_DOCUMENT for entry in self.entries)
