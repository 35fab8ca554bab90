"""Which column of a table is which field of a client file: guessed from its header, chosen by a person, applied row by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.new_client_file import CIVILITIES, PERSON_FIELDS, NewClientFile, normalised
from tns_desktop.domain.workflow import MOST_PARTICIPANTS, Kind, Workflow

IGNORED = ""
INFORMATION = "information."
"""Before the name of a business information."""
FILE_FIELDS = ("workflow_label", "external_id", "profiles")
PERSON_COLUMNS = ("type", "profiles", *PERSON_FIELDS)

_SPLIT = re.compile(r"[|,;/]")
_WORD = re.compile(r"[^a-z0-9]+")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "workflow_label": ("parcours", "workflow", "workflowlabel", "libelle parcours", "process"),
    "external_id": ("externalid", "external id", "id externe", "identifiant externe", "reference", "ref", "numero dossier",
                    "n dossier", "dossier", "file number", "crm", "ref crm", "reference crm", "reference dossier"),
    "profiles": ("profils dossier", "profil dossier", "file profile", "file profiles", "clientfile profiles"),
    "type": ("type", "role", "type participant", "participant type"),
    "civility": ("civilite", "civility", "titre", "title", "genre"),
    "last_name": ("nom", "nom de famille", "lastname", "last name", "surname", "name", "nom usage", "nom d usage"),
    "first_name": ("prenom", "prenoms", "firstname", "first name", "given name", "forename"),
    "birth_name": ("nom de naissance", "nom naissance", "birthname", "birth name", "maiden name", "nom de jeune fille"),
    "birth_date": ("date de naissance", "date naissance", "birthdate", "birth date", "date of birth", "dob", "ne le",
                   "nee le"),
    "birth_place": ("lieu de naissance", "lieu naissance", "birthplace", "birth place", "place of birth", "ville naissance"),
    "email": ("email", "e mail", "mail", "courriel", "adresse email", "adresse mail", "email address"),
    "mobile_phone": ("mobile", "portable", "telephone portable", "tel portable", "mobilephone", "mobile phone", "gsm",
                     "cell phone", "telephone mobile"),
    "phone": ("telephone", "tel", "phone", "telephone fixe", "fixe", "landline"),
    "postal_address": ("adresse", "adresse postale", "address", "postal address", "postaladdress", "rue"),
    "iban": ("iban", "compte", "numero iban", "bank account"),
    "profiles.person": ("profil", "profils", "profile", "profiles"),
}  # fmt: skip
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_SECOND = re.compile(r"(?:^| )(?:2|2e|co|deux|second|seconde|coemprunteur|cotitulaire|conjoint|spouse|p2)(?: |$)")
_FIRST = re.compile(r"(?:^| )(?:1|1er|p1|emprunteur|titulaire|client)(?: |$)")
_CIVILITY_WORDS = {
    "m": "MR", "mr": "MR", "monsieur": "MR", "mister": "MR", "homme": "MR", "h": "MR",
    "mme": "MRS", "mrs": "MRS", "madame": "MRS", "femme": "MRS", "f": "MRS", "ms": "MRS",
    "mlle": "MISS", "miss": "MISS", "mademoiselle": "MISS",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """``columns`` says for each column of the table which field it is (dotted as in a problem), or IGNORED.

    ``workflow_label`` counts where no column has it, and for rows that leave it empty.
    """

    columns: tuple[str, ...]
    workflow_label: str = ""
    kind: Kind = Kind.CLIENT_FILE

    @property
    def doubled(self) -> tuple[str, ...]:
        """Fields that more than one column claims."""
        used = [column for column in self.columns if column != IGNORED]
        return tuple(dict.fromkeys(column for column in used if used.count(column) > 1))


def fields_for(workflow: Workflow | None) -> tuple[str, ...]:
    """What a column may be, in the order of the form."""
    people = [f"participants.{number}.{name}" for number in range(MOST_PARTICIPANTS) for name in PERSON_COLUMNS]
    lines = [INFORMATION + one.name for one in workflow.information] if workflow is not None else []
    return (*FILE_FIELDS, *people, *lines)


def guessed(header: Sequence[str], workflow: Workflow | None = None) -> tuple[str, ...]:
    """A field for each column whose name says one, each field once; IGNORED for the others."""
    information = {folded(one.name): INFORMATION + one.name for one in (workflow.information if workflow else ())}
    taken: set[str] = set()
    found = []
    for name in header:
        field = _guess(folded(name), information)
        if field in taken:
            # The same heading twice: the second one is the second person's.
            second = field.replace("participants.0.", "participants.1.")
            field = second if second not in taken else IGNORED
        if field != IGNORED:
            taken.add(field)
        found.append(field)
    return tuple(found)


def new_file_of(cells: Sequence[str], mapping: ColumnMapping) -> NewClientFile:
    """The client file that a row describes, ready to be checked. A second participant exists where a cell says something."""
    values = {
        column: cell.strip()
        for column, cell in zip(mapping.columns, cells, strict=False)
        if column != IGNORED and cell.strip()
    }
    people = [_person(values, number) for number in range(MOST_PARTICIPANTS)]
    if people[1] == Participant():
        people.pop()
    return normalised(
        NewClientFile(
            kind=mapping.kind,
            workflow_label=values.get("workflow_label", mapping.workflow_label),
            external_id=values.get("external_id", ""),
            profiles=_several(values.get("profiles", "")),
            participants=tuple(people),
            external_info=tuple(
                ExternalInfo(column.removeprefix(INFORMATION), cell)
                for column, cell in values.items()
                if column.startswith(INFORMATION)
            ),
        )
    )


def folded(text: str) -> str:
    """Lower case, without accents and punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(_WORD.sub(" ", plain).split())


def _guess(name: str, information: Mapping[str, str]) -> str:
    if name in information:
        return information[name]
    if name in _FIELD_OF:
        return _placed(_FIELD_OF[name], 0)
    second = _SECOND.search(name) is not None
    bare = " ".join(_FIRST.sub(" ", _SECOND.sub(" ", name)).split())
    if bare in _FIELD_OF and bare != name:
        return _placed(_FIELD_OF[bare], 1 if second else 0)
    return IGNORED


def _placed(field: str, number: int) -> str:
    if field in FILE_FIELDS:
        return field
    return f"participants.{number}.{field.removesuffix('.person')}"


def _person(values: Mapping[str, str], number: int) -> Participant:
    place = f"participants.{number}."
    texts = {name: values.get(place + name, "") for name in ("type", *PERSON_FIELDS)}
    texts["civility"] = _civility(texts["civility"])
    return Participant(profiles=_several(values.get(place + "profiles", "")), **texts)


def _civility(text: str) -> str:
    """The vendor's word for what people write; what is unknown stays, and is found to be wrong."""
    return text.upper() if text.upper() in CIVILITIES else _CIVILITY_WORDS.get(folded(text), text)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SPLIT.split(text) if part.strip())
