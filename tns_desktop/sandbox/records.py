"""A client file as the sandbox keeps it, and the vocabulary of its samples. Immutable, so that a reset is an assignment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

STATES = ("WAITING", "PENDING", "SUSPENDED", "ACCEPTED", "REJECTED")
UNKNOWN_STATE = "IN_ESCROW"
"""A state that no documentation knows: it has to be shown as it is."""

AUTOMATIC_WORKFLOW = "Carte bancaire express"
"""The one workflow whose validation mode is AUTOMATIC: no operator decides."""


CONSENT_PROTOCOLS = {
    "Crédit à la consommation": "Consentement crédit v4",
    "Assurance habitation": "Consentement assurance v2",
}
"""By workflow, the name of what the end user accepts before signing; other workflows do not say."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, in report.json's terms; empty text where there is nothing to say."""

    uuid: str
    type: str
    civility: str
    last_name: str
    first_name: str
    birth_name: str
    birth_date: str
    birth_place: str
    email: str
    mobile_phone: str
    phone: str
    postal_address: str
    iban: str
    profiles: tuple[str, ...] = ()
    access_token: str = ""
    """Given to the creator of the file only, unless the record says otherwise."""

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name.upper()}"


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that came with a creation."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One client file. ``recipe`` names the set of documents of its archive; ``number`` seeds everything drawn for it."""

    uuid: str
    id: str
    external_id: str
    workflow: str
    state: str
    start: datetime
    number: int
    seed: int
    recipe: str
    participants: tuple[Person, ...] = ()
    external_info: tuple[tuple[str, str], ...] = ()
    profiles: tuple[str, ...] = ()
    signed: bool = True
    legally_archived: bool = False
    validation_mode: str = "MANUAL"
    finish: datetime | None = None
    validation: datetime | None = None
    rejection_cause: str = ""
    rejection_message: str = ""
    shows_tokens: bool = False
    """Every answer about it has its participants' access tokens, not only the one to its creation."""
    uploads: tuple[Upload, ...] = ()
    archive_revision: int = 0


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 to the second with Z, as the vendor writes dates."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
