"""Somebody sets the machine's clock while decisions wait: nothing is sent early, and nothing stays lying."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.support.desks import until
from tests.support.model_desk import ModelDesk
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.services.ports import StoredArchive

pytestmark = pytest.mark.anyio

GRACE = timedelta(seconds=10)
SET_BY = pytest.mark.parametrize("hours", [-26, -2, 2, 26])


async def decided(model: ModelDesk, uuid: str, grace: timedelta = GRACE) -> OutboxEntry:
    model.server.add(uuid)
    await model.desk.refresh()
    row = await model.desk.row(uuid)
    stored = StoredArchive(row.key, "0" * 64, 1)
    entry = await model.desk.desk.decisions.decide(row.client_file, Verdict.ACCEPT, stored, grace=grace)
    assert await model.desk.push() is None
    return entry


async def status_of(model: ModelDesk, entry: OutboxEntry) -> OutboxStatus:
    return (await model.desk.entry(entry.decision.decision_id)).status


@SET_BY
async def test_the_time_to_undo_stays_what_it_is(model: ModelDesk, hours: int) -> None:
    entry = await decided(model, "a")
    model.desk.clock.set_by(hours * 3600)
    model.desk.clock.advance(9)
    await model.desk.push()
    assert await status_of(model, entry) is OutboxStatus.QUEUED
    assert model.server.carried_out == []
    model.desk.clock.advance(1.1)
    await model.desk.push()
    assert await status_of(model, entry) is OutboxStatus.CONFIRMED
    assert len(model.server.carried_out) == 1


@SET_BY
async def test_a_pause_that_the_server_asked_for_stays_what_it_is(model: ModelDesk, hours: int) -> None:
    entry = await decided(model, "a", timedelta(0))
    assert await status_of(model, entry) is OutboxStatus.CONFIRMED
    model.server.send_faults.append("429")
    model.server.add("b")
    await model.desk.refresh()
    row = await model.desk.row("b")
    waiting = await model.desk.desk.decisions.decide(
        row.client_file, Verdict.ACCEPT, StoredArchive(row.key, "0" * 64, 1)
    )
    assert await model.desk.push() is not None
    await model.desk.push()
    model.desk.clock.set_by(hours * 3600)
    model.desk.clock.advance(6)
    await model.desk.push()
    assert await status_of(model, waiting) is OutboxStatus.RETRY_WAIT
    model.desk.clock.advance(1.1)
    await model.desk.push()
    assert await status_of(model, waiting) is OutboxStatus.CONFIRMED


@SET_BY
async def test_the_running_sender_wakes_in_time(model: ModelDesk, hours: int) -> None:
    entry = await decided(model, "a")
    loop = asyncio.create_task(model.desk.desk.sender.run())
    await until(lambda: bool(model.desk.clock.sleepers), "the sender's pause")
    model.desk.clock.set_by(hours * 3600)
    model.desk.clock.advance(10.1)
    await until(lambda: len(model.server.carried_out) == 1, "the decision")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    assert entry.decision.key.uuid == "a"


async def test_a_wait_from_before_the_start_is_never_longer_than_the_longest(model: ModelDesk) -> None:
    """The program was closed in between, so that nobody could see the clock being set back."""
    model.server.add("a")
    await model.desk.refresh()
    row = await model.desk.row("a")
    model.desk.clock.set_by(26 * 3600)
    entry = await model.desk.desk.decisions.decide(
        row.client_file, Verdict.ACCEPT, StoredArchive(row.key, "0" * 64, 1), grace=GRACE
    )
    model.desk.clock.set_by(-26 * 3600)
    await model.desk.push()
    assert await status_of(model, entry) is OutboxStatus.QUEUED
    model.desk.clock.advance(3701)
    await model.desk.push()
    assert await status_of(model, entry) is OutboxStatus.CONFIRMED
