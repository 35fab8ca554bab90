"""Declared values are found however they are written, and another value is never taken for them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tns_desktop.domain.matching import MONTHS, ValueKind, find_on_page, kind_of_value, parse_amount, parse_date
from tns_desktop.domain.text_layer import words_of_page

FRAME = "Je soussigné, demeurant à Paris, certifie exact : {} — fait le 2 mai. Article 12, page 3 sur 7."


def found(text: str, value: str, kind: ValueKind) -> list[str]:
    findings = find_on_page(words_of_page(text), text, value, kind)
    return [" … ".join(text[span.start : span.end] for span in finding) for finding in findings]


def is_found(written: str, value: str, kind: ValueKind) -> bool:
    return bool(found(FRAME.format(written), value, kind))


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (ValueKind.NAME, "Lefèvre", "Mme LEFEVRE Amélie"),
        (ValueKind.NAME, "Caron-Dubois", "CARON DUBOIS"),
        (ValueKind.NAME, "Caron Dubois", "Caron-\nDubois"),
        (ValueKind.NAME, "N'Diaye", "N’DIAYE"),
        (ValueKind.NAME, "Jean-Baptiste", "JEANBAPTISTE"),
        (ValueKind.NAME, "Müller", "Mu\u0308ller"),
        (ValueKind.NAME, "Straße", "STRASSE"),
        (ValueKind.PLACE, "Saint-Étienne", "ST ETIENNE"),
        (ValueKind.PLACE, "Boulogne-sur-Mer", "Boulogne sur Mer (62)"),
        (ValueKind.ADDRESS, "12 avenue du Général-Leclerc, 75011 Paris", "12, av. du Gal Leclerc 75011 PARIS"),
        (ValueKind.ADDRESS, "3 bd Voltaire, 44000 Nantes", "3 Boulevard Voltaire\nBâtiment C\n44000 NANTES"),
        (ValueKind.DATE, "1980-03-12", "12/03/1980"),
        (ValueKind.DATE, "1980-03-12", "12.3.1980"),
        (ValueKind.DATE, "1980-03-12", "12 mars 1980"),
        (ValueKind.DATE, "1980-03-12", "March 12, 1980"),
        (ValueKind.DATE, "1980-03-12", "the 12th of March 1980"),
        (ValueKind.DATE, "1980-03-12T00:00:00Z", "1980-03-12"),
        (ValueKind.DATE, "12/03/1980", "12 03 1980"),
        (ValueKind.DATE, "1985-08-01", "1er août 1985"),
        (ValueKind.DATE, "1985-02-01", "1 FEVR. 1985"),
        (ValueKind.DATE, "1985-02-01", "19850201"),
        (ValueKind.IBAN, "FR7619999004170001234567834", "FR76 1999 9004 1700 0123 4567 834"),
        (ValueKind.IBAN, "FR7619999004170001234567834", "IBAN : FR76-1999-9004-1700-0123-4567-834."),
        (ValueKind.PHONE, "+33639981234", "06 39 98 12 34"),
        (ValueKind.PHONE, "0639981234", "+33 (0)6 39 98 12 34"),
        (ValueKind.PHONE, "0639981234", "0033 6.39.98.12.34"),
        (ValueKind.PHONE, "+32470123456", "0470/12.34.56"),
        (ValueKind.EMAIL, "zoe.muller@courriel.test", "Zoe.Muller@courriel.test"),
        (ValueKind.EMAIL, "zoe.muller@courriel.test", "zoe.muller@\ncourriel.test"),
        (ValueKind.AMOUNT, "12000 €", "12 000,00 €"),
        (ValueKind.AMOUNT, "12000.5", "12.000,50 EUR"),
        (ValueKind.AMOUNT, "1 234 567 €", "€1,234,567.00"),
        (ValueKind.TEXT, "12AB34567", "n° 12 AB 34567"),
    ],
)
def test_finds_a_value_in_another_dress(kind: ValueKind, value: str, written: str) -> None:
    assert is_found(written, value, kind)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (ValueKind.NAME, "Petit", "Petitjean"),
        (ValueKind.NAME, "Jean", "Jeanne"),
        (ValueKind.NAME, "Le Goff", "Le Gall Goff"),
        (ValueKind.PLACE, "Saint-Étienne", "Saint-Denis"),
        (ValueKind.ADDRESS, "12 rue Voltaire, 44000 Nantes", "2 rue Voltaire, 44000 Nantes"),
        (ValueKind.ADDRESS, "12 rue Voltaire, 44000 Nantes", "12 rue Voltaire, 44100 Nantes"),
        (ValueKind.DATE, "1980-03-12", "03/12/1980"),
        (ValueKind.DATE, "1980-03-12", "12/03/80"),
        (ValueKind.DATE, "1980-03-01", "11/03/1980"),
        (ValueKind.DATE, "1980-01-23", "12/3/1980"),
        (ValueKind.DATE, "1980-03-12", "12 mai 1980"),
        (ValueKind.IBAN, "FR7619999004170001234567834", "FR76 1999 9004 1700 0123 4567 835"),
        (ValueKind.PHONE, "0639981234", "06 39 98 12 35"),
        (ValueKind.EMAIL, "a.b@c.test", "ab@c.test"),
        (ValueKind.EMAIL, "a.b@c.test", "x.a.b@c.test"),
        (ValueKind.EMAIL, "a.b@c.test", "a.b@c.test.example"),
        (ValueKind.AMOUNT, "500 €", "1 500 €"),
        (ValueKind.AMOUNT, "500 €", "500,25 €"),
        (ValueKind.AMOUNT, "12000", "112 000"),
        (ValueKind.AMOUNT, "15", "15 000"),
        (ValueKind.TEXT, "12AB34567", "12AB345678"),
    ],
)
def test_does_not_take_another_value_for_it(kind: ValueKind, value: str, written: str) -> None:
    assert not is_found(written, value, kind)


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def ways_of_writing(day: date) -> list[str]:
    month = MONTHS[day.month - 1]
    return [
        day.strftime("%d/%m/%Y"),
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {month[0]} {day.year}",
        f"{month[-1].title()} {day.day}, {day.year}",
        day.strftime("%d - %m - %Y"),
        day.strftime("%d%m%Y"),
    ]


@given(DAYS, st.integers(0, 6))
def test_a_date_survives_every_way_of_writing_it(day: date, way: int) -> None:
    assert is_found(ways_of_writing(day)[way], day.isoformat(), ValueKind.DATE)


@given(DAYS, DAYS, st.integers(0, 5))
def test_another_date_is_never_found(declared: date, written: date, way: int) -> None:
    assume(declared != written)
    assert not is_found(ways_of_writing(written)[way], declared.isoformat(), ValueKind.DATE)


@given(st.integers(0, 10**11 - 1), st.integers(1, 6), st.sampled_from([" ", "-", "\u00a0", "\n", "."]))
def test_an_iban_is_found_in_any_grouping(account: int, size: int, between: str) -> None:
    iban = f"FR761999900417{account:011d}34"
    grouped = between.join(iban[start : start + size] for start in range(0, len(iban), size))
    assert is_found(grouped, iban, ValueKind.IBAN)
    other = f"FR761999900417{(account + 1) % 10**11:011d}34"
    assert not is_found(grouped, other, ValueKind.IBAN)


@given(st.integers(10**8, 10**9 - 1), st.sampled_from([" ", ".", "-", "", "/"]), st.booleans(), st.booleans())
def test_a_phone_number_is_found_at_home_and_abroad(
    number: int, between: str, abroad: bool, declared_abroad: bool
) -> None:
    national = f"0{number}"
    written = between.join(national[start : start + 2] for start in range(0, 10, 2))
    if abroad:
        written = "+33" + between + written[1:]
    declared = f"+33{number}" if declared_abroad else national
    assert is_found(written, declared, ValueKind.PHONE)
    other = f"+33{10**8 + (number + 1) % (9 * 10**8)}"
    assume(other != f"+33{number}")
    assert not is_found(written, other, ValueKind.PHONE)


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([" ", "\u202f", ".", "'", ""]))
def test_an_amount_is_found_with_any_separator(whole: int, cents: int, between: str) -> None:
    digits = str(whole)
    head = len(digits) % 3 or 3
    groups = [digits[:head], *(digits[start : start + 3] for start in range(head, len(digits), 3))]
    written = f"{between.join(groups)},{cents:02d} €"
    assert is_found(written, f"{whole}.{cents:02d} €", ValueKind.AMOUNT)
    assert not is_found(written, f"{whole + 1}.{cents:02d} €", ValueKind.AMOUNT)


@given(st.text(st.sampled_from("abcéèçÀü -'"), min_size=3, max_size=14))
def test_a_name_is_found_in_capitals_and_reversed_order(name: str) -> None:
    assume(sum(char.isalpha() for char in name) >= 2)
    assert is_found(f"DUPONT {name.upper()}", name, ValueKind.NAME)
    assert is_found(f"{name} Dupont", name, ValueKind.NAME)


def test_every_occurrence_is_found_with_its_place() -> None:
    assert found("Martin et MARTIN, martin-pêcheur", "Martin", ValueKind.NAME) == ["Martin", "MARTIN", "martin"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1980-03-12", ValueKind.DATE),
        ("FR76 1999 9004 1700 0123 4567 834", ValueKind.IBAN),
        ("a@b.test", ValueKind.EMAIL),
        ("+33 6 39 98 12 34", ValueKind.PHONE),
        ("12 000 €", ValueKind.AMOUNT),
        ("Prêt personnel", ValueKind.TEXT),
        ("2026", ValueKind.TEXT),
    ],
)
def test_a_value_without_a_name_is_known_by_its_look(value: str, kind: ValueKind) -> None:
    assert kind_of_value(value) is kind


@pytest.mark.parametrize("value", ["", "mars", "1980-02-30", "99/99/1980", "1980"])
def test_what_is_no_date_is_none(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "cents"), [("12 000,5", 1200050), ("€ 3", 300), ("1.234", 123400), ("abc", None), ("", None)]
)
def test_amounts_are_counted_in_hundredths(value: str, cents: int | None) -> None:
    assert parse_amount(value) == cents
