"""Which supporting documents a client file has: a recipe each, from the beautiful one to the deliberately broken."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources

from tns_desktop.sandbox.records import Person, Record
from tns_desktop.sandbox.samples import identity, pdf_documents, scans, texts
from tns_desktop.sandbox.samples.people import ascii_text
from tns_desktop.sandbox.samples.picture import photograph

COMMON = "commun"


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that the profile asks for. ``path`` empty: asked for and not delivered."""

    label: str
    type: str
    participant: str
    path: str
    content: bytes = field(default=b"", repr=False)


class _Folder:
    """Collects the documents of one file, one participant (or what is common) at a time."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.samples: list[Sample] = []
        self._rng = random.Random(f"documents/{record.seed}/{record.uuid}")

    @property
    def person(self) -> Person:
        return self.record.participants[0]

    def add(self, person: Person | None, label: str, kind: str, extension: str, content: bytes) -> None:
        folder = folder_name(person) if person else COMMON
        path = f"documents/{folder}/{label}.{extension}"
        self.samples.append(Sample(label, kind, person.uuid if person else "", path, content))

    def lacks(self, person: Person, label: str, kind: str) -> None:
        self.samples.append(Sample(label, kind, person.uuid, ""))

    # --- what most files have -----------------------------------------------------------------------------------------

    def card(self, person: Person, *, orientation: int = 1, damaged: bool = False, heic_back: bool = False) -> None:
        issued = self._issued(person, 14)
        front = photograph(identity.card_front(person, self._rng, issued), self._rng)
        content = scans.jpeg(front, orientation=orientation)
        self.add(
            person,
            "Pièce d'identité - recto",
            "CARTE_IDENTITE",
            "jpg",
            scans.damaged_jpeg(content) if damaged else content,
        )
        if heic_back:
            self.add(person, "Pièce d'identité - verso", "CARTE_IDENTITE", "heic", heic_sample())
        else:
            back = photograph(identity.card_back(person.postal_address, self._rng, issued), self._rng)
            self.add(person, "Pièce d'identité - verso", "CARTE_IDENTITE", "jpg", scans.jpeg(back))

    def passport(self, person: Person, *, orientation: int = 1) -> None:
        page = photograph(identity.passport_page(person, self._rng, self._issued(person, 9)), self._rng)
        self.add(person, "Passeport", "PASSEPORT", "jpg", scans.jpeg(page, orientation=orientation))

    def payslip(self, person: Person, *, password: str = "") -> None:
        label = "Bulletin de salaire protégé" if password else "Bulletin de salaire"
        content = pdf_documents.payslip_pdf(self.record, person, password=password)
        self.add(person, label, "BULLETIN_SALAIRE", "pdf", content)

    def tax_notice(self, person: Person) -> None:
        self.add(
            person, "Avis d'imposition", "AVIS_IMPOSITION", "pdf", pdf_documents.tax_notice_pdf(self.record, person)
        )

    def bank_details(self, person: Person) -> None:
        content = pdf_documents.bank_details_pdf(self.record, person)
        self.add(person, "Relevé d'identité bancaire", "RIB", "pdf", content)

    def address_scan(self, person: Person, extension: str = "png") -> None:
        page = scans.scanned(scans.energy_bill(self.record, person), self._rng)
        self.add(None, "Justificatif de domicile", "JUSTIFICATIF_DOMICILE", extension, scans.png(page))

    def address_photo(self, person: Person) -> None:
        page = scans.photographed(scans.energy_bill(self.record, person), self._rng)
        self.add(None, "Justificatif de domicile", "JUSTIFICATIF_DOMICILE", "webp", scans.webp(page))

    def _issued(self, person: Person, years: int) -> date:
        """A day within the last ``years``, so that the document is still valid."""
        return (self.record.start - timedelta(days=self._rng.randint(200, 365 * years - 60))).date()


def samples_of(record: Record) -> list[Sample]:
    """The documents of a file, in the order in which they were asked for."""
    folder = _Folder(record)
    _RECIPES[record.recipe](folder)
    if record.archive_revision:
        note = f"Avenant n° {record.archive_revision} - SPECIMEN\n".encode()
        folder.add(None, f"Avenant {record.archive_revision}", "AVENANT", "txt", note)
    return folder.samples


def folder_name(person: Person) -> str:
    """``Müller, Zoé`` as ``muller-zoe``."""
    text = f"{ascii_text(person.last_name)} {ascii_text(person.first_name)}".lower()
    return "-".join("".join(char if char.isalnum() else " " for char in text).split())


def heic_sample() -> bytes:
    """The one picture that is shipped instead of drawn: nothing permissive writes HEIC (see ``data/README.md``)."""
    return resources.files(__package__).joinpath("data", "carte-verso.heic").read_bytes()


def _complete(folder: _Folder) -> None:
    folder.card(folder.person, orientation=6)
    folder.payslip(folder.person)
    folder.tax_notice(folder.person)
    folder.bank_details(folder.person)


def _two_signatories(folder: _Folder) -> None:
    first, second = folder.record.participants[0], folder.record.participants[-1]
    folder.card(first, heic_back=True)
    folder.payslip(first)
    folder.passport(second)
    folder.payslip(second, password=pdf_documents.PASSWORD)
    folder.address_scan(first)
    statements = scans.tiff(scans.bank_statements(folder.record, first))
    folder.add(None, "Relevés de compte", "RELEVE_COMPTE", "tiff", statements)


def _missing_payslip(folder: _Folder) -> None:
    folder.passport(folder.person)
    folder.lacks(folder.person, "Bulletin de salaire", "BULLETIN_SALAIRE")
    folder.tax_notice(folder.person)


def _damaged_photo(folder: _Folder) -> None:
    folder.card(folder.person, damaged=True)
    folder.payslip(folder.person)
    folder.address_scan(folder.person)


def _correspondence(folder: _Folder) -> None:
    record, person = folder.record, folder.person
    folder.passport(person, orientation=3)
    folder.payslip(person)
    attachment = pdf_documents.bank_details_pdf(record, person)
    folder.add(person, "Courriel du client", "COURRIER", "eml", texts.email_message(record, person, attachment))
    folder.add(None, "Contrôle de solvabilité", "CONTROLE", "xml", texts.check_xml(record, person))
    folder.add(None, "Questionnaire", "QUESTIONNAIRE", "json", texts.questionnaire_json(record, person))
    folder.add(None, "Compte rendu d'appel", "NOTE", "txt", texts.note_text(record, person))


def _long_contract(folder: _Folder) -> None:
    folder.card(folder.person, orientation=3)
    folder.payslip(folder.person)


def _webp_proof(folder: _Folder) -> None:
    folder.passport(folder.person)
    folder.address_photo(folder.person)
    folder.bank_details(folder.person)


def _misnamed(folder: _Folder) -> None:
    folder.passport(folder.person, orientation=8)
    folder.payslip(folder.person)
    folder.address_scan(folder.person, extension="pdf")


def _passport(folder: _Folder) -> None:
    folder.passport(folder.person)
    folder.payslip(folder.person)
    folder.tax_notice(folder.person)


def _pensioner(folder: _Folder) -> None:
    folder.card(folder.person)
    pension = pdf_documents.pension_pdf(folder.record, folder.person)
    folder.add(folder.person, "Attestation de pension", "ATTESTATION_PENSION", "pdf", pension)
    folder.tax_notice(folder.person)


def _created(folder: _Folder) -> None:
    """What was sent with the creation, names made safe and distinct."""
    taken: set[str] = set()
    for number, upload in enumerate(folder.record.uploads, start=1):
        name = upload.name.replace("\\", "/").rsplit("/", 1)[-1].strip(". ") or "document"
        stem, dot, extension = name.rpartition(".")
        label = stem if dot and stem else name
        if name in taken:
            label = f"{label} ({number})"
        taken.add(name)
        folder.add(None, label, "PIECE_JOINTE", extension if dot and stem else "bin", upload.content)


def _finished(folder: _Folder) -> None:
    """A file that was created, once the person has gone through all steps."""
    _created(folder)
    _complete(folder)


_RECIPES: dict[str, Callable[[_Folder], None]] = {
    "complete": _complete,
    "two_signatories": _two_signatories,
    "missing_payslip": _missing_payslip,
    "damaged_photo": _damaged_photo,
    "correspondence": _correspondence,
    "long_contract": _long_contract,
    "webp_proof": _webp_proof,
    "misnamed": _misnamed,
    "passport": _passport,
    "pensioner": _pensioner,
    "created": _created,
    "finished": _finished,
}
