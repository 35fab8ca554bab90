"""Hand-overs in words: where each stands, what became of it, and what can be done."""

from __future__ import annotations

from tns_desktop.domain.errors import all_error_types
from tns_desktop.domain.handover import Handover, HandoverStatus
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.messages import Message, message_for


def status_words(row: Handover) -> str:
    """A few words for a column."""
    if row.is_held_up:
        return tr("handover.status.waiting")
    if row.status is HandoverStatus.DROPPED and row.delivered:
        return tr("handover.status.dropped_delivered")
    return tr(f"handover.status.{row.status.value}")


def place_words(row: Handover) -> str:
    return f"{row.folder}/{row.place}" if row.place else row.folder


def error_words(row: Handover) -> Message | None:
    """What keeps it from going on, as it is said of errors everywhere; None when nothing does."""
    kind = next((one for one in all_error_types() if one.code == row.error_code), None)
    return message_for(kind(row.error_code, facts=dict(row.error_facts))) if kind is not None else None


def sentences(row: Handover) -> list[str]:
    """All that is to be said of one hand-over."""
    said = [tr(f"handover.occasion.{row.occasion.value}", date=formatting.date_time(row.planned_at))]
    if row.delivered:
        said.append(
            tr(
                "handover.delivered",
                date=formatting.date_time(row.updated_at),
                place=place_words(row),
                documents=tr("handover.documents", count=row.documents),
            )
        )
    if row.was_there:
        said.append(tr("handover.was_there"))
    if row.left_out:
        said.append(tr("handover.left_out", count=row.left_out))
    if row.is_other_than_reviewed:
        said.append(tr("handover.other_than_reviewed"))
    if row.exit_status is not None:
        said.append(tr("handover.command_ended", status=row.exit_status))
    if (message := error_words(row)) is not None:
        said.append(" ".join(part for part in (message.title + ".", message.sentence, message.remedy) if part))
    if row.is_held_up and row.not_before is not None:
        said.append(tr("handover.tried_again_at", time=formatting.clock_time(row.not_before)))
    return said


def line_of(row: Handover | None) -> str:
    """One line for the file on screen; empty when there is nothing to say."""
    if row is None or row.status is HandoverStatus.DROPPED:
        return ""
    if row.delivered:
        words = tr("handover.line.done", date=formatting.date_time(row.delivered_at), place=place_words(row))
        return words if row.status is not HandoverStatus.FAILED else tr("handover.line.after", line=words)
    message = error_words(row)
    if message is None:
        return tr("handover.line.planned")
    key = "handover.line.failed" if row.status is HandoverStatus.FAILED else "handover.line.waiting"
    return tr(key, title=message.title)


def field_error(facts: dict[str, str]) -> str:
    """What is wrong with a field of a rule."""
    key = f"handover.error.{facts.get('reason', '')}"
    return tr(key, name=facts.get("name", "")) if has_text(key) else tr("error.handover_rule_invalid.sentence", **facts)
