"""Documents for tests: real PDFs, images, texts and e-mails, and some that lie about themselves."""

from __future__ import annotations

import io
import struct
import zlib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentKey, RenderDocument

A4_POINTS = (595.0, 842.0)
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 220, 30)
SAMPLES = Path(__file__).resolve().parents[2] / "tns_desktop" / "sandbox" / "samples" / "data"
ORIENTATION_TAG = 0x0112


def document(
    kind: DocumentKind,
    content: bytes,
    *,
    entry_id: str = "1",
    archive: str = "a" * 64,
    password: str | None = None,
) -> RenderDocument:
    """``content`` as it comes out of an archive."""
    return RenderDocument(DocumentKey(archive, entry_id), f"{entry_id}.{kind.value}", kind, content, password)


def pdf(
    *, pages: int = 1, lines: int = 60, password: str | None = None, size: tuple[float, float] = A4_POINTS
) -> bytes:
    """Pages of text; page n is marked by a black square of n + 1 tenths of its width, at the upper left."""
    target = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=1) if password is not None else None
    canvas = Canvas(target, pagesize=size, encrypt=encryption, invariant=1)
    width, height = size
    for page in range(pages):
        side = width * (page + 1) / 10
        canvas.rect(0, height - side, side, side, stroke=0, fill=1)
        for line in range(lines):
            canvas.drawString(
                width / 3, height - 20 - 13 * line, f"Page {page}, line {line}: the quick brown fox jumps"
            )
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def form_pdf() -> bytes:
    """One page, white but for a form field that is filled in."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4_POINTS, invariant=1)
    canvas.acroForm.textfield(
        name="iban", value="FR76", x=100, y=400, width=300, height=100, fontSize=40, borderWidth=4
    )
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def corner_image(width: int = 120, height: int = 80) -> Image.Image:
    """Upper left red, upper right green, lower left blue, lower right yellow."""
    image = Image.new("RGB", (width, height))
    half_width, half_height = width // 2, height // 2
    image.paste(RED, (0, 0, half_width, half_height))
    image.paste(GREEN, (half_width, 0, width, half_height))
    image.paste(BLUE, (0, half_height, half_width, height))
    image.paste(YELLOW, (half_width, half_height, width, height))
    return image


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, image_format, **options)
    return target.getvalue()


def oriented(orientation: int, image_format: str = "JPEG", *, width: int = 120, height: int = 80) -> bytes:
    """The corner image, stored so that only the EXIF orientation makes it upright."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = corner_image(width, height)
    if undo is not None:
        stored = stored.transpose(undo)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return encoded(stored, image_format, exif=exif)


def multi_page(image_format: str, colours: tuple[tuple[int, int, int], ...]) -> bytes:
    """One page a colour, each ten pixels wider than the last (of the same size for GIF)."""
    grows = 10 if image_format == "TIFF" else 0
    pages = [Image.new("RGB", (100 + grows * page, 60), colour) for page, colour in enumerate(colours)]
    return encoded(pages[0], image_format, save_all=True, append_images=pages[1:])


def png_claiming(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are a picture of that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def mail(*, html: str | None = None, text: str | None = "Bonjour, voici les pièces.") -> bytes:
    """An e-mail with one PDF attached."""
    message = EmailMessage()
    message["From"] = "Zoé Müller <zoe@example.org>"
    message["To"] = "desk@example.org"
    message["Date"] = "Mon, 02 Nov 2026 09:30:00 +0100"
    message["Subject"] = "Dossier n° 42 – pièces"
    if text is not None:
        message.set_content(text)
    if html is not None and text is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    message.add_attachment(b"%PDF-1.4 tiny", maintype="application", subtype="pdf", filename="identité.pdf")
    return message.as_bytes()


def heic_sample() -> bytes | None:
    """The sandbox's HEIC photograph, where there is one: nothing here can write that format."""
    found = sorted(SAMPLES.glob("*.heic"))
    return found[0].read_bytes() if found else None


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><lolz>&d;</lolz>'
)
