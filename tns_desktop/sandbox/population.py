"""The mixture of client files that a seed stands for: states, ages, workflows, people, and which documents each has.

Files are made oldest first. The first eight wait for validation and carry, between them, every special document, so that
a demonstration meets them; after that the pattern repeats. Of each forty files 24 wait, 6 are pending, 3 suspended,
4 accepted, 2 rejected, and one is in a state that nobody knows.
"""

from __future__ import annotations

import random
import string
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from tns_desktop.sandbox.records import AUTOMATIC_WORKFLOW, UNKNOWN_STATE, Record
from tns_desktop.sandbox.samples.people import EMPLOYERS, make_person

_LETTERS = {"W": "WAITING", "P": "PENDING", "S": "SUSPENDED", "A": "ACCEPTED", "R": "REJECTED", "X": UNKNOWN_STATE}
_PATTERN = "WWWWWWWW" + "AWWPWRWS" + "WWAWPWXW" + "PWSWAWWP" + "WRWPSWAP"

SPECIAL_RECIPES = (
    "complete",
    "two_signatories",
    "missing_payslip",
    "damaged_photo",
    "correspondence",
    "long_contract",
    "webp_proof",
    "misnamed",
)
PLAIN_RECIPES = (
    "complete",
    "passport",
    "pensioner",
    "complete",
    "two_signatories",
    "misnamed",
    "passport",
    "webp_proof",
)

_WORKFLOWS = (
    "Crédit à la consommation",
    "Ouverture de compte",
    "Assurance habitation",
    "Crédit à la consommation",
    "Carte bancaire",
)
_PERIOD = timedelta(days=9)

REJECTIONS = (
    ("Document expiré", "La carte d'identité a expiré le 12 mars. Merci de fournir une pièce en cours de validité."),
    ("Qualité insuffisante", "La photographie est floue : le numéro du document ne peut pas être lu."),
)


def make_records(seed: int, count: int, anchor: datetime, *, product: int = 0) -> list[Record]:
    """``count`` client files before ``anchor``, oldest first. Equal arguments make equal files."""
    return [_make_record(seed, number, count, anchor, product) for number in range(count)]


def _make_record(seed: int, number: int, count: int, anchor: datetime, product: int) -> Record:
    rng = random.Random(f"{seed}/{product}/{number}")
    state = _LETTERS[_PATTERN[number % len(_PATTERN)]]
    special = number < len(SPECIAL_RECIPES)
    recipe = SPECIAL_RECIPES[number] if special else PLAIN_RECIPES[number % len(PLAIN_RECIPES)]
    workflow = _WORKFLOWS[number % len(_WORKFLOWS)]
    if state == "ACCEPTED" and number % 4 == 0:
        workflow = AUTOMATIC_WORKFLOW
    profile = "retraité" if recipe == "pensioner" else "salarié"
    people = [make_person(rng, "emprunteur" if workflow.startswith("Crédit") else "titulaire", profile)]
    if recipe == "two_signatories":
        people.append(make_person(rng, "co-emprunteur" if workflow.startswith("Crédit") else "co-titulaire", "salarié"))
    step = _PERIOD / count
    start = anchor - _PERIOD + step * number + step * rng.uniform(0.05, 0.6)
    start = start.replace(microsecond=0)
    finish = validation = None
    cause = message = ""
    if state in ("ACCEPTED", "REJECTED"):
        finish = start + timedelta(minutes=rng.randint(30, 300))
        if workflow != AUTOMATIC_WORKFLOW:
            validation = finish
    if state == "REJECTED":
        cause, message = rng.choice(REJECTIONS)
    shows_tokens = state == "PENDING" and number % 2 == 1
    if shows_tokens:
        people = [replace(person, access_token=_token(person.uuid, start)) for person in people]
    signed = state != "PENDING" and (special or number % 7 != 5)
    return Record(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        id=f"{anchor.year % 100:02d}-{(117 if product == 0 else 2117) + number:04d}",
        external_id=f"CRM-{product}{rng.randint(0, 999_999):06d}-{number}",
        workflow=workflow,
        state=state,
        start=start,
        number=number,
        seed=seed,
        recipe=recipe,
        participants=tuple(people),
        external_info=(
            ("agence", rng.choice(("Nantes Centre", "Lyon Part-Dieu", "Lille Europe", "En ligne"))),
            ("montant", f"{rng.randrange(1500, 25_000, 250)} EUR"),
            ("employeur", rng.choice(EMPLOYERS)),
        ),
        profiles=(profile,),
        signed=signed,
        legally_archived=state == "ACCEPTED" and signed,
        validation_mode="AUTOMATIC" if workflow == AUTOMATIC_WORKFLOW else "MANUAL",
        finish=finish,
        validation=validation,
        rejection_cause=cause,
        rejection_message=message,
        shows_tokens=shows_tokens,
    )


def _token(person_uuid: str, start: datetime) -> str:
    """Of the documented shape; drawn apart, so that nothing else of a file depends on it."""
    rng = random.Random(f"token/{person_uuid}")
    return f"{start:%Y%m%d}_" + "".join(rng.choices(string.ascii_letters + string.digits, k=30))
