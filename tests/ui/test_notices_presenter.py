"""Notices: only of news, only while nobody looks, and never with a client's data."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, a_file, an_entry
from tests.support.windows import dressed, run_in_qt, turns, until
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.services.events import ClientFilesChanged, OutboxChanged, RefreshFinished
from tns_desktop.services.settings import NOTIFICATIONS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.tray import icon_with_count


async def _refreshed(world: World, bench: Bench, rows: int) -> None:
    """A complete round that changed rows; the rows come after the word of its end, as they do."""
    world.bus.publish(ClientFilesChanged(CONNECTION_ID))
    world.bus.publish(RefreshFinished(CONNECTION_ID, True))
    await bench.until_rows(rows)
    await turns(5)


def _look_elsewhere(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(bench.window.frame), "isActiveWindow", lambda _self: False)


def test_what_arrives_later_is_told_once_and_what_was_there_is_not(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            _look_elsewhere(bench, monkeypatch)
            world.put([a_file(2), a_file(3)])
            await _refreshed(world, bench, 3)
            assert bench.tray.notices == []
            assert bench.tray.counts[-1] == 3
            world.put([a_file(4), a_file(5)])
            await _refreshed(world, bench, 5)
            await _refreshed(world, bench, 5)
            assert bench.tray.notices == [(tr("tray.arrived.title"), tr("tray.arrived.text", count=2))]
            assert bench.tray.counts[-1] == 5

    run_in_qt(application, scenario)


@pytest.mark.parametrize(("active", "wanted"), [(True, True), (False, False)])
def test_who_looks_or_does_not_want_them_gets_none(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch, active: bool, wanted: bool
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.settings.set(NOTIFICATIONS, wanted)
        async with opened_bench(world) as bench:
            monkeypatch.setattr(type(bench.window.frame), "isActiveWindow", lambda _self: active)
            await _refreshed(world, bench, 0)
            world.put([a_file(1)])
            await _refreshed(world, bench, 1)
            assert bench.tray.notices == []

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("status", "text"), [(OutboxStatus.CONFLICT, "tray.alarm.conflict"), (OutboxStatus.REFUSED, "tray.alarm.refused")]
)
def test_a_decision_that_needs_a_person_is_told_once_without_a_name(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch, status: OutboxStatus, text: str
) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            _look_elsewhere(bench, monkeypatch)
            entry = an_entry(1, status=status)
            for _ in range(2):
                world.bus.publish(OutboxChanged(entry))
            assert bench.tray.notices == [(tr("tray.alarm.title"), tr(text))]
            assert entry.decision.display_name not in str(bench.tray.notices)
            world.bus.publish(OutboxChanged(an_entry(1, status=OutboxStatus.QUEUED)))
            world.bus.publish(OutboxChanged(entry))
            assert len(bench.tray.notices) == 2

    run_in_qt(application, scenario)


def test_the_tray_brings_the_window_forward(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.window.frame.showMinimized()
            bench.tray.wanted.emit()
            await until(lambda: not bench.window.frame.isMinimized())

    run_in_qt(application, scenario)


def test_the_icon_shows_the_number() -> None:
    dressed()
    pictures = [icon_with_count(count).pixmap(64, 64).toImage() for count in (0, 1, 24, 99, 100, 2500)]
    assert [first == second for first, second in itertools.pairwise(pictures)] == [False] * 4 + [True]
