"""Supporting documents that come as PDF: payslip, tax notice, bank details, pension statement, proof of the signature."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from tns_desktop.sandbox.records import Person, Record, iso
from tns_desktop.sandbox.samples.people import grouped_iban
from tns_desktop.sandbox.samples.sheet import (
    FAINT,
    HEADING,
    HEIGHT,
    INK,
    MARGIN,
    SMALL,
    TITLE,
    WIDTH,
    Sheets,
    euros,
    grid,
)
from tns_desktop.sandbox.samples.sheet import paragraph as text_of

PASSWORD = "specimen"  # noqa: S105 - it opens a sample and nothing else
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_GREEN = colors.HexColor("#2F6B3C")
_BLUE = colors.HexColor("#24427A")
_GREY = colors.HexColor("#4A5560")


def payslip_pdf(record: Record, person: Person, *, password: str = "") -> bytes:
    rng = random.Random(f"payslip/{record.seed}/{person.uuid}")
    employer = dict(record.external_info).get("employeur", "Employeur spécimen")
    month = (record.start.replace(day=1) - timedelta(days=1)).replace(day=1)
    gross = rng.randrange(1900, 4600, 10) + rng.choice((0.0, 0.5, 0.33))
    sheets = Sheets(f"Bulletin de paie {_MONTHS[month.month - 1]} {month.year}", employer, password=password)
    _box(sheets, MARGIN, HEIGHT - 46 * mm, 82 * mm, 28 * mm, employer, (
        "Zone artisanale du Spécimen", "44800 Saint-Herblain", "SIRET 000 000 000 00000", "Code APE 0000Z"))  # fmt: skip
    lines = (*person.postal_address.split(", "), f"N° de sécurité sociale : {_social_number(person)}", "Technicien(ne)")
    _box(sheets, WIDTH - MARGIN - 82 * mm, HEIGHT - 46 * mm, 82 * mm, 28 * mm, person.full_name, lines)
    rows, deductions = _pay_rows(gross)
    net = gross - deductions
    tax = round(net * 0.043, 2)
    story: list[Any] = [
        text_of("Bulletin de paie", TITLE),
        text_of(
            f"Période : {_MONTHS[month.month - 1]} {month.year} - Entrée le 02/05/2019 - 151,67 heures - CDI", SMALL
        ),
        Spacer(1, 3 * mm),
        grid(
            rows, (66 * mm, 26 * mm, 24 * mm, 27 * mm, 27 * mm), accent=_GREY, size=8, right=(1, 2, 3, 4), padding=2.4
        ),
        Spacer(1, 5 * mm),
        grid(
            [
                ["Net à payer avant impôt", "Prélèvement à la source (4,3 %)", "Net payé"],
                [euros(net), euros(tax), euros(net - tax)],
            ],
            (56.6 * mm,) * 3,
            accent=_GREY,
            size=9.4,
        ),
        Spacer(1, 4 * mm),
        grid(
            [
                ["Cumuls depuis janvier", "Brut", "Net imposable", "Heures"],
                [
                    "",
                    euros(gross * month.month),
                    euros((net + gross * 0.029) * month.month),
                    f"{151.67 * month.month:.2f}".replace(".", ","),
                ],
            ],
            (56 * mm, 38 * mm, 38 * mm, 38 * mm),
            accent=_GREY,
            size=8.6,
            right=(1, 2, 3),
        ),
        Spacer(1, 4 * mm),
        text_of(f"Payé par virement le {month:28/%m/%Y} sur le compte {grouped_iban(person.iban)}", SMALL),
        text_of("Congés payés : acquis 22,50 - pris 11,00 - solde 11,50 jours", SMALL),
        text_of("Dans votre intérêt, conservez ce bulletin sans limitation de durée.", SMALL),
    ]
    sheets.flow(story, top=HEIGHT - 58 * mm)
    sheets.end_page()
    return sheets.finish()


def tax_notice_pdf(record: Record, person: Person) -> bytes:
    rng = random.Random(f"tax/{record.seed}/{person.uuid}")
    year = record.start.year - 1
    income = rng.randrange(19_000, 52_000, 37)
    taxable = round(income * 0.9)
    tax = max(round((taxable - 11_500) * 0.11), 0)
    sheets = Sheets(f"Avis d'impôt {year + 1}", "Administration fiscale spécimen")
    canvas = sheets.canvas
    for place, colour in enumerate(("#24427A", "#F4F6F8", "#B5382F")):
        canvas.setFillColor(colors.HexColor(colour))
        canvas.rect(MARGIN + place * 6 * mm, HEIGHT - 28 * mm, 6 * mm, 9 * mm, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(MARGIN + 22 * mm, HEIGHT - 22.5 * mm, "DIRECTION SPÉCIMEN DES FINANCES")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN + 22 * mm, HEIGHT - 27 * mm, "Centre de démonstration - document sans valeur")
    number = rng.randrange(10**12, 10**13)
    _box(sheets, MARGIN, HEIGHT - 66 * mm, 78 * mm, 30 * mm, "Vos références", (
        f"Numéro fiscal : {number}", f"Référence de l'avis : {year % 100}{rng.randrange(10**10, 10**11)}",
        f"Revenus de l'année {year}", f"Date d'établissement : 24/07/{year + 1}"))  # fmt: skip
    _box(sheets, WIDTH - MARGIN - 82 * mm, HEIGHT - 66 * mm, 82 * mm, 30 * mm, person.full_name,
         tuple(person.postal_address.split(", ")))  # fmt: skip
    story: list[Any] = [
        text_of(f"Avis d'impôt établi en {year + 1}", TITLE),
        text_of(f"Impôt sur les revenus de l'année {year}", HEADING),
        grid(
            [
                ["Détail des revenus", "Déclarant 1", "Foyer"],
                ["Salaires ou pensions", euros(income), euros(income)],
                ["Déduction de 10 % ou frais réels", euros(-round(income * 0.1)), euros(-round(income * 0.1))],
                ["Revenu brut global", "", euros(taxable)],
                ["Revenu imposable", "", euros(taxable)],
                ["Revenu fiscal de référence", "", euros(taxable)],
                ["Nombre de parts", "", rng.choice(("1,00", "1,50", "2,00", "2,50"))],
            ],
            (86 * mm, 42 * mm, 42 * mm),
            accent=_BLUE,
            right=(1, 2),
        ),
        Spacer(1, 5 * mm),
        grid(
            [
                ["Calcul de l'impôt", "Montant"],
                ["Impôt sur le revenu soumis au barème", euros(tax)],
                ["Prélèvement à la source déjà payé", euros(-round(tax * 0.96))],
                ["Il vous reste à payer", euros(tax - round(tax * 0.96))],
            ],
            (128 * mm, 42 * mm),
            accent=_BLUE,
            right=(1,),
        ),
        Spacer(1, 5 * mm),
        text_of("L'authenticité de cet avis ne peut pas être vérifiée : il s'agit d'un spécimen.", SMALL),
    ]
    sheets.flow(story, top=HEIGHT - 76 * mm)
    sheets.end_page()
    return sheets.finish()


def bank_details_pdf(record: Record, person: Person) -> bytes:
    sheets = Sheets("Relevé d'identité bancaire", "Banque Hélianthe")
    iban = person.iban.ljust(27, "0")
    story: list[Any] = [
        text_of("Relevé d'identité bancaire", TITLE),
        text_of("Ce relevé est destiné à être remis aux organismes qui virent ou prélèvent sur votre compte.", SMALL),
        Spacer(1, 5 * mm),
        grid(
            [["Banque", "Guichet", "N° de compte", "Clé"], [iban[4:9], iban[9:14], iban[14:25], iban[25:27]]],
            (34 * mm, 34 * mm, 68 * mm, 34 * mm),
            accent=_GREEN,
        ),
        Spacer(1, 4 * mm),
        grid(
            [
                ["Titulaire", f"{person.full_name} - {person.postal_address}"],
                ["IBAN", grouped_iban(person.iban)],
                ["BIC", "SPECFRXXXXX"],
                ["Domiciliation", "Agence spécimen, 44000 Nantes"],
            ],
            (40 * mm, 130 * mm),
            header=False,
            size=9.4,
        ),
    ]
    sheets.flow(story, top=HEIGHT - 30 * mm)
    sheets.end_page()
    return sheets.finish()


def pension_pdf(record: Record, person: Person) -> bytes:
    rng = random.Random(f"pension/{record.seed}/{person.uuid}")
    monthly = rng.randrange(980, 2400, 7)
    sheets = Sheets("Attestation de paiement de pension", "Caisse de retraite spécimen")
    story: list[Any] = [
        text_of("Attestation de paiement de pension", TITLE),
        text_of(f"{person.full_name}<br/>{person.postal_address}"),
        Spacer(1, 4 * mm),
        text_of("La caisse de retraite spécimen atteste avoir versé à l'assuré(e) désigné(e) ci-dessus :"),
        grid(
            [
                ["Nature", "Période", "Montant net mensuel"],
                ["Retraite personnelle", f"janvier - octobre {record.start.year}", euros(monthly)],
                ["Retraite complémentaire", f"janvier - octobre {record.start.year}", euros(monthly * 0.31)],
            ],
            (62 * mm, 58 * mm, 50 * mm),
            accent=_GREEN,
            right=(2,),
        ),
    ]
    sheets.flow(story, top=HEIGHT - 30 * mm)
    sheets.end_page()
    return sheets.finish()


def proof_pdf(record: Record, contract: bytes) -> bytes:
    """The proof file: who signed what, when. ``contract``: the signed bytes, whose digest it quotes."""
    sheets = Sheets(f"Dossier de preuve {record.id}", "Prestataire de confiance spécimen")
    moment = record.start + timedelta(minutes=12)
    rows = [["Horodatage (UTC)", "Événement", "Personne"]]
    for person in record.participants:
        for minutes, event in ((0, "Authentification par code SMS"), (2, "Lecture du document"),
                               (4, "Consentement recueilli"), (5, "Signature apposée")):  # fmt: skip
            rows.append([iso(moment + timedelta(minutes=minutes)) or "", event, person.full_name])
        moment += timedelta(minutes=9)
    digest = hashlib.sha256(contract).hexdigest()
    story: list[Any] = [
        text_of("Dossier de preuve", TITLE),
        text_of(f"Transaction {record.uuid}", SMALL),
        text_of("Document signé", HEADING),
        grid(
            [
                ["Nom", "signed/contrat.pdf"],
                ["SHA-256", digest[:32]],
                ["", digest[32:]],
                ["Format", "PAdES, ECDSA P-256"],
            ],
            (40 * mm, 130 * mm),
            header=False,
        ),
        text_of("Journal des événements", HEADING),
        grid(rows, (46 * mm, 64 * mm, 60 * mm), accent=_GREY),
        Spacer(1, 4 * mm),
        text_of("Ce dossier est un spécimen : aucune autorité n'a délivré le certificat employé.", SMALL),
    ]
    sheets.flow(story, top=HEIGHT - 26 * mm)
    sheets.end_page()
    return sheets.finish()


def _box(sheets: Sheets, x: float, y: float, width: float, height: float, title: str, lines: tuple[str, ...]) -> None:
    canvas = sheets.canvas
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.5)
    canvas.roundRect(x, y, width, height, 1.5 * mm)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(x + 3 * mm, y + height - 5.5 * mm, title)
    canvas.setFont("Helvetica", 8.2)
    for place, line in enumerate(lines):
        canvas.drawString(x + 3 * mm, y + height - 10.5 * mm - place * 4.6 * mm, line)


def _pay_rows(gross: float) -> tuple[list[list[str]], float]:
    rows = [
        ["Rubrique", "Base", "Taux", "Part salarié", "Part employeur"],
        ["Salaire de base", "151,67 h", f"{gross / 151.67:.4f}".replace(".", ","), euros(gross), ""],
        ["Salaire brut", "", "", euros(gross), ""],
    ]
    deductions = 0.0
    for label, base, employee, employer in (
        ("Sécurité sociale - maladie", 1.0, 0.0, 0.07),
        ("Complémentaire santé", 0.0163, 0.5, 0.5),
        ("Retraite - plafonnée", 1.0, 0.069, 0.0855),
        ("Retraite - déplafonnée", 1.0, 0.004, 0.0202),
        ("Retraite complémentaire T1", 1.0, 0.0315, 0.0472),
        ("Contribution d'équilibre général T1", 1.0, 0.0086, 0.0129),
        ("Assurance chômage", 1.0, 0.0, 0.0405),
        ("Famille", 1.0, 0.0, 0.0345),
        ("CSG déductible", 0.9825, 0.068, 0.0),
        ("CSG et CRDS non déductibles", 0.9825, 0.029, 0.0),
    ):
        amount = gross * base
        deductions += amount * employee
        rate = f"{employee * 100:.2f} %".replace(".", ",") if employee else ""
        rows.append(
            [
                label,
                euros(amount),
                rate,
                euros(-amount * employee) if employee else "",
                euros(amount * employer) if employer else "",
            ]
        )
    rows.append(["Total des cotisations et contributions", "", "", euros(-deductions), ""])
    return rows, deductions


def _social_number(person: Person) -> str:
    sex = "1" if person.civility == "MR" else "2"
    return f"{sex} {person.birth_date[2:4]} {person.birth_date[5:7]} 99 999 000 00"
