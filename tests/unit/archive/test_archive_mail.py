"""E-mails within an archive: their attachments are documents like any other."""

from __future__ import annotations

import io
import zlib

from tests.support.hostile_mails import a_mail, archive_with, mail_bytes, within
from tests.support.zips import SAMPLE_JPEG, SAMPLE_PDF, Part, build_zip
from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.domain.archive import ArchiveIndex, DocumentKind, EntryProblem, EntryRole


def index_of(mail: bytes) -> ArchiveIndex:
    return ZipArchiveReader().index_blocking(io.BytesIO(archive_with(mail)), "ab" * 32)


def read(mail: bytes, entry_id: str) -> bytes:
    return ZipArchiveReader().read_blocking(io.BytesIO(archive_with(mail)), entry_id)


def test_attachments_stand_below_their_mail_and_are_read() -> None:
    mail = mail_bytes(("identité.pdf", SAMPLE_PDF), ("back.jpg", SAMPLE_JPEG))
    index = index_of(mail)
    shown = {entry.entry_id: (entry.path, entry.kind, entry.size) for entry in index.entries if "/" in entry.entry_id}
    assert shown == {
        "1/0": ("mail.eml/identité.pdf", DocumentKind.PDF, len(SAMPLE_PDF)),
        "1/1": ("mail.eml/back.jpg", DocumentKind.JPEG, len(SAMPLE_JPEG)),
    }
    assert read(mail, "1/0") == SAMPLE_PDF
    assert read(mail, "1/1") == SAMPLE_JPEG
    assert read(mail, "1") == mail
    entry = index.entry("1/1")
    assert entry is not None
    assert entry.crc32 == zlib.crc32(SAMPLE_JPEG)


def test_mail_with_attachments_stays_a_document_to_judge() -> None:
    index = index_of(mail_bytes(("contract.pdf", SAMPLE_PDF)))
    roles = {entry.entry_id: entry.role for entry in index.entries}
    assert roles["1"] is EntryRole.SUPPORTING_DOCUMENT
    # Its name speaks of a contract, but what somebody mailed is never the one that was signed.
    assert roles["1/0"] is EntryRole.SUPPORTING_DOCUMENT
    assert not index.has_signed_document


def test_mail_in_an_archive_in_a_mail_is_reached() -> None:
    inner = mail_bytes(("card.jpg", SAMPLE_JPEG))
    mail = mail_bytes(("more.zip", build_zip([Part(b"forwarded.eml", inner)])))
    index = index_of(mail)
    assert [entry.path for entry in index.entries if entry.entry_id.startswith("1/")] == [
        "mail.eml/more.zip",
        "mail.eml/more.zip/forwarded.eml",
    ]
    deepest = index.entry("1/0/0")
    assert deepest is not None
    assert deepest.problems == (EntryProblem.NOT_ALL_LISTED,)
    assert read(mail, "1/0/0") == inner


def test_attached_mail_is_a_mail_named_by_its_subject() -> None:
    mail = within(a_mail(("card.jpg", SAMPLE_JPEG), subject="Missing papers"), 1).as_bytes()
    index = index_of(mail)
    entry = index.entry("1/0")
    assert entry is not None
    assert (entry.name, entry.kind) == ("Missing papers.eml", DocumentKind.EMAIL)
    assert read(mail, "1/0/0") == SAMPLE_JPEG
    assert read(mail, "1/0").startswith(b"From: customer@example.com")


def test_picture_of_the_text_is_shown_but_need_not_be_judged() -> None:
    mail = a_mail()
    mail.set_content("<img src='cid:logo'>", subtype="html")
    mail.add_related(SAMPLE_JPEG, "image", "jpeg", cid="<logo>", filename="logo.jpg", disposition="inline")
    mail.add_attachment(SAMPLE_PDF, maintype="application", subtype="pdf", filename="card.pdf")
    roles = {entry.name: entry.role for entry in index_of(mail.as_bytes()).entries}
    assert roles["logo.jpg"] is EntryRole.OTHER
    assert roles["card.pdf"] is EntryRole.SUPPORTING_DOCUMENT


def test_mail_without_attachments_is_one_document() -> None:
    assert [entry.entry_id for entry in index_of(a_mail().as_bytes()).entries] == ["0", "1", "2"]
