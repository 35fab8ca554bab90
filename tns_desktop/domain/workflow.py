"""What a workflow asks of a new client file: profiles, participants, business information and documents.

The vendor's API describes no workflow to the client IT, so a description is written by an administrator or learned from
the files that were already seen. What is learned is what somebody used, never what the server would refuse: a form offers
it and takes other values too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFile

MAX_LABEL = 64
"""Characters of ``workflowLabel`` (KNOWN, the creation of an identity check)."""

MOST_PARTICIPANTS = 2
MOST_CHOICES = 12
"""An information that took more different values than this among the files seen is no choice but a free text."""
_FEWEST_FOR_CHOICES = 3


class Kind(StrEnum):
    """What is to be created."""

    CLIENT_FILE = "client_file"
    IDENTITY_CHECK = "identity_check"


@dataclass(frozen=True, slots=True)
class ParticipantType:
    """A role in the file, by the workflow's own name, and the profiles that it may have."""

    name: str
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Information:
    """One line of business information. With ``choices`` nothing else is usual; ``required`` ones may not be empty."""

    name: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow. ``written`` is True where an administrator wrote it: its lists are complete then.

    ``required`` are fields of a participant (names as in ``Participant``) that may not be empty.
    """

    label: str
    kind: Kind = Kind.CLIENT_FILE
    profiles: tuple[str, ...] = ()
    participant_types: tuple[ParticipantType, ...] = ()
    information: tuple[Information, ...] = ()
    documents: tuple[str, ...] = ()
    required: tuple[str, ...] = ("last_name", "first_name")
    most_participants: int = MOST_PARTICIPANTS
    consent_protocol: str = ""
    written: bool = False

    def profiles_of(self, participant_type: str) -> tuple[str, ...]:
        """Of that type; those of every type where the workflow does not have it."""
        for one in self.participant_types:
            if one.name == participant_type:
                return one.profiles
        return tuple(dict.fromkeys(profile for one in self.participant_types for profile in one.profiles))


@dataclass(slots=True)
class _Seen:
    """What the files of one workflow showed so far, in the order of its first sight."""

    profiles: dict[str, None] = field(default_factory=dict)
    types: dict[str, dict[str, None]] = field(default_factory=dict)
    information: dict[str, dict[str, int]] = field(default_factory=dict)
    protocol: str = ""


class Observer:
    """Learns workflows from client files, a few at a time."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def see(self, files: Iterable[ClientFile]) -> None:
        """Takes in what these files show; a file without a workflow's label shows nothing."""
        for one in files:
            if not one.workflow_label:
                continue
            seen = self._seen.setdefault(one.workflow_label, _Seen())
            seen.profiles.update(dict.fromkeys(one.profiles))
            seen.protocol = one.consent_protocol or seen.protocol
            for person in one.participants:
                if person.type:
                    seen.types.setdefault(person.type, {}).update(dict.fromkeys(person.profiles))
            for info in one.external_info:
                if info.name:
                    values = seen.information.setdefault(info.name, {})
                    if len(values) <= MOST_CHOICES or info.value in values:
                        values[info.value] = values.get(info.value, 0) + 1

    def workflows(self) -> list[Workflow]:
        """By label."""
        return [self._workflow(label, seen) for label, seen in sorted(self._seen.items())]

    def _workflow(self, label: str, seen: _Seen) -> Workflow:
        return Workflow(
            label=label,
            profiles=tuple(seen.profiles),
            participant_types=tuple(ParticipantType(name, tuple(profiles)) for name, profiles in seen.types.items()),
            information=tuple(Information(name, choices=_choices(values)) for name, values in seen.information.items()),
            consent_protocol=seen.protocol,
        )


def _choices(values: dict[str, int]) -> tuple[str, ...]:
    """Values that come back; what differs from file to file is no choice."""
    repeated = sum(values.values()) >= _FEWEST_FOR_CHOICES * len(values)
    return tuple(sorted(filter(None, values))) if repeated and len(values) <= MOST_CHOICES else ()


def merged(written: Iterable[Workflow], learned: Iterable[Workflow]) -> list[Workflow]:
    """Each workflow once: as it was written, else as it was learned; what only files show is added to what is written.

    Only the consent protocol is: the lists of a written description are complete.
    """
    found = {(one.kind, one.label): one for one in learned}
    for one in written:
        known = found.get((one.kind, one.label))
        if known is not None and not one.consent_protocol:
            one = replace(one, consent_protocol=known.consent_protocol)
        found[one.kind, one.label] = one
    return sorted(found.values(), key=lambda one: (one.kind.value, one.label.casefold()))
