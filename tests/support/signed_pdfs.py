"""Signed PDFs, and what is done to them after signing: published attacks, made by us with the sandbox's specimen key.

Names follow Mladenov et al. (2019: USF, ISA, SWA) and Mainka et al. (2021: shadow attacks).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic as untyped_generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.support.documents import form_pdf, pdf
from tns_desktop.sandbox.samples import signing

# pyHanko's own objects have no types that mypy could check.
generic: Any = untyped_generic
pdf_name: Any = untyped_generic.pdf_name

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ROOT_NAME, HOLDER_NAME = "Specimen root", "Zoé Specimen"
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[([\d\s]+)\]")


def signed(content: bytes | None = None) -> bytes:
    return signing.sign_pdf_blocking(pdf(pages=2) if content is None else content, MOMENT)


def signed_twice() -> bytes:
    """As a contract with two parties: nothing wrong with it."""
    target = IncrementalPdfFileWriter(io.BytesIO(signed()))
    metadata = signers.PdfSignatureMetadata(
        field_name="Second", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    written: io.BytesIO = signers.PdfSigner(metadata, signer=signing._signer()).sign_pdf(target)
    return written.getvalue()


def changed_later(content: bytes, change: Callable[[Any], None]) -> bytes:
    """``content`` with an incremental update, as every editor writes it."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


# --- altered bytes ----------------------------------------------------------------------------------------------------


def altered_byte() -> bytes:
    """One character of a page's content is another one."""
    content = bytearray(signed())
    at = content.index(b"stream\n") + 40
    content[at] = ord("a") if content[at] != ord("a") else ord("b")
    return bytes(content)


def emptied_contents() -> bytes:
    """USF: the signature value is all zeros."""
    content = signed()
    first, second = _hole(content)
    return content[: first + 1] + b"0" * (second - first - 2) + content[second - 1 :]


def without_byte_range() -> bytes:
    """USF: nothing says what is signed."""
    return signed().replace(b"/ByteRange", b"/ByteRangX")


def negative_byte_range() -> bytes:
    """USF: numbers that mean nothing."""
    return _with_byte_range(signed(), (0, -1, 10, 20))


def zero_byte_range() -> bytes:
    return _with_byte_range(signed(), (0, 0, 0, 0))


def partial_byte_range() -> bytes:
    """USF with a valid signature value: the end of the file is not covered, and the attacker has a key."""
    content = signed()
    first, second = _hole(content)
    return _signed_anew(content, (0, first, second, len(content) - second - 60))


def wide_hole() -> bytes:
    """As above, up to the end of the file, but the hole holds more than the signature value."""
    content = signed()
    first, second = _hole(content)
    return _signed_anew(content, (0, first - 30, second, len(content) - second))


def late_start() -> bytes:
    """As above; the beginning of the file is not covered."""
    content = signed()
    first, second = _hole(content)
    return _signed_anew(content, (9, first - 9, second, len(content) - second))


# --- incremental saving attacks ---------------------------------------------------------------------------------------


def page_rewritten() -> bytes:
    def change(writer: Any) -> None:
        stream = generic.StreamObject(stream_data=b"BT /F1 40 Tf 100 400 Td (1 000 000) Tj ET")
        page = _page(writer, 0)
        page[pdf_name("/Contents")] = writer.add_object(stream)
        writer.update_container(page)

    return changed_later(signed(), change)


def page_appended() -> bytes:
    def change(writer: Any) -> None:
        pages = writer.root["/Pages"]
        new = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
            }
        )
        pages["/Kids"].append(writer.add_object(new))
        pages[pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
        writer.update_container(pages)

    return changed_later(signed(), change)


def annotation_over_it() -> bytes:
    """A note of white ground over what was signed."""

    def change(writer: Any) -> None:
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
                pdf_name("/Contents"): generic.pdf_string("Montant : 1 EUR"),
            }
        )
        page = _page(writer, 0)
        page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
        writer.update_container(page)

    return changed_later(signed(), change)


def script_added() -> bytes:
    def change(writer: Any) -> None:
        action = generic.DictionaryObject(
            {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
        )
        writer.root[pdf_name("/OpenAction")] = writer.add_object(action)
        writer.update_root()

    return changed_later(signed(), change)


def signature_taken_out() -> bytes:
    """The field is empty again; the earlier version in the file still holds the signature."""

    def change(writer: Any) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        del field["/V"]
        writer.update_container(field)

    return changed_later(signed(), change)


def form_taken_out() -> bytes:
    """The whole form is gone, and the signature with it."""

    def change(writer: Any) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return changed_later(signed(), change)


def text_after_the_end() -> bytes:
    return signed() + b"\n% more\nstartxref\n0\n%%EOF\n"


# --- shadow attacks ---------------------------------------------------------------------------------------------------


def shadow_hide() -> bytes:
    """What was signed lay under a picture; the picture is emptied afterwards."""

    def change(writer: Any) -> None:
        resources = _page(writer, 0)["/Resources"]["/XObject"]
        name = next(iter(resources))
        overlay = resources[name]
        overlay._data = b""
        overlay._encoded_data = None
        writer.update_container(overlay)

    return changed_later(signed(_with_overlay()), change)


def shadow_replace() -> bytes:
    """The value of a form's field is another one, as filling in a form would make it."""

    def change(writer: Any) -> None:
        field = next(
            one
            for reference in writer.root["/AcroForm"]["/Fields"]
            if (one := reference.get_object()).get("/FT") == "/Tx"
        )
        field[pdf_name("/V")] = generic.pdf_string("DE00 ATTACKER")
        writer.update_container(field)

    return changed_later(signed(form_pdf()), change)


def shadow_replace_font() -> bytes:
    """The font under the signed text is another one: its figures may look like others."""

    def change(writer: Any) -> None:
        font = next(iter(_page(writer, 0)["/Resources"]["/Font"].values())).get_object()
        font[pdf_name("/BaseFont")] = pdf_name("/Symbol")
        writer.update_container(font)

    return changed_later(signed(), change)


def shadow_hide_and_replace() -> bytes:
    """A second document was in the file, unused, when it was signed; the catalogue is turned to it afterwards."""
    base: Any = IncrementalPdfFileWriter(io.BytesIO(pdf(pages=1)))
    pages = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1)}
    )
    parent = base.add_object(pages)
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): parent,
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        }
    )
    pages[pdf_name("/Kids")] = generic.ArrayObject([base.add_object(page)])
    prepared = io.BytesIO()
    base.write(prepared)

    def change(writer: Any) -> None:
        writer.root[pdf_name("/Pages")] = generic.IndirectObject(parent.idnum, 0, writer)
        writer.update_root()

    return changed_later(signed(prepared.getvalue()), change)


ATTACKS: dict[str, Callable[[], bytes]] = {
    attack.__name__: attack
    for attack in (
        altered_byte,
        emptied_contents,
        without_byte_range,
        negative_byte_range,
        zero_byte_range,
        partial_byte_range,
        wide_hole,
        late_start,
        page_rewritten,
        page_appended,
        annotation_over_it,
        script_added,
        signature_taken_out,
        form_taken_out,
        text_after_the_end,
        shadow_hide,
        shadow_replace,
        shadow_replace_font,
        shadow_hide_and_replace,
    )
}


_T = TypeVar("_T")


def made(maker: Callable[[], _T]) -> _T:
    """What ``maker`` makes, in a thread: signing turns an event loop of its own, and a test may have one already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(maker).result()


# --- inside -----------------------------------------------------------------------------------------------------------


def _page(writer: Any, number: int) -> Any:
    return writer.root["/Pages"]["/Kids"][number].get_object()


def _with_overlay() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=0)
    canvas.drawString(100, 400, "Montant : 1 000 000 EUR")
    canvas.beginForm("cover")
    canvas.setFillGray(1)
    canvas.rect(0, 0, 595, 842, stroke=0, fill=1)
    canvas.endForm()
    canvas.doForm("cover")
    canvas.drawString(100, 500, "Montant : 1 EUR")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _chain() -> tuple[Any, Any, Any]:
    """A root certificate, a signer's below it and the signer's key, all of them new."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (ROOT_NAME, HOLDER_NAME)]
    made = []
    for number in (0, 1):
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[number])
            .issuer_name(names[0])
            .public_key(keys[number].public_key())
            .serial_number(1000 + number)
            .not_valid_before(MOMENT - timedelta(days=300))
            .not_valid_after(MOMENT + timedelta(days=300))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    **dict.fromkeys(
                        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
                        False,
                    ),
                    digital_signature=number == 1,
                    content_commitment=number == 1,
                    key_cert_sign=number == 0,
                    crl_sign=number == 0,
                ),
                critical=True,
            )
        )
        made.append(builder.sign(keys[0], hashes.SHA256()))
    return made[0], made[1], keys[1]


def signed_below_a_root() -> tuple[bytes, bytes]:
    """A signed PDF whose certificate was issued by another one, and that other one (DER)."""
    root, holder, key = _chain()
    secret = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(holder.public_bytes(serialization.Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    metadata = signers.PdfSignatureMetadata(field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES)
    made = signing._PdfSigner(metadata, signer=signer, moment=MOMENT).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf()))
    )
    return made.getvalue(), root.public_bytes(serialization.Encoding.DER)


def _hole(content: bytes) -> tuple[int, int]:
    """Where the signature value begins and ends, angle brackets included."""
    found = BYTE_RANGE.search(content)
    assert found is not None
    _zero, first, second, _length = map(int, found.group(1).split())
    return first, second


def _with_byte_range(content: bytes, numbers: tuple[int, int, int, int]) -> bytes:
    """The same length of file: what is shorter is filled up with spaces."""
    found = BYTE_RANGE.search(content)
    assert found is not None
    room = found.end(1) - found.start(1)
    written = " ".join(map(str, numbers)).encode()
    assert len(written) <= room
    return content[: found.start(1)] + written.ljust(room) + content[found.end(1) :]


def _signed_anew(content: bytes, numbers: tuple[int, int, int, int]) -> bytes:
    """With a signature value that is right for the byte range of ``numbers``."""
    content = _with_byte_range(content, numbers)
    start, length, second, rest = numbers
    digest = hashlib.sha256(content[start : start + length] + content[second : second + rest]).digest()
    value = asyncio.run(signing._signer().async_sign(digest, "sha256")).dump().hex().encode()
    first, end = _hole_of_value(content)
    assert len(value) <= end - first - 2
    padded: bytes = value.ljust(end - first - 2, b"0")
    return content[: first + 1] + padded + content[end - 1 :]


def _hole_of_value(content: bytes) -> tuple[int, int]:
    first = content.index(b"<", content.index(b"/Contents <"))
    return first, content.index(b">", first) + 1
