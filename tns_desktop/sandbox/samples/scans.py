"""Scanned pages and the files made of pictures: JPEG with an orientation, PNG, WEBP, TIFF of several pages."""

from __future__ import annotations

import io
import random
from datetime import timedelta

from PIL import Image, ImageDraw

from tns_desktop.sandbox.records import Person, Record
from tns_desktop.sandbox.samples.picture import font, photograph, stamp_specimen
from tns_desktop.sandbox.samples.sheet import euros

_PAGE = (1000, 1414)
_ORIENTATION_TAG = 0x0112
_STORED_TURN = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""EXIF orientation -> how upright pixels are turned for storing; the viewer turns them back."""


def jpeg(picture: Image.Image, *, orientation: int = 1, quality: int = 84) -> bytes:
    """``picture`` so that a viewer that honours EXIF shows it as it is here."""
    turn = _STORED_TURN[orientation]
    stored = picture if turn is None else picture.transpose(turn)
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    exif[0x010F] = "SPECIMEN"
    buffer = io.BytesIO()
    stored.save(buffer, "JPEG", quality=quality, exif=exif.tobytes())
    return buffer.getvalue()


def webp(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=78, method=0)
    return buffer.getvalue()


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3, dpi=(120, 120))
    return buffer.getvalue()


def tiff(pages: list[Image.Image]) -> bytes:
    """One file, a JPEG in each page: what office scanners write, and what some viewers fail on."""
    buffer = io.BytesIO()
    pages[0].save(
        buffer, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", quality=75, dpi=(120, 120)
    )
    return buffer.getvalue()


def damaged_jpeg(content: bytes) -> bytes:
    """A JPEG that lost its way: the beginning is kept, so that it still looks like one."""
    return content[:180] + bytes(random.Random(len(content)).randbytes(4000))


def energy_bill(record: Record, person: Person) -> Image.Image:
    """Proof of address, flat."""
    rng = random.Random(f"bill/{record.seed}/{person.uuid}")
    image, draw = _paper()
    draw.rectangle((0, 0, _PAGE[0], 120), fill=(38, 92, 140))
    draw.text((60, 36), "Énergie Spécimen", font=font(44, bold=True), fill="white")
    draw.text((60, 170), "Facture d'électricité", font=font(36, bold=True), fill=(20, 30, 40))
    _write(draw, (60, 226), f"du {record.start - timedelta(days=21):%d/%m/%Y} - n° {rng.randint(10**9, 10**10)}")
    for place, line in enumerate((person.full_name, *person.postal_address.split(", "))):
        draw.text((560, 300 + place * 40), line, font=font(26, bold=place == 0), fill=(20, 30, 40))
    rows = [("Adresse", person.postal_address)]
    used = rng.randint(180, 640)
    rows += [
        ("Abonnement", euros(12.44)),
        (f"Consommation {used} kWh", euros(used * 0.2016)),
        ("Taxes et contributions", euros(used * 0.031)),
        ("Total à payer", euros(12.44 + used * 0.2326)),
    ]
    for place, (label, value) in enumerate(rows):
        y = 520 + place * 74
        draw.line((60, y - 18, 940, y - 18), fill=(170, 180, 190), width=2)
        draw.text((60, y), label, font=font(24, bold=place == len(rows) - 1), fill=(20, 30, 40))
        draw.text((940, y), value, font=font(24, bold=True), fill=(20, 30, 40), anchor="ra")
    for month in range(12):
        high = rng.randint(30, 200)
        draw.rectangle((90 + month * 70, 1200 - high, 130 + month * 70, 1200), fill=(38, 92, 140))
        draw.text((110 + month * 70, 1212), "JFMAMJJASOND"[month], font=font(22), fill=(20, 30, 40), anchor="ma")
    draw.text((60, 1330), "Document spécimen sans valeur", font=font(20), fill=(110, 120, 130))
    stamp_specimen(image, size=170, angle=52, strength=70)
    return image


def bank_statements(record: Record, person: Person, pages: int = 3) -> list[Image.Image]:
    rng = random.Random(f"statement/{record.seed}/{person.uuid}")
    shops = ("CARTE BOULANGERIE DU PORT", "PRLV ÉNERGIE SPÉCIMEN", "CARTE MARCHÉ COUVERT", "PRLV LOYER", "CARTE LIBRAIRIE",
             "RETRAIT DAB", "PRLV TÉLÉPHONE", "CARTE PHARMACIE", "VIR ÉPARGNE")  # fmt: skip
    balance = rng.uniform(800, 2600)
    images = []
    for page in range(pages):
        image, draw = _paper()
        month = (record.start - timedelta(days=30 * (pages - page))).replace(day=1)
        draw.text((60, 60), "Banque du Spécimen", font=font(38, bold=True), fill=(24, 70, 60))
        _write(draw, (60, 120), f"Relevé de compte - {month:%m/%Y} - page {page + 1} / {pages}")
        _write(draw, (60, 170), f"{person.full_name} - {person.iban}")
        draw.rectangle((60, 240, 940, 284), fill=(24, 70, 60))
        for x, text in ((72, "Date"), (220, "Opération"), (800, "Montant")):
            draw.text((x, 248), text, font=font(24, bold=True), fill="white")
        for place in range(20):
            income = place == 2
            amount = rng.uniform(1700, 2900) if income else -rng.uniform(4, 190)
            balance += amount
            y = 304 + place * 46
            _write(draw, (72, y), f"{month + timedelta(days=place):%d/%m}")
            _write(draw, (220, y), "VIR SALAIRE" if income else rng.choice(shops))
            draw.text((928, y), euros(amount), font=font(22), fill=(20, 30, 40), anchor="ra")
            draw.line((60, y + 36, 940, y + 36), fill=(205, 210, 215))
        draw.text((928, 1270), f"Solde : {euros(balance)}", font=font(26, bold=True), fill=(20, 30, 40), anchor="ra")
        stamp_specimen(image, size=170, angle=52, strength=70)
        images.append(scanned(image, rng))
    return images


def scanned(page: Image.Image, rng: random.Random) -> Image.Image:
    """Slightly askew, in grey, on a scanner's lid."""
    return page.convert("L").rotate(rng.uniform(-0.9, 0.9), resample=Image.Resampling.BILINEAR, fillcolor=214)


def photographed(page: Image.Image, rng: random.Random) -> Image.Image:
    return photograph(page, rng, size=(960, 1200), fill=0.88, radius=0)


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
    draw.text(at, text, font=font(22), fill=(20, 30, 40))


def _paper() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", _PAGE, (250, 249, 245))
    return image, ImageDraw.Draw(image)
