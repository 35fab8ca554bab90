"""Two products on one desk: each is followed by itself, none waits for the other, and nothing of one is the other's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import CONNECTION_ID, DeskUnderTest, until
from tests.support.model_desk import opened_model_desk
from tests.support.model_server import FAULTS, ModelServer
from tests.support.zips import good_zip
from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import DecisionsUnfinished
from tns_desktop.services.events import RefreshFinished
from tns_desktop.services.ports import StoredArchive

pytestmark = pytest.mark.anyio

OTHER = "c2"
SAME = "c0ffee00-0000-4000-8000-000000000001"


@dataclass(slots=True)
class Two:
    """A desk with two connections, each to a server that has a file of the same uuid."""

    desk: DeskUnderTest
    first: ModelServer
    second: ModelServer

    def rounds(self) -> list[RefreshFinished]:
        heard: list[RefreshFinished] = []
        self.desk.desk.bus.subscribe(RefreshFinished, heard.append)
        return heard

    async def decide(self, client_file: ClientFile, verdict: Verdict = Verdict.ACCEPT) -> OutboxEntry:
        archive = StoredArchive(client_file.key, "ab" * 32, 100)
        return await self.desk.desk.decisions.decide(client_file, verdict, archive)

    def state_of(self, connection_id: str) -> ConnectionState:
        return self.desk.desk.lines.state_of(connection_id)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    second = ModelServer(connection_id=OTHER)
    async with opened_model_desk(tmp_path / "profile", second=second) as opened:
        opened.server.add(SAME)
        second.add(SAME)
        yield Two(opened.desk, opened.server, second)


@contextlib.asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def followed(two: Two) -> contextlib.AbstractAsyncContextManager[None]:
    run = two.desk.desk.synchroniser.run
    return running(run(CONNECTION_ID, lambda: 60), run(OTHER, lambda: 60))


def never(held: asyncio.Event) -> Any:
    """A server that hangs until the test lets it go."""

    async def hang() -> None:
        await held.wait()

    return hang


async def test_a_server_that_hangs_delays_no_other_list(two: Two) -> None:
    two.first.answering = never(asyncio.Event())
    rounds = two.rounds()
    async with followed(two):
        await until(lambda: RefreshFinished(OTHER, True) in rounds, "the other connection's round")
        assert [row.key for row in await two.desk.desk.catalogue.rows([CONNECTION_ID, OTHER])] == [
            ClientFileKey(OTHER, SAME)
        ]
        assert (two.state_of(CONNECTION_ID), two.state_of(OTHER)) == (
            ConnectionState.CONNECTING,
            ConnectionState.ONLINE,
        )


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("401", ConnectionState.WRONG_CREDENTIALS),
        ("429", ConnectionState.SERVER_TROUBLE),
        ("503", ConnectionState.SERVER_TROUBLE),
        ("offline", ConnectionState.OFFLINE),
    ],
)
async def test_one_connection_s_trouble_neither_empties_nor_slows_the_other(
    two: Two, fault: str, state: ConnectionState
) -> None:
    await two.desk.desk.synchroniser.refresh(CONNECTION_ID)
    two.first.read_faults.extend([fault] * 20)
    rounds = two.rounds()
    async with followed(two):
        await until(lambda: len(rounds) == 2, "a round of each")
        await until(lambda: len(two.desk.clock.sleepers) == 2, "a pause of each")
        assert (two.state_of(CONNECTION_ID), two.state_of(OTHER)) == (state, ConnectionState.ONLINE)
        assert two.desk.clock.sleepers[0] == 20.0  # the pace of work, whatever the other's pause
        assert len(await two.desk.desk.catalogue.rows([CONNECTION_ID])) == 1
        assert len(await two.desk.desk.catalogue.rows([OTHER])) == 1


async def test_a_call_to_go_round_is_heard_by_every_loop(two: Two) -> None:
    rounds = two.rounds()
    async with followed(two):
        await until(lambda: len(two.desk.clock.sleepers) == 2, "both at rest")
        rounds.clear()
        two.desk.desk.synchroniser.wake()
        await until(lambda: {event.connection_id for event in rounds} == {CONNECTION_ID, OTHER}, "both woken")


async def test_a_call_for_one_connection_leaves_the_other_at_rest(two: Two) -> None:
    rounds = two.rounds()
    async with followed(two):
        await until(lambda: len(two.desk.clock.sleepers) == 2, "both at rest")
        rounds.clear()
        two.desk.desk.synchroniser.wake([OTHER])
        await until(lambda: bool(rounds), "the one that was called")
        await until(lambda: len(two.desk.clock.sleepers) == 2, "both at rest again")
        assert [event.connection_id for event in rounds] == [OTHER]


async def test_a_server_that_hangs_delays_no_other_decision(two: Two) -> None:
    ours, theirs = two.first.files[SAME], two.second.files[SAME]
    held = asyncio.Event()
    two.first.answering = never(held)
    stuck = await two.decide(ours)
    going = await two.decide(theirs)
    async with running(two.desk.desk.sender.run()):
        await _until_status(two, going, OutboxStatus.CONFIRMED)
        assert (await two.desk.entry(stuck.decision.decision_id)).status is OutboxStatus.QUEUED
        assert len(two.second.carried_out) == 1
        two.first.answering = None
        held.set()
        await _until_status(two, stuck, OutboxStatus.CONFIRMED)


async def test_a_decision_that_comes_during_a_round_leaves_right_after_it(two: Two) -> None:
    late = two.second.add("late")
    held, asked = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        asked.set()
        await held.wait()

    two.second.answering = slowly
    first = await two.decide(two.second.files[SAME])
    async with running(two.desk.desk.sender.run()):
        await asked.wait()
        second = await two.decide(late, Verdict.REJECT)
        two.desk.desk.sender.wake()
        held.set()
        await _until_status(two, first, OutboxStatus.CONFIRMED)
        await _until_status(two, second, OutboxStatus.CONFIRMED)


async def test_refused_credentials_of_one_product_hold_its_decisions_only(two: Two) -> None:
    two.first.read_faults.extend(["401"] * 20)
    parked = await two.decide(two.first.files[SAME])
    going = await two.decide(two.second.files[SAME], Verdict.REJECT)
    async with running(two.desk.desk.sender.run()):
        await _until_status(two, going, OutboxStatus.CONFIRMED)
    assert not (await two.desk.entry(parked.decision.decision_id)).status.is_final
    assert two.first.carried_out == []
    assert [decision.key.connection_id for decision in two.second.carried_out] == [OTHER]


async def test_the_same_uuid_in_two_products_is_two_files_all_the_way(two: Two) -> None:
    """List, archive, vault, decision, outbox: what is done to one is not done to the other."""
    desk = two.desk.desk
    two.first.archives[SAME] = good_zip()
    two.second.archives[SAME] = good_zip() + b"\0"
    ours, theirs = ClientFileKey(CONNECTION_ID, SAME), ClientFileKey(OTHER, SAME)
    for connection_id in (CONNECTION_ID, OTHER):
        await desk.synchroniser.refresh(connection_id)
    opened = [await desk.archives.open(key) for key in (ours, theirs)]
    assert [archive.key for archive in opened] == [ours, theirs]
    assert opened[0].stored.sha256 != opened[1].stored.sha256
    await desk.catalogue.mark_seen(ours)
    await desk.decisions.decide(two.first.files[SAME], Verdict.ACCEPT, opened[0].stored)
    other = await desk.decisions.decide(two.second.files[SAME], Verdict.REJECT, opened[1].stored, cause="x")
    rows = {row.key: row for row in await desk.catalogue.rows([CONNECTION_ID, OTHER])}
    verdicts = {key: row.pending.decision.verdict for key, row in rows.items() if row.pending is not None}
    assert verdicts == {ours: Verdict.ACCEPT, theirs: Verdict.REJECT}
    await desk.decisions.withdraw(other.decision.decision_id)
    async with running(desk.sender.run()):
        await until(lambda: len(two.first.carried_out) == 1, "ours")
        await asyncio.sleep(0)
    assert two.second.carried_out == []
    assert two.second.files[SAME].state.awaits_validation
    await desk.keeper.drop(theirs)
    assert await two.desk.vault.blobs.find(theirs) is None
    assert await two.desk.vault.blobs.find(ours) is not None


async def test_a_removed_connection_takes_only_its_own_along(two: Two) -> None:
    desk = two.desk.desk
    for connection_id in (CONNECTION_ID, OTHER):
        await desk.synchroniser.refresh(connection_id)
    entry = await two.decide(two.second.files[SAME])
    with pytest.raises(DecisionsUnfinished):
        await desk.keeper.refuse_unfinished(OTHER)
    await desk.keeper.refuse_unfinished(CONNECTION_ID)
    await desk.keeper.forget_connection(CONNECTION_ID)
    assert {row.key for row in await desk.catalogue.rows([CONNECTION_ID, OTHER])} == {ClientFileKey(OTHER, SAME)}
    both = {ClientFileKey(name, SAME) for name in (CONNECTION_ID, OTHER)}
    assert [row.key for row in await desk.catalogue.rows_of(both)] == [ClientFileKey(OTHER, SAME)]
    assert (await two.desk.entry(entry.decision.decision_id)).status is OutboxStatus.QUEUED


async def test_what_is_kept_offline_of_one_product_does_not_wait_for_the_other_s_line(two: Two) -> None:
    desk = two.desk.desk
    for server in (two.first, two.second):
        server.archives[SAME] = good_zip()
        await desk.synchroniser.refresh(server.connection_id)
    two.first.half_way = _breaks
    async with running(desk.prefetcher.run()):
        desk.prefetcher.keep([ClientFileKey(CONNECTION_ID, SAME), ClientFileKey(OTHER, SAME)])
        await _until_kept(two, ClientFileKey(OTHER, SAME))
        assert await two.desk.vault.blobs.kept(CONNECTION_ID) == frozenset()
        two.first.half_way = None
        await desk.synchroniser.refresh(CONNECTION_ID)
        await _until_kept(two, ClientFileKey(CONNECTION_ID, SAME))


async def _breaks() -> None:
    raise FAULTS["offline"]()


async def _until_kept(two: Two, key: ClientFileKey) -> None:
    for _ in range(2000):
        if key in await two.desk.vault.blobs.kept(key.connection_id):
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"not kept: {key}")


async def _until_status(two: Two, entry: OutboxEntry, status: OutboxStatus) -> None:
    for _ in range(2000):
        present = await two.desk.entry(entry.decision.decision_id)
        if present.status is status:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"{present.status} instead of {status}")
