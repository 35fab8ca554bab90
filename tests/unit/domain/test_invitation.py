"""Words for a participant: nothing half, nothing smuggled in."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.follow_up import UNKNOWN_STANDING, Standing, Urgency
from tns_desktop.domain.invitation import Purpose, filled, mailto, purpose_for, unknown_placeholders

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def test_values_are_put_in_and_never_looked_at_again() -> None:
    done = filled("Bonjour {first_name}, {link}", {"first_name": "{link}", "link": "https://x.test/?token=t"})
    assert (done.text, done.missing) == ("Bonjour {link}, https://x.test/?token=t", ())


def test_a_value_that_is_not_known_is_named() -> None:
    done = filled("{first_name}: {link} {due_date} {link}", {"first_name": "Léa", "link": ""})
    assert (done.text, done.missing) == ("Léa: {link} {due_date} {link}", ("link", "due_date"))


def test_what_nobody_can_fill_in_is_unknown_and_lone_braces_are_text() -> None:
    assert unknown_placeholders("{first_name} {prenom} {} { x } {prenom} }{ {link}") == ("prenom", "")


@pytest.mark.parametrize(
    ("urgency", "purpose"),
    [
        (Urgency.FRESH, Purpose.INVITE),
        (Urgency.AGEING, Purpose.REMIND),
        (Urgency.LATE, Purpose.REMIND),
        (Urgency.EXPIRING, Purpose.EXPIRING),
        (Urgency.EXPIRED, Purpose.REMIND),
    ],
)
def test_the_purpose_follows_the_age(urgency: Urgency, purpose: Purpose) -> None:
    assert purpose_for(Standing(urgency, 1)) is purpose
    assert purpose_for(UNKNOWN_STANDING) is Purpose.INVITE


def test_an_address_is_written_as_the_standard_says() -> None:
    written = mailto(" léa@example.test ", "Dossier & suite", "Bonjour,\n\nVotre lien : https://x.test/?token=a&b=%20")
    assert written == (
        "mailto:l%C3%A9a@example.test?subject=Dossier%20%26%20suite"
        "&body=Bonjour%2C%0D%0A%0D%0AVotre%20lien%20%3A%20https%3A%2F%2Fx.test%2F%3Ftoken%3Da%26b%3D%2520"
    )
    assert mailto("a@b.test", "", "") == "mailto:a@b.test"


@settings(max_examples=100)
@given(address=texts, subject=texts, body=texts)
def test_nothing_in_a_text_adds_a_recipient_or_a_header(address: str, subject: str, body: str) -> None:
    written = mailto(address, subject, body)
    assert written.isascii()
    parts = urlsplit(written)
    assert parts.scheme == "mailto"
    assert unquote(parts.path) == address.strip()
    assert set(parse_qs(parts.query)) <= {"subject", "body"}
    assert "," not in parts.path
