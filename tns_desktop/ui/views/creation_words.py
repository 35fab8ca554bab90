"""Creations in words: what a status means, what is wrong with a field, and how a field is called."""

from __future__ import annotations

from tns_desktop.domain.creation import Creation
from tns_desktop.domain.new_client_file import FieldProblem, ProblemCode
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import has_text, tr


def status_sentence(creation: Creation) -> str:
    """What its status means."""
    return tr(
        "creation.sentence.incomplete" if creation.is_incomplete else f"creation.sentence.{creation.status.value}"
    )


def problem_words(problem: FieldProblem) -> str:
    """What is wrong, with the server's own words where it said some."""
    words = tr(f"creation.problem.{problem.code.value}")
    if problem.code is ProblemCode.DOCUMENTS_LOST:
        return tr("creation.lost", problem=words, names=problem.words)
    if not problem.words:
        return words
    if problem.code is ProblemCode.REFUSED_BY_SERVER:
        return tr("error.server_words", message=problem.words)
    return tr("creation.with_words", problem=words, words=tr("error.server_words", message=problem.words))


def problem_line(problem: FieldProblem) -> str:
    """The same with the field's name, for where the field itself is not seen."""
    words = problem_words(problem)
    if problem.field == "form":
        return words
    return tr("creation.beside", field=field_words(problem.field), problem=words)


def field_words(field: str) -> str:
    """How the form calls a field: ``participants.1.email`` is the e-mail of the second participant."""
    parts = field.split(".")
    if parts[0] == "information" and len(parts) > 1:
        return field.partition(".")[2]
    if parts[0] == "participants" and len(parts) == 3:
        name = tr(f"creation.field.{parts[2]}")
        return tr("creation.of_participant", field=name, number=int(parts[1]) + 1)
    return tr(f"creation.field.{parts[0]}")


def lines_of(creation: Creation) -> list[str]:
    """What is to be told of a creation, beyond its status."""
    lines = [problem_line(problem) for problem in creation.problems]
    if creation.seen is not None:
        seen = creation.seen
        lines.append(
            tr(
                "creation.seen",
                id=seen.display_id or seen.uuid,
                name=seen.display_name,
                date=formatting.date_time(seen.start_date),
            )
        )
    if creation.error_code and not creation.problems and has_text(f"error.{creation.error_code}.title"):
        lines.append(tr("outbox.fact.error", error=tr(f"error.{creation.error_code}.title")))
    if creation.server_message and not any(problem.words for problem in creation.problems):
        lines.append(tr("error.server_words", message=creation.server_message))
    if creation.documents:
        lines.append(tr("creation.documents", count=len(creation.documents)))
    return lines
