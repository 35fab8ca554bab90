"""States and outbox steps in words, with the token of their colour and the name of their icon: never colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.client_file import ClientFileState, KnownState
from tns_desktop.domain.connection import Connection, ConnectionState, Environment
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.follow_up import Standing, Urgency
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.review import DocumentMark, Mark, Review
from tns_desktop.domain.verdict import Conclusion
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr

NAMED = 4
"""Documents that are named in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class Look:
    """``token`` names a colour of the theme, ``icon`` a picture of ``resources/icons``."""

    token: str
    icon: str


_STATES = {
    KnownState.WAITING: Look("state_waiting", "inbox"),
    KnownState.PENDING: Look("state_pending", "hourglass"),
    KnownState.SUSPENDED: Look("state_suspended", "search-check"),
    KnownState.ACCEPTED: Look("state_accepted", "check"),
    KnownState.REJECTED: Look("state_rejected", "cross"),
}

_CONCLUSIONS = {
    Conclusion.CONFORMING: Look("state_accepted", "check"),
    Conclusion.WITH_RESERVATIONS: Look("state_suspended", "warning"),
    Conclusion.NOT_CONFORMING: Look("state_rejected", "cross"),
}

_LINES = {
    ConnectionState.ONLINE: Look("state_accepted", "online"),
    ConnectionState.CONNECTING: Look("text_muted", "online"),
    ConnectionState.NEVER_TRIED: Look("text_muted", "offline"),
    ConnectionState.OFFLINE: Look("state_suspended", "offline"),
    ConnectionState.SERVER_TROUBLE: Look("state_suspended", "warning"),
    ConnectionState.SIGNED_OUT: Look("state_suspended", "key"),
    ConnectionState.WRONG_CREDENTIALS: Look("state_rejected", "key"),
}
"""From well to worst."""

_STEPS = {
    OutboxStatus.QUEUED: Look("state_pending", "send"),
    OutboxStatus.SENDING: Look("state_pending", "send"),
    OutboxStatus.SENT: Look("state_pending", "send"),
    OutboxStatus.RETRY_WAIT: Look("state_suspended", "hourglass"),
    OutboxStatus.OUTCOME_UNKNOWN: Look("state_suspended", "question"),
    OutboxStatus.CONFIRMED: Look("state_accepted", "check"),
    OutboxStatus.CONFLICT: Look("state_rejected", "warning"),
    OutboxStatus.REFUSED: Look("state_rejected", "warning"),
    OutboxStatus.WITHDRAWN: Look("text_muted", "undo"),
}


_URGENCIES = {
    Urgency.UNKNOWN: Look("text_muted", "question"),
    Urgency.FRESH: Look("state_accepted", "hourglass"),
    Urgency.AGEING: Look("state_pending", "hourglass"),
    Urgency.LATE: Look("state_suspended", "hourglass"),
    Urgency.EXPIRING: Look("state_rejected", "warning"),
    Urgency.EXPIRED: Look("state_rejected", "cross"),
}


_MARKS = {
    Mark.NOT_SEEN: Look("text_muted", "not-seen"),
    Mark.SEEN: Look("state_waiting", "seen"),
    Mark.GOOD: Look("state_accepted", "check"),
    Mark.PROBLEM: Look("state_rejected", "cross"),
    Mark.UNREADABLE: Look("state_suspended", "warning"),
}


def state_words(state: ClientFileState) -> str:
    """The state's word in the window's language; a state that nobody documented keeps its own name."""
    known = state.known
    return state.name if known is None else tr(f"state.{known.value.lower()}")


def kept_look(row: ProjectedFile) -> Look | None:
    """Whether its archive is here, and whether somebody wants it so; None for neither."""
    if row.kept_on_purpose:
        return Look("accent", "pinned") if row.archive_kept else Look("text_muted", "hourglass")
    return Look("text_muted", "kept") if row.archive_kept else None


def kept_words(row: ProjectedFile) -> str:
    """The same as a sentence; empty for neither."""
    if row.kept_on_purpose:
        return tr("list.tip.on_purpose") if row.archive_kept else tr("list.tip.to_fetch")
    return tr("list.tip.kept") if row.archive_kept else ""


def connection_words(connection: Connection) -> str:
    """The product and its environment."""
    environment = tr(f"environment.{connection.environment.value}")
    return tr("header.connection_line", label=connection.label, environment=environment)


def environment_badge(environment: Environment) -> str:
    """In capitals, for a chip of the environment's colour."""
    return tr(f"environment.badge.{environment.value}")


def line_look(state: ConnectionState) -> Look:
    return _LINES[state]


def worst_line(states: Iterable[ConnectionState]) -> ConnectionState:
    """The one that an operator should hear of first; at least one state is needed."""
    return max(states, key=list(_LINES).index)


def queue_words(state: ClientFileState) -> str:
    known = state.known
    return state.name if known is None else tr(f"queue.{known.value.lower()}")


def state_look(state: ClientFileState) -> Look:
    known = state.known
    return Look("state_unknown", "question") if known is None else _STATES[known]


def pending_words(entry: OutboxEntry) -> str:
    """For instance *accepted, waiting to be sent*."""
    return tr(f"pending.{entry.decision.verdict.value}.{entry.status.value}")


def pending_words_short(entry: OutboxEntry) -> str:
    """Where it is, without the verdict: for a narrow column, where half a sentence could be misread."""
    return tr(f"pending.short.{entry.status.value}")


def pending_look(entry: OutboxEntry) -> Look:
    return _STEPS[entry.status]


def verdict_words(verdict: Verdict) -> str:
    return tr(f"verdict.{verdict.value}")


def creation_status_words(creation: Creation) -> str:
    """The status of a client file that is to be created, in a few words."""
    return tr("creation.status.incomplete" if creation.is_incomplete else f"creation.status.{creation.status.value}")


def status_words(status: OutboxStatus) -> str:
    return tr(f"outbox.status.{status.value}")


def status_sentence(entry: OutboxEntry) -> str:
    """One sentence that says where this decision truly is."""
    return tr(f"outbox.sentence.{entry.status.value}")


def conclusion_look(conclusion: Conclusion) -> Look:
    return _CONCLUSIONS[conclusion]


def conclusion_words(conclusion: Conclusion) -> str:
    return tr(f"audit.conclusion.{conclusion.value}")


def urgency_look(urgency: Urgency) -> Look:
    return _URGENCIES[urgency]


def urgency_words(urgency: Urgency) -> str:
    return tr(f"follow_up.urgency.{urgency.name.lower()}")


def age_words(standing: Standing) -> str:
    """In days; empty where nobody knows."""
    return "" if standing.days is None else tr("age.days", count=standing.days)


def standing_sentence(standing: Standing) -> str:
    """How old, and until when: one sentence for each case."""
    if standing.days is None:
        return tr("follow_up.standing.unknown")
    if standing.due is None or standing.days_left is None:
        return tr("follow_up.standing.no_end", count=standing.days)
    date = formatting.date(standing.due)
    if standing.urgency is Urgency.EXPIRED:
        return tr("follow_up.standing.expired", count=standing.days, date=date)
    return tr("follow_up.standing.open", count=standing.days, date=date)


def mark_look(mark: Mark) -> Look:
    return _MARKS[mark]


def mark_words(mark: DocumentMark) -> str:
    """What was made of a document; for a problem with its reason, in the operator's words where they gave some."""
    if mark.mark is not Mark.PROBLEM:
        return tr(f"mark.{mark.mark.value}")
    if mark.reason is None:
        return tr("mark.problem", reason=mark.words)
    reason = tr(f"problem_reason.{mark.reason.value}")
    return (
        tr("mark.problem_in_words", reason=reason, words=mark.words)
        if mark.words
        else tr("mark.problem", reason=reason)
    )


def open_points(review: Review) -> list[str]:
    """A sentence each for what was not looked at, what has a problem, and what is missing; none when all is well."""
    points = []
    if unseen := review.not_looked_at:
        points.append(tr("open_point.not_looked_at", count=len(unseen), names=_names(review, unseen)))
    if problems := review.with_problem:
        points.append(tr("open_point.problem", count=len(problems), names=_names(review, problems)))
    if missing := review.missing:
        names = _listed([document.label for document in missing])
        points.append(tr("open_point.missing", count=len(missing), names=names))
    return points


def _names(review: Review, entries: Sequence[ArchiveEntry]) -> str:
    return _listed([review.label_of(entry) for entry in entries])


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:NAMED])
    return shown if len(names) <= NAMED else tr("open_point.and_more", names=shown, count=len(names) - NAMED)
