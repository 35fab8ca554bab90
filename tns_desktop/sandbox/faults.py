"""Faults on demand: what to do wrong, to which requests, how often.

Grammar of a specification: comma-separated ``route:fault[(number)][*count][@after]``. ``*count`` limits the fault to the
first ``count`` requests that match, ``@after`` lets the first n of them pass. ``(number)`` is the ``Retry-After`` in
seconds of 429 and 503, and the length in seconds of ``slow``. The first rule that is due wins.

Which faults let the request act: ``slow``, ``cut``, ``commit-then-cut``, ``invalid-json``, ``wrong-media`` and
``wrong-length`` spoil an answer that was earned, so a decision *is* carried out; all others answer in the
application's place, so nothing happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FAULT_ROUTES = ("list", "read", "archive", "accept", "reject", "create", "facematch", "operators", "decision", "any")
STATUS_FAULTS = ("401", "403", "404", "409", "429", "500", "503")
FAULT_KINDS = (
    "hang",
    "slow",
    "cut",
    "commit-then-cut",
    *STATUS_FAULTS,
    "html",
    "invalid-json",
    "wrong-media",
    "wrong-length",
    "redirect",
    "huge-json",
)
_WITH_NUMBER = ("slow", "429", "503")
_RULE = re.compile(
    r"(?P<route>[a-z]+):(?P<kind>[a-z0-9-]+)(?:\((?P<number>\d+(?:\.\d+)?)\))?(?:\*(?P<count>\d+))?(?:@(?P<after>\d+))?"
)


class FaultSpecInvalid(ValueError):
    """The specification cannot be read; the text is a sentence for the person who typed it."""


@dataclass(slots=True)
class FaultRule:
    """One rule and how often it has been met. ``number`` None: the fault's own default."""

    route: str
    kind: str
    number: float | None = None
    count: int | None = None
    after: int = 0
    passed: int = 0
    used: int = 0

    def covers(self, route: str) -> bool:
        return self.route in ("any", route) or (self.route == "decision" and route in ("accept", "reject"))

    def is_due(self) -> bool:
        """Counts a matching request; True when the fault happens to it."""
        if self.passed < self.after:
            self.passed += 1
            return False
        if self.count is not None and self.used >= self.count:
            return False
        self.used += 1
        return True


class FaultPlan:
    """The rules in force."""

    def __init__(self, spec: str = "") -> None:
        """Raises FaultSpecInvalid."""
        self.spec = spec
        self._rules = parse_faults(spec)

    def take(self, route: str) -> FaultRule | None:
        """The rule that strikes this request, if any. Each request may be asked about once only."""
        return next((rule for rule in self._rules if rule.covers(route) and rule.is_due()), None)


def parse_faults(spec: str) -> list[FaultRule]:
    """Raises FaultSpecInvalid."""
    rules = []
    for text in filter(None, (part.strip() for part in spec.split(","))):
        found = _RULE.fullmatch(text)
        if found is None:
            raise FaultSpecInvalid(f"'{text}' is not a fault; the form is route:fault[(number)][*count][@after].")
        route, kind, number, count = found["route"], found["kind"], found["number"], found["count"]
        if route not in FAULT_ROUTES:
            raise FaultSpecInvalid(f"'{route}' in '{text}' is not a route; routes are {', '.join(FAULT_ROUTES)}.")
        if kind not in FAULT_KINDS:
            raise FaultSpecInvalid(f"'{kind}' in '{text}' is not a fault; faults are {', '.join(FAULT_KINDS)}.")
        if number is not None and kind not in _WITH_NUMBER:
            raise FaultSpecInvalid(f"'{text}': only {', '.join(_WITH_NUMBER)} take a number in parentheses.")
        rules.append(
            FaultRule(
                route,
                kind,
                number=None if number is None else float(number),
                count=None if count is None else int(count),
                after=int(found["after"] or 0),
            )
        )
    return rules
