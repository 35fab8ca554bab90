"""The sample files: deterministic, complete where they should be, broken where they should be, and every one opens."""

from __future__ import annotations

import email
import email.policy
import io
import json
import random
import re
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pi_heif
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tns_desktop.sandbox.population import PLAIN_RECIPES, SPECIAL_RECIPES, make_records
from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.samples.archive import build_archive_blocking
from tns_desktop.sandbox.samples.identity import check_digit
from tns_desktop.sandbox.samples.people import make_iban, make_person
from tns_desktop.sandbox.samples.signing import certificate_der

ANCHOR = datetime(2026, 11, 24, tzinfo=UTC)


@cache
def records() -> tuple[Record, ...]:
    return tuple(make_records(1, 40, ANCHOR))


def first_with(recipe: str) -> Record:
    return next(one for one in records() if one.recipe == recipe)


@cache
def archive_of(recipe: str) -> bytes:
    return build_archive_blocking(first_with(recipe))


@cache
def contents(recipe: str) -> dict[str, bytes]:
    """The entries of the first file with that recipe."""
    with zipfile.ZipFile(io.BytesIO(archive_of(recipe))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def entry(recipe: str, ending: str) -> bytes:
    (found,) = (content for name, content in contents(recipe).items() if name.endswith(ending))
    return found


def page_count(content: bytes, password: str | None = None) -> int:
    document = pypdfium2.PdfDocument(content, password=password)
    try:
        return len(document)
    finally:
        document.close()


def text_of(content: bytes, password: str | None = None) -> str:
    document = pypdfium2.PdfDocument(content, password=password)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def report_of(recipe: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(contents(recipe)["report.json"])["clientFile"]
    return report


def test_equal_seeds_make_equal_people_and_other_seeds_do_not() -> None:
    assert make_records(1, 40, ANCHOR) == list(records())
    assert make_records(2, 40, ANCHOR)[0].uuid != records()[0].uuid
    assert (
        len({record.uuid for record in records()} | {one.uuid for one in make_records(1, 8, ANCHOR, product=1)}) == 48
    )


@pytest.mark.parametrize("recipe", ["complete", "correspondence"])
def test_equal_records_make_equal_archives(recipe: str) -> None:
    assert build_archive_blocking(first_with(recipe)) == archive_of(recipe)


def test_the_oldest_waiting_files_show_every_special_document() -> None:
    waiting = [record for record in records() if record.state == "WAITING"]
    assert waiting == sorted(waiting, key=lambda one: one.start)
    assert tuple(record.recipe for record in waiting[:8]) == SPECIAL_RECIPES
    assert all(record.start < ANCHOR for record in records())


def test_the_first_file_is_complete_signed_and_of_three_pages() -> None:
    names = contents("complete").keys()
    assert {"report.json", "signed/contrat.pdf", "proof/preuve.pdf"} <= names
    assert page_count(contents("complete")["signed/contrat.pdf"]) == 3
    assert all(document.get("path") in names for document in report_of("complete")["documents"])


@pytest.mark.parametrize("recipe", sorted({*SPECIAL_RECIPES, *PLAIN_RECIPES}))
def test_report_describes_the_archive(recipe: str) -> None:
    report = report_of(recipe)
    assert report["participants"][0]["identityChecks"][0]["liveCheckStatusAccepted"] is True
    lacking = [document["label"] for document in report["documents"] if not document["path"]]
    assert lacking == (["Bulletin de salaire"] if recipe == "missing_payslip" else [])
    delivered = {document["path"] for document in report["documents"] if document["path"]}
    assert delivered <= contents(recipe).keys()


@pytest.mark.parametrize("recipe", sorted({*SPECIAL_RECIPES, *PLAIN_RECIPES}))
def test_every_pdf_and_picture_opens_and_says_specimen(recipe: str) -> None:
    for name, content in contents(recipe).items():
        if content.startswith(b"%PDF"):
            assert "SPECIMEN" in text_of(content, "specimen"), name
        elif content.startswith(b"\xff\xd8") and recipe != "damaged_photo":
            Image.open(io.BytesIO(content)).load()


@pytest.mark.parametrize(
    ("recipe", "ending", "orientation"),
    [("complete", "recto.jpg", 6), ("correspondence", "Passeport.jpg", 3), ("misnamed", "Passeport.jpg", 8)],
)
def test_some_photographs_are_stored_turned(recipe: str, ending: str, orientation: int) -> None:
    with Image.open(io.BytesIO(entry(recipe, ending))) as picture:
        assert picture.getexif()[0x0112] == orientation
        assert (picture.width < picture.height) == (orientation in (6, 8))


def test_the_protected_payslip_needs_its_password() -> None:
    content = entry("two_signatories", "protégé.pdf")
    with pytest.raises(pypdfium2.PdfiumError):
        page_count(content)
    assert page_count(content, "specimen") == 1


def test_the_scan_of_statements_has_three_pages() -> None:
    with Image.open(io.BytesIO(entry("two_signatories", ".tiff"))) as picture:
        assert picture.n_frames == 3  # type: ignore[attr-defined]
        picture.seek(2)
        picture.load()


def test_png_webp_and_heic_open() -> None:
    for recipe, ending, kind in (("two_signatories", ".png", "PNG"), ("webp_proof", ".webp", "WEBP")):
        with Image.open(io.BytesIO(entry(recipe, ending))) as picture:
            picture.load()
            assert picture.format == kind
    assert pi_heif.open_heif(io.BytesIO(entry("two_signatories", ".heic"))).size == (1200, 900)


def test_the_damaged_photograph_looks_like_one_and_is_none() -> None:
    content = entry("damaged_photo", "recto.jpg")
    assert content.startswith(b"\xff\xd8")
    with pytest.raises(OSError), Image.open(io.BytesIO(content)) as picture:
        picture.load()


def test_an_extension_lies() -> None:
    assert entry("misnamed", "domicile.pdf").startswith(b"\x89PNG")


def test_the_mail_has_html_a_remote_picture_and_an_attachment() -> None:
    message = email.message_from_bytes(entry("correspondence", ".eml"), policy=email.policy.default)
    html = message.get_body(("html",))
    assert html is not None
    assert "<img src='https://" in html.get_content()
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "RIB.pdf"
    assert page_count(attachment.get_content()) == 1


def test_xml_json_and_text_are_what_they_are_called() -> None:
    assert entry("correspondence", "solvabilité.xml").startswith(b"<?xml")
    assert json.loads(entry("correspondence", "Questionnaire.json"))["specimen"] is True
    assert "SPECIMEN" in entry("correspondence", "appel.txt").decode()


def test_proof_files_come_as_pdf_xml_and_zip() -> None:
    assert entry("complete", "preuve.pdf").startswith(b"%PDF")
    assert entry("correspondence", "preuve.xml").startswith(b"<?xml")
    inner = zipfile.ZipFile(io.BytesIO(entry("long_contract", "preuve.zip")))
    assert inner.namelist() == ["preuve.xml", "preuve.pdf", "journal.json"]


def test_contracts_have_one_to_forty_pages() -> None:
    assert page_count(contents("webp_proof")["signed/contrat.pdf"]) == 1
    assert page_count(contents("long_contract")["signed/contrat.pdf"]) == 40


def test_the_contracts_signature_is_whole_and_trusted_with_the_specimen_certificate() -> None:
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    content = contents("complete")["signed/contrat.pdf"]
    root = x509.Certificate.load(certificate_der())
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    spoiled = content.replace(b"Banque", b"Banane", 1)
    (broken,) = PdfFileReader(io.BytesIO(spoiled)).embedded_signatures
    assert not validate_pdf_signature(broken, ValidationContext(trust_roots=[root], allow_fetching=False)).intact


def test_a_pending_file_has_no_signed_document() -> None:
    record = next(one for one in records() if one.state == "PENDING")
    names = zipfile.ZipFile(io.BytesIO(build_archive_blocking(record))).namelist()
    assert not [name for name in names if name.startswith(("signed/", "proof/"))]


@given(st.integers(0, 99_999_999_999))
def test_ibans_have_valid_check_digits(account: int) -> None:
    iban = make_iban(f"{account:011d}")
    assert re.fullmatch(r"FR76\d{23}", iban)
    assert int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


@given(st.integers(0, 10_000))
def test_people_are_plausible(seed: int) -> None:
    person = make_person(random.Random(seed), "titulaire", "salarié")
    assert re.fullmatch(r"[a-z.-]+@courriel\.test", person.email)
    assert re.fullmatch(r"\+336399[8]\d{4}", person.mobile_phone)
    assert 1951 <= int(person.birth_date[:4]) <= 2005


def test_check_digits_follow_icao_9303() -> None:
    # The specimen of ICAO Doc 9303, part 4.
    assert [check_digit(text) for text in ("L898902C3", "740812", "120415")] == ["6", "2", "9"]
