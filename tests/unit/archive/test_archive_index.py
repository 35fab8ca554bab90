"""The index of sound archives: what a review desk relies on."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.zips import (
    SAMPLE_JPEG,
    SAMPLE_PDF,
    SIZES_FOLLOW,
    STORED,
    BehindHole,
    Dripping,
    Part,
    Shape,
    build_zip,
    good_zip,
    locked_part,
    sample_report,
)
from tns_desktop.adapters.archive import ReportLayout, ZipArchiveReader
from tns_desktop.domain.archive import (
    ArchiveIndex,
    ArchiveLimits,
    ArchiveProblem,
    DocumentKind,
    EntryProblem,
    EntryRole,
    ExpectedDocument,
)
from tns_desktop.domain.errors import EntryEncrypted, EntryUnreadable, NotAnArchive

REPORT = Part(b"report.json", sample_report())


def index_of(data: bytes, limits: ArchiveLimits | None = None, layout: ReportLayout | None = None) -> ArchiveIndex:
    reader = ZipArchiveReader(limits or ArchiveLimits(), layout or ReportLayout())
    return reader.index_blocking(io.BytesIO(data), "ab" * 32)


def read(data: bytes, entry_id: str, password: str | None = None) -> bytes:
    return ZipArchiveReader().read_blocking(io.BytesIO(data), entry_id, password)


def roles(index: ArchiveIndex) -> dict[str, EntryRole]:
    return {entry.path: entry.role for entry in index.entries}


def test_client_archive_is_indexed_with_its_report() -> None:
    report = sample_report(
        documents=[
            {"label": "Identity card", "path": "documents/identity.jpg", "participant": "p-1"},
            {"label": "Contract of employment", "path": "contrat_de_travail.pdf", "participant": {"uuid": "p-1"}},
            {"label": "Tax notice", "path": "documents/tax.pdf"},
        ]
    )
    data = build_zip(
        [
            Part(b"report.json", report),
            Part(b"signed/"),
            Part(b"signed/loan.pdf", SAMPLE_PDF),
            Part(b"documents/identity.jpg", SAMPLE_JPEG, method=STORED),
            Part(b"contrat_de_travail.pdf", SAMPLE_PDF),
            Part(b"proof/evidence.xml", b"<?xml version='1.0'?><proof/>"),
            Part(b"__MACOSX/._x", b"\x00\x05\x16\x07"),
            Part(b"documents/.DS_Store", b"\x00\x00\x00\x01Bud1"),
        ]
    )
    index = index_of(data)
    assert index.sha256 == "ab" * 32
    assert index.size == len(data)
    assert index.problems == ()
    assert index.report_uuid == "c0ffee00-0000-4000-8000-000000000001"
    assert json.loads(index.report_json) == json.loads(report)
    assert [entry.entry_id for entry in index.entries] == ["0", "2", "3", "4", "5", "6", "7"]
    assert roles(index) == {
        "report.json": EntryRole.REPORT,
        "signed/loan.pdf": EntryRole.SIGNED_DOCUMENT,
        "documents/identity.jpg": EntryRole.SUPPORTING_DOCUMENT,
        "contrat_de_travail.pdf": EntryRole.SUPPORTING_DOCUMENT,
        "proof/evidence.xml": EntryRole.PROOF_FILE,
        "__MACOSX/._x": EntryRole.OTHER,
        "documents/.DS_Store": EntryRole.OTHER,
    }
    assert index.expected == (
        ExpectedDocument("Identity card", "3", "p-1"),
        ExpectedDocument("Contract of employment", "4", "p-1"),
        ExpectedDocument("Tax notice", "", ""),
    )
    assert [document.label for document in index.missing] == ["Tax notice"]
    assert read(data, "3") == SAMPLE_JPEG


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("Signed/a.pdf", EntryRole.SIGNED_DOCUMENT),
        ("Contrat de prêt.pdf", EntryRole.SIGNED_DOCUMENT),
        ("loan_contract.pdf", EntryRole.SIGNED_DOCUMENT),
        ("dossier de preuve du contrat.pdf", EntryRole.PROOF_FILE),
        ("documents/contrat de travail.pdf", EntryRole.SUPPORTING_DOCUMENT),
        ("proof_of_address.pdf", EntryRole.SUPPORTING_DOCUMENT),
        ("letter.docx", EntryRole.SUPPORTING_DOCUMENT),
    ],
)
def test_role_comes_from_place_and_name(path: str, role: EntryRole) -> None:
    assert roles(index_of(build_zip([Part(path.encode(), b"x")]))) == {path: role}


def test_layout_is_a_parameter() -> None:
    content = {"dossier": {"ref": 42}, "pieces": [{"titre": "RIB", "fichier": "rib.pdf"}]}
    layout = ReportLayout(report="meta.json", uuid="dossier.ref", documents=("pieces",), label="titre", path="fichier")
    index = index_of(
        build_zip([Part(b"meta.json", json.dumps(content).encode()), Part(b"rib.pdf", b"x")]), None, layout
    )
    assert index.report_uuid == "42"
    assert index.expected == (ExpectedDocument("RIB", "1"),)


def test_archive_without_report_is_shown() -> None:
    index = index_of(build_zip([Part(b"a.pdf", SAMPLE_PDF)]))
    assert index.problems == (ArchiveProblem.REPORT_MISSING,)
    assert index.report_json == ""
    assert len(index.entries) == 1


@pytest.mark.parametrize(
    "report",
    [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}", b"null"],
    ids=["empty", "cut", "list", "binary", "deep", "huge number", "null"],
)
def test_unusable_report_is_flagged_and_the_documents_shown(report: bytes) -> None:
    index = index_of(build_zip([Part(b"report.json", report), Part(b"a.pdf", SAMPLE_PDF)]))
    assert index.problems == (ArchiveProblem.REPORT_UNREADABLE,)
    assert (index.report_json, index.report_uuid, index.expected) == ("", "", ())
    assert index.entries[1].kind is DocumentKind.PDF


def test_report_larger_than_ten_megabytes_is_not_read() -> None:
    report = b'{"clientFile": {"uuid": "u"}, "pad": "' + b"x" * 10_500_000 + b'"}'
    index = index_of(build_zip([Part(b"report.json", report, method=STORED)]))
    assert index.problems == (ArchiveProblem.REPORT_UNREADABLE,)


@pytest.mark.parametrize(
    "documents",
    [None, 3, "x", {}, [], [None, 1, [], {}, {"label": ""}, {"path": None}, {"label": True}]],
)
def test_odd_list_of_documents_is_tolerated(documents: object) -> None:
    index = index_of(build_zip([Part(b"report.json", sample_report(documents=documents))]))
    assert index.problems == ()
    assert index.expected == ()


def test_expected_document_is_found_by_name_only_when_one_bears_it() -> None:
    report = sample_report(documents=["elsewhere/rib.pdf", "elsewhere/id.pdf", {"label": "Selfie"}])
    parts = [Part(b"report.json", report)]
    parts += [Part(name, b"x") for name in (b"documents/rib.pdf", b"a/id.pdf", b"b/id.pdf")]
    index = index_of(build_zip(parts))
    assert index.expected == (ExpectedDocument("rib.pdf", "1"), ExpectedDocument("id.pdf"), ExpectedDocument("Selfie"))


def test_report_with_a_byte_order_mark_is_read() -> None:
    index = index_of(build_zip([Part(b"report.json", b"\xef\xbb\xbf" + sample_report())]))
    assert index.problems == ()
    assert index.report_uuid


def test_archive_within_the_archive_is_listed_and_read() -> None:
    innermost = build_zip([Part(b"page.jpg", SAMPLE_JPEG)])
    inner = build_zip([Part(b"id.pdf", SAMPLE_PDF), Part(b"more.zip", innermost)])
    data = build_zip([REPORT, Part(b"documents/pieces.zip", inner), Part(b"signed/a.pdf", SAMPLE_PDF)])
    index = index_of(data)
    assert [(entry.entry_id, entry.path) for entry in index.entries] == [
        ("0", "report.json"),
        ("1", "documents/pieces.zip"),
        ("1/0", "documents/pieces.zip/id.pdf"),
        ("1/1", "documents/pieces.zip/more.zip"),
        ("1/1/0", "documents/pieces.zip/more.zip/page.jpg"),
        ("2", "signed/a.pdf"),
    ]
    assert index.problems == ()
    assert index.entries[1].role is EntryRole.OTHER
    assert index.entries[2].role is EntryRole.SUPPORTING_DOCUMENT
    assert read(data, "1/0") == SAMPLE_PDF
    assert read(data, "1/1/0") == SAMPLE_JPEG


def test_report_within_an_inner_archive_is_not_the_report() -> None:
    data = build_zip([Part(b"inner.zip", build_zip([REPORT]))])
    index = index_of(data)
    assert index.problems == (ArchiveProblem.REPORT_MISSING,)
    assert EntryRole.REPORT not in roles(index).values()


def test_broken_inner_archive_is_flagged_and_the_rest_shown() -> None:
    data = build_zip([REPORT, Part(b"broken.zip", good_zip()[:-30]), Part(b"a.pdf", SAMPLE_PDF)])
    index = index_of(data)
    assert index.entries[1].problems == (EntryProblem.DAMAGED,)
    assert index.entries[2].kind is DocumentKind.PDF


def test_stuffed_inner_archive_leaves_room_for_the_outer_entries() -> None:
    stuffed = build_zip([Part(b"%d" % number) for number in range(20)])
    parts = [REPORT, Part(b"stuffed.zip", stuffed), *(Part(b"d%d.pdf" % number, SAMPLE_PDF) for number in range(5))]
    index = index_of(build_zip(parts), ArchiveLimits(entries=10))
    assert len(index.entries) == 10
    assert index.problems == (ArchiveProblem.TOO_MANY_ENTRIES,)
    assert sum(entry.kind is DocumentKind.PDF for entry in index.entries) == 5


def test_office_document_is_one_document() -> None:
    docx = build_zip([Part(b"[Content_Types].xml", b"<Types/>"), Part(b"word/document.xml", b"<w/>")])
    index = index_of(build_zip([REPORT, Part(b"letter.docx", docx)]))
    assert [entry.path for entry in index.entries] == ["report.json", "letter.docx"]
    assert index.entries[1].kind is DocumentKind.UNKNOWN


@pytest.mark.parametrize("method", [STORED, 8])
@pytest.mark.parametrize("password", ["secret", "clé", "日本"])
def test_locked_document_is_read_with_its_password(password: str, method: int) -> None:
    data = build_zip([REPORT, locked_part(b"a.pdf", SAMPLE_PDF * 20, password.encode(), method=method)])
    entry = index_of(data).entries[1]
    assert entry.problems == (EntryProblem.ENCRYPTED,)
    assert entry.kind is DocumentKind.UNKNOWN
    assert read(data, "1", password) == SAMPLE_PDF * 20
    with zipfile.ZipFile(io.BytesIO(data)) as other_reader:
        assert other_reader.read("a.pdf", password.encode()) == SAMPLE_PDF * 20


def test_password_typed_on_windows_is_tried() -> None:
    data = build_zip([locked_part(b"a.pdf", SAMPLE_PDF, "clé".encode("cp1252"))])
    assert read(data, "0", "clé") == SAMPLE_PDF


def test_locked_document_says_what_it_needs() -> None:
    data = build_zip([locked_part(b"a.pdf", SAMPLE_PDF, b"secret")])
    with pytest.raises(EntryEncrypted) as caught:
        read(data, "0")
    assert caught.value.facts == {"name": "a.pdf", "reason": "password_needed"}


def test_no_wrong_password_gives_bytes() -> None:
    """One in 256 passes the check byte: 600 tries meet it."""
    data = build_zip([locked_part(b"a.pdf", SAMPLE_PDF, b"secret", method=STORED)])
    for number in range(600):
        with pytest.raises(EntryEncrypted) as caught:
            read(data, "0", f"wrong {number}")
        assert caught.value.facts["reason"] == "password_wrong"


def test_aes_is_said_to_be_unsupported() -> None:
    data = build_zip([Part(b"a.pdf", SAMPLE_PDF, method=99, flags=1, packed=bytes(60))])
    assert index_of(data).entries[0].problems == (EntryProblem.ENCRYPTED,)
    with pytest.raises(EntryEncrypted) as caught:
        read(data, "0", "secret")
    assert caught.value.facts["reason"] == "encryption_unsupported"


def test_written_by_a_stream_without_sizes_in_front() -> None:
    data = build_zip([Part(b"a.pdf", SAMPLE_PDF, flags=SIZES_FOLLOW)])
    assert index_of(data).entries[0].problems == ()
    assert read(data, "0") == SAMPLE_PDF


def test_archive_with_nothing_in_it_is_an_archive() -> None:
    index = index_of(build_zip([]))
    assert index.entries == ()
    assert index.problems == (ArchiveProblem.REPORT_MISSING,)


@pytest.mark.parametrize("entry_id", ["", "9", "x", "0/0", "1/7", "1/0/0/0/0/0", "-1", "01", "²"])
def test_unknown_entry_is_unreadable(entry_id: str) -> None:
    data = build_zip([REPORT, Part(b"in.zip", build_zip([REPORT]))])
    with pytest.raises(EntryUnreadable):
        read(data, entry_id)


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty"),
        (b"\n <html><body>Sign in</body></html>", "html"),
        (b"<!-- proxy -->\n<!DOCTYPE HTML><p>", "html"),
        (b'{"error": 1}', "json"),
        (SAMPLE_PDF, "pdf"),
        (b"Service unavailable", "text"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(40), "unknown"),
    ],
)
def test_what_is_no_archive_is_named(data: bytes, looks_like: str) -> None:
    with pytest.raises(NotAnArchive) as caught:
        index_of(data)
    assert caught.value.facts == {"looks_like": looks_like}


def test_small_stored_inner_archive_at_the_end_is_not_trailing_data() -> None:
    index = index_of(build_zip([REPORT, Part(b"z.zip", build_zip([]), method=STORED)]))
    assert index.problems == ()


def test_offsets_corrected_for_a_self_extractor_are_understood() -> None:
    buffer = io.BytesIO()
    buffer.write(b"MZ" + bytes(3000))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("report.json", sample_report())
    index = index_of(buffer.getvalue())
    assert index.problems == (ArchiveProblem.TRAILING_DATA,)
    assert index.report_uuid


def test_zip64_sizes_and_offsets_are_read() -> None:
    data = build_zip([REPORT, Part(b"a.pdf", SAMPLE_PDF)], Shape(zip64=True))
    assert index_of(data).entries[1].size == len(SAMPLE_PDF)
    assert read(data, "1") == SAMPLE_PDF


def test_entry_behind_four_gigabytes_is_read() -> None:
    hole = 0x1_0000_1000
    first = len(build_zip([REPORT])) - 22 - 46 - len(REPORT.name)
    parts = [replace(REPORT, at=hole), Part(b"a.pdf", SAMPLE_PDF, at=hole + first)]
    both = build_zip([replace(part, at=None) for part in parts])
    body = len(both) - 22 - sum(46 + len(part.name) for part in parts)
    stream = BehindHole(hole, build_zip(parts, Shape(zip64=True, directory_offset=hole + body)))
    reader = ZipArchiveReader(ArchiveLimits(archive_bytes=1 << 40))
    index = reader.index_blocking(stream, "")
    assert [entry.problems for entry in index.entries] == [(), ()]
    assert index.size > hole
    assert reader.read_blocking(stream, "1") == SAMPLE_PDF


def test_stream_that_gives_little_at_a_time_is_read() -> None:
    data = good_zip(**{"large.bin": bytes(range(256)) * 900})
    reader = ZipArchiveReader()
    stream = Dripping(data)
    assert reader.index_blocking(stream, "").entries == index_of(data).entries
    assert reader.read_blocking(stream, "3") == bytes(range(256)) * 900


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    data = build_zip([REPORT, Part(b"../x.pdf", SAMPLE_PDF), Part(b"n.zip", good_zip())])
    for entry in index_of(data).entries:
        read(data, entry.entry_id)
    assert list(tmp_path.rglob("*")) == [here]


@pytest.mark.parametrize(("count", "seconds"), [(3_000, 1.0), (10_000, 4.0)])
def test_large_listing_is_quick(count: int, seconds: float) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"documents/{number:05}.pdf", SAMPLE_PDF, zipfile.ZIP_DEFLATED)
    started = time.process_time()
    index = index_of(buffer.getvalue(), ArchiveLimits(entries=count))
    assert time.process_time() - started < seconds
    assert len(index.entries) == count
    assert all(entry.kind is DocumentKind.PDF for entry in index.entries)
