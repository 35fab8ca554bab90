"""Samples that are text: an e-mail with an HTML part, a remote picture and an attachment; XML; JSON; plain text."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tns_desktop.sandbox.records import Person, Record, iso
from tns_desktop.sandbox.samples.people import ascii_text


def email_message(record: Record, person: Person, attachment: bytes) -> bytes:
    """``attachment``: a PDF. The picture's address leads nowhere (``.test``); a viewer must not even ask."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{ascii_text(person.full_name)}" <{person.email}>'
    message["To"] = "Service clients <dossiers@helianthe.test>"
    message["Subject"] = f"Dossier {record.id} : pièces complémentaires - SPÉCIMEN"
    message["Date"] = format_datetime(record.start)
    message["Message-ID"] = f"<{record.uuid}@courriel.test>"
    message.set_content(
        f"Bonjour,\n\nVeuillez trouver ci-joint mon relevé d'identité bancaire pour le dossier {record.id}.\n"
        f"Mon employeur a changé en septembre ; le nouveau bulletin suivra.\n\nCordialement,\n{person.full_name}\n\n"
        "(SPECIMEN - courriel inventé)\n"
    )
    message.add_alternative(
        f"<html><body><p>Bonjour,</p><p>Veuillez trouver ci-joint mon <b>relevé d'identité bancaire</b> pour le dossier "
        f"{record.id}.</p><p><img src='https://traceur.courriel.test/pixel.png?dossier={record.id}' alt='logo'></p>"
        f"<p>Cordialement,<br>{escape(person.full_name)}</p><p><i>SPECIMEN - courriel inventé</i></p></body></html>",
        subtype="html",
    )
    message.add_attachment(attachment, maintype="application", subtype="pdf", filename="RIB.pdf")
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_specimen_{record.number}_{number}")
    return message.as_bytes()


def check_xml(record: Record, person: Person) -> bytes:
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- SPECIMEN : contrôle inventé -->",
        f'<controleSolvabilite dossier="{record.id}" date="{iso(record.start)}">',
        f"  <personne><nom>{escape(person.last_name)}</nom><prenom>{escape(person.first_name)}</prenom></personne>",
        '  <incident present="false"/><score echelle="1000">742</score>',
        "</controleSolvabilite>",
    )
    return "\n".join(lines).encode()


def questionnaire_json(record: Record, person: Person) -> bytes:
    return json.dumps(
        {
            "specimen": True,
            "dossier": record.id,
            "titulaire": person.full_name,
            "reponses": [
                {"question": "Situation familiale", "reponse": "Pacsé(e)"},
                {"question": "Personnes à charge", "reponse": 1},
                {"question": "Logement", "reponse": "Locataire", "loyerMensuel": 720.0},
            ],
        },
        ensure_ascii=False,
    ).encode()


def note_text(record: Record, person: Person) -> bytes:
    return (
        f"Compte rendu d'appel - dossier {record.id} (SPECIMEN)\r\n\r\n"
        f"{person.full_name} confirme son adresse : {person.postal_address}.\r\n"
        "Rappel souhaité après 18 h. Pièces manquantes annoncées par courriel.\r\n"
    ).encode()


def proof_xml(record: Record, digest: str) -> bytes:
    """A proof file in XML: the signature's transaction and the digest of the signed contract."""
    people = "".join(f"<signataire>{escape(person.full_name)}</signataire>" for person in record.participants)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<dossierDePreuve specimen="true" transaction="{record.uuid}">'
        f'<document nom="contrat.pdf" sha256="{digest}"/>{people}</dossierDePreuve>\n'
    ).encode()
