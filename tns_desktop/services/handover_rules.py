"""Rules of handing over: one a product, kept in the settings, checked when they are typed and again when they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.handover import (
    LONGEST_FOLDER,
    CsvIndex,
    HandoverRule,
    Layout,
    checked_command,
    checked_schedule,
)
from tns_desktop.domain.handover_errors import HandoverRuleInvalid
from tns_desktop.domain.safe_names import NameTemplate, units
from tns_desktop.services.ports import Clock
from tns_desktop.services.settings import Settings

RULE_RECORDS = "handover_rules"
RUN_RECORDS = "handover_runs"


def checked_rule(
    *,
    connection_id: str,
    folder: str,
    template: str,
    layout: Layout,
    on_acceptance: bool,
    every_hours: str = "",
    daily_at: str = "",
    csv: CsvIndex = CsvIndex.SEMICOLON,
    json: bool = True,
    command: Sequence[str] = (),
    made_at: datetime | None = None,
    since: datetime | None = None,
) -> HandoverRule:
    """A rule from what was typed. Raises HandoverRuleInvalid with ``facts["field"]``."""
    typed = folder.strip()
    if not typed or not Path(typed).is_absolute():
        raise _invalid("folder", "not_absolute")
    if units(typed) > LONGEST_FOLDER:
        raise _invalid("folder", "too_long", str(LONGEST_FOLDER))
    NameTemplate.parsed(template)
    program = checked_command(list(command))
    if program and not Path(program[0]).is_absolute():
        raise _invalid("command", "program", program[0])
    timed = bool(every_hours or daily_at)
    return HandoverRule(
        connection_id=connection_id,
        folder=typed,
        template=template.strip(),
        layout=layout,
        on_acceptance=on_acceptance,
        schedule=checked_schedule(every_hours=every_hours, at=daily_at) if timed else None,
        csv=csv,
        json=json,
        command=program,
        made_at=made_at,
        since=since,
    )


class HandoverRules:
    """Keeps the rules, and when each schedule last ran."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._read: tuple[list[dict[str, Any]], list[HandoverRule]] = ([], [])

    def all(self) -> list[HandoverRule]:
        """Every rule that can be used; one that somebody broke by hand is left out, and stays in the file."""
        records = self._settings.records(RULE_RECORDS)
        if records != self._read[0]:  # they are asked for with each file
            self._read = (records, self._understood(records))
        return list(self._read[1])

    def _understood(self, records: list[dict[str, Any]]) -> list[HandoverRule]:
        found = []
        for record in records:
            try:
                found.append(_rule_from(record))
            except (TnsError, ValueError, KeyError, TypeError, AttributeError):
                continue
        return found

    def of(self, connection_id: str) -> HandoverRule | None:
        return next((rule for rule in self.all() if rule.connection_id == connection_id), None)

    def save(self, rule: HandoverRule, *, with_earlier: bool = False) -> None:
        """From now on, or ``with_earlier`` for every accepted file. Raises SettingsNotSaved; nothing is changed then.

        What a rule that is changed was told to begin with stays: files accepted since are still to come.
        """
        now, before = self._clock.now(), self.of(rule.connection_id)
        goes_on = before is not None and before.on_acceptance == rule.on_acceptance
        made_at = before.made_at if before is not None and goes_on else now
        since = None if with_earlier else (before.since if before is not None else None) or now
        kept = [one for one in self._settings.records(RULE_RECORDS) if one.get("connection_id") != rule.connection_id]
        self._settings.set_records(RULE_RECORDS, [*kept, _record_of(replace(rule, made_at=made_at, since=since))])
        if rule.schedule is not None and (before is None or before.schedule != rule.schedule):
            self.note_run(rule.connection_id)

    def forget(self, connection_id: str) -> None:
        """Raises SettingsNotSaved."""
        for name in (RULE_RECORDS, RUN_RECORDS):
            records = self._settings.records(name)
            kept = [one for one in records if one.get("connection_id") != connection_id]
            if len(kept) < len(records):
                self._settings.set_records(name, kept)

    def note_run(self, connection_id: str) -> None:
        """The schedule has had its turn now. Raises SettingsNotSaved."""
        kept = [one for one in self._settings.records(RUN_RECORDS) if one.get("connection_id") != connection_id]
        run = {"connection_id": connection_id, "at": self._clock.now().isoformat()}
        self._settings.set_records(RUN_RECORDS, [*kept, run])

    def seconds_to_run(self, rule: HandoverRule) -> float | None:
        """0 or less once the schedule is due; what was missed while the program was closed is due. None: no schedule."""
        if rule.schedule is None:
            return None
        now = self._clock.now().astimezone()
        last = self._last_run(rule.connection_id) or rule.made_at
        if last is None:
            return 0.0
        # After a clock was set back, the last run lies ahead; the next one must not wait for that.
        last = min(last.astimezone(now.tzinfo), now)
        due = rule.schedule.next_after(last.replace(tzinfo=None))
        return (due - now.replace(tzinfo=None)).total_seconds()

    def _last_run(self, connection_id: str) -> datetime | None:
        for record in self._settings.records(RUN_RECORDS):
            if record.get("connection_id") == connection_id:
                try:
                    moment = datetime.fromisoformat(str(record.get("at")))
                except ValueError:
                    return None
                return moment if moment.tzinfo is not None else None
        return None


def _record_of(rule: HandoverRule) -> dict[str, Any]:
    record: dict[str, Any] = {
        "connection_id": rule.connection_id,
        "folder": rule.folder,
        "template": rule.template,
        "layout": rule.layout.value,
        "on_acceptance": rule.on_acceptance,
        "csv": rule.csv.value,
        "json": rule.json,
        "command": list(rule.command),
    }
    if rule.schedule is not None and rule.schedule.every_hours:
        record["every_hours"] = rule.schedule.every_hours
    elif rule.schedule is not None:
        record["daily_at"] = f"{rule.schedule.hour:02}:{rule.schedule.minute:02}"
    for name in ("made_at", "since"):
        if (moment := getattr(rule, name)) is not None:
            record[name] = moment.isoformat()
    return record


def _rule_from(record: dict[str, Any]) -> HandoverRule:
    def moment(name: str) -> datetime | None:
        found = datetime.fromisoformat(record[name]) if record.get(name) else None
        if found is not None and found.tzinfo is None:
            raise ValueError(name)
        return found

    return checked_rule(
        connection_id=record["connection_id"],
        folder=record["folder"],
        template=record["template"],
        layout=Layout(record["layout"]),
        on_acceptance=record["on_acceptance"] is True,
        every_hours=str(record.get("every_hours", "")),
        daily_at=record.get("daily_at", ""),
        csv=CsvIndex(record["csv"]),
        json=record["json"] is True,
        command=record.get("command", []),
        made_at=moment("made_at"),
        since=moment("since"),
    )


def _invalid(field: str, reason: str, name: str = "") -> HandoverRuleInvalid:
    return HandoverRuleInvalid(reason, facts={"field": field, "reason": reason, "name": name})
