"""Contracts: letterhead, parties, figures, clauses, a schedule where there is room, and a block for the signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from tns_desktop.sandbox.records import Record, iso
from tns_desktop.sandbox.samples.people import french_date, grouped_iban
from tns_desktop.sandbox.samples.sheet import (
    BODY,
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
    paragraph,
)

_CLAUSES = (
    ("Objet du contrat", "Le présent contrat a pour objet de définir les conditions dans lesquelles l'établissement met à "
     "la disposition du client, qui l'accepte, le service décrit aux conditions particulières. Les conditions "
     "particulières prévalent sur les présentes conditions générales en cas de contradiction."),
    ("Formation et prise d'effet", "Le contrat est formé à la date de la dernière signature électronique. Le client dispose "
     "d'un délai de rétractation de quatorze jours calendaires révolus à compter de son acceptation, sans avoir à en "
     "justifier les motifs ni à supporter de pénalité. Le bordereau de rétractation est joint au présent contrat."),
    ("Mise à disposition", "Les fonds ou services sont mis à disposition au plus tôt à l'expiration d'un délai de sept jours "
     "suivant l'acceptation, sur le compte dont les coordonnées figurent aux conditions particulières. Toute modification "
     "de ces coordonnées est soumise à une nouvelle vérification."),
    ("Obligations du client", "Le client certifie l'exactitude des renseignements fournis et des pièces justificatives "
     "transmises. Il s'engage à signaler sans délai tout changement de domicile, d'employeur ou de situation familiale, et "
     "à régler les échéances aux dates convenues par prélèvement sur le compte désigné."),
    ("Remboursement anticipé", "Le client peut, à son initiative, rembourser par anticipation tout ou partie de ce qui reste "
     "dû. Aucune indemnité n'est réclamée lorsque le montant remboursé est inférieur au seuil fixé par décret au cours "
     "d'une période de douze mois."),
    ("Défaillance", "En cas de défaillance, l'établissement peut exiger le remboursement immédiat du capital restant dû, "
     "majoré des intérêts échus mais non payés. Jusqu'à la date du règlement effectif, les sommes restant dues produisent "
     "des intérêts de retard à un taux égal à celui du contrat."),
    ("Données personnelles", "Les données recueillies sont nécessaires à la conclusion et à l'exécution du contrat. Le client "
     "dispose d'un droit d'accès, de rectification, d'effacement, de limitation et d'opposition, qu'il exerce auprès du "
     "délégué à la protection des données de l'établissement."),
    ("Preuve et signature électronique", "Les parties conviennent que le présent contrat, signé électroniquement, a la même "
     "force probante qu'un écrit sur support papier. Le dossier de preuve est conservé par le prestataire de services de "
     "confiance pendant toute la durée légale."),
    ("Réclamations et médiation", "Toute réclamation est adressée au service clientèle, qui en accuse réception sous dix jours "
     "ouvrables et y répond sous deux mois. À défaut de réponse satisfaisante, le client peut saisir gratuitement le "
     "médiateur dont les coordonnées figurent en dernière page."),
)  # fmt: skip
_SCHEDULE_ROWS = 38


@dataclass(frozen=True, slots=True)
class Company:
    name: str
    line: str
    accent: Any


_BANK = Company(
    "Banque Hélianthe", "Établissement de crédit spécimen - 1 place du Modèle, 44000 Nantes", colors.HexColor("#0F5C6E")
)
_INSURER = Company(
    "Hélianthe Assurances", "Société d'assurance spécimen - 3 quai de l'Exemple, 69002 Lyon", colors.HexColor("#5B3A8C")
)


def company_of(record: Record) -> Company:
    return _INSURER if record.workflow.startswith("Assurance") else _BANK


def amount_of(record: Record) -> float:
    """Euros, from the business information."""
    text = dict(record.external_info).get("montant", "")
    number = text.split(" ")[0]
    return float(number) if number.isdigit() else 5000.0


def contract_pdf(record: Record, pages: int, *, signed: bool) -> bytes:
    """A contract of exactly ``pages`` pages, not yet signed in the cryptographic sense."""
    company = company_of(record)
    sheets = Sheets(f"Contrat {record.id}", company.name)
    for page in range(1, pages + 1):
        _letterhead(sheets, company, record)
        story: list[Any] = []
        if page == 1:
            story += _particulars(record, company)
        elif page == 2 and pages > 2:
            story += _clauses(0, 9)
        elif page < pages:
            story += _schedule(record, company, page - 3)
        if page == pages and pages > 1:
            story += _closing(record)
        sheets.flow(story, top=HEIGHT - 38 * mm)
        if page == pages:
            _signatures(sheets, record, signed)
        _footer(sheets, record, page, pages)
        sheets.end_page()
    return sheets.finish()


def _letterhead(sheets: Sheets, company: Company, record: Record) -> None:
    canvas = sheets.canvas
    canvas.setFillColor(company.accent)
    canvas.rect(0, HEIGHT - 6 * mm, WIDTH, 6 * mm, stroke=0, fill=1)
    x, y = MARGIN + 6 * mm, HEIGHT - 20 * mm
    canvas.setFillColor(colors.HexColor("#F2B632"))
    for petal in range(12):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(petal * 30)
        canvas.ellipse(2.2 * mm, -1.1 * mm, 6 * mm, 1.1 * mm, stroke=0, fill=1)
        canvas.restoreState()
    canvas.setFillColor(company.accent)
    canvas.circle(x, y, 2.4 * mm, stroke=0, fill=1)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(MARGIN + 15 * mm, y + 0.6 * mm, company.name)
    canvas.setFont("Helvetica", 7.6)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN + 15 * mm, y - 3.6 * mm, company.line)
    canvas.setFont("Helvetica", 8.6)
    canvas.drawRightString(WIDTH - MARGIN, y + 1 * mm, f"Dossier n° {record.id}")
    canvas.drawRightString(WIDTH - MARGIN, y - 3.4 * mm, f"Le {french_date(iso(record.start) or '')}")
    canvas.setStrokeColor(company.accent)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, HEIGHT - 30 * mm, WIDTH - MARGIN, HEIGHT - 30 * mm)


def _footer(sheets: Sheets, record: Record, page: int, pages: int) -> None:
    canvas = sheets.canvas
    canvas.setFont("Helvetica", 7.4)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN, 12 * mm, f"{record.workflow} - réf. {record.external_id} - document spécimen sans valeur")
    canvas.drawRightString(WIDTH - MARGIN, 12 * mm, f"Page {page} / {pages}")


def _particulars(record: Record, company: Company) -> list[Any]:
    rows: list[list[Any]] = [["Qualité", "Nom et prénoms", "Né(e) le", "Adresse"]]
    for person in record.participants:
        born = f"{french_date(person.birth_date)}<br/>à {person.birth_place}" if person.birth_date else ""
        named = f"<b>{person.last_name.upper()}</b> {person.first_name}"
        if person.birth_name:
            named += f"<br/>née {person.birth_name.upper()}"
        cells = (person.type.capitalize(), named, born, person.postal_address)
        rows.append([paragraph(text, SMALL.clone("cell", fontSize=8.6, leading=11, textColor=INK)) for text in cells])
    story: list[Any] = [
        paragraph(f"{record.workflow}", TITLE),
        paragraph("Conditions particulières", HEADING),
        paragraph(
            f"Entre <b>{company.name}</b>, ci-après « l'établissement », et le ou les clients désignés ci-dessous, il est "
            "convenu ce qui suit."
        ),
        grid(rows, (28 * mm, 52 * mm, 32 * mm, 58 * mm), accent=company.accent),
        Spacer(1, 4 * mm),
        paragraph("Caractéristiques", HEADING),
        grid(_figures(record), (85 * mm, 85 * mm), accent=company.accent, right=(1,)),
        Spacer(1, 4 * mm),
    ]
    for number, (title, text) in enumerate(_CLAUSES[:3], start=1):
        story += [paragraph(f"Article {number} - {title}", HEADING), paragraph(text)]
    return story


def _figures(record: Record) -> list[list[str]]:
    amount = amount_of(record)
    iban = record.participants[0].iban if record.participants else ""
    if record.workflow.startswith("Crédit"):
        months, rate = 48, 0.0489
        monthly = amount * (rate / 12) / (1 - (1 + rate / 12) ** -months)
        middle = [
            ["Montant total du crédit", euros(amount)],
            ["Durée", f"{months} mois"],
            ["Taux débiteur annuel fixe", "4,89 %"],
            ["Mensualité hors assurance", euros(monthly)],
            ["Montant total dû", euros(monthly * months)],
        ]
    elif record.workflow.startswith("Assurance"):
        middle = [
            ["Capital mobilier garanti", euros(amount)],
            ["Franchise", euros(150)],
            ["Cotisation annuelle, taxes comprises", euros(96 + amount / 120)],
            ["Formule", "Confort - résidence principale"],
        ]
    else:
        middle = [
            ["Formule", "Compte courant et carte à débit immédiat"],
            ["Cotisation mensuelle", euros(4.90)],
            ["Plafond de paiement sur 30 jours", euros(amount)],
            ["Plafond de retrait sur 7 jours", euros(500)],
        ]
    return [["Élément", "Valeur"], *middle, ["Compte (IBAN)", grouped_iban(iban)]]


def _clauses(first: int, last: int) -> list[Any]:
    story: list[Any] = [paragraph("Conditions générales", TITLE)]
    for number, (title, text) in enumerate(_CLAUSES[first:last], start=first + 1):
        story += [paragraph(f"Article {number} - {title}", HEADING), paragraph(text)]
    return story


def _schedule(record: Record, company: Company, part: int) -> list[Any]:
    amount, rate, months = amount_of(record), 0.0489 / 12, 480
    monthly = amount * rate / (1 - (1 + rate) ** -months)
    rows = [["Échéance", "Date", "Mensualité", "Intérêts", "Capital", "Restant dû"]]
    for month in range(part * _SCHEDULE_ROWS, (part + 1) * _SCHEDULE_ROWS):
        left = max(amount * (1 + rate) ** month - monthly * ((1 + rate) ** month - 1) / rate, 0)
        day = record.start + timedelta(days=round(30.44 * (month + 1)))
        interest = left * rate
        rows.append(
            [
                str(month + 1),
                f"{day:%d/%m/%Y}",
                euros(monthly),
                euros(interest),
                euros(monthly - interest),
                euros(max(left - monthly + interest, 0)),
            ]
        )
    return [
        paragraph(f"Annexe {part + 1} - Échéancier prévisionnel", TITLE),
        Spacer(1, 2 * mm),
        grid(rows, (22 * mm,) + (29.6 * mm,) * 5, accent=company.accent, size=8, right=(2, 3, 4, 5), padding=2),
    ]


def _closing(record: Record) -> list[Any]:
    return [
        paragraph("Acceptation et signatures", TITLE),
        paragraph(
            "Le client reconnaît avoir reçu, avant la signature, les informations précontractuelles et la fiche explicative, "
            "avoir pris connaissance des conditions particulières et générales, et les accepter sans réserve."
        ),
        paragraph("Déclarations", HEADING),
        paragraph(
            "- Je certifie l'exactitude des renseignements donnés et l'authenticité des pièces justificatives transmises."
        ),
        paragraph("- J'accepte le protocole de consentement et la signature électronique du présent document."),
        paragraph("- Je reconnais être informé(e) de mon droit de rétractation de quatorze jours."),
        paragraph("Mandat de prélèvement SEPA", HEADING),
        *(
            paragraph(
                f"Je soussigné(e) {person.full_name} autorise le créancier à débiter le compte "
                f"<b>{grouped_iban(person.iban)}</b> des sommes dues au titre du contrat {record.id}."
            )
            for person in record.participants
        ),
        paragraph("Médiation", HEADING),
        paragraph("Médiateur spécimen, 5 rue de l'Exemple, 75000 Paris - mediation@helianthe.test", BODY),
    ]


def _signatures(sheets: Sheets, record: Record, signed: bool) -> None:
    canvas = sheets.canvas
    width, height, y = 80 * mm, 34 * mm, 26 * mm
    moment = record.start + timedelta(minutes=17)
    for place, person in enumerate(record.participants[:2]):
        x = MARGIN + place * (width + 10 * mm)
        canvas.setStrokeColor(colors.HexColor("#9AA5B1"))
        canvas.setLineWidth(0.7)
        canvas.roundRect(x, y, width, height, 2 * mm)
        canvas.setFillColor(INK)
        canvas.setFont("Helvetica-Bold", 8.6)
        canvas.drawString(x + 3 * mm, y + height - 5.5 * mm, f"{person.type.capitalize()} : {person.full_name}")
        if not signed:
            canvas.setFont("Helvetica-Oblique", 8)
            canvas.drawString(x + 3 * mm, y + height / 2, "En attente de signature")
            continue
        canvas.setFont("Times-BoldItalic", 21)
        canvas.setFillColor(colors.HexColor("#1D3A8A"))
        canvas.drawString(x + 7 * mm, y + 14 * mm, f"{person.first_name[:1]}. {person.last_name}"[:22])
        path = canvas.beginPath()
        path.moveTo(x + 6 * mm, y + 12.5 * mm)
        path.curveTo(x + 30 * mm, y + 8.5 * mm, x + 40 * mm, y + 17 * mm, x + 66 * mm, y + 11.5 * mm)
        canvas.setStrokeColor(colors.HexColor("#1D3A8A"))
        canvas.drawPath(path)
        canvas.setFillColor(INK)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(x + 3 * mm, y + 6.6 * mm, f"Signé électroniquement le {moment:%d/%m/%Y à %H:%M} UTC")
        canvas.drawString(x + 3 * mm, y + 3.2 * mm, f"Transaction {person.uuid[:18]}")
