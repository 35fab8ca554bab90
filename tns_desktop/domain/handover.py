"""Handing over: the rule of a product, and the life of one hand-over from its plan to its end.

::

    planned ──> writing ──> written ──> indexed ──> command_started ──> done
       │           │           │           │  └──────────────────────────^
       │           │           │           │            │        (no command)
       └───────────┴───────────┴───────────┴────────────┴──> failed ──> planned | written | indexed | dropped

What passes by itself (a share that is away, a full disk, a server that does not answer) leaves a row where it is, to be tried
again later; ``failed`` waits for a person. A person may drop what is held up, too. Each step is written down before the next
one begins, so that whatever is cut off goes on where it was, and nothing is delivered twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tns_desktop.domain.client_file import ClientFileKey, KnownState
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.handover_errors import HandoverRuleInvalid

DEFAULT_TEMPLATE = "{finish_date:%Y-%m}/{id} {last_name} {first_name}"
LONGEST_FOLDER = 120
"""Characters of the folder's own path: the rest is for the names in it."""
MOST_HOURS = 168
COMMAND_PLACEHOLDERS = ("folder", "archive", "manifest", "sha256", "id", "external_id", "uuid", "state")


class Layout(StrEnum):
    """What lies in the folder of a file that was handed over, besides its manifest."""

    ZIP = "zip"
    UNPACKED = "unpacked"
    SIGNED = "signed"


class CsvIndex(StrEnum):
    """Whether there is a CSV index, and what stands between its cells."""

    NONE = "none"
    SEMICOLON = "semicolon"
    COMMA = "comma"


class Occasion(StrEnum):
    """Why something was handed over."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every day at ``hour``:``minute``, or every ``every_hours`` hours where that is not 0; in this computer's time."""

    every_hours: int = 0
    hour: int = 18
    minute: int = 0

    def next_after(self, last: datetime) -> datetime:
        """The first time after ``last``; both are local and naive."""
        if self.every_hours:
            return last + timedelta(hours=self.every_hours)
        today = last.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return today if today > last else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandoverRule:
    """What becomes of a product's files. ``since`` None: a schedule takes files that were accepted before the rule, too.

    ``command`` is a program and its arguments, empty for none. ``made_at``: acceptances before it are not handed over.
    """

    connection_id: str
    folder: str
    template: str = DEFAULT_TEMPLATE
    layout: Layout = Layout.ZIP
    on_acceptance: bool = True
    schedule: Schedule | None = None
    csv: CsvIndex = CsvIndex.SEMICOLON
    json: bool = True
    command: tuple[str, ...] = ()
    made_at: datetime | None = None
    since: datetime | None = None


class HandoverStatus(StrEnum):
    PLANNED = "planned"
    WRITING = "writing"
    WRITTEN = "written"
    INDEXED = "indexed"
    COMMAND_STARTED = "command_started"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"

    @property
    def is_final(self) -> bool:
        return self in (HandoverStatus.DONE, HandoverStatus.DROPPED)

    @property
    def is_work(self) -> bool:
        """Something is left that the program does by itself."""
        return not self.is_final and self is not HandoverStatus.FAILED


_S = HandoverStatus
LEGAL_HANDOVER_TRANSITIONS: Mapping[HandoverStatus, frozenset[HandoverStatus]] = {
    _S.PLANNED: frozenset({_S.WRITING, _S.FAILED, _S.DROPPED}),
    _S.WRITING: frozenset({_S.WRITTEN, _S.FAILED, _S.PLANNED, _S.DROPPED}),
    _S.WRITTEN: frozenset({_S.INDEXED, _S.FAILED, _S.DROPPED}),
    _S.INDEXED: frozenset({_S.COMMAND_STARTED, _S.DONE, _S.FAILED}),
    _S.COMMAND_STARTED: frozenset({_S.DONE, _S.FAILED}),
    _S.FAILED: frozenset({_S.PLANNED, _S.WRITTEN, _S.INDEXED, _S.DROPPED}),
    _S.DONE: frozenset(),
    _S.DROPPED: frozenset(),
}
_WITHOUT_PLACE = frozenset({_S.PLANNED, _S.FAILED, _S.DROPPED})


@dataclass(frozen=True, slots=True)
class Handover:
    """One row of the journal.

    ``folder`` and ``place`` say where the copy is or will be: the rule's folder, and names joined by ``/`` below it.
    ``delivered`` True: the copy is there, whatever comes after it. ``size`` in bytes, ``documents`` and ``left_out`` count
    what was written and what was refused. ``line`` is what the indexes say of it. ``exit_status`` is the command's.
    """

    handover_id: str
    key: ClientFileKey
    occasion: Occasion
    planned_at: datetime
    display_name: str = ""
    display_id: str = ""
    status: HandoverStatus = HandoverStatus.PLANNED
    folder: str = ""
    place: str = ""
    layout: Layout = Layout.ZIP
    state: str = ""
    archive_sha256: str = ""
    reviewed_sha256: str = ""
    size: int = 0
    documents: int = 0
    left_out: int = 0
    delivered: bool = False
    was_there: bool = False
    line: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0
    not_before: datetime | None = None
    error_code: str = ""
    error_facts: Mapping[str, str] = field(default_factory=dict)
    exit_status: int | None = None
    updated_at: datetime | None = None

    @property
    def names(self) -> list[str]:
        """Of the folders from ``folder`` down to the place."""
        return self.place.split("/")

    @property
    def delivered_at(self) -> datetime | None:
        """As the indexes say it: what follows the delivery does not change it."""
        said = self.line.get("handed_over_at", "") if self.delivered else ""
        return datetime.fromisoformat(said) if said else None

    @property
    def is_other_than_reviewed(self) -> bool:
        """What the server has for the accepted file is not what was looked at: signed since, for instance."""
        return bool(self.reviewed_sha256 and self.archive_sha256) and self.reviewed_sha256 != self.archive_sha256

    @property
    def is_of_accepted(self) -> bool:
        """It stands for the acceptance: nothing automatic is to do it again."""
        return self.occasion is not Occasion.ASKED or self.state == KnownState.ACCEPTED

    @property
    def is_held_up(self) -> bool:
        """It waits for its time, because of something that may pass."""
        return self.status.is_work and self.not_before is not None

    @property
    def can_be_tried_again(self) -> bool:
        return self.status is HandoverStatus.FAILED or self.is_held_up

    @property
    def can_be_dropped(self) -> bool:
        """What is held up, too: a folder that was renamed never comes back."""
        is_left = self.is_held_up or self.status in (HandoverStatus.FAILED, HandoverStatus.PLANNED)
        return is_left and HandoverStatus.DROPPED in LEGAL_HANDOVER_TRANSITIONS[self.status]

    def moved_to(self, status: HandoverStatus, at: datetime, **changes: Any) -> Handover:
        """The row after a step; what kept it from going on is forgotten. Raises IllegalTransition.

        A row that neither has delivered nor is being written has no place: it is free for others.
        """
        if status not in LEGAL_HANDOVER_TRANSITIONS[self.status]:
            raise IllegalTransition(
                f"{self.handover_id}: {self.status} -> {status}",
                facts={"before": self.status.value, "after": status.value, "reason": "illegal"},
            )
        told: dict[str, Any] = {"error_code": "", "error_facts": {}, "not_before": None, "attempts": 0}
        if status in _WITHOUT_PLACE and not self.delivered:
            told["place"] = ""
        return replace(self, status=status, updated_at=at, **{**told, **changes})

    def put_off(self, until: datetime, at: datetime, code: str, facts: Mapping[str, str]) -> Handover:
        """The same place in its life, later."""
        return replace(
            self,
            not_before=until,
            updated_at=at,
            attempts=self.attempts + 1,
            error_code=code,
            error_facts=dict(facts),
        )

    def tried_again(self, at: datetime) -> Handover:
        """Because a person wants it: on from the last step that was certainly finished."""
        if self.status is not HandoverStatus.FAILED:
            return replace(self, not_before=None, updated_at=at)
        if not self.delivered:
            return self.moved_to(HandoverStatus.PLANNED, at)
        # Indexed once more: it costs nothing, and says the same.
        return self.moved_to(HandoverStatus.WRITTEN, at)


def checked_schedule(*, every_hours: str = "", at: str = "") -> Schedule:
    """From what was typed: a number of hours, or ``HH:MM``. Raises HandoverRuleInvalid."""
    if every_hours:
        if not (every_hours.isascii() and every_hours.isdigit()) or not 1 <= int(every_hours) <= MOST_HOURS:
            raise _invalid("schedule", "hours", str(MOST_HOURS))
        return Schedule(every_hours=int(every_hours))
    hour, colon, minute = at.strip().partition(":")
    digits = f"{hour}{minute}"
    if not colon or not (digits.isascii() and digits.isdigit()) or len(minute) != 2 or len(hour) not in (1, 2):
        raise _invalid("schedule", "time", at)
    if int(hour) > 23 or int(minute) > 59:
        raise _invalid("schedule", "time", at)
    return Schedule(hour=int(hour), minute=int(minute))


def checked_command(lines: list[str]) -> tuple[str, ...]:
    """A program and its arguments, a line each. Raises HandoverRuleInvalid for a placeholder that is not known."""
    command = tuple(line for line in lines if line.strip())
    for argument in command:
        filled_argument(argument, dict.fromkeys(COMMAND_PLACEHOLDERS, ""))
    if command and "{" in command[0]:
        raise _invalid("command", "program", command[0])
    # Windows runs these through its shell, whose rules for quoting cannot be followed from outside.
    # It takes a name with dots and spaces behind it for the same program.
    if command and command[0].strip().rstrip(". ").casefold().endswith((".bat", ".cmd")):
        raise _invalid("command", "batch", command[0])
    return command


def filled_argument(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced, once and not again within what replaced them.

    Raises HandoverRuleInvalid for an unknown one, and for a value that would turn an argument into an option.
    """
    filled, rest = "", text
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, closed, rest = rest.partition("}")
        if not closed or name not in values:
            raise _invalid("command", "unknown_placeholder", name)
        filled += before + values[name]
    filled += rest
    if filled.startswith("-") and not text.startswith("-"):
        raise _invalid("command", "option", text)
    return filled


def _invalid(field_name: str, reason: str, name: str = "") -> HandoverRuleInvalid:
    return HandoverRuleInvalid(reason, facts={"field": field_name, "reason": reason, "name": name})
