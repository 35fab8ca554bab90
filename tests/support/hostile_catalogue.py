"""The catalogue of hostile archives: each attack with what has to come of it."""

from __future__ import annotations

import stat
import struct
from collections.abc import Callable
from dataclasses import replace

from tests.support.hostile_archives import KIB, Attack
from tests.support.hostile_mails import MAIL_ATTACKS
from tests.support.zips import (
    SAMPLE_PDF,
    STORED,
    UTF8,
    Part,
    Shape,
    build_zip,
    deflate,
    good_zip,
    locked_part,
    sample_report,
)
from tns_desktop.domain.archive import ArchiveProblem, EntryProblem
from tns_desktop.domain.errors import (
    ArchiveTooLarge,
    ArchiveTruncated,
    EntryEncrypted,
    EntryTooLarge,
    EntryUnreadable,
    NotAnArchive,
    TooManyEntries,
)

GOOD = Part(b"good.pdf", SAMPLE_PDF)
REPORT = Part(b"report.json", sample_report())


def _with(*parts: Part, shape: Shape | None = None) -> Callable[[], bytes]:
    """Report, hostile parts, good document."""
    return lambda: build_zip([REPORT, *parts, GOOD], shape or Shape())


def _bomb(size: int) -> bytes:
    return deflate(bytes(size))


def _named(name: bytes, flags: int) -> Part:
    return Part(name, SAMPLE_PDF, flags=flags)


def _overlap_bomb() -> bytes:
    """D. Fifield's better zip bomb: many records share one kernel of data."""
    kernel = Part(b"bomb", bytes(300 * KIB))
    return build_zip([kernel, *[replace(kernel, at=0, listed_only=True)] * 99])


def _quoted_headers_bomb() -> bytes:
    """The same with names of their own: an entry's stored data takes in the next entry's local header."""
    second = Part(b"b.bin", bytes(1000), method=STORED)
    quoted = build_zip([second])[: 30 + len(second.name) + len(second.data)]
    first = Part(b"a.bin", quoted, method=STORED)
    return build_zip([first, replace(second, at=30 + len(first.name), listed_only=True)])


def _nested(levels: int) -> bytes:
    data = build_zip([GOOD])
    for _ in range(levels):
        data = build_zip([Part(b"inner.zip", data)])
    return data


def _many(count: int) -> Callable[[], bytes]:
    return lambda: build_zip([REPORT, GOOD, *(Part(b"%d.txt" % number, method=STORED) for number in range(count - 2))])


def _fake_end_in_comment() -> bytes:
    fake = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 99_999, 5, 0)
    return build_zip([REPORT, GOOD], Shape(comment=b"see " + fake))


def _archive_in_comment() -> bytes:
    return build_zip([REPORT, GOOD], Shape(comment=build_zip([Part(b"good.pdf", SAMPLE_PDF), REPORT])))


def _with_crc_damage() -> bytes:
    data = build_zip([REPORT, Part(b"bad.bin", bytes(range(256)) * 40, method=STORED), GOOD])
    at = data.index(b"bad.bin") + 7 + 9_000
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _cut(eighths: int) -> Callable[[], bytes]:
    def build() -> bytes:
        data = good_zip(**{"large.bin": bytes(range(256)) * 64})
        return data[: len(data) * eighths // 8]

    return build


_P = EntryProblem
_DECEPTIVE = frozenset({_P.DECEPTIVE_NAME})
_DAMAGED = frozenset({_P.DAMAGED})
_NO_REPORT = frozenset({ArchiveProblem.REPORT_MISSING})
_TRAILING = frozenset({ArchiveProblem.TRAILING_DATA})
_LINK_MODE = (stat.S_IFLNK | 0o777) << 16
_DEVICE_MODE = (stat.S_IFBLK | 0o600) << 16
_PIPE_MODE = (stat.S_IFIFO | 0o600) << 16


def _names() -> list[Attack]:
    unsafe = frozenset({_P.UNSAFE_PATH})
    absolute = frozenset({_P.ABSOLUTE_PATH})
    table: list[tuple[str, bytes, int, frozenset[EntryProblem], str]] = [
        ("path that climbs out (../)", b"../../etc/passwd", 0, unsafe, "etc/passwd"),
        ("path that climbs in the middle", b"a/../../b.pdf", 0, unsafe, "a/b.pdf"),
        ("absolute path", b"/etc/passwd", 0, absolute, "etc/passwd"),
        ("Windows drive", b"C:\\Windows\\x.dll", 0, absolute | unsafe, "Windows/x.dll"),
        ("UNC path", b"\\\\srv\\share\\x.pdf", 0, absolute | unsafe, "srv/share/x.pdf"),
        ("backslashes", b"documents\\id.pdf", 0, unsafe, "documents/id.pdf"),
        ("backslash climbing", b"..\\..\\x.pdf", 0, unsafe, "x.pdf"),
        ("right-to-left override", "contrat\u202efdp.exe".encode(), UTF8, _DECEPTIVE, "contrat\ufffdfdp.exe"),
        ("zero-width space", "con\u200btrat.pdf".encode(), UTF8, _DECEPTIVE, "con\ufffdtrat.pdf"),
        ("control characters", b"a\x1b[2Jb\n.pdf", 0, _DECEPTIVE, "a\ufffd[2Jb\ufffd.pdf"),
        ("NUL in the name", b"a.pdf\x00.exe", 0, _DECEPTIVE, "a.pdf\ufffd.exe"),
        ("Cyrillic letter among Latin ones", "\u0441ontrat.pdf".encode(), UTF8, _DECEPTIVE, "\u0441ontrat.pdf"),
        ("slash look-alike", "a\u2215b.pdf".encode(), UTF8, _DECEPTIVE, "a\ufffdb.pdf"),
        ("ending pushed away by spaces", b"a.pdf" + b" " * 60 + b".exe", 0, _DECEPTIVE, "a.pdf \ufffd .exe"),
        ("invalid UTF-8", b"a\xff\xfe.pdf", UTF8, _DECEPTIVE, "a\ufffd\ufffd.pdf"),
        ("cp437 name", b"pi\x8ace.pdf", 0, frozenset(), "pièce.pdf"),
        ("UTF-8 name without the flag", "pièce.pdf".encode(), 0, frozenset(), "pièce.pdf"),
        ("decomposed accents", "pie\u0300ce.pdf".encode(), UTF8, frozenset(), "pièce.pdf"),
        ("empty name", b"", 0, _DECEPTIVE, "\ufffd1"),
        ("directory that holds data", b"folder/", 0, _DECEPTIVE, "folder"),
        ("name of 64 KB", b"n" * 65_000 + b".pdf", 0, _DECEPTIVE, ""),
    ]
    return [
        Attack(name, _with(_named(raw, flags)), entry_problems=problems, shown_as=shown)
        for name, raw, flags, problems, shown in table
    ]


def _entries() -> list[Attack]:
    small = SAMPLE_PDF
    return [
        Attack(
            "symbolic link",
            _with(Part(b"id.pdf", b"/etc/passwd", attributes=_LINK_MODE)),
            entry_problems=frozenset({_P.LINK}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "symbolic link from a forged host",
            _with(Part(b"id.pdf", b"/etc/passwd", attributes=_LINK_MODE, host=0)),
            entry_problems=frozenset({_P.LINK}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "block device",
            _with(Part(b"sda", b"", attributes=_DEVICE_MODE)),
            entry_problems=frozenset({_P.LINK}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "named pipe",
            _with(Part(b"pipe", b"", attributes=_PIPE_MODE)),
            entry_problems=frozenset({_P.LINK}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "duplicate names",
            lambda: build_zip([REPORT, Part(b"a.pdf", small), GOOD, Part(b"./a.pdf", b"another")]),
            entry_problems=frozenset({_P.DUPLICATE_NAME}),
            archive_problems=frozenset({ArchiveProblem.DUPLICATE_ENTRIES}),
        ),
        Attack(
            "two reports",
            lambda: build_zip([REPORT, Part(b"report.json", b"{}"), GOOD]),
            entry_problems=frozenset({_P.DUPLICATE_NAME}),
            archive_problems=frozenset({ArchiveProblem.DUPLICATE_ENTRIES, ArchiveProblem.REPORT_UNREADABLE}),
        ),
        Attack(
            "report by a climbing path",
            lambda: build_zip([Part(b"x.pdf", small), Part(b"../report.json", sample_report()), GOOD]),
            entry_problems=frozenset({_P.UNSAFE_PATH}),
            archive_problems=_NO_REPORT,
        ),
        Attack(
            "locked with a password",
            _with(locked_part(b"locked.pdf", small, b"secret")),
            entry_problems=frozenset({_P.ENCRYPTED}),
            read_error=EntryEncrypted,
        ),
        Attack(
            "local name differs",
            _with(Part(b"a.pdf", small, local_name=b"b.pdf")),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "local size differs",
            _with(Part(b"a.pdf", small, local_size=5)),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "local method differs",
            _with(Part(b"a.pdf", small, local_method=STORED)),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack("damaged data (checksum)", _with_crc_damage, read_error=EntryUnreadable),
        Attack(
            "garbage instead of deflated data",
            _with(Part(b"a.pdf", small, packed=b"\xff" * 40)),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "unknown compression (deflate64)",
            _with(Part(b"a.pdf", small, method=9)),
            entry_problems=frozenset({_P.UNSUPPORTED_COMPRESSION}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "LZMA with a dictionary of 4 GB",
            _with(Part(b"a.pdf", small, method=14, packed=b"\x09\x14\x05\x00\x5d\xff\xff\xff\xff" + bytes(20))),
            entry_problems=frozenset({_P.UNSUPPORTED_COMPRESSION}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "entry beyond the end of the file",
            _with(Part(b"a.pdf", small, at=0x7FFFFFFF)),
            entry_problems=frozenset({_P.DAMAGED, _P.OVERLAPS}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "version from the future",
            _with(Part(b"a.pdf", small, version=255)),
        ),
        Attack(
            "broken extra field",
            _with(Part(b"a.pdf", small, central_extra=b"\x01\x00\xff\xff")),
        ),
    ]


def _bombs() -> list[Attack]:
    ten = 10 * KIB * KIB
    return [
        Attack(
            "10 MB in 10 KB, said so",
            _with(Part(b"bomb.bin", bytes(ten))),
            entry_problems=frozenset({_P.TOO_LARGE, _P.RATIO_TOO_HIGH}),
            read_error=EntryTooLarge,
        ),
        Attack(
            "ratio too high below the size limit",
            _with(Part(b"bomb.bin", bytes(400 * KIB))),
            entry_problems=frozenset({_P.RATIO_TOO_HIGH}),
            read_error=EntryTooLarge,
        ),
        Attack(
            "small size claimed, 10 MB produced",
            _with(Part(b"bomb.bin", bytes(60 * KIB), packed=_bomb(ten))),
            read_error=EntryUnreadable,
        ),
        Attack(
            "no size claimed, 10 MB produced",
            _with(Part(b"bomb.bin", b"", packed=_bomb(ten))),
            read_error=EntryUnreadable,
        ),
        Attack(
            "4 GB claimed, little there",
            _with(Part(b"a.bin", b"tiny", size=0xFFFFFFF0)),
            entry_problems=frozenset({_P.TOO_LARGE, _P.RATIO_TOO_HIGH}),
            read_error=EntryTooLarge,
        ),
        Attack(
            "more claimed than is there",
            _with(Part(b"a.pdf", SAMPLE_PDF, size=len(SAMPLE_PDF) + 1)),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "4 GB of compressed data claimed",
            _with(Part(b"a.pdf", SAMPLE_PDF, compressed_size=0xFFFFFFF0)),
            entry_problems=frozenset({_P.OVERLAPS}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "less compressed data claimed than there is",
            _with(Part(b"a.pdf", SAMPLE_PDF, compressed_size=10)),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "overlapping entries, one kernel",
            _overlap_bomb,
            entry_problems=frozenset({_P.OVERLAPS, _P.RATIO_TOO_HIGH, _P.DUPLICATE_NAME}),
            archive_problems=_NO_REPORT | {ArchiveProblem.DUPLICATE_ENTRIES},
            read_error=EntryTooLarge,
            good_survives=False,
        ),
        Attack(
            "overlapping entries, quoted headers",
            _quoted_headers_bomb,
            entry_problems=frozenset({_P.OVERLAPS}),
            archive_problems=_NO_REPORT,
            read_error=EntryUnreadable,
            good_survives=False,
        ),
        Attack(
            "overlap by a long local extra field",
            lambda: build_zip([REPORT, Part(b"a.pdf", SAMPLE_PDF), GOOD]).replace(
                struct.pack("<2H", 5, 0) + b"a.pdf", struct.pack("<2H", 5, 90) + b"a.pdf", 1
            ),
            entry_problems=_DAMAGED,
            read_error=EntryUnreadable,
        ),
        Attack(
            "archives within archives, too deep",
            lambda: build_zip([REPORT, Part(b"n.zip", _nested(3)), GOOD]),
            entry="1/0/0",
            entry_problems=frozenset({_P.NESTED_TOO_DEEP}),
            read_error=EntryUnreadable,
        ),
        Attack(
            "bomb within an archive within",
            lambda: build_zip([REPORT, Part(b"n.zip", build_zip([Part(b"bomb.bin", bytes(ten))])), GOOD]),
            entry="1/0",
            entry_problems=frozenset({_P.TOO_LARGE, _P.RATIO_TOO_HIGH}),
            read_error=EntryTooLarge,
        ),
        Attack(
            "archive within that ends in the middle",
            lambda: build_zip([REPORT, Part(b"n.zip", _nested(0)[:-30]), GOOD]),
            entry="1",
            entry_problems=_DAMAGED,
            read_error=None,
        ),
        Attack(
            "a way out of the archive, from within an archive within",
            lambda: build_zip([REPORT, Part(b"n.zip", build_zip([Part(b"../../evil.pdf", SAMPLE_PDF)])), GOOD]),
            entry="1/0",
            entry_problems=frozenset({_P.UNSAFE_PATH}),
        ),
        Attack(
            "report.json of another file in an archive within",
            lambda: build_zip([REPORT, Part(b"n.zip", build_zip([Part(b"report.json", b"{}")])), GOOD]),
            entry="1/0",
        ),
        Attack(
            "many archives within, too much in all",
            lambda: build_zip(
                [
                    REPORT,
                    *(
                        Part(b"%d.zip" % n, build_zip([Part(b"a", bytes(400 * KIB), method=STORED)]), method=STORED)
                        for n in range(8)
                    ),
                    GOOD,
                ]
            ),
            archive_problems=frozenset({ArchiveProblem.TOTAL_TOO_LARGE}),
        ),
    ]


def _wholes() -> list[Attack]:
    too_many = frozenset({ArchiveProblem.TOO_MANY_ENTRIES})
    attacks = [
        Attack("3,000 entries", _many(3_000)),
        Attack("3,001 entries", _many(3_001), archive_problems=too_many),
        Attack("70,000 entries, count wrapped", _many(70_000), archive_problems=too_many),
        Attack(
            "3,001 entries in an archive within",
            lambda: build_zip([REPORT, Part(b"n.zip", _many(3_001)()), GOOD]),
            archive_problems=too_many,
        ),
        Attack("empty file", lambda: b"", error=NotAnArchive),
        Attack("HTML page", lambda: b"<!DOCTYPE html><html><body>Session expired</body></html>", error=NotAnArchive),
        Attack("JSON error", lambda: b'{"error": "not found"}', error=NotAnArchive),
        Attack("PDF under a ZIP's name", lambda: SAMPLE_PDF, error=NotAnArchive),
        Attack("larger than the limit", lambda: bytes(71 * KIB * KIB), error=ArchiveTooLarge),
        Attack("fake end record in the comment", _fake_end_in_comment),
        Attack("whole archive in the comment", _archive_in_comment, archive_problems=_TRAILING),
        Attack("comment longer than the file", _forge_comment_length, archive_problems=_TRAILING),
        Attack(
            "second archive in the comment, and junk",
            lambda: build_zip([REPORT, GOOD], Shape(comment=build_zip([Part(b"fake.pdf", b"x")]) + b"junk")),
            archive_problems=_TRAILING,
        ),
        Attack("cut at the front", lambda: build_zip([REPORT, GOOD])[40:], error=ArchiveTruncated),
        Attack(
            "two archives, one behind the other",
            lambda: build_zip([Part(b"first.pdf", SAMPLE_PDF)]) + build_zip([REPORT, Part(b"x", b"y"), GOOD]),
            archive_problems=_TRAILING,
        ),
        Attack("data before the archive", _with(shape=Shape(prefix=b"MZ" + bytes(5000))), archive_problems=_TRAILING),
        Attack("data behind the archive", _with(shape=Shape(suffix=b"junk" * 50)), archive_problems=_TRAILING),
        Attack("directory beyond the end", _with(shape=Shape(directory_offset=0x7FFFFFF0)), error=ArchiveTruncated),
        Attack("directory of 4 GB claimed", _with(shape=Shape(directory_size=0xFFFFFF00)), error=ArchiveTruncated),
        Attack("fewer entries counted than listed", _with(shape=Shape(count=1)), error=ArchiveTruncated),
        Attack("directory damaged in the middle", _damage_directory, error=ArchiveTruncated),
        Attack("ZIP64", _with(Part(b"a.pdf", SAMPLE_PDF), shape=Shape(zip64=True))),
        Attack(
            "directory listed twice",
            _with(Part(b"a.pdf", SAMPLE_PDF), shape=Shape(copies=2)),
            entry_problems=frozenset({_P.OVERLAPS, _P.DUPLICATE_NAME}),
            archive_problems=frozenset({ArchiveProblem.DUPLICATE_ENTRIES, ArchiveProblem.REPORT_UNREADABLE}),
            read_error=EntryUnreadable,
            good_survives=False,
        ),
        Attack("directory of 65 MB", _huge_directory, error=TooManyEntries),
    ]
    attacks += [Attack(f"cut at {n}/8", _cut(n), error=ArchiveTruncated) for n in range(1, 8)]
    return attacks


def _forge_comment_length() -> bytes:
    data = build_zip([REPORT, GOOD])
    return data[:-2] + b"\xff\xff"


def _damage_directory() -> bytes:
    data = build_zip([REPORT, GOOD])
    at = data.rindex(b"PK\x01\x02")
    return data[:at] + b"XX" + data[at + 2 :]


def _huge_directory() -> bytes:
    limits_exceeding = Part(b"n" * 60_000, method=STORED, central_extra=b"\x99\x99\xfb\xff" + bytes(0xFFFB))
    return build_zip([limits_exceeding], Shape(copies=550))


ATTACKS: tuple[Attack, ...] = (*_names(), *_entries(), *_bombs(), *_wholes(), *MAIL_ATTACKS)
