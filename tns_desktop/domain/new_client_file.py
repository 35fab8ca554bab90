"""A client file that does not exist yet: what was typed, and what is wrong with it, field by field.

A rule here forbids only what cannot be meant: the server has its own rules and the last word. Field names of a problem are
those of this module's values, dotted where something is inside something: ``participants.1.email``, ``information.agence``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.workflow import MAX_LABEL, Kind, Workflow

MAX_EXTERNAL_ID = 128
MAX_TEXT = 500
"""Characters of any other field."""
MAX_DOCUMENTS = 50
MAX_DOCUMENT_BYTES = 25 * 1024 * 1024
MAX_ALL_DOCUMENTS_BYTES = 100 * 1024 * 1024

CIVILITIES = ("MR", "MRS", "MISS", "UNKNOWN")
"""KNOWN, ``report_json_v6``."""
PERSON_FIELDS = (
    "civility",
    "last_name",
    "first_name",
    "birth_name",
    "birth_date",
    "birth_place",
    "email",
    "mobile_phone",
    "phone",
    "postal_address",
    "iban",
)
"""What is typed of a participant, in the order in which it is asked for."""

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_PHONE_DIGITS = (6, 15)
"""ITU-T E.164: 15 digits at most, the country's code among them."""
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "DE": 22, "ES": 24, "FR": 27, "GB": 22, "IE": 22, "IT": 27, "LU": 20, "MC": 27,
    "NL": 18, "PT": 25,
}  # fmt: skip
"""Of the countries met here (ISO 13616 registry); of the others the check digits alone decide."""
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_OLDEST_YEAR = 1870


class ProblemCode(StrEnum):
    """What is wrong with a field; each has its sentence in the window."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_PRINTABLE = "not_printable"
    NOT_A_CIVILITY = "not_a_civility"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_DATE = "not_a_date"
    NOT_AN_IBAN = "not_an_iban"
    IBAN_CHECK_DIGITS = "iban_check_digits"
    NOT_A_PROFILE = "not_a_profile"
    NOT_A_TYPE = "not_a_type"
    NO_PARTICIPANT = "no_participant"
    TOO_MANY_PARTICIPANTS = "too_many_participants"
    TOO_MANY_DOCUMENTS = "too_many_documents"
    DOCUMENTS_TOO_LARGE = "documents_too_large"
    EXTERNAL_ID_TAKEN = "external_id_taken"
    MORE_CELLS = "more_cells"
    """Of a table's line: its values may stand under the wrong headings. No field's problem, so its field is ``form``."""
    DOCUMENTS_LOST = "documents_lost"
    """Their bytes were only in a vault that was damaged; ``words`` are their names."""
    REFUSED_BY_SERVER = "refused_by_server"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """``words`` are the server's own, where it said some; of documents that were lost, their names."""

    field: str
    code: ProblemCode
    words: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that goes along, without its bytes. ``kind`` is the workflow's name for it, or empty; ``size`` in bytes."""

    document_id: str
    name: str
    kind: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class NewClientFile:
    """What is to be created. Participants have no uuid yet; an empty ``external_id`` is made by the desk."""

    kind: Kind = Kind.CLIENT_FILE
    workflow_label: str = ""
    external_id: str = ""
    profiles: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = (Participant(),)
    external_info: tuple[ExternalInfo, ...] = ()

    @property
    def display_name(self) -> str:
        """The participants' names, or the external identifier."""
        names = " · ".join(name for person in self.participants if (name := person.display_name))
        return names or self.external_id

    @property
    def is_empty(self) -> bool:
        """True while nothing was typed that somebody would miss."""
        texts = [self.external_id, *(getattr(person, name) for person in self.participants for name in PERSON_FIELDS)]
        return not any(texts) and not any(info.value for info in self.external_info)


def problems_of(
    new: NewClientFile, workflow: Workflow | None = None, documents: Sequence[NewDocument] = ()
) -> tuple[FieldProblem, ...]:
    """Everything that is wrong, in the order of the form; empty when it can be created.

    ``workflow`` adds what it requires, and, where it was written by somebody, what it allows.
    """
    found = [*_text("workflow_label", new.workflow_label, needed=True, most=MAX_LABEL)]
    found += _text("external_id", new.external_id, most=MAX_EXTERNAL_ID)
    if new.kind is Kind.CLIENT_FILE:
        found += _profiles("profiles", new.profiles, workflow, workflow.profiles if workflow is not None else ())
        found += _participants(new.participants, workflow)
        found += _information(new.external_info, workflow)
    found += _documents(documents)
    return tuple(found)


def normalised(new: NewClientFile) -> NewClientFile:
    """As it is sent: without white space around, dates as ISO 8601, IBANs without gaps, no empty lines."""
    return NewClientFile(
        kind=new.kind,
        workflow_label=new.workflow_label.strip(),
        external_id=new.external_id.strip(),
        profiles=tuple(dict.fromkeys(filter(None, (one.strip() for one in new.profiles)))),
        participants=()
        if new.kind is Kind.IDENTITY_CHECK
        else tuple(_normalised_person(person) for person in new.participants),
        external_info=tuple(
            ExternalInfo(info.name.strip(), info.value.strip()) for info in new.external_info if info.value.strip()
        ),
    )


def remembered(new: NewClientFile) -> NewClientFile:
    """What is kept once it is created: by what somebody knows it again, and nothing that the server keeps from then on."""
    people = tuple(
        Participant(type=one.type, last_name=one.last_name, first_name=one.first_name) for one in new.participants
    )
    return NewClientFile(new.kind, new.workflow_label, new.external_id, participants=people)


def iso_date(text: str) -> str | None:
    """The date as ISO 8601, of that form or of ``31/12/1999``, ``31.12.1999`` and ``31-12-1999``; None when it is none."""
    stripped = text.strip()
    try:
        if (found := _DAY_FIRST.fullmatch(stripped)) is not None:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(stripped[:10]).isoformat() if _is_iso(stripped) else None
    except ValueError:
        return None


def iban_problem(text: str) -> ProblemCode | None:
    """ISO 13616: shape, the length of the countries we know, and the check digits modulo 97."""
    joined = "".join(text.split()).upper()
    if not joined.isascii() or not _IBAN.fullmatch(joined):
        return ProblemCode.NOT_AN_IBAN
    if len(joined) != _IBAN_LENGTHS.get(joined[:2], len(joined)):
        return ProblemCode.NOT_AN_IBAN
    digits = "".join(str(int(letter, 36)) for letter in joined[4:] + joined[:4])
    return None if int(digits) % 97 == 1 else ProblemCode.IBAN_CHECK_DIGITS


# --- the rules, field by field -----------------------------------------------------------------------------------------


def _text(field: str, text: str, *, needed: bool = False, most: int = MAX_TEXT) -> list[FieldProblem]:
    stripped = text.strip()
    if needed and not stripped:
        return [FieldProblem(field, ProblemCode.MISSING)]
    if len(stripped) > most:
        return [FieldProblem(field, ProblemCode.TOO_LONG)]
    # A lone surrogate cannot be sent as UTF-8; a control character in a name is an accident of copying.
    if any(not letter.isprintable() and letter not in "\n\t" for letter in stripped):
        return [FieldProblem(field, ProblemCode.NOT_PRINTABLE)]
    return []


def _profiles(
    field: str, profiles: Sequence[str], workflow: Workflow | None, allowed: Sequence[str]
) -> list[FieldProblem]:
    for profile in profiles:
        if found := _text(field, profile):
            return found
        if workflow is not None and workflow.written and allowed and profile not in allowed:
            return [FieldProblem(field, ProblemCode.NOT_A_PROFILE)]
    return []


def _participants(people: Sequence[Participant], workflow: Workflow | None) -> list[FieldProblem]:
    if not people:
        return [FieldProblem("participants", ProblemCode.NO_PARTICIPANT)]
    most = workflow.most_participants if workflow is not None else len(people)
    found = [FieldProblem("participants", ProblemCode.TOO_MANY_PARTICIPANTS)] if len(people) > most else []
    for number, person in enumerate(people):
        found += _person(f"participants.{number}", person, workflow)
    return found


def _person(place: str, person: Participant, workflow: Workflow | None) -> list[FieldProblem]:
    required = workflow.required if workflow is not None else ("last_name", "first_name")
    found = list(_text(f"{place}.type", person.type))
    types = {one.name for one in workflow.participant_types} if workflow is not None and workflow.written else set()
    if not found and types and person.type not in types:
        found.append(FieldProblem(f"{place}.type", ProblemCode.NOT_A_TYPE))
    if workflow is not None:
        found += _profiles(f"{place}.profiles", person.profiles, workflow, workflow.profiles_of(person.type))
    for name in PERSON_FIELDS:
        text = str(getattr(person, name))
        wrong = _text(f"{place}.{name}", text, needed=name in required)
        if not wrong and text.strip() and (code := _shape(name, text.strip())) is not None:
            wrong = [FieldProblem(f"{place}.{name}", code)]
        found += wrong
    return found


def _shape(name: str, text: str) -> ProblemCode | None:
    if name == "civility":
        return None if text in CIVILITIES else ProblemCode.NOT_A_CIVILITY
    if name == "email":
        return None if _EMAIL.fullmatch(text) else ProblemCode.NOT_AN_EMAIL
    if name in ("mobile_phone", "phone"):
        digits = sum(letter.isdigit() for letter in text)
        fits = _PHONE_DIGITS[0] <= digits <= _PHONE_DIGITS[1] and re.fullmatch(r"\+?[0-9 ()./-]+", text)
        return None if fits else ProblemCode.NOT_A_PHONE
    if name == "birth_date":
        day = iso_date(text)
        return None if day is not None and int(day[:4]) >= _OLDEST_YEAR else ProblemCode.NOT_A_DATE
    return iban_problem(text) if name == "iban" else None


def _information(lines: Sequence[ExternalInfo], workflow: Workflow | None) -> list[FieldProblem]:
    asked = workflow.information if workflow is not None else ()
    given = {info.name: info.value for info in lines}
    found = [
        FieldProblem(f"information.{info.name}", ProblemCode.MISSING)
        for info in asked
        if info.required and not given.get(info.name, "").strip()
    ]
    for info_name, value in given.items():
        found += _text(f"information.{info_name}", value)
    return found


def _documents(documents: Sequence[NewDocument]) -> list[FieldProblem]:
    found = []
    if len(documents) > MAX_DOCUMENTS:
        found.append(FieldProblem("documents", ProblemCode.TOO_MANY_DOCUMENTS))
    too_large = any(one.size > MAX_DOCUMENT_BYTES for one in documents)
    if too_large or sum(one.size for one in documents) > MAX_ALL_DOCUMENTS_BYTES:
        found.append(FieldProblem("documents", ProblemCode.DOCUMENTS_TOO_LARGE))
    return found


def _normalised_person(person: Participant) -> Participant:
    texts = {name: str(getattr(person, name)).strip() for name in PERSON_FIELDS}
    if (day := iso_date(texts["birth_date"])) is not None:
        texts["birth_date"] = day
    texts["iban"] = "".join(texts["iban"].split()).upper()
    profiles = tuple(dict.fromkeys(filter(None, (one.strip() for one in person.profiles))))
    return Participant(type=person.type.strip(), profiles=profiles, **texts)


def _is_iso(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", text) is not None
