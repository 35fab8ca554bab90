"""The client file: a client's data and supporting documents, as the vendor's vocabulary names it.

Field names follow ``report.json`` V6 (``report_json_v6`` in the public documentation), in snake case. Values that the
vendor does not define (types, causes, checks) stay text, and what we do not know is kept in ``extra``: undocumented
fields may appear at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class KnownState(StrEnum):
    """The five states of the public documentation, in the order in which an operator cares about them."""

    WAITING = "WAITING"
    PENDING = "PENDING"
    SUSPENDED = "SUSPENDED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True, order=True)
class ClientFileState:
    """A state by its name on the server. A name we do not know is kept and shown verbatim."""

    name: str

    @property
    def known(self) -> KnownState | None:
        """The documented state, or None for a name that the documentation does not have."""
        try:
            return KnownState(self.name)
        except ValueError:
            return None

    @property
    def is_closed(self) -> bool:
        return self.known in (KnownState.ACCEPTED, KnownState.REJECTED)

    @property
    def awaits_validation(self) -> bool:
        return self.known is KnownState.WAITING

    def __str__(self) -> str:
        return self.name


WAITING = ClientFileState(KnownState.WAITING)
PENDING = ClientFileState(KnownState.PENDING)
SUSPENDED = ClientFileState(KnownState.SUSPENDED)
ACCEPTED = ClientFileState(KnownState.ACCEPTED)
REJECTED = ClientFileState(KnownState.REJECTED)
KNOWN_STATES = tuple(ClientFileState(state) for state in KnownState)


@dataclass(frozen=True, slots=True, order=True)
class ClientFileKey:
    """Which client file, of which connection: the same uuid may exist in two products."""

    connection_id: str
    uuid: str


@dataclass(frozen=True, slots=True)
class ExternalInfo:
    """One line of business information (``externalInfo``); ``name`` is empty where the server sends bare values."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the file. Dates stay as the server wrote them (ISO 8601, often without a time)."""

    uuid: str = ""
    type: str = ""
    civility: str = ""
    last_name: str = ""
    first_name: str = ""
    birth_name: str = ""
    birth_date: str = ""
    birth_place: str = ""
    email: str = ""
    mobile_phone: str = ""
    phone: str = ""
    postal_address: str = ""
    iban: str = ""
    profiles: tuple[str, ...] = ()
    access_token: str = field(default="", repr=False)
    """Opens the participant's steps in SignBook: a secret. Only the answer to a creation is sure to have it."""

    @property
    def identity(self) -> str:
        """By which a later answer means the same person: the uuid, or all that tells people apart. Empty for nobody."""
        return self.uuid or "\x1f".join(
            (self.type, self.last_name, self.first_name, self.birth_date, self.email)
        ).strip("\x1f")

    @property
    def display_name(self) -> str:
        """``Last, First``, or the one that is there."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part)


@dataclass(frozen=True, slots=True)
class ClientFile:
    """One client file as a server answer described it.

    ``uuid`` is the technical identifier used in requests, ``id`` the unique human-readable one. ``signed`` and
    ``legally_archived`` are None where the server does not say: acceptance archives legally only if a signature was made.
    ``validation_mode`` is the workflow's, verbatim. ``language`` is the customer's, two letters in lower case, or empty.
    ``consent_protocol`` is the name of what the end user accepts before signing, where the server gives it.
    ``extra`` holds the whole answer as JSON text, unknown fields included.
    """

    key: ClientFileKey
    state: ClientFileState
    id: str = ""
    external_id: str = ""
    workflow_label: str = ""
    start_date: datetime | None = None
    finish_date: datetime | None = None
    validation_date: datetime | None = None
    rejection_cause: str = ""
    rejection_message: str = ""
    participants: tuple[Participant, ...] = ()
    external_info: tuple[ExternalInfo, ...] = ()
    profiles: tuple[str, ...] = ()
    signed: bool | None = None
    legally_archived: bool | None = None
    validation_mode: str = ""
    language: str = ""
    consent_protocol: str = ""
    extra: str = field(default="{}", repr=False)

    @property
    def uuid(self) -> str:
        return self.key.uuid

    @property
    def started_at(self) -> float | None:
        """The start date in seconds since 1970."""
        return None if self.start_date is None else self.start_date.timestamp()

    @property
    def display_name(self) -> str:
        """The participants' names, or the most human identifier there is."""
        names = " · ".join(name for person in self.participants if (name := person.display_name))
        return names or self.id or self.external_id or self.uuid

    @property
    def all_profiles(self) -> tuple[str, ...]:
        """Those of the file, then those of its participants, each once."""
        found = (*self.profiles, *(profile for person in self.participants for profile in person.profiles))
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def display_id(self) -> str:
        return self.id or self.external_id or self.uuid
