"""Rules of handing over: kept in a real file, checked when typed and when read, and when their time comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desks import FakeClock
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.domain.handover import CsvIndex, HandoverRule, Layout, Schedule
from tns_desktop.domain.handover_errors import HandoverRuleInvalid
from tns_desktop.services.handover_rules import RULE_RECORDS, HandoverRules, checked_rule
from tns_desktop.services.settings import Settings


def opened(path: Path, clock: FakeClock) -> HandoverRules:
    return HandoverRules(Settings(TomlSettingsStore(path)), clock)


def a_rule(**values: object) -> HandoverRule:
    fields: dict[str, object] = {
        "connection_id": "c1",
        "folder": "/depot",
        "template": "{id}",
        "layout": Layout.SIGNED,
        "schedule": Schedule(hour=7, minute=5),
        "csv": CsvIndex.COMMA,
        "json": False,
        "command": ("/bin/true", "--file={archive}", 'odd "quotes" \\ é'),
    }
    return HandoverRule(**{**fields, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("schedule", [None, Schedule(hour=7, minute=5), Schedule(every_hours=3)])
def test_a_rule_is_the_same_after_a_restart(tmp_path: Path, schedule: Schedule | None) -> None:
    clock = FakeClock()
    opened(tmp_path / "settings.toml", clock).save(a_rule(schedule=schedule))
    opened(tmp_path / "settings.toml", clock).save(a_rule(connection_id="c2"))
    rules = opened(tmp_path / "settings.toml", clock)
    assert rules.of("c1") == a_rule(schedule=schedule, made_at=clock.now(), since=clock.now())
    assert rules.of("c2") is not None
    rules.forget("c1")
    assert [rule.connection_id for rule in opened(tmp_path / "settings.toml", clock).all()] == ["c2"]


def test_a_rule_that_somebody_broke_is_left_out_and_stays_in_the_file(tmp_path: Path) -> None:
    settings = Settings(TomlSettingsStore(tmp_path / "settings.toml"))
    rules = HandoverRules(settings, FakeClock())
    rules.save(a_rule())
    (good,) = settings.records(RULE_RECORDS)
    broken = [
        {**good, "folder": "relative"},
        {**good, "template": "{nobody}"},
        {**good, "layout": "rar"},
        {**good, "daily_at": 7},
        {**good, "made_at": "2026-01-01T00:00:00"},
        {**good, "command": ["{folder}"]},
        {"connection_id": "c9"},
    ]
    settings.set_records(RULE_RECORDS, [*broken, {**good, "connection_id": "c2"}])
    assert [rule.connection_id for rule in rules.all()] == ["c2"]
    assert len(settings.records(RULE_RECORDS)) == len(broken) + 1


def test_a_change_keeps_what_the_rule_began_with(tmp_path: Path) -> None:
    clock = FakeClock()
    rules = opened(tmp_path / "settings.toml", clock)
    rules.save(a_rule())
    began = clock.now()
    clock.advance(60)
    rules.save(a_rule(folder="/other"))
    changed = rules.of("c1")
    assert changed is not None
    assert (changed.folder, changed.made_at, changed.since) == ("/other", began, began)
    rules.save(a_rule(on_acceptance=False), with_earlier=True)
    switched = rules.of("c1")
    assert switched is not None
    assert (switched.made_at, switched.since) == (clock.now(), None)


def test_when_a_schedule_is_due(tmp_path: Path) -> None:
    clock = FakeClock()
    rules = opened(tmp_path / "settings.toml", clock)
    rules.save(a_rule(schedule=Schedule(every_hours=2)))
    rule = rules.of("c1")
    assert rule is not None
    assert rules.seconds_to_run(rule) == 2 * 3600
    clock.advance(5 * 3600)  # the program was closed
    later = opened(tmp_path / "settings.toml", clock)
    assert (later.seconds_to_run(rule) or 0) <= 0
    later.note_run("c1")
    assert later.seconds_to_run(rule) == 2 * 3600
    clock.set_by(-100 * 3600)
    assert later.seconds_to_run(rule) == 2 * 3600
    assert later.seconds_to_run(a_rule(schedule=None)) is None
    assert 0 < (later.seconds_to_run(a_rule()) or 0) <= 86_400


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"folder": ""}, "folder", "not_absolute"),
        ({"folder": "x/y"}, "folder", "not_absolute"),
        ({"folder": "/" + "x" * 120}, "folder", "too_long"),
        ({"template": "{x}"}, "template", "unknown_placeholder"),
        ({"every_hours": "0"}, "schedule", "hours"),
        ({"daily_at": ":"}, "schedule", "time"),
        ({"command": ["true"]}, "command", "program"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_field(values: dict[str, object], field: str, reason: str) -> None:
    typed: dict[str, object] = {
        "connection_id": "c1",
        "folder": "/depot",
        "template": "{id}",
        "layout": Layout.ZIP,
        "on_acceptance": True,
    }
    with pytest.raises(HandoverRuleInvalid) as raised:
        checked_rule(**{**typed, **values})  # type: ignore[arg-type]
    assert (raised.value.facts["field"], raised.value.facts["reason"]) == (field, reason)
