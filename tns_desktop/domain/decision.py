"""A decision, and the life of its row in the outbox.

The rule that everything here serves: *never lose or misreport a decision*. A decision is written down before anything
is sent, it is bound to the state and to the archive bytes that were reviewed, and its row leaves the operator's sight
only after the server, read again, shows the result.

Legal ways of a row::

    queued ──────────> sending ──> sent ──────────────> confirmed
      │  ^               │          │
      │  │               │          └─> conflict         (re-read shows something else)
      │  ├─ retry_wait <─┤                               (the server certainly did not act)
      │  ├─ outcome_unknown <─┘ ──> confirmed | conflict | queued (re-read shows it was not carried out)
      │  ├─ conflict | refused                           (a person decides: send again, or drop)
      ├─> confirmed | conflict                           (the look before a send finds it done, or the file changed)
      └─> withdrawn                                      (taken back, before it left or after a conflict)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tns_desktop.domain.client_file import ACCEPTED, REJECTED, ClientFile, ClientFileKey, ClientFileState, KnownState
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.listed_file import AnyFile


class Verdict(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"

    @property
    def resulting_state(self) -> ClientFileState:
        """The state the server shows once this verdict was carried out."""
        return ACCEPTED if self is Verdict.ACCEPT else REJECTED


class OutboxStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY_WAIT = "retry_wait"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CONFIRMED = "confirmed"
    CONFLICT = "conflict"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        return self in (OutboxStatus.CONFIRMED, OutboxStatus.WITHDRAWN)

    @property
    def needs_a_person(self) -> bool:
        return self in (OutboxStatus.CONFLICT, OutboxStatus.REFUSED)


LEGAL_TRANSITIONS: dict[OutboxStatus, frozenset[OutboxStatus]] = {
    OutboxStatus.QUEUED: frozenset(
        {OutboxStatus.SENDING, OutboxStatus.CONFIRMED, OutboxStatus.CONFLICT, OutboxStatus.WITHDRAWN}
    ),
    OutboxStatus.SENDING: frozenset(
        {
            OutboxStatus.SENT,
            OutboxStatus.RETRY_WAIT,
            OutboxStatus.OUTCOME_UNKNOWN,
            OutboxStatus.CONFLICT,
            OutboxStatus.REFUSED,
        }
    ),
    OutboxStatus.SENT: frozenset({OutboxStatus.CONFIRMED, OutboxStatus.CONFLICT, OutboxStatus.OUTCOME_UNKNOWN}),
    OutboxStatus.RETRY_WAIT: frozenset({OutboxStatus.QUEUED, OutboxStatus.WITHDRAWN}),
    OutboxStatus.OUTCOME_UNKNOWN: frozenset({OutboxStatus.CONFIRMED, OutboxStatus.CONFLICT, OutboxStatus.QUEUED}),
    OutboxStatus.CONFLICT: frozenset({OutboxStatus.QUEUED, OutboxStatus.CONFIRMED, OutboxStatus.WITHDRAWN}),
    OutboxStatus.REFUSED: frozenset({OutboxStatus.QUEUED, OutboxStatus.WITHDRAWN}),
    OutboxStatus.CONFIRMED: frozenset(),
    OutboxStatus.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator decided, and on what.

    ``decision_id`` is made on the workstation and doubles as the idempotency key. ``archive_sha256`` (64 hexadecimal
    digits) and ``archive_etag`` name the bytes that were reviewed; ``reviewed_state`` the state that was on screen.
    ``internal_note`` stays in the vault: it is never part of a request. Times are aware, UTC.
    """

    decision_id: str
    key: ClientFileKey
    verdict: Verdict
    reviewed_state: ClientFileState
    archive_sha256: str
    decided_at: datetime
    send_after: datetime
    archive_etag: str = ""
    cause: str = ""
    message: str = ""
    internal_note: str = ""
    operator: str = ""
    display_name: str = ""
    display_id: str = ""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A decision and where it stands.

    ``attempts`` counts the sends that may have reached the server; ``maybe_carried_out`` is true once one of them ended
    without a usable answer. ``not_before``, once set, is the earliest time of the next step. ``error_code`` and
    ``server_message`` say why the last step ended as it did; ``observed_state`` is what the last re-read showed.
    """

    decision: Decision
    status: OutboxStatus
    attempts: int = 0
    maybe_carried_out: bool = False
    not_before: datetime | None = None
    error_code: str = ""
    server_message: str = ""
    observed_state: ClientFileState | None = None
    observed_cause: str = ""
    updated_at: datetime | None = None
    override_conflict: bool = False
    """True once a person, shown the conflict, asked to send it anyway."""

    @property
    def key(self) -> ClientFileKey:
        return self.decision.key

    def moved_to(self, status: OutboxStatus, at: datetime, **changes: object) -> OutboxEntry:
        """This entry one step further.

        Raises IllegalTransition when the step is not drawn in the module's diagram.
        """
        if status not in LEGAL_TRANSITIONS[self.status]:
            raise IllegalTransition(
                f"{self.decision.decision_id}: {self.status} -> {status}",
                facts={"before": self.status.value, "after": status.value},
            )
        return replace(self, status=status, updated_at=at, **changes)  # type: ignore[arg-type]

    @property
    def can_be_withdrawn(self) -> bool:
        """True while it is certain that the server has not carried it out, or once a person is to decide."""
        if self.status.needs_a_person:
            return True
        return OutboxStatus.WITHDRAWN in LEGAL_TRANSITIONS[self.status] and not self.maybe_carried_out

    def seconds_of_grace(self, now: datetime) -> float:
        """How long it can still be taken back before it leaves, in seconds; 0 when the time is over."""
        if self.status is not OutboxStatus.QUEUED or self.not_before is not None:
            return 0.0
        return max(0.0, (self.decision.send_after - now).total_seconds())

    @property
    def due_at(self) -> datetime:
        """When the next step is due: at the end of the grace period, unless a pause or "send now" says otherwise."""
        return self.not_before or self.decision.send_after


def judge_reread(entry: OutboxEntry, seen: ClientFile) -> OutboxStatus:
    """What a fresh reading of the client file says about a decision that was sent, or may have been.

    A rejection is recognised as ours by its cause and message. An acceptance carries no such mark: it counts as ours only
    when one of our requests may have been carried out.
    """
    decision = entry.decision
    ours_may_have_arrived = entry.status is OutboxStatus.SENT or entry.maybe_carried_out
    if seen.state == decision.verdict.resulting_state and ours_may_have_arrived:
        if decision.verdict is Verdict.ACCEPT:
            return OutboxStatus.CONFIRMED
        same_words = _same_words(seen.rejection_cause, decision.cause) and _same_words(
            seen.rejection_message, decision.message
        )
        return OutboxStatus.CONFIRMED if same_words else OutboxStatus.CONFLICT
    if seen.state == decision.reviewed_state:
        # Not carried out (yet). After a 2xx the server owes us a result: ask again rather than send again.
        return OutboxStatus.OUTCOME_UNKNOWN if entry.status is OutboxStatus.SENT else OutboxStatus.QUEUED
    return OutboxStatus.CONFLICT


def _same_words(shown: str, sent: str) -> bool:
    """Words that the server does not show say nothing against us; servers trim and re-wrap white space."""
    return not shown.strip() or shown.split() == sent.split()


class DecisionBlock(StrEnum):
    """Why a decision is not offered now; each has its sentence beside the buttons."""

    NOTHING_SELECTED = "nothing_selected"
    DECISION_PENDING = "decision_pending"
    STATE_PENDING = "state_pending"
    STATE_SUSPENDED = "state_suspended"
    STATE_CLOSED = "state_closed"
    STATE_UNKNOWN = "state_unknown"
    VALIDATION_AUTOMATIC = "validation_automatic"
    ARCHIVE_NOT_REVIEWED = "archive_not_reviewed"
    ARCHIVE_OF_ANOTHER_FILE = "archive_of_another_file"
    READ_ONLY = "read_only"


def why_not_decidable(
    client_file: AnyFile | None,
    *,
    pending: OutboxEntry | None,
    archive_sha256: str | None,
    archive_matches: bool = True,
    automatic_modes: frozenset[str] = frozenset(),
    read_only: bool = False,
) -> DecisionBlock | None:
    """The first rule that forbids a decision on this client file now, or None when it may be decided.

    ``archive_matches`` is False when the archive's report.json names another client file. ``automatic_modes`` are the
    values of the workflow's validation mode that leave no decision to an operator (API map).
    """
    if client_file is None:
        return DecisionBlock.NOTHING_SELECTED
    if read_only:
        return DecisionBlock.READ_ONLY
    if pending is not None and not pending.status.is_final:
        return DecisionBlock.DECISION_PENDING
    known = client_file.state.known
    if known is None:
        return DecisionBlock.STATE_UNKNOWN
    if known is KnownState.PENDING:
        return DecisionBlock.STATE_PENDING
    if known is KnownState.SUSPENDED:
        return DecisionBlock.STATE_SUSPENDED
    if client_file.state.is_closed:
        return DecisionBlock.STATE_CLOSED
    if client_file.validation_mode in automatic_modes:
        return DecisionBlock.VALIDATION_AUTOMATIC
    if not archive_sha256:
        return DecisionBlock.ARCHIVE_NOT_REVIEWED
    if not archive_matches:
        return DecisionBlock.ARCHIVE_OF_ANOTHER_FILE
    return None


class LegalArchiving(StrEnum):
    """What acceptance will do, said before the click."""

    WILL_ARCHIVE = "will_archive"
    NOTHING_TO_ARCHIVE = "nothing_to_archive"
    NOT_KNOWN = "not_known"


def legal_archiving_of(client_file: AnyFile, signed_document_seen: bool | None) -> LegalArchiving:
    """Whether acceptance archives legally: only if a signature was made (public documentation, ``intro``).

    The server's word wins; without it, a signed document in the archive is taken as a signature.
    """
    signed = client_file.signed if client_file.signed is not None else signed_document_seen
    if signed is None:
        return LegalArchiving.NOT_KNOWN
    return LegalArchiving.WILL_ARCHIVE if signed else LegalArchiving.NOTHING_TO_ARCHIVE


DEFAULT_GRACE = timedelta(seconds=10)
