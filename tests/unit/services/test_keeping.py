"""Keeping: the settings' rules on a real vault, the purge log, and a connection that leaves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.support.desks import CONNECTION_ID, opened_desk, until
from tests.support.model_desk import ModelDesk, opened_model_desk
from tests.support.zips import good_zip
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.vault import vault_key
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import DecisionsUnfinished, DiskFull
from tns_desktop.domain.handover import HandoverRule
from tns_desktop.domain.retention import DropReason
from tns_desktop.services.events import RoomExhausted
from tns_desktop.services.settings import ARCHIVE_DAYS, ARCHIVE_DROP_DECIDED, ARCHIVE_MEGABYTES

pytestmark = pytest.mark.anyio

UUIDS = [f"c0ffee00-0000-4000-8000-00000000000{number}" for number in range(1, 4)]
DAY = 86_400.0


async def opened_all(model: ModelDesk, *, size: int = 0) -> None:
    """Every archive is fetched, an hour after the one before it."""
    for uuid in UUIDS:
        model.server.add(uuid)
        model.server.archives[uuid] = good_zip(**{"scan.bin": os.urandom(size)})
    await model.desk.refresh()
    for uuid in UUIDS:
        await model.desk.desk.archives.open(model.desk.key(uuid))
        model.desk.clock.advance(3600)


async def kept(model: ModelDesk) -> set[str]:
    return {key.uuid for key in await model.desk.vault.blobs.kept(CONNECTION_ID)}


async def test_old_archives_go_but_not_the_one_on_screen(model: ModelDesk) -> None:
    await opened_all(model)
    model.desk.desk.settings.set(ARCHIVE_DAYS, 30)
    model.desk.desk.keeper.hold(model.desk.key(UUIDS[1]))
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == set(UUIDS)
    model.desk.clock.advance(31 * DAY)
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == {UUIDS[1]}


async def test_an_archive_that_is_being_handed_over_stays_and_the_rule_goes_with_its_connection(
    model: ModelDesk, tmp_path: Path
) -> None:
    await opened_all(model)
    handovers = model.desk.desk.handing_over.handovers
    handovers.rules.save(HandoverRule(CONNECTION_ID, str(tmp_path)))
    rows = [row.client_file for row in await model.desk.rows() if row.client_file.uuid == UUIDS[1]]
    assert len((await handovers.ask(rows)).planned) == 1
    model.desk.desk.settings.set(ARCHIVE_DAYS, 30)
    model.desk.clock.advance(31 * DAY)
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == {UUIDS[1]}
    await model.desk.desk.keeper.forget_connection(CONNECTION_ID)
    assert (await handovers.all(), handovers.rules.all()) == ([], [])


async def test_what_is_kept_on_purpose_outlives_age_and_decision_and_leaves_by_them_once_it_is_let_go(
    model: ModelDesk,
) -> None:
    await opened_all(model)
    keeper = model.desk.desk.keeper
    model.desk.desk.settings.set(ARCHIVE_DAYS, 30)
    model.desk.desk.settings.set(ARCHIVE_DROP_DECIDED, True)
    decided = await model.desk.decide(UUIDS[0])
    await model.desk.settle(decided.decision.decision_id)
    assert await keeper.keep_on_purpose([model.desk.key(uuid) for uuid in UUIDS[:2]]) == ()
    model.desk.clock.advance(31 * DAY)
    await keeper.tidy()
    assert await kept(model) == set(UUIDS[:2])
    await keeper.let_go([model.desk.key(UUIDS[0])])
    await keeper.tidy()
    assert await kept(model) == {UUIDS[1]}


async def test_room_takes_what_is_kept_on_purpose_last_and_says_so(model: ModelDesk) -> None:
    await opened_all(model, size=600_000)
    keeper = model.desk.desk.keeper
    told: list[RoomExhausted] = []
    model.desk.desk.bus.subscribe(RoomExhausted, told.append)
    await keeper.keep_on_purpose([model.desk.key(UUIDS[0])])
    model.desk.desk.settings.set(ARCHIVE_MEGABYTES, 1)
    await keeper.tidy()
    assert (await kept(model), told) == ({UUIDS[0]}, [])
    await model.desk.desk.archives.open(model.desk.key(UUIDS[1]))
    await keeper.keep_on_purpose([model.desk.key(UUIDS[1])])
    await keeper.tidy()
    assert (await kept(model), told) == ({UUIDS[1]}, [RoomExhausted(1)])
    assert await keeper.still_to_fetch() == ()  # it is not fetched again, to push out the next one


async def test_wishes_outlive_the_program_and_the_missing_are_known(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        await opened_all(model)
        await model.desk.desk.keeper.drop(model.desk.key(UUIDS[2]))
        keys = [model.desk.key(uuid) for uuid in UUIDS[1:]]
        assert await model.desk.desk.keeper.keep_on_purpose(keys) == (keys[1],)
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        assert await model.desk.desk.keeper.still_to_fetch() == (keys[1],)
        rows = {row.key.uuid: row for row in await model.desk.rows()}
        assert [rows[uuid].kept_on_purpose for uuid in UUIDS] == [False, True, True]
        assert [rows[uuid].archive_kept for uuid in UUIDS] == [True, True, False]


async def test_two_presses_in_a_row_keep_and_let_go(model: ModelDesk) -> None:
    await opened_all(model)
    keys = [model.desk.key(UUIDS[0])]
    first, second = await asyncio.gather(model.desk.desk.keeper.toggle(keys), model.desk.desk.keeper.toggle(keys))
    assert (first.kept, second.kept) == (True, False)
    assert await model.desk.vault.blobs.on_purpose() == frozenset()


async def test_the_oldest_make_room(model: ModelDesk) -> None:
    await opened_all(model, size=600_000)
    model.desk.desk.settings.set(ARCHIVE_MEGABYTES, 1)
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == {UUIDS[2]}


async def test_an_archive_with_a_decision_under_way_stays_and_goes_once_it_is_confirmed(model: ModelDesk) -> None:
    await opened_all(model)
    model.desk.desk.settings.set(ARCHIVE_DROP_DECIDED, True)
    model.desk.desk.settings.set(ARCHIVE_DAYS, 1)
    entry = await model.desk.decide(UUIDS[0], grace=60 * DAY)
    model.desk.clock.advance(31 * DAY)
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == {UUIDS[0]}
    with pytest.raises(DecisionsUnfinished):
        await model.desk.desk.keeper.drop(model.desk.key(UUIDS[0]))
    model.desk.clock.advance(31 * DAY)
    assert (await model.desk.settle(entry.decision.decision_id)).status is OutboxStatus.CONFIRMED
    await model.desk.desk.keeper.tidy()
    assert await kept(model) == set()


async def test_it_works_by_itself_when_something_is_stored(model: ModelDesk) -> None:
    model.desk.desk.settings.set(ARCHIVE_MEGABYTES, 1)
    work = asyncio.ensure_future(model.desk.desk.keeper.run())
    try:
        await opened_all(model, size=600_000)
        for _ in range(500):
            if await kept(model) == {UUIDS[2]}:
                break
            await asyncio.sleep(0.002)
        assert await kept(model) == {UUIDS[2]}
        await until(lambda: bool(model.desk.clock.sleepers))
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def test_every_drop_has_its_line_in_the_purge_log(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        await opened_all(model)
        await model.desk.desk.keeper.drop(model.desk.key(UUIDS[0]))
        await model.desk.desk.keeper.drop(model.desk.key(UUIDS[0]))
        await model.desk.desk.keeper.forget_connection(CONNECTION_ID)
    lines = await _purge_log(tmp_path, secrets)
    assert [(uuid, reason) for uuid, reason in lines] == [
        (UUIDS[0], DropReason.ASKED.value),
        *((uuid, DropReason.CONNECTION_REMOVED.value) for uuid in UUIDS[1:]),
    ]


async def test_a_removed_connection_leaves_nothing(model: ModelDesk) -> None:
    await opened_all(model)
    done = await model.desk.decide(UUIDS[0])
    await model.desk.settle(done.decision.decision_id)
    await model.desk.desk.keeper.keep_on_purpose(
        [model.desk.key(UUIDS[1]), ClientFileKey(CONNECTION_ID, "gone"), ClientFileKey("other", UUIDS[0])]
    )
    await model.desk.desk.keeper.forget_connection(CONNECTION_ID)
    assert await model.desk.vault.blobs.on_purpose() == {ClientFileKey("other", UUIDS[0])}
    assert await model.desk.rows() == []
    assert await model.desk.desk.decisions.all() == []
    assert await model.desk.vault.blobs.stored() == []


async def test_a_connection_with_a_decision_under_way_is_not_forgotten(model: ModelDesk) -> None:
    await opened_all(model)
    await model.desk.decide(UUIDS[0], grace=60)
    for refused in (model.desk.desk.keeper.refuse_unfinished, model.desk.desk.keeper.forget_connection):
        with pytest.raises(DecisionsUnfinished) as caught:
            await refused(CONNECTION_ID)
        assert caught.value.facts == {"count": "1"}
    assert len(await model.desk.rows()) == 3
    assert await kept(model) == set(UUIDS)
    await model.desk.desk.keeper.refuse_unfinished("another")


async def test_another_connections_data_stay(model: ModelDesk) -> None:
    await opened_all(model)
    await model.desk.desk.keeper.forget_connection("another")
    assert len(await model.desk.rows()) == 3
    assert ClientFileKey(CONNECTION_ID, UUIDS[0]) in await model.desk.vault.blobs.kept(CONNECTION_ID)


async def _purge_log(folder: Path, secrets: SessionSecretStore) -> list[Any]:
    vault_folder = ProfilePaths(folder).vault_folder
    database = Database(vault_folder)
    await database.open(await vault_key(secrets, vault_folder))

    def work(connection: apsw.Connection) -> list[Any]:
        return connection.execute("SELECT uuid, reason FROM purge_log ORDER BY id").fetchall()

    try:
        return await database.read(work)
    finally:
        await database.close()


async def removed_half_way(folder: Path, secrets: SessionSecretStore) -> None:
    """The connection is gone from the settings, and the program ended before its data were."""
    async with opened_model_desk(folder, secrets=secrets) as model:
        await opened_all(model)
        model.desk.desk.keeper.begin_wipe(CONNECTION_ID)
        await model.desk.desk.keeper.finish_wipes()  # this run is still at it
        assert await kept(model) == set(UUIDS)
        await model.desk.desk.connections.remove(CONNECTION_ID)


async def test_a_wipe_that_was_interrupted_ends_at_the_next_start(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    await removed_half_way(tmp_path, secrets)
    async with opened_desk(tmp_path, secrets=secrets) as desk:
        assert await desk.vault.client_files.keys(CONNECTION_ID)
        work = asyncio.ensure_future(desk.desk.keeper.run())
        await until(lambda: desk.desk.settings.records("unfinished_wipes") == [])
        work.cancel()
        assert await desk.vault.blobs.stored() == []
        assert await desk.vault.client_files.keys(CONNECTION_ID) == frozenset()


async def test_a_connection_that_is_back_keeps_its_data(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    await removed_half_way(tmp_path, secrets)
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        await model.desk.desk.keeper.finish_wipes()
        assert await kept(model) == set(UUIDS)
        assert model.desk.desk.settings.records("unfinished_wipes") == []


async def test_a_wipe_that_fails_again_stays_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = SessionSecretStore()
    await removed_half_way(tmp_path, secrets)

    async def refuse(connection_id: str) -> None:
        raise DiskFull

    async with opened_desk(tmp_path, secrets=secrets) as desk:
        with monkeypatch.context() as patched:
            patched.setattr(desk.vault.client_files, "forget_connection", refuse)
            await desk.desk.keeper.finish_wipes()
        assert desk.desk.settings.records("unfinished_wipes") == [{"connection_id": CONNECTION_ID}]
        assert "a removed connection is not wiped: disk_full" in caplog.text
        await desk.desk.keeper.finish_wipes()
        assert desk.desk.settings.records("unfinished_wipes") == []
