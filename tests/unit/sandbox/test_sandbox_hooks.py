"""The sandbox's web hooks: batches, order, doubling pauses and duplicates, as the vendor's documentation has them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_maps import edited_map
from tests.support.desks import until
from tests.support.wire_server import Reply, SeenRequest, running_wire_server
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.webhooks.notices import read_notices
from tns_desktop.sandbox import hooks
from tns_desktop.sandbox.hooks import MOST_EVENTS, HookSender, HookTarget, hook_target
from tns_desktop.sandbox.routes import load_route_map
from tns_desktop.services.ports import HookPath

pytestmark = pytest.mark.anyio

PRODUCT = "john123456"


def events_of(request: SeenRequest) -> list[dict[str, Any]]:
    return list(json.loads(request.body)["events"])


async def test_what_happens_together_is_told_together_ten_at_most_and_in_order() -> None:
    sender = HookSender(load_route_map(None))
    with running_wire_server() as server:
        server.respond = lambda _request: Reply(204)
        sender.aim(PRODUCT, hook_target(f"http://{server.host}/hooks?a=b", "X-Secret: value"))
        sender.aim("other", hook_target(f"http://{server.host}/other"))
        for number in range(25):
            sender.tell(PRODUCT, f"file-{number % 3}", "changed")
        sender.tell("other", "theirs", "created")
        sender.tell("nobody", "file", "created")
        await until(lambda: len(server.requests) == 4, "the deliveries")
    mine = [request for request in server.requests if request.path == "/hooks"]
    assert [len(events_of(request)) for request in mine] == [MOST_EVENTS, MOST_EVENTS, 5]
    assert [event["clientFileUuid"] for request in mine for event in events_of(request)] == [
        f"file-{number % 3}" for number in range(25)
    ]
    assert len({event["id"] for request in mine for event in events_of(request)}) == 25
    assert {(request.headers["x-secret"], request.target) for request in mine} == {("value", "/hooks?a=b")}
    (theirs,) = (request for request in server.requests if request.path == "/other")
    assert [(event["event"], event["publicId"]) for event in events_of(theirs)] == [("CLIENT_FILE_CREATED", "other")]
    sender.aim(PRODUCT, None)


async def test_what_was_turned_away_goes_to_where_it_is_aimed_next() -> None:
    sender = HookSender(load_route_map(None))
    with running_wire_server() as server:
        server.respond = lambda request: Reply(503 if request.path == "/before" else 204)
        sender.aim(PRODUCT, hook_target(f"http://{server.host}/before"))
        sender.tell(PRODUCT, "file", "changed")
        await until(lambda: len(sender.log) == 1, "the first attempt")
        sender.aim(PRODUCT, hook_target(f"http://{server.host}/after"))
        await until(lambda: len(sender.log) == 2, "the second")
    assert [(one["status"], one["files"]) for one in sender.log] == [(503, ["file"]), (204, ["file"])]
    assert len({tuple(one["events"]) for one in sender.log}) == 1
    sender.aim(PRODUCT, None)


@pytest.mark.parametrize("failure", [Reply(500), Reply(302, headers={"Location": "/"}), Reply(200, cut_after=-1)])
async def test_a_failure_is_repeated_with_doubling_pauses_and_nothing_overtakes_it(
    failure: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def noted(seconds: float, *_: object) -> None:
        pauses.append(seconds)

    sender, answers = HookSender(load_route_map(None)), [failure, failure, failure, Reply(200)]
    lock = threading.Lock()

    def answer(_request: SeenRequest) -> Reply:
        with lock:
            return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(hooks, "asyncio", _WithSleep(noted))
    with running_wire_server() as server:
        server.respond = answer
        sender.aim(PRODUCT, HookTarget(f"http://{server.host}/", retry_seconds=30))
        sender.tell(PRODUCT, "first", "created")
        await until(lambda: len(sender.log) == 4, "the success")
        sender.tell(PRODUCT, "second", "finished")
        await until(lambda: len(sender.log) == 5, "the next")
    assert [pause for pause in pauses if pause >= 1] == [30, 60, 120]
    assert [(one["attempt"], one["files"]) for one in sender.log] == [
        (1, ["first"]),
        (2, ["first"]),
        (3, ["first"]),
        (4, ["first"]),
        (1, ["second"]),
    ]
    assert len({tuple(one["events"]) for one in list(sender.log)[:4]}) == 1
    sender.aim(PRODUCT, None)


async def test_duplicates_are_the_same_events_again() -> None:
    sender = HookSender(load_route_map(None))
    with running_wire_server() as server:
        server.respond = lambda _request: Reply(200)
        sender.aim(PRODUCT, hook_target(f"http://{server.host}/", twice=True))
        sender.tell(PRODUCT, "file", "changed")
        await until(lambda: len(server.requests) == 2, "both")
    assert server.requests[0].body == server.requests[1].body
    sender.aim(PRODUCT, None)


async def test_another_map_moves_every_name_on_both_sides(tmp_path: Path) -> None:
    edits = [
        ('events = "events"', 'events = "batch.items"'),
        ('id = "id"                            # by', 'id = "meta.key"  # by'),
        ('client_file = "clientFileUuid"', 'client_file = "about.file"'),
        ('product = "publicId"', 'product = "about.product"'),
    ]
    moved = edited_map(tmp_path, *edits)
    rules = load_api_map(moved).webhooks
    assert rules is not None
    sender = HookSender(load_route_map(moved))
    with running_wire_server() as server:
        server.respond = lambda _request: Reply(200)
        sender.aim(PRODUCT, hook_target(f"http://{server.host}/"))
        sender.tell(PRODUCT, "file", "changed")
        await until(lambda: len(server.requests) == 1, "the delivery")
        body = server.requests[0].body
    (event,) = json.loads(body)["batch"]["items"]
    assert (event["about"], list(event["meta"])) == ({"file": "file", "product": PRODUCT}, ["key"])
    read = read_notices(body, HookPath("c1", PRODUCT, rules))
    assert [notice.uuid for notice in read.mine] == ["file"]
    assert read_notices(body, HookPath("c1", "another", rules)).foreign == 1
    sender.aim(PRODUCT, None)


class _WithSleep:
    """asyncio, but for the pauses."""

    def __init__(self, sleep: Callable[..., Any]) -> None:
        self.sleep = sleep

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)
