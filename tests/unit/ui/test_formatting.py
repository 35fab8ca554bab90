"""Dates, ages, sizes and counts, as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.windows import dressed
from tns_desktop.ui import formatting

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
NARROW, THIN = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("ago", "english", "french"),
    [
        (timedelta(0), "0 min", "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 min"),
        (timedelta(hours=1), "1 h", "1 h"),
        (timedelta(hours=23, minutes=59), "23 h", "23 h"),
        (timedelta(days=1), "1 d", "1 j"),
        (timedelta(days=400), "400 d", "400 j"),
        (timedelta(minutes=-5), "0 min", "0 min"),
    ],
)
def test_age_is_told_in_the_unit_that_matters(ago: timedelta, english: str, french: str) -> None:
    for language, expected in (("en", english), ("fr", french)):
        dressed(language)
        assert formatting.age(NOW - ago, NOW) == expected


def test_what_begins_later_by_the_servers_clock_is_new() -> None:
    dressed("en")
    assert formatting.age(NOW + timedelta(hours=9), NOW) == formatting.age(NOW, NOW)


def test_what_has_no_date_has_no_age(language: str) -> None:
    assert formatting.age(None, NOW) == ""
    assert formatting.date_time(None) == ""


def test_numbers_are_grouped_as_the_language_does() -> None:
    dressed("en")
    assert formatting.count(1204) == "1,204"
    dressed("fr")
    assert formatting.count(1204).replace(NARROW, " ").replace(THIN, " ") == "1 204"


def test_sizes_are_in_powers_of_a_thousand() -> None:
    dressed("en")
    assert formatting.size(1_500_000) == "1.5 MB"
    dressed("fr")
    assert formatting.size(1_500_000).replace(THIN, " ").replace(NARROW, " ") == "1,5 Mo"


def test_a_day_is_written_as_people_do_and_nonsense_as_it_came() -> None:
    dressed("en")
    assert formatting.day("1984-07-03") == "03/07/1984"
    assert formatting.day("1984-07-03T00:00:00Z") == "03/07/1984"
    assert formatting.day("summer of 84") == "summer of 84"
    assert formatting.day("") == ""
    dressed("fr")
    assert formatting.day("1984-07-03") == "03/07/1984"


def test_moments_are_shown_in_the_zone_of_the_workstation(language: str) -> None:
    local = NOW.astimezone()
    assert f"{local:%M}" in formatting.clock_time(NOW)
    assert f"{local:%Y}" in formatting.date_time(NOW)
    assert formatting.clock_time(NOW) in formatting.date_time(NOW)


def test_an_iban_is_in_groups_of_four_and_anything_else_as_it_came(language: str) -> None:
    assert formatting.iban("FR7630006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"
    assert formatting.iban("FR76 3000 6000 0112 3456 7890 189") == "FR76 3000 6000 0112 3456 7890 189"
    assert formatting.iban("unknown") == "unknown"
    assert formatting.iban("") == ""
