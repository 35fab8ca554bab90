"""Prefetching: what is asked for comes, nothing of it is in anybody's way, and a broken line loses no wish."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.support.desks import CONNECTION_ID, until
from tests.support.model_desk import ModelDesk
from tests.support.zips import good_zip
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import ConnectionCut, ServerUnreachable
from tns_desktop.services.events import OfflineProgressed
from tns_desktop.services.settings import PREFETCH_KILOBYTES

pytestmark = pytest.mark.anyio

UUIDS = [f"c0ffee00-0000-4000-8000-00000000000{number}" for number in range(1, 5)]


@pytest.fixture
async def at_work(model: ModelDesk) -> AsyncIterator[ModelDesk]:
    """Four files with archives, the line up, the prefetcher running."""
    for uuid in UUIDS:
        model.server.add(uuid)
        model.server.archives[uuid] = good_zip()
    await model.desk.refresh()
    async with running(model):
        yield model


@contextlib.asynccontextmanager
async def running(model: ModelDesk) -> AsyncIterator[None]:
    work = asyncio.ensure_future(model.desk.desk.prefetcher.run())
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def keys(model: ModelDesk, *numbers: int) -> list[ClientFileKey]:
    return [model.desk.key(UUIDS[number]) for number in numbers]


def progress_of(model: ModelDesk) -> list[OfflineProgressed]:
    told: list[OfflineProgressed] = []
    model.desk.desk.bus.subscribe(OfflineProgressed, told.append)
    return told


async def until_kept(model: ModelDesk, *numbers: int) -> None:
    wanted = set(keys(model, *numbers))
    for _ in range(2000):
        if await model.desk.vault.blobs.kept(CONNECTION_ID) == wanted:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"kept: {await model.desk.vault.blobs.kept(CONNECTION_ID)}")


async def test_what_is_to_be_kept_is_fetched_one_after_the_other_and_told(at_work: ModelDesk) -> None:
    told = progress_of(at_work)
    at_work.desk.desk.prefetcher.keep(keys(at_work, 0, 1, 2))
    await until(lambda: told[-1:] == [OfflineProgressed(3, 0, 0)])
    await until_kept(at_work, 0, 1, 2)
    assert [event.left for event in told] == [3, 2, 1, 0]


async def test_the_next_files_are_read_ahead_and_a_new_list_replaces_the_old(at_work: ModelDesk) -> None:
    at_work.desk.desk.prefetcher.read_ahead(keys(at_work, 0, 1))
    at_work.desk.desk.prefetcher.read_ahead(keys(at_work, 2))
    await until_kept(at_work, 2)


async def test_what_cannot_be_had_is_counted_and_the_rest_comes(at_work: ModelDesk) -> None:
    told = progress_of(at_work)
    del at_work.server.archives[UUIDS[0]]
    at_work.desk.desk.prefetcher.keep(keys(at_work, 0, 1))
    await until(lambda: told[-1:] == [OfflineProgressed(1, 0, 1)])
    await until_kept(at_work, 1)


async def test_an_archive_that_the_operator_waits_for_goes_first(at_work: ModelDesk) -> None:
    """The one under way is stopped, nothing of it stays, and it comes when the operator has what he wanted."""
    half_way, stopped = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    prefetcher = at_work.desk.desk.prefetcher
    at_work.server.half_way = slowly
    prefetcher.keep(keys(at_work, 0))
    await half_way.wait()
    prefetcher.make_way(keys(at_work, 1)[0])
    await stopped.wait()
    at_work.server.half_way = None
    await at_work.desk.desk.archives.open(keys(at_work, 1)[0])
    await until_kept(at_work, 1)
    prefetcher.read_ahead([])
    await until_kept(at_work, 0, 1)


async def test_the_operator_and_the_prefetcher_share_one_transfer(at_work: ModelDesk) -> None:
    half_way, go_on = asyncio.Event(), asyncio.Event()
    transfers = 0

    async def slowly() -> None:
        nonlocal transfers
        transfers += 1
        half_way.set()
        await go_on.wait()

    prefetcher = at_work.desk.desk.prefetcher
    at_work.server.half_way = slowly
    prefetcher.read_ahead(keys(at_work, 0))
    await half_way.wait()
    prefetcher.make_way(keys(at_work, 0)[0])
    opening = asyncio.ensure_future(at_work.desk.desk.archives.open(keys(at_work, 0)[0]))
    await asyncio.sleep(0)
    go_on.set()
    assert (await opening).key == keys(at_work, 0)[0]
    assert transfers == 1


async def test_an_impatient_operator_does_not_stop_what_is_to_be_kept(at_work: ModelDesk) -> None:
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        await go_on.wait()

    at_work.server.half_way = slowly
    at_work.desk.desk.prefetcher.keep(keys(at_work, 0))
    await half_way.wait()
    opening = asyncio.ensure_future(at_work.desk.desk.archives.open(keys(at_work, 0)[0]))
    await asyncio.sleep(0.01)
    opening.cancel()
    await asyncio.wait({opening})
    go_on.set()
    await until_kept(at_work, 0)


async def test_offline_nothing_is_tried_and_no_wish_is_lost(model: ModelDesk) -> None:
    model.server.add(UUIDS[0])
    model.server.archives[UUIDS[0]] = good_zip()
    model.server.read_faults.append("offline")
    with pytest.raises(ServerUnreachable):
        await model.desk.refresh()
    async with running(model):
        model.desk.desk.prefetcher.keep(keys(model, 0))
        for _ in range(20):
            await asyncio.sleep(0)
        assert await model.desk.vault.blobs.kept(CONNECTION_ID) == frozenset()
        await model.desk.refresh()
        await until_kept(model, 0)


async def test_a_line_that_breaks_in_the_middle_is_tried_again_after_the_next_good_round(at_work: ModelDesk) -> None:
    tried = asyncio.Event()

    async def cut() -> None:
        tried.set()
        raise ServerUnreachable("cut")

    at_work.server.half_way = cut
    told = progress_of(at_work)
    at_work.desk.desk.prefetcher.keep(keys(at_work, 0))
    await tried.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert told == [OfflineProgressed(0, 1, 0)]
    at_work.server.half_way = None
    await at_work.desk.refresh()
    await until_kept(at_work, 0)


async def test_the_operator_may_stop_it(at_work: ModelDesk) -> None:
    half_way = asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        await asyncio.Event().wait()

    told = progress_of(at_work)
    at_work.server.half_way = slowly
    at_work.desk.desk.prefetcher.keep(keys(at_work, 0, 1))
    await half_way.wait()
    assert at_work.desk.desk.prefetcher.stop_keeping() == keys(at_work, 0, 1)
    at_work.server.half_way = None
    at_work.desk.desk.prefetcher.read_ahead(keys(at_work, 2))
    await until_kept(at_work, 2)
    assert told[-1] == OfflineProgressed(0, 0, 0)


async def test_one_transfer_that_breaks_does_not_keep_the_next_from_coming(at_work: ModelDesk) -> None:
    async def cut_once() -> None:
        at_work.server.half_way = None
        raise ConnectionCut("cut")

    at_work.server.half_way = cut_once
    at_work.desk.desk.prefetcher.read_ahead(keys(at_work, 0, 1, 2))
    await until_kept(at_work, 1, 2)


async def test_an_archive_that_never_comes_does_not_stand_before_the_others(at_work: ModelDesk) -> None:
    cuts = 0

    async def cut_the_first() -> None:
        nonlocal cuts
        cuts += 1
        at_work.server.half_way = None
        raise ConnectionCut("cut")

    prefetcher = at_work.desk.desk.prefetcher
    at_work.server.half_way = cut_the_first
    prefetcher.keep(keys(at_work, 0, 1, 2))
    await until(lambda: cuts == 1)
    del at_work.server.archives[UUIDS[0]]
    told = progress_of(at_work)
    await at_work.desk.refresh()
    await until_kept(at_work, 1, 2)
    await until(lambda: told[-1:] == [OfflineProgressed(2, 0, 1)])
    assert told[0] == OfflineProgressed(1, 2, 0)  # another one came first


async def test_letting_go_of_one_stops_its_transfer_and_the_others_come(at_work: ModelDesk) -> None:
    half_way = asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        await asyncio.Event().wait()

    at_work.server.half_way = slowly
    prefetcher = at_work.desk.desk.prefetcher
    prefetcher.keep(keys(at_work, 0, 1))
    await half_way.wait()
    at_work.server.half_way = None
    prefetcher.let_go(keys(at_work, 0, 3))
    prefetcher.read_ahead([])
    await until_kept(at_work, 1)


async def test_what_nobody_waits_for_keeps_its_pace_until_the_operator_wants_it(at_work: ModelDesk) -> None:
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        await go_on.wait()

    desk = at_work.desk.desk
    desk.settings.set(PREFETCH_KILOBYTES, 2)
    at_work.server.half_way = slowly
    desk.prefetcher.read_ahead(keys(at_work, 0))
    await half_way.wait()
    pace = at_work.server.paces[UUIDS[0]]
    assert pace is not None
    pace.take(20_000, 1000.0)
    assert pace.wait(1000.0) == pytest.approx(9.0)
    opening = asyncio.ensure_future(desk.archives.open(keys(at_work, 0)[0]))
    await until(lambda: pace.wait(1000.0) == 0)
    go_on.set()
    await opening
    await desk.archives.open(keys(at_work, 1)[0])
    assert at_work.server.paces[UUIDS[1]] is None


async def test_the_prefetcher_does_not_slow_down_what_the_operator_waits_for(at_work: ModelDesk) -> None:
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        half_way.set()
        await go_on.wait()

    desk = at_work.desk.desk
    desk.settings.set(PREFETCH_KILOBYTES, 1)
    at_work.server.half_way = slowly
    opening = asyncio.ensure_future(desk.archives.open(keys(at_work, 0)[0]))
    await half_way.wait()
    desk.prefetcher.read_ahead(keys(at_work, 0))
    go_on.set()
    await opening
    assert at_work.server.paces[UUIDS[0]] is None
