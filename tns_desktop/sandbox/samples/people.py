"""Invented people with everything a file says of them.

Phone numbers come from the ranges that Arcep reserves for fiction (06 39 98, 01 99 00), addresses of e-mail from the
reserved top-level domain ``test``, and the IBANs have valid check digits for a bank code that no bank has.
"""

from __future__ import annotations

import random
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from tns_desktop.sandbox.records import Person

_LAST_NAMES = (
    "Lefèvre", "Moreau", "Bénard", "Garnier", "Le Goff", "Hernández", "Müller", "N'Diaye", "Caron-Dubois", "Gauthier",
    "Lemoine", "Roussel", "Perrot", "Fontaine", "D'Almeida", "Çelik", "Nguyen", "Benali", "Chevallier", "Marchand",
    "Blanchard", "Saint-Clair", "Guérin", "Olivier", "Da Silva", "Barbier", "Kowalczyk", "Picard", "Vasseur", "Bonnet",
    "Étienne", "Haddad", "Leclercq", "Poirier", "Traoré", "de La Tour", "Humbert", "Jacquet", "Prévost", "Renault",
)  # fmt: skip
_WOMEN = (
    "Amélie", "Zoé", "Chloé", "Marie-Claude", "Léa", "Inès", "Hélène", "Aïcha", "Noémie", "Françoise", "Élise", "Maëlle",
    "Camille", "Anne-Sophie", "Gaëlle", "Yasmine", "Solène", "Clémence", "Thérèse", "Océane",
)  # fmt: skip
_MEN = (
    "François", "Théo", "Jean-Baptiste", "Loïc", "Mickaël", "Rémi", "Noël", "Gaëtan", "Hugo", "Karim", "Étienne", "Jérôme",
    "Mathéo", "Pierre-Yves", "André", "Cédric", "Ousmane", "Raphaël", "Benoît", "Stéphane",
)  # fmt: skip
_STREETS = (
    "rue de la République", "avenue du Général-Leclerc", "boulevard Voltaire", "impasse des Tilleuls", "rue du Faubourg",
    "place de l'Église", "chemin des Vignes", "rue Jean-Jaurès", "allée des Érables", "quai de la Loire", "cours Mirabeau",
    "rue des Frères-Lumière",
)  # fmt: skip
_TOWNS = (
    ("44000", "Nantes"), ("69003", "Lyon"), ("13100", "Aix-en-Provence"), ("33000", "Bordeaux"), ("59800", "Lille"),
    ("35000", "Rennes"), ("67000", "Strasbourg"), ("31400", "Toulouse"), ("34070", "Montpellier"), ("29200", "Brest"),
    ("38000", "Grenoble"), ("42000", "Saint-Étienne"), ("75011", "Paris"), ("06300", "Nice"), ("64100", "Bayonne"),
    ("62200", "Boulogne-sur-Mer"),
)  # fmt: skip
EMPLOYERS = (
    "Menuiserie Atlantique SARL", "Boulangerie du Vieux Port", "Ateliers Méca-Rhône SAS", "Clinique des Trois Rivières",
    "Transports Bellefontaine", "Éditions de la Presqu'île", "Coopérative laitière du Bocage", "Studio Hélianthe",
)  # fmt: skip

_BANK, _BRANCH = "19999", "00417"


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    postcode: str
    town: str

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.town}"


def make_person(rng: random.Random, kind: str, profile: str) -> Person:
    """The next person of ``rng``; equal generators make equal people."""
    woman = rng.random() < 0.5
    first = rng.choice(_WOMEN if woman else _MEN)
    last = rng.choice(_LAST_NAMES)
    postcode, town = rng.choice(_TOWNS)
    address = Address(f"{rng.randint(1, 148)} {rng.choice(_STREETS)}", postcode, town)
    born = date(1951, 1, 1) + timedelta(days=rng.randint(0, 365 * 54))
    login = f"{ascii_text(first)}.{ascii_text(last)}".lower().replace(" ", "").replace("'", "")
    return Person(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        type=kind,
        civility=rng.choice(("MRS", "MRS", "MISS")) if woman else "MR",
        last_name=last,
        first_name=first,
        birth_name=rng.choice(_LAST_NAMES) if woman and rng.random() < 0.4 else "",
        birth_date=born.isoformat(),
        birth_place=rng.choice(_TOWNS)[1],
        email=f"{login}@courriel.test",
        mobile_phone=f"+336399{rng.randint(80000, 89999)}",
        phone=f"+331990{rng.randint(0, 99999):05d}" if rng.random() < 0.3 else "",
        postal_address=str(address),
        iban=make_iban(f"{rng.randint(0, 99_999_999_999):011d}"),
        profiles=(profile,),
    )


def make_iban(account: str) -> str:
    """French IBAN with valid national key and valid check digits. ``account``: eleven digits."""
    key = 97 - (89 * int(_BANK) + 15 * int(_BRANCH) + 3 * int(account)) % 97
    bban = f"{_BANK}{_BRANCH}{account}{key:02d}"
    check = 98 - int(f"{bban}152700") % 97  # F = 15, R = 27
    return f"FR{check:02d}{bban}"


def ascii_text(text: str) -> str:
    """Without accents and cedillas, for addresses of e-mail and machine-readable zones."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def grouped_iban(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def french_date(iso_date: str) -> str:
    """``1984-03-09`` as ``09/03/1984``."""
    year, month, day = iso_date[:10].split("-")
    return f"{day}/{month}/{year}"
