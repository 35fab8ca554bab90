"""The words of a rejection: lines that grow from marks into a text that belongs to the operator, and templates.

The one rule: what the operator typed is never lost and never rewritten. A line is ours only as long as it stands in the
text exactly as it was put there; once somebody touched it, or took it out, it is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

OPENING = "opening"
"""Key of the line that a composed message begins with."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One line that was composed. ``key`` says what it is about and is the same in every language."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """Words for a cause, in one language; ``{document}`` in them stands for the name of the document."""

    cause: str
    language: str
    text: str

    def about(self, document: str) -> str:
        """One line: a message's lines are told apart by their ends."""
        return " ".join(self.text.replace("{document}", document).split())

    @property
    def names_a_document(self) -> bool:
        return "{document}" in self.text


@dataclass(frozen=True, slots=True)
class RejectionDraft:
    """Words that were begun for a file, or, ``is_for_all``, for all of several files. ``composed`` is ours in the message."""

    language: str = ""
    cause: str = ""
    message: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    composed: tuple[MessageLine, ...] = ()
    is_for_all: bool = False

    @property
    def is_complete(self) -> bool:
        """A rejection needs a cause and a message."""
        return bool(self.cause.strip() and self.message.strip())

    @property
    def values(self) -> tuple[str, str, str]:
        """Cause, message, internal note, as they are sent and kept."""
        return self.cause.strip(), self.message.strip(), self.note.strip()

    @property
    def gist(self) -> str:
        """The first line of the message that tells it from others: not the opening, unless there is nothing else."""
        rows = [row.strip() for row in self.message.split("\n") if row.strip()]
        openings = {line.text for line in self.composed if line.key == OPENING}
        return next((row for row in rows if row not in openings), rows[0] if rows else "")


def recomposed(draft: RejectionDraft, lines: Sequence[MessageLine]) -> RejectionDraft:
    """The draft with ``lines`` in the place of those that were composed before; what was typed stays."""
    # A text field gives ordinary spaces back for protected ones: a line would not be known again.
    after = tuple(MessageLine(line.key, line.text.replace("\u00a0", " ")) for line in lines)
    return replace(draft, message=grown(draft.message, draft.composed, after), composed=after)


def template_for(templates: Iterable[Template], causes: Sequence[str], language: str) -> Template | None:
    """The first template for one of ``causes``, whichever way it is written, in that language."""
    wanted = {cause.strip().casefold() for cause in causes if cause.strip()}
    for template in templates:
        if template.language == language and template.cause.strip().casefold() in wanted:
            return template
    return None


def grown(text: str, before: Sequence[MessageLine], after: Sequence[MessageLine]) -> str:
    """``text``, in which ``before`` had been composed, with ``after`` composed in its place.

    A composed line that still stands is replaced by the line of the same key, or taken out when there is none any more.
    One that does not stand any more was changed or deleted by the operator and does not come back. A line with a new key
    goes behind the one that precedes it in ``after``. Every other line stays, in order, to the letter.
    """
    places = _places(text.split("\n") if text else [], before)
    wanted = {line.key: line for line in after}
    known = {line.key for line in before}
    standing = {key for key, _ in places if key}
    rows: list[tuple[str, str]] = []
    for key, row in places:
        if not key:
            rows.append(("", row))
        elif key in wanted:
            rows.append((key, wanted[key].text))
    for position, line in enumerate(after):
        if line.key in standing or line.key in known:
            continue
        rows.insert(_room_for(rows, after, position), (line.key, line.text))
    return "\n".join(row for _, row in rows)


def _places(rows: list[str], composed: Sequence[MessageLine]) -> list[tuple[str, str]]:
    """Each row with the key of the composed line that it is, or an empty key; lines are found in their order."""
    found: list[tuple[str, str]] = []
    start = 0
    for row in rows:
        at = next((n for n in range(start, len(composed)) if row.strip() and composed[n].text == row), -1)
        if at >= 0:
            start = at + 1
        found.append((composed[at].key if at >= 0 else "", row))
    return found


def _room_for(rows: list[tuple[str, str]], after: Sequence[MessageLine], position: int) -> int:
    """Behind the nearest line before it that stands, else before the nearest that stands behind it, else at the end."""
    at = {key: number for number, (key, _row) in enumerate(rows) if key}
    for line in reversed(after[:position]):
        if line.key in at:
            return at[line.key] + 1
    for line in after[position + 1 :]:
        if line.key in at:
            return at[line.key]
    return len(rows)
