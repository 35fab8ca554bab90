"""Identity documents, drawn flat: a national card after the French one of 1995 (both sides) and a passport's data page.

The machine-readable zones have valid check digits (ICAO 9303; the card's older French layout of two lines of 36), so that
a document check has something to read.
"""

from __future__ import annotations

import random
from datetime import date

from PIL import Image, ImageDraw

from tns_desktop.sandbox.records import Person
from tns_desktop.sandbox.samples.people import ascii_text
from tns_desktop.sandbox.samples.picture import font, guilloche, portrait, spaced, stamp_specimen

CARD_SIZE = (1180, 828)
PAGE_SIZE = (1250, 880)
_INK = "#16202B"
_FAINT = "#45627F"


def card_front(person: Person, rng: random.Random, issued: date) -> Image.Image:
    image = Image.new("RGB", CARD_SIZE, "#D5E4F0")
    guilloche(image, rng, ("#B9D0E4", "#E3CFD9", "#C6DCCB"))
    draw = ImageDraw.Draw(image)
    draw.text((40, 26), "RÉPUBLIQUE FRANÇAISE", font=font(34, bold=True), fill="#23406B")
    draw.text((CARD_SIZE[0] - 40, 30), "SPÉCIMEN", font=font(28, bold=True), fill="#B0342B", anchor="ra")
    number = _card_number(rng, issued)
    draw.text((40, 84), "CARTE NATIONALE D'IDENTITÉ N° :", font=font(25), fill=_FAINT)
    draw.text((505, 80), number, font=font(29, bold=True), fill=_INK)
    draw.text((CARD_SIZE[0] - 40, 84), "Nationalité Française", font=font(25), fill=_FAINT, anchor="ra")
    image.paste(portrait(rng, (290, 374), woman=person.civility != "MR"), (44, 146))
    draw.rectangle((44, 146, 334, 520), outline="#8CA3B8", width=2)
    rows = (
        ("Nom :", person.last_name.upper()),
        ("Prénom(s) :", person.first_name),
        ("Sexe :", f"{_sex(person)}        Né(e) le :  {_dotted(person.birth_date)}"),
        ("à :", person.birth_place.upper()),
        ("Taille :", f"1,{rng.randint(56, 92)} m"),
    )
    for place, (label, value) in enumerate(rows):
        y = 158 + place * 62
        draw.text((372, y + 5), label, font=font(24), fill=_FAINT)
        draw.text((540, y), value, font=font(30, bold=True), fill=_INK)
    draw.text((372, 478), "Signature du titulaire :", font=font(22), fill=_FAINT)
    _scribble(draw, rng, (690, 500), 300)
    draw.rectangle((0, 570, CARD_SIZE[0], CARD_SIZE[1]), fill="#EEF3F7")
    for place, line in enumerate(_card_zone(person, number)):
        spaced(draw, (52, 672 + place * 92), line, size=40, step=30.8, fill=_INK)
    stamp_specimen(image, size=190, strength=82)
    return image


def card_back(address: str, rng: random.Random, issued: date) -> Image.Image:
    image = Image.new("RGB", CARD_SIZE, "#D9E6EE")
    guilloche(image, rng, ("#BCD2E2", "#DDD0DC"))
    draw = ImageDraw.Draw(image)
    rows = (
        ("Adresse :", address.upper()),
        ("Carte valable jusqu'au :", f"{issued.replace(year=issued.year + 15, day=min(issued.day, 28)):%d.%m.%Y}"),
        ("délivrée le :", f"{issued:%d.%m.%Y}"),
        ("par :", "PRÉFECTURE SPÉCIMEN (99)"),
    )
    for place, (label, value) in enumerate(rows):
        y = 90 + place * 118
        draw.text((70, y), label, font=font(26), fill=_FAINT)
        draw.text((70, y + 36), value, font=font(31, bold=True), fill=_INK)
    draw.text((70, 600), "Signature de l'autorité :", font=font(24), fill=_FAINT)
    _scribble(draw, rng, (420, 640), 360)
    draw.ellipse((860, 520, 1090, 750), outline="#7489A0", width=4)
    draw.ellipse((880, 540, 1070, 730), outline="#7489A0", width=2)
    draw.text((975, 635), "SPÉCIMEN", font=font(30, bold=True), fill="#7489A0", anchor="mm")
    stamp_specimen(image, size=190, strength=82)
    return image


def passport_page(person: Person, rng: random.Random, issued: date) -> Image.Image:
    image = Image.new("RGB", PAGE_SIZE, "#EFE3E1")
    guilloche(image, rng, ("#E2C6C8", "#CFD7E6", "#E9DCC0"))
    draw = ImageDraw.Draw(image)
    number = f"{rng.randint(10, 29)}SP{rng.randint(10000, 99999)}"
    draw.text((46, 26), "PASSEPORT", font=font(36, bold=True), fill="#6A1F2B")
    draw.text((330, 36), "Type  P      Pays  FRA      Passeport n°", font=font(23), fill="#7A5560")
    draw.text((PAGE_SIZE[0] - 46, 28), number, font=font(34, bold=True), fill=_INK, anchor="ra")
    image.paste(portrait(rng, (310, 400), woman=person.civility != "MR"), (50, 120))
    expires = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
    rows = (
        ("Nom", person.last_name.upper()),
        ("Prénoms", person.first_name),
        ("Nationalité", "Française"),
        ("Date de naissance", _dotted(person.birth_date)),
        ("Sexe  /  Lieu de naissance", f"{_sex(person)}      {person.birth_place.upper()}"),
        ("Date de délivrance  /  d'expiration", f"{issued:%d.%m.%Y}      {expires:%d.%m.%Y}"),
        ("Autorité", "Préfecture spécimen"),
    )
    for place, (label, value) in enumerate(rows):
        y = 104 + place * 76
        draw.text((410, y), label, font=font(19), fill="#7A5560")
        draw.text((410, y + 24), value, font=font(29, bold=True), fill=_INK)
    _scribble(draw, rng, (1000, 600), 190)
    draw.rectangle((0, 660, PAGE_SIZE[0], PAGE_SIZE[1]), fill="#F8F4F1")
    for place, line in enumerate(_passport_zone(person, number, expires)):
        spaced(draw, (44, 742 + place * 84), line, size=36, step=26.9, fill=_INK)
    stamp_specimen(image, size=200, strength=82)
    return image


def check_digit(text: str) -> str:
    """ICAO 9303: weights 7, 3, 1 over digits, letters (A = 10) and fillers (0)."""
    total = 0
    for place, char in enumerate(text):
        value = 0 if char == "<" else int(char, 36)
        total += value * (7, 3, 1)[place % 3]
    return str(total % 10)


def _card_number(rng: random.Random, issued: date) -> str:
    return f"{issued:%y%m}99{rng.randint(100_000, 999_999)}"


def _card_zone(person: Person, number: str) -> tuple[str, str]:
    first = f"IDFRA{_zone(person.last_name)[:25]:<<25}{number[4:6]}{_office(number)}"
    given = f"{_zone(person.first_name)[:14]:<<14}"
    born = person.birth_date.replace("-", "")[2:8]
    second = f"{number}{check_digit(number)}{given}{born}{check_digit(born)}{_sex(person)}"
    return first[:36].ljust(36, "<"), second + check_digit(first[:36].ljust(36, "<") + second)


def _office(number: str) -> str:
    """The issuing office's four characters, from the card's number."""
    return f"9{number[-3:]}"


def _passport_zone(person: Person, number: str, expires: date) -> tuple[str, str]:
    first = f"P<FRA{_zone(person.last_name)}<<{_zone(person.first_name)}"
    born = person.birth_date.replace("-", "")[2:8]
    until = f"{expires:%y%m%d}"
    numbered = f"{number}{check_digit(number)}"
    body = f"{numbered}FRA{born}{check_digit(born)}{_sex(person)}{until}{check_digit(until)}{'<' * 14}0"
    composite = body[:10] + body[13:20] + body[21:43]
    return first[:44].ljust(44, "<"), body + check_digit(composite)


def _zone(name: str) -> str:
    return "".join(char if char.isalnum() else "<" for char in ascii_text(name).upper().replace("'", ""))


def _sex(person: Person) -> str:
    return "M" if person.civility == "MR" else "F"


def _dotted(iso_date: str) -> str:
    year, month, day = iso_date.split("-")
    return f"{day}.{month}.{year}"


def _scribble(draw: ImageDraw.ImageDraw, rng: random.Random, start: tuple[int, int], width: int) -> None:
    points = [
        (start[0] + place * width / 24, start[1] + rng.uniform(-26, 26) * (1 - place / 40)) for place in range(25)
    ]
    draw.line(points, fill="#1D3A8A", width=4, joint="curve")
