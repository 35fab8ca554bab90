"""Kinds are told by bytes, for what real programs write and for what imitates it."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.zips import SAMPLE_PDF, Part, build_zip, good_zip
from tns_desktop.adapters.archive.sniff import SNIFF_BYTES, sniff
from tns_desktop.domain.archive import DocumentKind

MAIL = b"Return-Path: <a@example.org>\r\nReceived: from x\r\n\tby y\r\nFrom: a@example.org\r\n\r\nHello\r\n"
NOTE = "Prénom : Zoé\nAdresse : 3 rue de l'Église\n"


def picture(file_format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, file_format)
    return buffer.getvalue()


def brands(major: bytes, *others: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return (len(body) + 4).to_bytes(4, "big") + body + b"\x00\x00\x00\x08mdat"


@pytest.mark.parametrize(
    ("file_format", "kind"),
    [
        ("JPEG", DocumentKind.JPEG),
        ("PNG", DocumentKind.PNG),
        ("TIFF", DocumentKind.TIFF),
        ("WEBP", DocumentKind.WEBP),
        ("GIF", DocumentKind.GIF),
        ("BMP", DocumentKind.BMP),
    ],
)
def test_pictures_as_programs_write_them(file_format: str, kind: DocumentKind) -> None:
    assert sniff(picture(file_format), complete=True) is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", DocumentKind.EMPTY),
        (SAMPLE_PDF, DocumentKind.PDF),
        (b"junk\n" * 200 + SAMPLE_PDF, DocumentKind.PDF),
        (b"junk\n" * 300 + SAMPLE_PDF, DocumentKind.TEXT),
        (b"MM\x00*\x00\x00\x00\x08", DocumentKind.TIFF),
        (b"MM\x00+\x00\x08\x00\x00", DocumentKind.TIFF),
        (brands(b"heic", b"mif1"), DocumentKind.HEIC),
        (brands(b"mif1", b"heic"), DocumentKind.HEIC),
        (brands(b"mif1"), DocumentKind.HEIC),
        (brands(b"mif1", b"avif"), DocumentKind.UNKNOWN),
        (brands(b"avif", b"mif1"), DocumentKind.UNKNOWN),
        (brands(b"isom", b"mp41"), DocumentKind.UNKNOWN),
        (b"BM is how this letter begins", DocumentKind.TEXT),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", DocumentKind.UNKNOWN),
        (good_zip(), DocumentKind.ZIP),
        (build_zip([]), DocumentKind.ZIP),
        (build_zip([Part(b"mimetype", b"application/vnd.oasis.opendocument.text")]), DocumentKind.UNKNOWN),
        (b"<?xml version='1.0'?><a/>", DocumentKind.XML),
        (b"\xef\xbb\xbf\n <Report xmlns='x'>", DocumentKind.XML),
        ("<?xml version='1.0'?><a/>".encode("utf-16"), DocumentKind.XML),
        (b"<svg>", DocumentKind.XML),
        (b"< 5 pages", DocumentKind.TEXT),
        (b'{"a": 1}', DocumentKind.JSON),
        (b" [1, 2]", DocumentKind.JSON),
        (b"[]", DocumentKind.JSON),
        (b"{}", DocumentKind.JSON),
        (b'{"a": 1', DocumentKind.TEXT),
        (b"[1] See the first footnote", DocumentKind.TEXT),
        (b"[" * 4000, DocumentKind.TEXT),
        (MAIL, DocumentKind.EMAIL),
        (b"From a@b Mon Nov  2\n" + MAIL, DocumentKind.EMAIL),
        (b"Note: to whom it may concern\nDate: today\n", DocumentKind.TEXT),
        (b"Hello\n" + MAIL, DocumentKind.TEXT),
        (NOTE.encode(), DocumentKind.TEXT),
        (NOTE.encode("cp1252"), DocumentKind.TEXT),
        (NOTE.encode("utf-16"), DocumentKind.TEXT),
        (b"\xfe\xff" + NOTE.encode("utf-16-be"), DocumentKind.TEXT),
        (bytes(100), DocumentKind.UNKNOWN),
        (bytes(range(256)), DocumentKind.UNKNOWN),
        (b"\x7fELF\x02\x01\x01", DocumentKind.UNKNOWN),
    ],
)
def test_kind_of_a_whole_document(head: bytes, kind: DocumentKind) -> None:
    assert sniff(head, complete=True) is kind


def test_beginning_of_a_long_json_is_json() -> None:
    head = json.dumps({"values": list(range(5_000))}).encode()[:SNIFF_BYTES]
    assert sniff(head, complete=False) is DocumentKind.JSON


def test_sample_may_end_within_a_character() -> None:
    text = ("é" * SNIFF_BYTES).encode()
    assert sniff(text[: SNIFF_BYTES - 1], complete=False) is DocumentKind.TEXT
    assert sniff(text[:1], complete=False) is not DocumentKind.EMPTY


def test_picture_that_carries_a_pdf_stays_a_picture() -> None:
    assert sniff(picture("JPEG") + SAMPLE_PDF, complete=True) is DocumentKind.JPEG


@settings(max_examples=200, deadline=None)
@given(head=st.binary(max_size=200), complete=st.booleans())
def test_any_bytes_have_a_kind(head: bytes, complete: bool) -> None:
    assert sniff(head, complete=complete) in DocumentKind


@settings(max_examples=100, deadline=None)
@given(value=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=10))
def test_every_json_object_is_json(value: object) -> None:
    assert sniff(json.dumps({"value": value}).encode(), complete=True) is DocumentKind.JSON
