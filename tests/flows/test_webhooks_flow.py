"""The sandbox tells the desk by real web hooks: in batches, again after a failure, twice; each change is read once."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from tests.support.desks import WAIT_SECONDS, DeskUnderTest, desk, until
from tests.support.hooks import HEADER, PATH, PUBLIC_ID, VALUE, NotedIntake, free_port, plan
from tests.support.sandbox import SandboxProcess
from tns_desktop.adapters.samples.server import SandboxServer
from tns_desktop.adapters.webhooks import LocalWebHookReceiver
from tns_desktop.services.ports import SampleHook
from tns_desktop.services.settings import WEBHOOKS_HEADER, WEBHOOKS_ON, WEBHOOKS_PORT

pytestmark = pytest.mark.anyio
__all__ = ["desk"]


async def _listening(desk: DeskUnderTest) -> str:
    settings, webhooks = desk.desk.settings, desk.desk.webhooks
    await webhooks.save_header_value(VALUE)
    settings.set_all([(WEBHOOKS_ON, True), (WEBHOOKS_PORT, free_port()), (WEBHOOKS_HEADER, HEADER)])
    await webhooks.apply()
    return webhooks.address_of(desk.connection_id)


async def _until_accepted(desk: DeskUnderTest, number: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while desk.desk.webhooks.state.tally.accepted < number:
        assert time.monotonic() < deadline, f"{desk.desk.webhooks.state.tally}"
        await asyncio.sleep(0.01)


def _reads(sandbox: SandboxProcess) -> int:
    return int(sandbox.log()["requests"].get("read", 0))


async def test_changes_elsewhere_are_seen_without_asking_for_the_list(
    desk: DeskUnderTest, sandbox: SandboxProcess
) -> None:
    await desk.refresh()
    address = await _listening(desk)
    await asyncio.to_thread(
        sandbox.deliver_webhooks, address, f"{HEADER}: {VALUE}", product=sandbox.public_id, twice=True
    )
    first, second = (file.uuid for file in (await desk.waiting())[:2])
    before, lists = _reads(sandbox), sandbox.log()["requests"]["list"]
    for state in ("SUSPENDED", "ACCEPTED"):
        await asyncio.to_thread(sandbox.set_state, first, state)
    await asyncio.to_thread(sandbox.set_state, second, "REJECTED", cause="EXPIRED")
    added = str((await asyncio.to_thread(sandbox.add_file))["uuid"])
    await _until_accepted(desk, 4)
    await desk.desk.webhooks.readings.work(desk.connection_id)
    assert {uuid: (await desk.row(uuid)).client_file.state.name for uuid in (first, second, added)} == {
        first: "ACCEPTED",
        second: "REJECTED",
        added: "WAITING",
    }
    assert (_reads(sandbox) - before, sandbox.log()["requests"]["list"]) == (3, lists)
    # Delivered twice on purpose, counted once.
    deadline = time.monotonic() + WAIT_SECONDS
    while desk.desk.webhooks.state.tally.duplicates < 4:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert desk.desk.webhooks.state.tally.accepted == 4
    await desk.desk.webhooks.readings.work(desk.connection_id)
    assert _reads(sandbox) - before == 3


async def test_a_delivery_that_was_turned_away_comes_again_with_doubling_pauses(
    desk: DeskUnderTest, sandbox: SandboxProcess
) -> None:
    await desk.refresh()
    address = await _listening(desk)
    await asyncio.to_thread(sandbox.deliver_webhooks, address, f"{HEADER}: wrong", product=sandbox.public_id)
    uuid = (await desk.waiting())[0].uuid
    await asyncio.to_thread(sandbox.set_state, uuid, "SUSPENDED")
    deadline = time.monotonic() + WAIT_SECONDS
    # The sandbox notes a delivery once it has read the answer to it, which is after it was refused here.
    while len(sandbox.log()["webhooks"]) < 3:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    assert desk.desk.webhooks.state.tally.refused["header_wrong"] >= 3
    assert [one["attempt"] for one in sandbox.log()["webhooks"]][:3] == [1, 2, 3]
    await desk.desk.webhooks.save_header_value("wrong")
    await desk.desk.webhooks.apply()
    await _until_accepted(desk, 1)
    await desk.desk.webhooks.readings.work(desk.connection_id)
    assert (await desk.row(uuid)).client_file.state.name == "SUSPENDED"
    delivered = sandbox.log()["webhooks"]
    assert {one["status"] for one in delivered[:-1]} == {401}
    assert delivered[-1]["status"] == 200
    assert len({tuple(one["events"]) for one in delivered}) == 1


async def test_the_sample_server_delivers_where_it_was_told_before_it_started_and_stops_when_told_to() -> None:
    samples, receiver, intake = SandboxServer(("--files", "2")), LocalWebHookReceiver(), NotedIntake()
    receiver.attach(intake)
    await receiver.open(plan())
    hook = SampleHook(PUBLIC_ID, f"http://127.0.0.1:{receiver.port}{PATH}", HEADER, VALUE)
    try:
        await samples.deliver_hooks([hook])
        account = await samples.start()
        assert account.public_id == PUBLIC_ID
        control = f"{account.base_url.partition('/contract')[0]}/_sandbox"
        async with httpx.AsyncClient(base_url=control, trust_env=False, verify=False) as client:
            await client.post("/add-file", json={})
            await until(lambda: len(intake.taken) == 1, "the event")
            await samples.deliver_hooks([])
            await client.post("/add-file", json={})
            log = (await client.get("/log")).json()["webhooks"]
        assert [one["status"] for one in log] == [200]
    finally:
        await samples.stop()
        await receiver.close()
