"""Synchronising: what a refresh stores, what it leaves alone, and what it says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.desks import CONNECTION_ID, until
from tests.support.model_desk import ModelDesk
from tests.support.model_server import FAULTS
from tns_desktop.domain.client_file import ACCEPTED, SUSPENDED, WAITING, ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import AnswerNotUnderstood, ServerFailed, ServerUnreachable, TnsError
from tns_desktop.services.events import ClientFilesChanged, ConnectionStateChanged, RefreshFinished
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.sync import FILES_AT_ONCE, pause_after

pytestmark = pytest.mark.anyio


def add(model: ModelDesk, *uuids: str, state: ClientFileState = WAITING) -> None:
    for uuid in uuids:
        model.server.add(uuid)
        model.server.files[uuid] = replace(model.server.files[uuid], state=state)


async def states(model: ModelDesk) -> dict[str, str]:
    return {row.client_file.uuid: row.client_file.state.name for row in await model.desk.rows()}


def told(model: ModelDesk, event_type: type) -> list[object]:
    heard: list[object] = []
    model.desk.desk.bus.subscribe(event_type, heard.append)
    return heard


async def test_a_list_of_many_pages_is_stored_whole(model: ModelDesk) -> None:
    add(model, *(f"f{number}" for number in range(23)))
    model.server.page_size = 5
    changes, rounds = told(model, ClientFilesChanged), told(model, RefreshFinished)
    await model.desk.refresh()
    assert len(await model.desk.rows()) == 23
    assert changes == [ClientFilesChanged(CONNECTION_ID, frozenset(model.desk.key(f"f{n}") for n in range(23)))]
    assert rounds == [RefreshFinished(CONNECTION_ID, True)]


async def test_a_refresh_without_news_tells_nobody(model: ModelDesk) -> None:
    add(model, "a")
    await model.desk.refresh()
    changes = told(model, ClientFilesChanged)
    await model.desk.refresh()
    assert changes == []


async def test_a_file_that_left_its_queue_is_followed(model: ModelDesk) -> None:
    add(model, "a", "b")
    await model.desk.refresh()
    add(model, "a", state=ClientFileState("ARCHIVING"))
    model.server.reads.clear()
    await model.desk.refresh()
    assert await states(model) == {"a": "ARCHIVING", "b": "WAITING"}
    assert model.server.reads == ["a"]


async def test_a_file_is_forgotten_only_for_a_404(model: ModelDesk) -> None:
    add(model, "a", "b", state=SUSPENDED)
    for file in model.server.files.values():
        await model.desk.vault.client_files.upsert([file])
    del model.server.files["a"]
    model.server.failing_reads["b"] = "500"
    with pytest.raises(ServerFailed):
        await model.desk.refresh()
    assert await states(model) == {"b": "SUSPENDED"}


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_error_empties_the_list(model: ModelDesk, fault: str) -> None:
    add(model, "a", "b")
    await model.desk.refresh()
    rounds = told(model, RefreshFinished)
    model.server.read_faults.extend([fault] * 10)
    with pytest.raises(TnsError) as caught:
        await model.desk.refresh()
    assert caught.value.code == FAULTS[fault]().code
    assert await states(model) == {"a": "WAITING", "b": "WAITING"}
    assert rounds == [RefreshFinished(CONNECTION_ID, False)]


async def test_a_file_that_is_stored_while_another_breaks_the_reading_off_is_told(model: ModelDesk) -> None:
    add(model, "a", *(f"f{number}" for number in range(9)))
    await model.desk.refresh()
    add(model, "a", state=SUSPENDED)
    model.server.reads.clear()
    model.server.failing_reads |= {f"f{number}": "offline" for number in range(9)}
    changes = told(model, ClientFilesChanged)
    with pytest.raises(ServerUnreachable):
        await model.desk.desk.synchroniser.read_files(CONNECTION_ID, ["a", *(f"f{number}" for number in range(9))])
    assert (await states(model))["a"] == "SUSPENDED"
    assert changes == [ClientFilesChanged(CONNECTION_ID, frozenset({model.desk.key("a")}))]
    assert len(model.server.reads) <= FILES_AT_ONCE, "a server that does not answer is asked no more"


async def test_what_was_stored_before_the_break_is_told(model: ModelDesk) -> None:
    add(model, "a")
    changes = told(model, ClientFilesChanged)
    model.server.read_faults.extend(["", "500"])  # the second queue's list
    with pytest.raises(ServerFailed):
        await model.desk.refresh()
    assert changes == [ClientFilesChanged(CONNECTION_ID, frozenset({model.desk.key("a")}))]


async def test_a_page_that_breaks_in_the_middle_changes_nothing(model: ModelDesk) -> None:
    add(model, *"abcdef")
    model.server.page_size = 2
    model.server.read_faults.extend(["", "", "cut"])
    with pytest.raises(TnsError):
        await model.desk.refresh()
    assert await states(model) == {}


@pytest.mark.parametrize("cursors", [("x",), ("x", "y"), ("x", "y", "z")])
async def test_a_list_that_goes_round_is_noticed(model: ModelDesk, cursors: tuple[str, ...]) -> None:
    add(model, "a")
    model.server.cursor_loop = cursors
    with pytest.raises(AnswerNotUnderstood) as caught:
        await model.desk.refresh()
    assert caught.value.facts["reason"] == "paging_loop"


async def test_a_few_files_that_cannot_be_read_do_not_hide_the_others(model: ModelDesk) -> None:
    known = [ClientFile(ClientFileKey(CONNECTION_ID, f"f{number}"), SUSPENDED) for number in range(6)]
    await model.desk.vault.client_files.upsert(known)
    add(model, *(file.uuid for file in known), state=ClientFileState("ARCHIVING"))
    model.server.failing_reads |= {"f0": "500", "f1": "garbled"}
    with pytest.raises(ServerFailed):
        await model.desk.refresh()
    found = await states(model)
    assert [found[f"f{number}"] for number in range(6)] == ["SUSPENDED"] * 2 + ["ARCHIVING"] * 4


async def test_a_storm_of_errors_is_not_sat_through(model: ModelDesk) -> None:
    known = [ClientFile(ClientFileKey(CONNECTION_ID, f"f{number}"), SUSPENDED) for number in range(50)]
    await model.desk.vault.client_files.upsert(known)
    model.server.failing_reads |= {file.uuid: "500" for file in known}
    with pytest.raises(ServerFailed):
        await model.desk.refresh()
    assert len(model.server.reads) < 10
    assert len(await states(model)) == 50


async def test_decisions_go_first(model: ModelDesk) -> None:
    add(model, "a")
    archive = StoredArchive(model.desk.key("a"), "0" * 64, 1)
    await model.desk.desk.decisions.decide(model.server.files["a"], Verdict.ACCEPT, archive)
    await model.desk.refresh()
    assert (await model.desk.row("a")).client_file.state == ACCEPTED
    assert (await model.desk.row("a")).pending is None


async def test_a_decision_in_trouble_does_not_keep_the_list_away(model: ModelDesk) -> None:
    add(model, "a", "b")
    archive = StoredArchive(model.desk.key("a"), "0" * 64, 1)
    entry = await model.desk.desk.decisions.decide(model.server.files["a"], Verdict.ACCEPT, archive)
    model.server.failing_reads["a"] = "500"
    await model.desk.refresh()
    assert await states(model) == {"a": "WAITING", "b": "WAITING"}
    assert (await model.desk.entry(entry.decision.decision_id)).error_code == "server_failed"


async def test_a_refresh_that_went_well_frees_parked_decisions(model: ModelDesk) -> None:
    add(model, "a")
    archive = StoredArchive(model.desk.key("a"), "0" * 64, 1)
    entry = await model.desk.desk.decisions.decide(model.server.files["a"], Verdict.ACCEPT, archive)
    model.server.read_faults.append("401")
    assert (await model.desk.push()) is not None
    await model.desk.refresh()
    model.desk.clock.advance(5)
    assert await model.desk.push() is None
    assert (await model.desk.entry(entry.decision.decision_id)).status is OutboxStatus.CONFIRMED


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("offline", ConnectionState.OFFLINE),
        ("401", ConnectionState.WRONG_CREDENTIALS),
        ("500", ConnectionState.SERVER_TROUBLE),
        ("garbled", ConnectionState.SERVER_TROUBLE),
    ],
)
async def test_the_line_is_told_as_it_is(model: ModelDesk, fault: str, state: ConnectionState) -> None:
    heard = told(model, ConnectionStateChanged)
    model.server.read_faults.append(fault)
    with pytest.raises(TnsError):
        await model.desk.refresh()
    await model.desk.refresh()
    assert [event.state for event in heard if isinstance(event, ConnectionStateChanged)] == [
        ConnectionState.CONNECTING,
        state,
        ConnectionState.ONLINE,
    ]


async def test_the_loop_slows_down_while_it_fails_and_wakes_at_once(model: ModelDesk) -> None:
    desk, clock = model.desk.desk, model.desk.clock
    add(model, "a")
    model.server.read_faults.extend(["500", "429", "500"])
    loop = asyncio.create_task(desk.synchroniser.run(CONNECTION_ID, lambda: 60))
    pauses = []
    for _ in range(3):
        await until(lambda: bool(clock.sleepers), "a pause")
        pauses.append(clock.sleepers[0])
        clock.advance(pauses[-1])
        await until(lambda: not clock.sleepers or clock.sleepers[0] > 0, "the next round")
    assert 48 <= pauses[0] <= 72
    assert 96 <= pauses[1] <= 144
    assert 192 <= pauses[2] <= 288
    await until(lambda: clock.sleepers == [60.0], "a round that goes well")
    add(model, "b")
    rounds = told(model, RefreshFinished)
    desk.synchroniser.wake()
    await until(lambda: bool(rounds), "the woken round")
    assert set(await states(model)) == {"a", "b"}
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


@pytest.mark.parametrize(
    ("every", "idle", "pause"),
    [
        (60, 0, 20),
        (60, 119, 20),
        (60, 120, 60),
        (60, 1800, 60),
        (60, 1801, 300),
        (6, 0, 5),
        (600, 4000, 900),
        (3600, 4000, 3600),
    ],
)
def test_the_pace_follows_the_operator(every: float, idle: float, pause: float) -> None:
    assert pause_after(every, idle) == pause


async def test_who_comes_back_after_a_long_time_need_not_wait_out_the_long_pause(model: ModelDesk) -> None:
    desk, clock = model.desk.desk, model.desk.clock
    loop = asyncio.create_task(desk.synchroniser.run(CONNECTION_ID, lambda: 60))
    await until(lambda: clock.sleepers == [20.0], "the pace of work")
    desk.synchroniser.note_activity()
    assert clock.sleepers == [20.0]
    while clock.sleepers != [300.0]:
        clock.advance(clock.sleepers[0] if clock.sleepers else 0)
        await asyncio.sleep(0.002)
    rounds = told(model, RefreshFinished)
    desk.synchroniser.note_activity()
    await until(lambda: bool(rounds), "a round at once")
    await until(lambda: clock.sleepers == [20.0], "the pace of work again")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_a_clock_that_is_set_back_does_not_stop_the_rounds(model: ModelDesk) -> None:
    desk, clock = model.desk.desk, model.desk.clock
    clock.advance(-7200)
    loop = asyncio.create_task(desk.synchroniser.run(CONNECTION_ID, lambda: 60))
    await until(lambda: clock.sleepers == [20.0], "a pause like any other")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


def test_on_battery_the_server_is_asked_half_as_often() -> None:
    for idle in (0, 600, 7200):
        assert pause_after(60, idle, on_battery=True) == 2 * pause_after(60, idle)


async def test_a_file_whose_state_goes_back_is_waiting_again(model: ModelDesk) -> None:
    add(model, "a", state=ACCEPTED)
    await model.desk.refresh()
    add(model, "a", state=WAITING)
    await model.desk.refresh()
    assert await states(model) == {"a": "WAITING"}


async def test_a_confirmed_decision_whose_file_goes_back_stays_confirmed_and_is_not_sent_again(
    model: ModelDesk,
) -> None:
    add(model, "a")
    await model.desk.refresh()
    row = await model.desk.row("a")
    stored = StoredArchive(row.key, "0" * 64, 1)
    entry = await model.desk.desk.decisions.decide(row.client_file, Verdict.ACCEPT, stored)
    await model.desk.push()
    add(model, "a", state=WAITING)
    await model.desk.refresh()
    await model.desk.push()
    assert (await model.desk.entry(entry.decision.decision_id)).status is OutboxStatus.CONFIRMED
    assert len(model.server.carried_out) == 1
    # It can be decided again: the server asks for it again.
    again = await model.desk.desk.decisions.decide((await model.desk.row("a")).client_file, Verdict.ACCEPT, stored)
    await model.desk.push()
    assert (await model.desk.entry(again.decision.decision_id)).status is OutboxStatus.CONFIRMED
    assert len(model.server.carried_out) == 2


@pytest.mark.parametrize("hours_off", [-7, 9])
async def test_a_server_whose_clock_is_hours_off_reorders_neither_files_nor_decisions(
    model: ModelDesk, hours_off: int
) -> None:
    """The list has the order of the server's dates among themselves; decisions have that in which they were made here."""
    base = model.desk.clock.now() + timedelta(hours=hours_off)
    for minutes, name in enumerate("bca"):
        add(model, name)
        started = base + timedelta(minutes=minutes)
        model.server.files[name] = replace(model.server.files[name], start_date=started, validation_date=None)
    await model.desk.refresh()
    assert [row.client_file.uuid for row in await model.desk.rows()] == ["b", "c", "a"]
    for name in "acb":
        row = await model.desk.row(name)
        await model.desk.desk.decisions.decide(row.client_file, Verdict.ACCEPT, StoredArchive(row.key, "0" * 64, 1))
        model.desk.clock.advance(1)
    await model.desk.push()
    for name in "abc":  # validated, by its own clock, long before or after it was asked to
        model.server.files[name] = replace(model.server.files[name], validation_date=base)
    await model.desk.refresh()
    assert [decision.key.uuid for decision in model.server.carried_out] == ["a", "c", "b"]
    assert {row.client_file.state.name for row in await model.desk.rows()} == {"ACCEPTED"}
    assert [row.client_file.uuid for row in await model.desk.rows()] == ["b", "c", "a"]


@pytest.mark.parametrize("moved", ["shrinks", "grows"])
async def test_a_list_that_moves_under_the_paging_loses_nobody(model: ModelDesk, moved: str) -> None:
    add(model, *(f"f{number}" for number in range(6)))
    model.server.page_size = 2
    await model.desk.refresh()
    answers = 0

    async def move() -> None:
        nonlocal answers
        answers += 1
        if answers != 2:
            return
        if moved == "shrinks":
            # The first one leaves: what follows moves up, and one file falls between two pages.
            add(model, "f0", state=ClientFileState("ARCHIVING"))
        else:
            model.server.files = {"new": model.server.add("new"), **model.server.files}

    model.server.answering = move
    await model.desk.refresh()
    model.server.answering = None
    found = await states(model)
    assert {f"f{number}" for number in range(6)} <= set(found)
    assert found["f2"] == "WAITING"
    await model.desk.refresh()
    assert set(await states(model)) == set(model.server.files)
