"""What an archive's report says of its people: the participants as they were, and the checks of their identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.client_file import ExternalInfo, Participant


class CheckVerdict(StrEnum):
    """``UNKNOWN`` where the report's word is not one we know; the word itself is shown then."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckRemark:
    """``code`` is 0 where the report gives none; ``message`` is the report's own."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """One check of a participant's identity. ``type`` and ``status`` are the report's words, ``expires`` an ISO date.

    ``live_accepted`` is None where the report says nothing of a live check; ``others`` holds what else it says, verbatim.
    """

    type: str
    status: str
    verdict: CheckVerdict = CheckVerdict.UNKNOWN
    remarks: tuple[CheckRemark, ...] = ()
    live_accepted: bool | None = None
    document_number: str = ""
    expires: str = ""
    others: tuple[ExternalInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedPerson:
    """A participant as report.json has him or her; ``others`` are fields that we have no name for, verbatim."""

    participant: Participant
    checks: tuple[IdentityCheck, ...] = ()
    others: tuple[ExternalInfo, ...] = ()
