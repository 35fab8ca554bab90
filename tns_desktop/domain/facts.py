"""Declared data beside the document: which values there are, and whether the document on screen holds them.

The server's row and the archive's report usually say the same; where they do not, both are shown, since one of them is
what the documents should be compared with and the other a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tns_desktop.domain.archive import ArchiveIndex
from tns_desktop.domain.client_file import ClientFile, ExternalInfo, Participant
from tns_desktop.domain.matching import (
    Occurrence,
    ValueKind,
    can_be_looked_for,
    find_on_page,
    kind_of_value,
    parse_date,
)
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.reported import ReportedPerson
from tns_desktop.domain.text_layer import PageWords, TextLayer, joined_words

ADULT = 18
"""Years."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared value. ``field`` names it for the catalogue (``last_name``); else ``label`` is the source's own word."""

    fact_id: str
    field: str
    label: str
    value: str
    kind: ValueKind
    from_report: bool = False
    """True for what only the archive's report says, or says otherwise than the server."""


@dataclass(frozen=True, slots=True)
class FactGroup:
    """``type`` is the participant's, as the workflow calls it; None for what belongs to the file as a whole."""

    type: str | None
    facts: tuple[Fact, ...]


class Sighting(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    NO_TEXT = "no_text"
    """Nothing to look into: the document is a picture."""
    NOT_LOOKED_FOR = "not_looked_for"
    """Too short, or of a kind that no document repeats."""


@dataclass(frozen=True, slots=True)
class SeenFact:
    sighting: Sighting
    occurrences: tuple[Occurrence, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """From 0, each once, in order."""
        return tuple(sorted({occurrence.page for occurrence in self.occurrences}))


@dataclass(frozen=True, slots=True)
class Sightings:
    """What became of every fact in one document. ``blank_pages``: how many pages have no text to look into."""

    key: DocumentKey
    seen: dict[str, SeenFact]
    pages: int = 0
    blank_pages: int = 0
    truncated: bool = False

    @property
    def has_text(self) -> bool:
        return self.blank_pages < self.pages


_PERSON: tuple[tuple[str, ValueKind, Callable[[Participant], str]], ...] = (
    ("last_name", ValueKind.NAME, lambda person: person.last_name),
    ("first_name", ValueKind.NAME, lambda person: person.first_name),
    ("birth_name", ValueKind.NAME, lambda person: person.birth_name),
    ("birth_date", ValueKind.DATE, lambda person: person.birth_date),
    ("birth_place", ValueKind.PLACE, lambda person: person.birth_place),
    ("email", ValueKind.EMAIL, lambda person: person.email),
    ("mobile_phone", ValueKind.PHONE, lambda person: person.mobile_phone),
    ("phone", ValueKind.PHONE, lambda person: person.phone),
    ("postal_address", ValueKind.ADDRESS, lambda person: person.postal_address),
    ("iban", ValueKind.IBAN, lambda person: person.iban),
)

FACT_FIELDS = (*(field for field, _kind, _value_of in _PERSON), "document_number", "document_expires")
"""Every name that a fact's ``field`` may have."""


def facts_of(client_file: ClientFile | None, index: ArchiveIndex | None) -> tuple[FactGroup, ...]:
    """Everything declared, participant by participant, then the firm's own information."""
    reported = list(index.people) if index is not None else []
    people = client_file.participants if client_file is not None else ()
    groups = [_person_group(number, person, _taken_from(reported, person)) for number, person in enumerate(people)]
    groups += [_person_group(len(groups) + number, None, person) for number, person in enumerate(reported)]
    told = client_file.external_info if client_file is not None else ()
    written = index.external_info if index is not None else ()
    information = _information(told, from_report=False, start=0)
    information += _information([info for info in written if not _told(info, told)], from_report=True, start=len(told))
    if information:
        groups.append(FactGroup(None, tuple(information)))
    return tuple(groups)


def look_for(facts: Iterable[Fact], layer: TextLayer, pages: Sequence[PageWords]) -> Sightings:
    """Each fact in each page of ``layer``, whose words are ``pages``."""
    readable = [number for number, page in enumerate(pages) if page.has_text]
    seen = {fact.fact_id: _look_for(fact, layer, pages, readable) for fact in facts}
    return Sightings(layer.key, seen, len(pages), len(pages) - len(readable), layer.truncated)


def no_text(key: DocumentKey, facts: Iterable[Fact], pages: int) -> Sightings:
    """For a document that is a picture."""
    return Sightings(key, {fact.fact_id: SeenFact(Sighting.NO_TEXT) for fact in facts}, pages, pages)


def age_on(birth_date: str, today: date) -> int | None:
    """Full years; None for what is no date, or lies in the future."""
    born = parse_date(birth_date)
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def days_until(day: str, today: date) -> int | None:
    """Negative once it has passed; None for what is no date."""
    parsed = parse_date(day)
    return None if parsed is None else (parsed - today).days


# --- inside -----------------------------------------------------------------------------------------------------------


def _look_for(fact: Fact, layer: TextLayer, pages: Sequence[PageWords], readable: Sequence[int]) -> SeenFact:
    if not can_be_looked_for(fact.value, fact.kind):
        return SeenFact(Sighting.NOT_LOOKED_FOR)
    occurrences = tuple(
        Occurrence(number, finding)
        for number, page in enumerate(pages)
        for finding in find_on_page(page, layer.pages[number], fact.value, fact.kind)
    )
    if occurrences:
        return SeenFact(Sighting.FOUND, occurrences)
    return SeenFact(Sighting.NOT_FOUND if readable else Sighting.NO_TEXT)


def _taken_from(reported: list[ReportedPerson], person: Participant) -> ReportedPerson | None:
    """The same person in the report: by uuid, else by name. Taken out, so that nobody is shown twice."""
    for found in reported:
        other = found.participant
        same_uuid = bool(person.uuid) and person.uuid.casefold() == other.uuid.casefold()
        same_name = not (person.uuid and other.uuid) and person.display_name == other.display_name
        if same_uuid or same_name:
            reported.remove(found)
            return found
    return None


def _person_group(number: int, person: Participant | None, reported: ReportedPerson | None) -> FactGroup:
    facts: list[Fact] = []
    for field, kind, value_of in _PERSON:
        told = value_of(person) if person is not None else ""
        written = value_of(reported.participant) if reported is not None else ""
        if told:
            facts.append(Fact(f"{number}.{field}", field, "", told, kind))
        if written and not _same(told, written, kind):
            facts.append(Fact(f"{number}.{field}.report", field, "", written, kind, from_report=True))
    if reported is not None:
        for position, check in enumerate(reported.checks):
            if check.document_number:
                fact_id = f"{number}.document.{position}"
                facts.append(Fact(fact_id, "document_number", "", check.document_number, ValueKind.NUMBER))
            if check.expires:
                fact_id = f"{number}.expires.{position}"
                facts.append(Fact(fact_id, "document_expires", "", check.expires, ValueKind.DATE))
        facts += _information(reported.others, from_report=True, start=0, prefix=f"{number}.")
    described = person or (reported.participant if reported is not None else Participant())
    return FactGroup(described.type, tuple(facts))


def _information(infos: Sequence[ExternalInfo], *, from_report: bool, start: int, prefix: str = "") -> list[Fact]:
    return [
        Fact(f"{prefix}info.{start + number}", "", info.name, info.value, kind_of_value(info.value), from_report)
        for number, info in enumerate(infos)
        if info.value
    ]


def _same(told: str, written: str, kind: ValueKind) -> bool:
    if kind is ValueKind.DATE and (day := parse_date(told)) is not None:
        return day == parse_date(written)
    return joined_words(told) == joined_words(written)


def _told(info: ExternalInfo, told: Sequence[ExternalInfo]) -> bool:
    return any(info.value == other.value and info.name in ("", other.name) for other in told)
