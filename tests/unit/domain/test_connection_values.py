"""What may stand in a connection: https alone except towards this machine, no credentials where others read along."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.connection import (
    checked_base_url,
    checked_operator_uuid,
    checked_public_id,
    checked_secret_key,
    is_loopback,
)
from tns_desktop.domain.errors import ConnectionInvalid

UUID = "2e891756-cbbb-11e3-9d6a-57f4740d8223"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://api.example.test/v6/ ", "https://api.example.test/v6"),
        ("https://api.example.test:8443", "https://api.example.test:8443"),
        ("http://localhost:8080/v6", "http://localhost:8080/v6"),
        ("http://LOCALHOST/v6", "http://LOCALHOST/v6"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_usable_address_is_kept(typed: str, kept: str) -> None:
    assert checked_base_url(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "not_a_url"),
        ("api.example.test", "not_a_url"),
        ("ftp://api.example.test", "not_a_url"),
        ("file:///etc/passwd", "not_a_url"),
        ("https://", "not_a_url"),
        ("https://host:99999", "not_a_url"),
        ("https://[::1", "not_a_url"),
        ("https://ho st/v6", "not_a_url"),
        ("https://ho\nst/v6", "not_a_url"),
        ("https://host/\tv6", "not_a_url"),
        ("https://user:secret@host", "credentials_in_url"),
        ("https://user@host", "credentials_in_url"),
        ("http://127.0.0.1@evil.test", "credentials_in_url"),
        ("https://host?key=secret", "query_in_url"),
        ("https://host#fragment", "query_in_url"),
        ("http://api.example.test", "https_needed"),
        ("http://localhost.evil.test", "https_needed"),
        ("http://127.0.0.1.evil.test", "https_needed"),
        ("http://10.0.0.1", "https_needed"),
        ("http://0.0.0.0", "https_needed"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(typed: str, reason: str) -> None:
    with pytest.raises(ConnectionInvalid) as caught:
        checked_base_url(typed)
    assert caught.value.facts == {"field": "base_url", "reason": reason}
    assert "secret" not in str(caught.value)


@given(
    text=st.text(max_size=40)
    | st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTPS"]), st.text(max_size=20), st.text(max_size=9))
)  # fmt: skip
def test_what_is_kept_is_checked_again_to_the_same(text: str) -> None:
    try:
        kept = checked_base_url(text)
    except ConnectionInvalid:
        return
    assert checked_base_url(kept) == kept
    parts = urlsplit(kept)
    assert parts.scheme == "https" or is_loopback(parts.hostname or "")
    assert "@" not in parts.netloc
    assert not any(char.isspace() for char in kept)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.0.3", "::1", "[::1]"])
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "example.test", "localhost.", "10.0.0.1", "0.0.0.0", "::", "fe80::1"])
def test_other_machines_are_not_taken_for_it(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("typed", ["", "  ", "a:b", "a\nb", "a\x7fb", "x" * 257])
def test_a_login_that_would_break_the_header_is_refused(typed: str) -> None:
    with pytest.raises(ConnectionInvalid) as caught:
        checked_public_id(typed)
    assert caught.value.facts["field"] == "public_id"


def test_a_login_is_trimmed_and_a_secret_is_not() -> None:
    assert checked_public_id(" john123456 ") == "john123456"
    assert checked_secret_key(" az:erty ") == " az:erty "
    with pytest.raises(ConnectionInvalid):
        checked_secret_key("")


@pytest.mark.parametrize("typed", [UUID, UUID.upper(), f" {{{UUID}}} ", UUID.replace("-", "")])
def test_an_operator_is_kept_in_the_usual_form(typed: str) -> None:
    assert checked_operator_uuid(typed) == UUID


def test_an_operator_may_be_absent_but_not_anything() -> None:
    assert checked_operator_uuid("  ") == ""
    for wrong in ("nobody", UUID[:-1], f"{UUID}\r\nX-Evil: 1"):
        with pytest.raises(ConnectionInvalid) as caught:
            checked_operator_uuid(wrong)
        assert caught.value.facts["reason"] == "bad_operator_uuid"
