"""Views of the list that the operator keeps, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.domain.narrowing import MOST_DAYS, Narrowing, Period, RowMark, SavedView, Started
from tns_desktop.services.settings import Settings

RECORDS = "views"
LONGEST_NAME = 60
MOST_VIEWS = 30
"""More would be a list to search in."""


class SavedViews:
    """In the settings, in clear: they name queues, workflows and days, nothing of a client."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[SavedView]:
        """A record that cannot be used, or whose name stood before, is left out."""
        found: dict[str, SavedView] = {}
        for record in self._settings.records(RECORDS):
            view = _view_of(record)
            if view is not None:
                found.setdefault(view.name, view)
        return list(found.values())[:MOST_VIEWS]

    def named(self, name: str) -> SavedView | None:
        return next((view for view in self.all() if view.name == name), None)

    def put(self, view: SavedView) -> None:
        """In the place of one of the same name, else behind the others. Raises SettingsNotSaved; nothing is changed then."""
        views = {other.name: other for other in self.all()}
        views[view.name] = view
        self.replace(list(views.values()))

    def replace(self, views: list[SavedView]) -> None:
        """These, in this order. Raises SettingsNotSaved; nothing is changed then."""
        self._settings.set_records(RECORDS, [_record_of(view) for view in views])


def _record_of(view: SavedView) -> dict[str, str]:
    """Texts only; what asks for nothing is left out."""
    narrowing = view.narrowing
    started = narrowing.started
    record = {
        "name": view.name,
        "state": view.state.name if view.state is not None else "",
        "workflow": narrowing.workflow,
        "profile": narrowing.profile,
        "marks": " ".join(sorted(narrowing.marks)),
    }
    if started.period is not Period.ANY:
        record["started"] = started.period.value
    if started.period in (Period.LAST_DAYS, Period.OLDER):
        record["days"] = str(started.days)
    if started.period is Period.BETWEEN:
        record["first"] = started.first.isoformat() if started.first is not None else ""
        record["last"] = started.last.isoformat() if started.last is not None else ""
    return {name: text for name, text in record.items() if text}


def _view_of(record: Any) -> SavedView | None:
    """None for a record that cannot be used: half a view would show what nobody asked for."""
    if not isinstance(record, dict):
        return None
    texts = {name: value for name, value in record.items() if isinstance(value, str)}
    name = texts.get("name", "").strip()
    if len(texts) != len(record) or not 0 < len(name) <= LONGEST_NAME:
        return None
    try:
        narrowing = Narrowing(
            texts.get("workflow", ""),
            texts.get("profile", ""),
            _started_of(texts),
            frozenset(RowMark(mark) for mark in texts.get("marks", "").split()),
        )
    except ValueError:
        return None
    return SavedView(name, ClientFileState(texts["state"]) if texts.get("state") else None, narrowing)


def _started_of(texts: Mapping[str, str]) -> Started:
    """Raises ValueError."""
    period = Period(texts.get("started", Period.ANY))
    if period in (Period.LAST_DAYS, Period.OLDER):
        days = int(texts.get("days", ""))
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(days)
        return Started(period, days)
    if period is Period.BETWEEN:
        first, last = (date.fromisoformat(texts[name]) if name in texts else None for name in ("first", "last"))
        if first is None and last is None:
            raise ValueError("no day at all")
        return Started(period, first=first, last=last)
    return Started(period)
