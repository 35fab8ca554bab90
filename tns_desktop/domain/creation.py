"""The creation of a client file, and the life of its row in the outbox.

A draft, a queued creation and a refused one are the same row: what was typed is never copied from one place to another, so
it cannot be lost on the way. It is sent at most once without a look: after an attempt that may have reached the server, the
file is looked up by its external identifier first.

Legal ways of a row::

    draft ──> queued ──> sending ──────────────> created
      ^         │ ^         │
      │         │ ├─ retry_wait <─┤               (the server certainly did not act)
      │         │ ├─ outcome_unknown <─┘ ──> created | refused | conflict | queued   (looked up)
      │         │ └─ refused <── sending          (the server said no, or a document was lost; back to whoever wrote it)
      ├─────────┴─ refused, conflict, retry_wait  (changed, and sent anew)
      └─> withdrawn                               (thrown away)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.errors import DocumentNotTaken, IllegalTransition
from tns_desktop.domain.new_client_file import FieldProblem, NewClientFile, NewDocument, ProblemCode, remembered
from tns_desktop.domain.workflow import Kind


class CreationStatus(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    RETRY_WAIT = "retry_wait"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CREATED = "created"
    REFUSED = "refused"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        return self in (CreationStatus.CREATED, CreationStatus.WITHDRAWN)

    @property
    def needs_a_person(self) -> bool:
        return self in (CreationStatus.REFUSED, CreationStatus.CONFLICT)

    @property
    def is_under_way(self) -> bool:
        """True while the machine has something to do with it."""
        return not self.is_final and not self.needs_a_person and self is not CreationStatus.DRAFT


_S = CreationStatus
LEGAL_CREATION_STEPS: dict[CreationStatus, frozenset[CreationStatus]] = {
    _S.DRAFT: frozenset({_S.QUEUED, _S.WITHDRAWN}),
    _S.QUEUED: frozenset({_S.SENDING, _S.OUTCOME_UNKNOWN, _S.DRAFT, _S.WITHDRAWN}),
    _S.SENDING: frozenset({_S.CREATED, _S.RETRY_WAIT, _S.OUTCOME_UNKNOWN, _S.REFUSED}),
    _S.RETRY_WAIT: frozenset({_S.QUEUED, _S.SENDING, _S.OUTCOME_UNKNOWN, _S.DRAFT, _S.WITHDRAWN}),
    _S.OUTCOME_UNKNOWN: frozenset({_S.CREATED, _S.REFUSED, _S.CONFLICT, _S.QUEUED}),
    _S.REFUSED: frozenset({_S.QUEUED, _S.DRAFT, _S.WITHDRAWN}),
    _S.CONFLICT: frozenset({_S.CREATED, _S.DRAFT, _S.WITHDRAWN}),
    _S.CREATED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

_CLOCKS_MAY_DIFFER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SeenFile:
    """Of the file that the server has under the same external identifier: what tells it apart."""

    uuid: str
    display_id: str = ""
    display_name: str = ""
    start_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """A client file on its way to the server, or not on its way yet.

    ``creation_id`` names the row, ``request_id`` the attempt to create exactly this content: it is the idempotency key, and
    changes whenever the content may have. ``attempts`` counts the sends that may have reached the server; ``maybe_created``
    is true once one of them ended without a usable answer. ``due_at`` is the earliest time of the next step. ``problems``
    are those of the last refusal. ``file_uuid`` and ``display_id`` are the server's, once there are. Times are aware, UTC.
    """

    creation_id: str
    connection_id: str
    new: NewClientFile
    created_at: datetime
    status: CreationStatus = CreationStatus.DRAFT
    documents: tuple[NewDocument, ...] = ()
    request_id: str = ""
    batch: str = ""
    """The import that it came with, and ``line`` its line there (1-based); empty and 0 for one that was typed."""
    line: int = 0
    queued_at: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 0
    looks: int = 0
    maybe_created: bool = False
    error_code: str = ""
    server_message: str = ""
    problems: tuple[FieldProblem, ...] = ()
    seen: SeenFile | None = None
    file_uuid: str = ""
    display_id: str = ""
    updated_at: datetime | None = None

    @property
    def display_name(self) -> str:
        return self.new.display_name

    def moved_to(self, status: CreationStatus, at: datetime, **changes: object) -> Creation:
        """This creation one step further. Raises IllegalTransition when the step is not drawn in the module's diagram."""
        if status not in LEGAL_CREATION_STEPS[self.status]:
            raise IllegalTransition(
                f"{self.creation_id}: {self.status} -> {status}",
                facts={"before": self.status.value, "after": status.value},
            )
        return replace(self, status=status, updated_at=at, **changes)  # type: ignore[arg-type]

    def created_as(self, uuid: str, display_id: str, at: datetime) -> Creation:
        """This creation once the server has the file. What the server keeps from then on, and what went wrong, go."""
        return self.moved_to(
            CreationStatus.CREATED,
            at,
            new=remembered(self.new),
            documents=(),
            due_at=None,
            file_uuid=uuid,
            display_id=display_id,
            error_code="",
            server_message="",
            problems=(),
        )

    def without_documents(self, lost: Collection[str], at: datetime) -> Creation:
        """This creation once the bytes of documents turn out to be lost, by identifier: nothing leaves that is not whole, and a
        person is told which ones to attach again.
        """
        names = ", ".join(one.name for one in self.documents if one.document_id in lost)
        return replace(
            self,
            status=CreationStatus.REFUSED,
            updated_at=at,
            due_at=None,
            error_code=DocumentNotTaken.code,
            server_message="",
            problems=(FieldProblem("documents", ProblemCode.DOCUMENTS_LOST, names),),
        )

    @property
    def is_incomplete(self) -> bool:
        """True when no server has refused it, but documents of it were lost."""
        refused = self.status is CreationStatus.REFUSED
        return refused and any(one.code is ProblemCode.DOCUMENTS_LOST for one in self.problems)

    @property
    def can_be_taken_back(self) -> bool:
        """True while it is certain that the server has not created it, or once a person is to decide."""
        if self.status.needs_a_person:
            return True
        return CreationStatus.DRAFT in LEGAL_CREATION_STEPS[self.status] and not self.maybe_created

    @property
    def can_be_changed(self) -> bool:
        return self.status is CreationStatus.DRAFT or self.can_be_taken_back

    def seconds_of_grace(self, now: datetime) -> float:
        """How long it can still be taken back before it leaves, in seconds; 0 when the time is over."""
        if self.status is not CreationStatus.QUEUED or self.due_at is None or self.attempts:
            return 0.0
        return max(0.0, (self.due_at - now).total_seconds())


class Found(StrEnum):
    """What a file with the same external identifier says about an attempt that may have arrived."""

    OURS = "ours"
    ANOTHER = "another"
    CANNOT_TELL = "cannot_tell"


def judge_found(creation: Creation, seen: ClientFile) -> Found:
    """Whether the file that the server has is the one that this creation asked for.

    Ours only when one of our requests may have arrived and everything that the server shows of it is what was sent. External
    identifiers are unique, so a file with other data under ours means that ours was not created. What was there long before
    we asked, or shows nobody, is for a person to judge.
    """
    if not creation.maybe_created:
        return Found.ANOTHER
    if seen.external_id != creation.new.external_id:
        return Found.CANNOT_TELL
    if seen.workflow_label and seen.workflow_label != creation.new.workflow_label:
        return Found.ANOTHER
    if creation.new.kind is Kind.IDENTITY_CHECK:
        return Found.CANNOT_TELL if _is_older(creation, seen) else Found.OURS
    asked = [(person.last_name, person.first_name) for person in creation.new.participants]
    shown = [(person.last_name, person.first_name) for person in seen.participants]
    if asked and not shown:
        return Found.CANNOT_TELL
    if sorted(map(_folded, asked)) != sorted(map(_folded, shown)):
        return Found.ANOTHER
    return Found.CANNOT_TELL if _is_older(creation, seen) else Found.OURS


def seen_of(client_file: ClientFile) -> SeenFile:
    """What is kept of a file that was found."""
    return SeenFile(client_file.uuid, client_file.display_id, client_file.display_name, client_file.start_date)


def _is_older(creation: Creation, seen: ClientFile) -> bool:
    if seen.start_date is None or creation.queued_at is None:
        return False
    return seen.start_date < creation.queued_at - _CLOCKS_MAY_DIFFER


def _folded(name: tuple[str, str]) -> tuple[str, str]:
    """Servers write names in capitals and join white space."""
    last, first = (" ".join(part.casefold().split()) for part in name)
    return last, first
