"""What narrows the list, in words."""

from __future__ import annotations

from tns_desktop.domain.narrowing import Narrowing, Period, RowMark, Started
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr


def filter_words(narrowing: Narrowing, *, every_queue: bool) -> list[str]:
    """A remark for each term; none where the list is a whole queue."""
    found = [tr("filter.term.every_queue")] if every_queue else []
    if narrowing.workflow:
        found.append(tr("filter.term.workflow", name=narrowing.workflow))
    if narrowing.profile:
        found.append(tr("filter.term.profile", name=narrowing.profile))
    if narrowing.started.period is not Period.ANY:
        found.append(_started_words(narrowing.started))
    return found + [tr(f"filter.term.{mark.value}") for mark in RowMark if mark in narrowing.marks]


def _started_words(started: Started) -> str:
    if started.period is Period.TODAY:
        return tr("filter.term.today")
    if started.period is not Period.BETWEEN:
        return tr(f"filter.term.{started.period.value}", count=started.days)
    if started.first is None or started.last is None:
        one = started.first or started.last
        assert one is not None
        return tr(f"filter.term.{'until' if started.first is None else 'since'}", day=formatting.calendar_day(one))
    first, last = (formatting.calendar_day(day) for day in (started.first, started.last))
    return tr("filter.term.between", first=first, last=last)
