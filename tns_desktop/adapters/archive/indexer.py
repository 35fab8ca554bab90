"""Building the index of one archive: its entries, those of the archives within it, and what report.json says of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

from tns_desktop.adapters.archive.container import Container
from tns_desktop.adapters.archive.layout import ReportLayout, is_system_litter
from tns_desktop.adapters.archive.mail import MailContainer
from tns_desktop.adapters.archive.report import LARGEST_REPORT, Report, ReportInvalid, match_entry, parse_report
from tns_desktop.adapters.archive.sniff import sniff
from tns_desktop.adapters.archive.survey import Member
from tns_desktop.domain.archive import (
    ArchiveEntry,
    ArchiveIndex,
    ArchiveLimits,
    ArchiveProblem,
    DocumentKind,
    EntryProblem,
    EntryRole,
    ExpectedDocument,
    in_order,
)
from tns_desktop.domain.errors import (
    ArchiveTruncated,
    EntryTooLarge,
    EntryUnreadable,
    NotAnArchive,
    TnsError,
    TooManyEntries,
)

MOST_UNPACKED_TO_INDEX = 512 * 1024 * 1024
"""Bytes unpacked at most to look into archives within the archive: about two seconds of work."""
MOST_MAIL_TO_INDEX = 64 * 1024 * 1024
"""Bytes of mails parsed at most: parsing is slower than unpacking."""

_DECEPTIVE = frozenset({EntryProblem.DECEPTIVE_NAME, EntryProblem.UNSAFE_PATH, EntryProblem.ABSOLUTE_PATH})


class Indexer:
    """One index, built once. The bounds on entries and on unpacked bytes are shared by all levels of nesting."""

    def __init__(self, limits: ArchiveLimits, layout: ReportLayout) -> None:
        self._limits = limits
        self._layout = layout
        self._entries_left = limits.entries
        self._bytes_left = min(limits.total_bytes, MOST_UNPACKED_TO_INDEX)
        self._mail_left = MOST_MAIL_TO_INDEX
        self._claimed = 0
        self._problems: set[ArchiveProblem] = set()

    def build_blocking(self, stream: BinaryIO, sha256: str) -> ArchiveIndex:
        """Raises NotAnArchive, ArchiveTruncated and TooManyEntries."""
        container = Container(stream, self._limits)
        entries = self._list_blocking(container, depth=0, id_prefix="", path_prefix="")
        report = self._read_report_blocking(container)
        expected: tuple[ExpectedDocument, ...] = ()
        if report is not None:
            expected = _match_expected(report, entries)
            entries = self._apply_report(entries, expected)
        if self._claimed > self._limits.total_bytes:
            self._problems.add(ArchiveProblem.TOTAL_TOO_LARGE)
        return ArchiveIndex(
            sha256=sha256,
            size=container.size,
            entries=tuple(entries),
            problems=tuple(problem for problem in ArchiveProblem if problem in self._problems),
            expected=expected,
            report_json=report.text if report else "",
            report_uuid=report.uuid if report else "",
            people=report.people if report else (),
            external_info=report.external_info if report else (),
        )

    # --- entries ------------------------------------------------------------------------------------------------------

    def _list_blocking(
        self, container: Container | MailContainer, *, depth: int, id_prefix: str, path_prefix: str
    ) -> list[ArchiveEntry]:
        """The entries of one archive, each followed by those within it.

        A level is listed in full before anything within it, so that a stuffed inner archive cannot use up the room.
        """
        self._note(container)
        members = container.members
        self._entries_left -= len(members)
        judged: dict[int, ArchiveEntry] = {}
        # In the order of the stream: the vault decrypts it chunk by chunk.
        for member in sorted(members, key=lambda each: each.record.header_offset):
            judged[member.record.position] = self._judge_blocking(container, member, depth, id_prefix, path_prefix)
        entries: list[ArchiveEntry] = []
        for member in members:
            entry = judged[member.record.position]
            within: list[ArchiveEntry] = []
            if entry.kind is DocumentKind.ZIP and entry.can_be_read:
                entry, within = self._look_into_blocking(container, member, entry, depth)
            elif entry.kind is DocumentKind.EMAIL and entry.can_be_read:
                entry, within = self._look_into_mail_blocking(container, member, entry, depth)
            entries.append(entry)
            entries.extend(within)
        return entries

    def _note(self, container: Container | MailContainer) -> None:
        if isinstance(container, MailContainer):
            return  # said of the mail itself
        if not container.is_complete:
            self._problems.add(ArchiveProblem.TOO_MANY_ENTRIES)
        if container.is_surrounded:
            self._problems.add(ArchiveProblem.TRAILING_DATA)
        if any(EntryProblem.DUPLICATE_NAME in member.problems for member in container.members):
            self._problems.add(ArchiveProblem.DUPLICATE_ENTRIES)

    def _judge_blocking(
        self, container: Container | MailContainer, member: Member, depth: int, id_prefix: str, path_prefix: str
    ) -> ArchiveEntry:
        record = member.record
        problems = set(member.problems)
        kind = DocumentKind.UNKNOWN
        if EntryProblem.ENCRYPTED not in problems and not any(problem.blocks_reading for problem in problems):
            self._claimed += record.size
            try:
                peek = container.peek_blocking(member)
            except EntryUnreadable:
                problems.add(EntryProblem.DAMAGED)
            else:
                kind = sniff(peek.head, complete=peek.complete)
        if kind is DocumentKind.ZIP and depth >= self._limits.nesting:
            problems.add(EntryProblem.NESTED_TOO_DEEP)
        path = path_prefix + member.path
        return ArchiveEntry(
            entry_id=f"{id_prefix}{record.position}",
            path=path,
            raw_name=member.raw_name,
            size=record.size,
            compressed_size=record.compressed_size,
            kind=kind,
            role=self._role(member, path, depth),
            problems=in_order(problems),
            crc32=record.crc,
        )

    def _role(self, member: Member, path: str, depth: int) -> EntryRole:
        if is_system_litter(member.path):
            return EntryRole.OTHER
        if depth == 0 and self._is_report(member):
            return EntryRole.REPORT
        return self._layout.role_of_path(path)

    def _look_into_blocking(
        self, container: Container | MailContainer, member: Member, entry: ArchiveEntry, depth: int
    ) -> tuple[ArchiveEntry, list[ArchiveEntry]]:
        """Lists an archive within the archive; where that cannot be, the entry is returned with the reason."""
        if member.record.size > self._bytes_left:
            self._problems.add(ArchiveProblem.TOTAL_TOO_LARGE)
            return entry, []
        if self._entries_left <= 0:
            self._problems.add(ArchiveProblem.TOO_MANY_ENTRIES)
            return entry, []
        # Unpacking stops at the claimed size, so that the claim may be charged, and is charged even when it fails.
        self._bytes_left -= member.record.size
        try:
            stream = io.BytesIO(container.unpack_blocking(member))
            inner = Container(stream, self._limits, max_entries=self._entries_left)
        except TooManyEntries:
            self._problems.add(ArchiveProblem.TOO_MANY_ENTRIES)
            return entry, []
        except (EntryTooLarge, EntryUnreadable, NotAnArchive, ArchiveTruncated) as error:
            return replace(entry, problems=in_order({*entry.problems, _problem_for(error)})), []
        within = self._list_blocking(
            inner, depth=depth + 1, id_prefix=f"{entry.entry_id}/", path_prefix=f"{entry.path}/"
        )
        return replace(entry, role=EntryRole.OTHER), within

    def _look_into_mail_blocking(
        self, container: Container | MailContainer, member: Member, entry: ArchiveEntry, depth: int
    ) -> tuple[ArchiveEntry, list[ArchiveEntry]]:
        """Lists a mail's attachments. The mail stays what it is, a document to be judged; what is not listed is said."""
        size = member.record.size
        not_all = replace(entry, problems=in_order({*entry.problems, EntryProblem.NOT_ALL_LISTED}))
        if size > min(self._bytes_left, self._mail_left):
            return not_all, []
        self._bytes_left -= size
        self._mail_left -= size
        try:
            mail = MailContainer(container.unpack_blocking(member), self._limits)
        except (EntryTooLarge, EntryUnreadable) as error:
            return replace(entry, problems=in_order({*entry.problems, _problem_for(error)})), []
        if not mail.members:
            return (entry if mail.is_complete else not_all), []
        if depth >= self._limits.nesting or len(mail.members) > self._entries_left:
            return not_all, []
        within = self._list_blocking(
            mail, depth=depth + 1, id_prefix=f"{entry.entry_id}/", path_prefix=f"{entry.path}/"
        )
        beside = {f"{entry.entry_id}/{each.record.position}" for each in mail.members if mail.is_inline(each)}
        attached = {f"{entry.entry_id}/{each.record.position}" for each in mail.members} - beside
        role = EntryRole.SUPPORTING_DOCUMENT if entry.role.is_judged else EntryRole.OTHER
        within = [
            # Whatever its name says: what somebody mailed is never the document that was signed here.
            replace(each, role=role if each.entry_id in attached else EntryRole.OTHER)
            if each.entry_id in attached | beside and each.kind is not DocumentKind.ZIP
            else each
            for each in within
        ]
        return (entry if mail.is_complete else not_all), within

    # --- report.json --------------------------------------------------------------------------------------------------

    def _is_report(self, member: Member) -> bool:
        """A name that only looks like the report's after cleaning is not the report's."""
        return member.path.casefold() == self._layout.report and not member.problems & _DECEPTIVE

    def _read_report_blocking(self, container: Container) -> Report | None:
        candidates = [member for member in container.members if self._is_report(member)]
        if not candidates:
            self._problems.add(ArchiveProblem.REPORT_MISSING)
            return None
        try:
            # Two reports: which of them counts is not ours to guess.
            if len(candidates) > 1 or candidates[0].record.size > LARGEST_REPORT:
                raise ReportInvalid("ambiguous or too large")
            return parse_report(container.unpack_blocking(candidates[0]), self._layout, self._limits.entries)
        except (ReportInvalid, TnsError):
            self._problems.add(ArchiveProblem.REPORT_UNREADABLE)
            return None

    def _apply_report(self, entries: list[ArchiveEntry], expected: tuple[ExpectedDocument, ...]) -> list[ArchiveEntry]:
        """What the report asks for is a supporting document, though its name speaks of a contract (of employment)."""
        listed = {document.entry_id for document in expected}
        return [
            replace(entry, role=EntryRole.SUPPORTING_DOCUMENT)
            if entry.entry_id in listed
            and entry.role in (EntryRole.SIGNED_DOCUMENT, EntryRole.PROOF_FILE)
            and self._layout.role_of_folder(entry.path) is None
            else entry
            for entry in entries
        ]


def _match_expected(report: Report, entries: list[ArchiveEntry]) -> tuple[ExpectedDocument, ...]:
    by_path: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    for entry in entries:
        if entry.role in (EntryRole.OTHER, EntryRole.REPORT):
            continue
        by_path.setdefault(entry.path, entry.entry_id)
        by_name.setdefault(entry.name, []).append(entry.entry_id)
    ids_by_name: Mapping[str, list[str]] = by_name
    return tuple(
        ExpectedDocument(document.label, match_entry(document, by_path, ids_by_name), document.participant_uuid)
        for document in report.expected
    )


def _problem_for(error: TnsError) -> EntryProblem:
    if isinstance(error, EntryTooLarge):
        return EntryProblem.RATIO_TOO_HIGH if error.facts.get("reason") == "ratio" else EntryProblem.TOO_LARGE
    return EntryProblem.DAMAGED
