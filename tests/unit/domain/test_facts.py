"""What is declared, by whom, and how old it is."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from tests.support.files import a_file, an_index
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.facts import Fact, Sighting, age_on, days_until, facts_of, look_for
from tns_desktop.domain.hygiene import Hygiene, Remark, Severity, hygiene_report, name_contradicts
from tns_desktop.domain.matching import ValueKind
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.reported import IdentityCheck, ReportedPerson
from tns_desktop.domain.signatures import Coverage, Integrity, LaterChanges, Signature, SignatureVerdict
from tns_desktop.domain.text_layer import TextLayer, words_of_page

LEA = Participant(uuid="p-1", type="MAIN", last_name="Martin", first_name="Léa", birth_date="1984-07-03")


def values(client_people: tuple[Participant, ...], reported: tuple[ReportedPerson, ...]) -> list[tuple[str, str, bool]]:
    client_file = replace(a_file(1), participants=client_people, external_info=())
    index = replace(an_index(1), people=reported)
    return [
        (fact.field, fact.value, fact.from_report) for group in facts_of(client_file, index) for fact in group.facts
    ]


def test_what_server_and_report_both_say_is_shown_once() -> None:
    written_otherwise = replace(LEA, last_name="MARTIN", birth_date="03/07/1984")
    shown = values((LEA,), (ReportedPerson(written_otherwise),))
    assert shown == [("last_name", "Martin", False), ("first_name", "Léa", False), ("birth_date", "1984-07-03", False)]


def test_where_they_differ_both_are_shown() -> None:
    shown = values((LEA,), (ReportedPerson(replace(LEA, last_name="Durand")),))
    assert ("last_name", "Martin", False) in shown
    assert ("last_name", "Durand", True) in shown


def test_a_document_number_and_its_expiry_are_declared_too() -> None:
    check = IdentityCheck("IDENTITY_DOCUMENT", "OK", document_number="12AB34567", expires="2027-02-03")
    shown = values((LEA,), (ReportedPerson(LEA, (check,), (ExternalInfo("taxId", "99 12"),)),))
    assert {
        ("document_number", "12AB34567", False),
        ("document_expires", "2027-02-03", False),
        ("", "99 12", True),
    } <= set(shown)


def test_an_archive_from_disk_declares_what_its_report_says() -> None:
    index = replace(an_index(1), people=(ReportedPerson(LEA),), external_info=(ExternalInfo("agence", "Nantes"),))
    groups = facts_of(None, index)
    assert [group.type for group in groups] == ["MAIN", None]
    assert all(fact.from_report for group in groups for fact in group.facts)


def test_every_fact_has_an_id_of_its_own() -> None:
    people = (LEA, replace(LEA, uuid="p-2", last_name="Diallo"))
    groups = facts_of(replace(a_file(1), participants=people), replace(an_index(1), people=(ReportedPerson(LEA),)))
    ids = [fact.fact_id for group in groups for fact in group.facts]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("1984-07-03", date(2026, 7, 2), 41),
        ("1984-07-03", date(2026, 7, 3), 42),
        ("2008-02-29", date(2026, 2, 28), 17),
        ("2008-02-29", date(2026, 3, 1), 18),
        ("2030-01-01", date(2026, 1, 1), None),
        ("unknown", date(2026, 1, 1), None),
    ],
)
def test_age_is_counted_in_full_years(born: str, today: date, age: int | None) -> None:
    assert age_on(born, today) == age


def test_days_until_expiry_are_negative_once_it_has_passed() -> None:
    today = date(2026, 11, 24)
    assert [days_until(day, today) for day in ("2026-11-25", "2026-11-24", "2026-11-12", "soon")] == [1, 0, -12, None]


@pytest.mark.parametrize(
    ("extension", "kind", "wrong"),
    [
        ("pdf", DocumentKind.PDF, False),
        ("jpg", DocumentKind.PDF, True),
        ("JPG".lower(), DocumentKind.JPEG, False),
        ("txt", DocumentKind.EMAIL, False),
        ("docx", DocumentKind.UNKNOWN, False),
        ("exe", DocumentKind.UNKNOWN, True),
        ("dat", DocumentKind.PDF, False),
        ("pdf", DocumentKind.EMPTY, False),
    ],
)
def test_a_name_may_promise_another_type(extension: str, kind: DocumentKind, wrong: bool) -> None:
    assert name_contradicts(extension, kind) is wrong


def test_the_most_alarming_remark_comes_first() -> None:
    entry = ArchiveEntry("1", "photo.jpg", "photo.jpg", 1, 1, DocumentKind.PDF)
    found = (Remark(Hygiene.FORM), Remark(Hygiene.LAYERS))
    report = hygiene_report(DocumentKey("a", "1"), entry, DocumentKind.PDF, found)
    assert [remark.kind for remark in report.remarks] == [Hygiene.WRONG_TYPE, Hygiene.LAYERS, Hygiene.FORM]
    assert report.worst is Severity.ALARM


@pytest.mark.parametrize(
    ("integrity", "coverage", "changes", "verdict"),
    [
        (Integrity.INTACT, Coverage.FILE, LaterChanges.NONE, SignatureVerdict.INTACT),
        (Integrity.INTACT, Coverage.REVISION, LaterChanges.SIGNED_AGAIN, SignatureVerdict.EXTENDED),
        (Integrity.INTACT, Coverage.REVISION, LaterChanges.FORM_FILLING, SignatureVerdict.CHANGED),
        (Integrity.INTACT, Coverage.REVISION, LaterChanges.UNKNOWN, SignatureVerdict.CHANGED),
        (Integrity.INTACT, Coverage.BLOCK, LaterChanges.NONE, SignatureVerdict.CHANGED),
        (Integrity.ALTERED, Coverage.FILE, LaterChanges.NONE, SignatureVerdict.ALTERED),
        (Integrity.UNREADABLE, Coverage.FILE, LaterChanges.NONE, SignatureVerdict.UNREADABLE),
        (Integrity.REMOVED, Coverage.FILE, LaterChanges.NONE, SignatureVerdict.REMOVED),
    ],
)
def test_only_an_intact_complete_and_untouched_signature_is_fine(
    integrity: Integrity, coverage: Coverage, changes: LaterChanges, verdict: SignatureVerdict
) -> None:
    signature = Signature("S", integrity, coverage=coverage, changes=changes)
    assert signature.verdict is verdict
    assert verdict.is_fine == (verdict in (SignatureVerdict.INTACT, SignatureVerdict.EXTENDED))


def test_many_values_in_a_long_contract_cost_about_what_reading_its_words_costs() -> None:
    """Measured against ``words_of_page`` on the same pages, so that the machine does not matter."""
    line = "Le client né le 12 mars 1981 demeure av. du Gal Leclerc, St Denis, et règle 1 500,00 € à la société. "
    pages = tuple(line * 50 for _ in range(60))
    begun = time.perf_counter()
    words = tuple(map(words_of_page, pages))
    reading = time.perf_counter() - begun
    values = {
        ValueKind.ADDRESS: "12 avenue de la République, 44000 Nantes",
        ValueKind.PLACE: "Saint-Nazaire",
        ValueKind.DATE: "1984-07-03",
        ValueKind.EMAIL: "lea.martin@example.test",
        ValueKind.AMOUNT: "12 345,00 €",
        ValueKind.NAME: "Martin",
    }
    facts = [Fact(f"{person}.{kind}", "", "x", value, kind) for person in range(6) for kind, value in values.items()]
    begun = time.perf_counter()
    seen = look_for(facts, TextLayer(DocumentKey("a", "b"), pages), words).seen
    looking = time.perf_counter() - begun
    assert {fact.sighting for fact in seen.values()} == {Sighting.NOT_FOUND}
    assert looking < 2 * reading
