"""Web hooks at work: each event makes one reading, whatever it says, however often it comes, and through every trouble."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import CONNECTION_ID, until
from tests.support.hooks import HEADER, VALUE, body_of, event, free_port, post
from tests.support.model_desk import ModelDesk, opened_model_desk
from tests.support.model_server import ModelServer
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.domain.client_file import ACCEPTED, ClientFileKey
from tns_desktop.domain.errors import SecretMissing
from tns_desktop.domain.webhooks import ReceiverNotOpened
from tns_desktop.services.events import ClientFilesChanged, WebHooksChanged
from tns_desktop.services.hook_life import LIVE_SECONDS
from tns_desktop.services.hook_readings import GATHER_SECONDS, MOST_SINGLE_FILES, MOST_TRIES, REST_SECONDS
from tns_desktop.services.hook_test import StepOutcome
from tns_desktop.services.ports import Notice
from tns_desktop.services.settings import WEBHOOKS_HEADER, WEBHOOKS_ON, WEBHOOKS_PORT
from tns_desktop.services.sync import pause_after

pytestmark = pytest.mark.anyio


async def arrives(model: ModelDesk, *uuids: str, first: int = 1) -> None:
    notices = [Notice((first + place).to_bytes(32, "big"), uuid) for place, uuid in enumerate(uuids)]
    await model.desk.vault.notices.put([(CONNECTION_ID, notices)], model.desk.clock.now())


async def left(model: ModelDesk) -> list[str]:
    return [file.uuid for file in await model.desk.vault.notices.waiting()]


async def until_left(model: ModelDesk, *names: str) -> None:
    """What was read is taken out of the vault only afterwards."""
    for _ in range(2000):
        if await left(model) == list(names):
            return
        await asyncio.sleep(0.001)
    assert await left(model) == list(names)


async def listening(model: ModelDesk) -> str:
    """Switched on; the path of the connection."""
    settings, webhooks = model.desk.desk.settings, model.desk.desk.webhooks
    await webhooks.save_header_value(VALUE)
    settings.set_all([(WEBHOOKS_ON, True), (WEBHOOKS_PORT, free_port()), (WEBHOOKS_HEADER, HEADER)])
    await webhooks.apply()
    assert webhooks.state.error is None
    return webhooks.address_of(CONNECTION_ID).split(":", 2)[2].partition("/")[2].join(("/", ""))


async def test_a_file_is_read_once_for_all_its_events_and_only_what_the_server_says_counts(model: ModelDesk) -> None:
    model.server.add("a")
    model.server.add("b")
    await model.desk.refresh()
    model.server.files["a"] = replace(model.server.files["a"], state=ACCEPTED)
    changes: list[ClientFilesChanged] = []
    model.desk.desk.bus.subscribe(ClientFilesChanged, changes.append)
    await arrives(model, "a", "b", "a")
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert model.server.reads == ["a", "b"]
    assert changes == [ClientFilesChanged(CONNECTION_ID, frozenset({ClientFileKey(CONNECTION_ID, "a")}))]
    assert (await model.desk.row("a")).client_file.state == ACCEPTED
    assert await left(model) == []


async def test_a_new_file_appears_and_one_that_is_gone_goes(model: ModelDesk) -> None:
    model.server.add("old")
    await model.desk.refresh()
    del model.server.files["old"]
    model.server.add("new")
    await arrives(model, "new", "old")
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert [row.client_file.uuid for row in await model.desk.rows()] == ["new"]


@pytest.mark.parametrize("uuids", [[""], [f"f{number}" for number in range(MOST_SINGLE_FILES + 1)]])
async def test_many_files_or_any_file_are_one_look_at_the_list(model: ModelDesk, uuids: list[str]) -> None:
    model.server.add("a")
    await arrives(model, *uuids)
    assert await model.desk.desk.webhooks.readings.work(CONNECTION_ID) == REST_SECONDS
    assert model.server.reads == []
    assert [row.client_file.uuid for row in await model.desk.rows()] == ["a"]
    assert await left(model) == []


async def test_a_storm_of_events_is_a_look_at_the_list_every_few_seconds(model: ModelDesk) -> None:
    storm = [f"f{number}" for number in range(30)]
    rounds = 0
    for number in range(10):
        await arrives(model, *storm, first=1 + 100 * number)
        before = len(await left(model))
        await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
        rounds += len(await left(model)) < before
        model.desk.clock.advance(1)
    assert rounds == 2
    model.desk.clock.advance(REST_SECONDS)
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert await left(model) == []


async def test_an_unreachable_server_loses_no_event_and_is_left_alone_meanwhile(model: ModelDesk) -> None:
    model.server.add("a")
    await arrives(model, "a")
    model.server.failing_reads["a"] = "offline"
    pause = await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert 0 < pause < 5
    await arrives(model, "a", first=2)
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert model.server.reads == ["a"]
    del model.server.failing_reads["a"]
    model.desk.clock.advance(pause)
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert model.server.reads == ["a", "a"]
    assert await left(model) == []


async def test_a_file_that_cannot_be_read_keeps_no_other_waiting_and_is_given_up_in_the_end(model: ModelDesk) -> None:
    for uuid in ("bad", "good", "late"):
        model.server.add(uuid)
    model.server.failing_reads["bad"] = "garbled"
    await arrives(model, "bad", "good")
    assert 0 < await model.desk.desk.webhooks.readings.work(CONNECTION_ID) < 5, "it is tried again soon"
    assert await left(model) == ["bad"]
    await arrives(model, "late", first=10)
    await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert await left(model) == ["bad"]
    assert model.server.reads == ["bad", "good", "late"]
    for _ in range(MOST_TRIES):
        model.desk.clock.advance(100)
        await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
    assert await left(model) == []
    assert model.server.reads.count("bad") == MOST_TRIES


async def test_events_of_a_connection_that_is_gone_are_forgotten(model: ModelDesk) -> None:
    await model.desk.vault.notices.put([("gone", [Notice(b"1" * 32, "a")])], model.desk.clock.now())
    await model.desk.desk.webhooks.readings.work("gone")
    assert await left(model) == []
    assert model.server.reads == []


async def test_a_server_that_hangs_keeps_the_events_of_no_other_waiting(tmp_path: Path) -> None:
    second = ModelServer(connection_id="c2")
    second.add("theirs")
    async with opened_model_desk(tmp_path / "profile", second=second) as model:
        model.server.add("mine")

        async def hang() -> None:
            await asyncio.Event().wait()

        model.server.answering = hang
        readings, clock = model.desk.desk.webhooks.readings, model.desk.clock
        await arrives(model, "mine")
        await model.desk.vault.notices.put([("c2", [Notice(b"2" * 32, "theirs")])], clock.now())
        running = asyncio.ensure_future(readings.run())
        await until(lambda: len([one for one in clock.sleepers if one == GATHER_SECONDS]) == 2, "both")
        clock.advance(GATHER_SECONDS)
        await until(lambda: second.reads == ["theirs"], "the other's file")
        await arrives(model, "mine", first=7)
        await model.desk.vault.notices.put([("c2", [Notice(b"3" * 32, "theirs")])], clock.now())
        readings.follow("c2")
        await until(lambda: GATHER_SECONDS in clock.sleepers, "its next event")
        clock.advance(GATHER_SECONDS)
        await until(lambda: second.reads == ["theirs", "theirs"], "the other's file again")
        await until_left(model, "mine")
        assert model.server.reads == []
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        assert await left(model) == ["mine"]


async def test_what_an_earlier_run_left_is_taken_up_by_itself(model: ModelDesk) -> None:
    model.server.add("a")
    await arrives(model, "a")
    running = asyncio.ensure_future(model.desk.desk.webhooks.run())
    await until(lambda: GATHER_SECONDS in model.desk.clock.sleepers, "the start")
    model.desk.clock.advance(GATHER_SECONDS)
    await until(lambda: model.server.reads == ["a"], "the reading")
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_what_arrives_is_kept_worked_on_and_known_again_by_the_next_run(tmp_path: Path) -> None:
    folder, secrets = tmp_path / "profile", SessionSecretStore()
    async with opened_model_desk(folder, secrets=secrets) as model:
        path = await listening(model)
        webhooks = model.desk.desk.webhooks
        port = model.desk.desk.settings.get(WEBHOOKS_PORT)
        assert await post(port, body_of(event(1, "a")), path=path) == 200
        assert (webhooks.state.tally.accepted, webhooks.state.tally.duplicates) == (1, 0)
        assert await left(model) == ["a"]
        # Killed here: nothing was worked on.
    async with opened_model_desk(folder, secrets=secrets) as model:
        model.server.add("a")
        assert await listening(model) == path
        await model.desk.desk.webhooks.readings.work(CONNECTION_ID)
        assert model.server.reads == ["a"]
        port = model.desk.desk.settings.get(WEBHOOKS_PORT)
        assert await post(port, body_of(event(1, "a"), event(2, "b")), path=path) == 200
        assert model.desk.desk.webhooks.state.tally.duplicates == 1
        assert await left(model) == ["b"]


async def test_running_takes_events_up_by_itself_and_turns_them_away_once_it_ends(model: ModelDesk) -> None:
    model.server.add("a")
    path = await listening(model)
    webhooks, clock = model.desk.desk.webhooks, model.desk.clock
    running = asyncio.ensure_future(webhooks.run())
    await until(lambda: len(clock.sleepers) == 1, "the first look")
    port = model.desk.desk.settings.get(WEBHOOKS_PORT)
    assert await post(port, body_of(event(1, "a")), path=path) == 200
    await until(lambda: GATHER_SECONDS in clock.sleepers, "the event")
    assert webhooks.state.last_at == clock.now()
    clock.advance(GATHER_SECONDS)
    await until(lambda: model.server.reads == ["a"], "the reading")
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert await post(port, body_of(event(2, "a")), path=path) == 503
    await arrives(model, "a", first=9)
    webhooks.readings.follow(CONNECTION_ID)  # as the receiver's thread tells of what it kept at the last moment
    await asyncio.sleep(0)
    assert clock.sleepers == []
    assert await left(model) == ["a"]


async def test_a_fault_of_the_program_is_heard_and_ends_the_rest(
    model: ModelDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(model.desk.desk.webhooks, "apply", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        await model.desk.desk.webhooks.run()
    assert model.desk.clock.sleepers == []


async def test_what_is_saved_counts_although_the_window_that_saved_it_is_gone_before(model: ModelDesk) -> None:
    settings, webhooks, clock = model.desk.desk.settings, model.desk.desk.webhooks, model.desk.clock
    running = asyncio.ensure_future(webhooks.run())
    await until(lambda: len(clock.sleepers) == 1, "the first look")
    await webhooks.save_header_value(VALUE)
    settings.set_all([(WEBHOOKS_ON, True), (WEBHOOKS_PORT, free_port()), (WEBHOOKS_HEADER, HEADER)])
    webhooks.apply_soon()
    place = f"127.0.0.1:{settings.get(WEBHOOKS_PORT)}"
    assert (await webhooks.settled()).place == place
    settings.set(WEBHOOKS_PORT, free_port())
    webhooks.apply_soon()
    await until(lambda: webhooks.state.place not in ("", place), "the other port")
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await until(lambda: model.desk.clock.sleepers == [], "the end")


async def test_a_connection_whose_web_hooks_live_is_asked_less_often(model: ModelDesk) -> None:
    path = await listening(model)
    port = model.desk.desk.settings.get(WEBHOOKS_PORT)
    synchroniser, clock = model.desk.desk.synchroniser, model.desk.clock
    usual = await synchroniser._pause(CONNECTION_ID, 60)
    assert await post(port, body_of(event(1, "a")), path=path) == 200
    await until(lambda: model.desk.desk.webhooks.state.last_at is not None, "the event")
    assert (usual, await synchroniser._pause(CONNECTION_ID, 60)) == (20, 600)
    assert await synchroniser._pause("another", 60) == 20
    clock.advance(LIVE_SECONDS)
    assert await synchroniser._pause(CONNECTION_ID, 60) == 60


@pytest.mark.parametrize(("every", "pause"), [(60, 600), (5, 50), (3600, 3600), (120, 900)])
def test_no_pause_gets_shorter_because_web_hooks_live(every: float, pause: float) -> None:
    for idle in (0, 600, 10_000):
        assert pause_after(every, idle, hooked=True) == pause
        assert pause_after(every, idle, hooked=True) >= pause_after(every, 600)


async def test_what_keeps_it_from_listening_is_told_and_nothing_listens(model: ModelDesk) -> None:
    settings, webhooks = model.desk.desk.settings, model.desk.desk.webhooks
    told: list[WebHooksChanged] = []
    model.desk.desk.bus.subscribe(WebHooksChanged, told.append)
    settings.set(WEBHOOKS_ON, True)
    await webhooks.apply()
    assert webhooks.state.place == ""
    other = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    settings.set(WEBHOOKS_PORT, int(other.sockets[0].getsockname()[1]))
    await webhooks.save_header_value(VALUE)
    await webhooks.apply()
    other.close()
    assert [type(change.error) for change in told] == [SecretMissing, ReceiverNotOpened]
    settings.set(WEBHOOKS_ON, False)
    await webhooks.apply()
    assert (webhooks.state.place, webhooks.state.error) == ("", None)


async def test_the_self_test_says_step_by_step_that_all_is_well(model: ModelDesk) -> None:
    await listening(model)
    steps = await model.desk.desk.hook_test.run(CONNECTION_ID)
    assert [(step.name, step.outcome, step.word) for step in steps] == [
        ("listening", StepOutcome.DONE, "there"),
        ("name", StepOutcome.DONE, "found"),
        ("certificate", StepOutcome.SKIPPED, "plain"),
        ("answer", StepOutcome.DONE, "success"),
        ("arrival", StepOutcome.DONE, "here"),
        ("header", StepOutcome.DONE, "right"),
    ]
    assert await left(model) == []
    assert await model.desk.desk.synchroniser._pause(CONNECTION_ID, 60) == 600


async def test_the_self_test_of_what_is_off_or_wrong_says_so(model: ModelDesk) -> None:
    hook_test, secrets = model.desk.desk.hook_test, model.desk.secrets
    assert [(step.name, step.word) for step in await hook_test.run(CONNECTION_ID)] == [("listening", "off")]
    await listening(model)
    # The keychain has another value than the one that is listened with, as a proxy would change it on the way.
    await secrets.set("webhooks/header-value", "another-secret-value")
    steps = {step.name: (step.outcome, step.word) for step in await hook_test.run(CONNECTION_ID)}
    assert steps["answer"] == (StepOutcome.FAILED, "refused")
    assert steps["arrival"] == (StepOutcome.DONE, "here")
    assert steps["header"] == (StepOutcome.FAILED, "wrong")
    assert await model.desk.desk.synchroniser._pause(CONNECTION_ID, 60) == 20
