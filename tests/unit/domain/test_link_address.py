"""Addresses of links: everything in them is seen, and only the web and e-mail are ever opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.link_address import Oddity, examined, shown_address


@pytest.mark.parametrize(
    ("address", "host", "oddities"),
    [
        ("https://example.org/a?b#c", "example.org", ()),
        ("http://example.org", "example.org", (Oddity.UNPROTECTED,)),
        ("mailto:desk@example.org?subject=x", "example.org", ()),
        ("https://bank.example@evil.example/", "evil.example", (Oddity.USER,)),
        ("https://bank.example\\@evil.example/", "bank.example", ()),
        ("https://192.168.0.1:8080/x", "192.168.0.1", (Oddity.NUMBER,)),
        ("https://[::1]/", "[::1]", (Oddity.NUMBER,)),
        ("https://аррӏе.com/", "аррӏе.com", (Oddity.LETTERS,)),
    ],
)
def test_site_and_oddities_of_an_address(address: str, host: str, oddities: tuple[Oddity, ...]) -> None:
    found = examined(address)
    assert found.host == host
    assert found.oddities == oddities
    assert found.can_be_opened


def test_a_punycode_site_is_read_in_letters_too() -> None:
    found = examined("https://xn--bcher-kva.example/")
    assert found.host_in_letters == "bücher.example"
    assert found.oddities == (Oddity.LETTERS,)
    assert examined("https://xn--\x80.example").host_in_letters == "xn--⟨U+0080⟩.example"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org",
        "ms-word:ofe|u|x",
        "data:text/html,x",
        "",
        "https:",
        "//x",
    ],
)
def test_other_schemes_and_no_site_are_never_opened(address: str) -> None:
    assert not examined(address).can_be_opened


def test_what_cannot_be_seen_is_written_out_and_never_opened() -> None:
    found = examined("https://example.org/\u202egpj.exe")
    assert found.shown == "https://example.org/⟨U+202E⟩gpj.exe"
    assert not found.can_be_opened


@given(st.text())
def test_any_text_is_examined_and_shown_without_hidden_signs(address: str) -> None:
    examined(address)
    assert all(sign.isprintable() for sign in shown_address(address).replace("\u3000", ""))
