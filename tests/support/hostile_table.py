"""Prints what comes of every hostile archive as a Markdown table: ``python -m tests.support.hostile_table``."""

from __future__ import annotations

import sys

from tests.support.hostile_archives import Attack, Outcome, run
from tests.support.hostile_catalogue import ATTACKS
from tns_desktop.domain.errors import TnsError


def hostile_table() -> str:
    """The table, from what the reader really does."""
    lines = ["| attack | archive | hostile entry | reading it | sound entries |", "| --- | --- | --- | --- | --- |"]
    lines.extend(_line(attack, run(attack)) for attack in ATTACKS)
    return "\n".join(lines) + "\n"


def _line(attack: Attack, outcome: Outcome) -> str:
    if outcome.index is None:
        return f"| {attack.name} | refused: {_say(outcome.error)} | – | – | – |"
    problems = ", ".join(problem.value for problem in outcome.index.problems) or "shown"
    entry = outcome.index.entry(attack.entry)
    verdict = (", ".join(problem.value for problem in entry.problems) or "no problem seen") if entry else "–"
    reading = ("refused: " + _say(outcome.read_error) if outcome.read_error else "read") if entry else "–"
    good = "readable" if outcome.good is not None else "none"
    return f"| {attack.name} | {problems} | {verdict} | {reading} | {good} |"


def _say(error: TnsError | None) -> str:
    if error is None:
        return ""
    reason = error.facts.get("reason") or error.facts.get("looks_like") or ""
    return f"{error.code} ({reason})" if reason else error.code


if __name__ == "__main__":
    sys.stdout.write(hostile_table())
