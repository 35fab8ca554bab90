"""The receiver over real HTTP: what it takes, what it refuses, and that nothing of it waits, grows or stays open."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.hooks import (
    CONNECTION,
    HEADER,
    PATH,
    VALUE,
    Line,
    NotedIntake,
    body_of,
    event,
    free_port,
    head_of,
    line_to,
    plan,
    post,
)
from tns_desktop.adapters.webhooks import LocalWebHookReceiver, server
from tns_desktop.adapters.webhooks.desk_side import Limits
from tns_desktop.domain.webhooks import ReceiverNotOpened
from tns_desktop.services.ports import Arrival, HeaderVerdict

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024


@pytest.fixture
def intake() -> NotedIntake:
    return NotedIntake()


@pytest.fixture
async def receiver(anyio_backend: str, intake: NotedIntake) -> AsyncIterator[LocalWebHookReceiver]:
    made = LocalWebHookReceiver()
    made.attach(intake)
    await made.open(plan())
    yield made
    await made.close()


async def test_a_notification_is_taken_and_counted(receiver: LocalWebHookReceiver, intake: NotedIntake) -> None:
    assert await post(receiver.port, body_of(event(1), event(2))) == 200
    assert [(name, notice.uuid) for name, notice in intake.taken] == [(CONNECTION, "file-1"), (CONNECTION, "file-2")]
    assert await post(receiver.port, body_of(event(2), event(3))) == 200
    assert (receiver.tally.accepted, receiver.tally.duplicates, dict(receiver.tally.refused)) == (3, 1, {})


REFUSED: list[tuple[dict[str, object], int, str]] = [
    ({"header": None}, 401, "header_missing"),
    ({"header": "a-specimen-secret-valuE"}, 401, "header_wrong"),
    ({"header": ""}, 401, "header_wrong"),
    ({"header": None, "path": "/hooks/nobody"}, 401, "header_missing"),
    ({"more": [f"{HEADER}: {VALUE}"]}, 401, "header_wrong"),
    ({"path": "/hooks/nobody"}, 404, "unknown_path"),
    ({"path": "/"}, 404, "unknown_path"),
    ({"method": "GET"}, 405, "method"),
    ({"method": "PUT"}, 405, "method"),
    ({"more": ["Content-Encoding: gzip"]}, 415, "encoding"),
]


async def test_what_may_not_come_in_is_refused_and_nothing_is_taken(
    receiver: LocalWebHookReceiver, intake: NotedIntake
) -> None:
    found = []
    for options, _status, reason in REFUSED:
        before = receiver.tally.refused.get(reason, 0)
        status = await post(receiver.port, body_of(event(1)), **options)
        found.append((options, status, reason if receiver.tally.refused.get(reason) == before + 1 else "?"))
    assert found == REFUSED
    assert intake.taken == []


async def test_fifty_megabytes_are_refused_before_the_first_of_them_is_sent(receiver: LocalWebHookReceiver) -> None:
    line = await line_to(receiver.port)
    line.writer.write(head_of(50 * MEGABYTE))
    assert await line.status() == 413
    assert await line.reader.read() == b""
    await line.close()


async def test_fifty_megabytes_that_hide_their_length_are_never_held(receiver: LocalWebHookReceiver) -> None:
    line = await line_to(receiver.port)
    tracemalloc.start()
    try:
        line.writer.write(head_of(None, more=["Transfer-Encoding: chunked"]))
        chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
        try:
            for _ in range(50 * 16):
                line.writer.write(chunk)
                await line.writer.drain()
        except ConnectionError:
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    await line.close()
    assert receiver.tally.refused == {"too_large": 1}
    assert peak < 8 * MEGABYTE


async def test_a_body_that_does_not_come_is_not_waited_for(intake: NotedIntake) -> None:
    hasty = LocalWebHookReceiver(Limits(body_seconds=0.1))
    hasty.attach(intake)
    await hasty.open(plan())
    line = await line_to(hasty.port)
    line.writer.write(head_of(100) + b"{")
    assert await line.status() == 408
    await line.close()
    assert hasty.tally.refused == {"too_slow": 1}
    await hasty.close()


async def test_a_line_that_says_nothing_is_closed(
    receiver: LocalWebHookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tns_desktop.adapters.webhooks.server.QUIET_SECONDS", 0.1)
    silent, dripping = await line_to(receiver.port), await line_to(receiver.port)
    dripping.writer.write(b"POST /hooks HTTP/1.1\r\nHost: ")
    for line in (silent, dripping):
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await asyncio.wait_for(line.reader.readexactly(1), 5)
        await line.close()


async def test_a_sender_that_goes_away_in_the_middle_costs_nothing(
    receiver: LocalWebHookReceiver, intake: NotedIntake
) -> None:
    line = await line_to(receiver.port)
    line.writer.write(head_of(100) + b"{")
    await line.writer.drain()
    line.writer.transport.abort()
    assert await post(receiver.port, body_of(event(1))) == 200
    assert len(intake.taken) == 1


async def test_what_is_no_http_is_refused(receiver: LocalWebHookReceiver) -> None:
    for noise in (b"\x16\x03\x01\x02\x00\x01\x00\x01", b"GET\r\n\r\n", b"A" * 40_000):
        line = await line_to(receiver.port)
        line.writer.write(noise + b"\r\n\r\n")
        assert await line.status() in (0, 400)
        await line.close()
    assert await post(receiver.port, body_of(event(1))) == 200


async def test_nothing_is_confirmed_that_is_not_kept(receiver: LocalWebHookReceiver, intake: NotedIntake) -> None:
    intake.broken = True
    assert await post(receiver.port, body_of(event(1))) == 503
    intake.broken = False
    assert await post(receiver.port, body_of(event(1))) == 200
    assert receiver.tally.refused == {"not_kept": 1}


async def test_a_fault_of_the_program_is_logged_without_what_was_sent(
    receiver: LocalWebHookReceiver, intake: NotedIntake, caplog: pytest.LogCaptureFixture
) -> None:
    intake.fault = RuntimeError("a fault")
    assert await post(receiver.port, body_of(event(1, "somebody"))) == 500
    assert "a web hook could not be worked on" in caplog.text
    assert "somebody" not in caplog.text
    assert VALUE not in caplog.text


async def test_a_locked_desk_says_later_and_knows_no_secret(
    receiver: LocalWebHookReceiver, intake: NotedIntake
) -> None:
    receiver.attach(None)
    assert await post(receiver.port, body_of(event(1))) == 503
    assert await post(receiver.port, body_of(event(1)), header=None) == 503
    assert VALUE not in repr(receiver._side) + str(receiver._side.plan.header_value)
    receiver.attach(intake)
    await receiver.open(plan())
    assert await post(receiver.port, body_of(event(1))) == 200


async def test_another_secret_counts_at_once_and_the_port_stays(receiver: LocalWebHookReceiver) -> None:
    port = receiver.port
    line = await line_to(port)
    assert await line.post(body_of(event(1))) == 200
    await receiver.open(replace(plan(), header_value="another-secret-value"))
    assert receiver.port == port
    assert await line.post(body_of(event(2))) == 401
    await line.close()
    assert await post(port, body_of(event(2)), header="another-secret-value") == 200


async def test_a_burst_of_ten_thousand_is_taken_whole_and_in_order(
    receiver: LocalWebHookReceiver, intake: NotedIntake
) -> None:
    slowest = 0.0

    async def sender(first: int) -> list[int]:
        nonlocal slowest
        line, statuses = await line_to(receiver.port), []
        for number in range(first, first + 1000, 10):
            began = time.perf_counter()
            events = [event(number + place, file=f"file-{first}") for place in range(10)]
            statuses.append(await line.post(body_of(*events)))
            slowest = max(slowest, time.perf_counter() - began)
        await line.close()
        return statuses

    statuses = await asyncio.gather(*(sender(first) for first in range(0, 10_000, 1000)))
    assert {status for some in statuses for status in some} == {200}
    assert receiver.tally.accepted == 10_000
    assert slowest < 10


async def test_the_test_request_is_noted_whatever_is_wrong_with_it_and_never_kept(
    receiver: LocalWebHookReceiver, intake: NotedIntake
) -> None:
    receiver.watch("token")
    assert receiver.arrival() is None
    assert await post(receiver.port, body_of(event(1)), path=f"{PATH}?test=other") == 200
    assert receiver.arrival() is None
    assert await post(receiver.port, body_of(event(2)), path=f"{PATH}?test=token", header=None) == 401
    assert receiver.arrival() == Arrival(HeaderVerdict.MISSING, path_known=True)
    assert await post(receiver.port, body_of(event(2)), path="/elsewhere?test=token") == 404
    assert receiver.arrival() == Arrival(HeaderVerdict.RIGHT, path_known=False)
    assert await post(receiver.port, body_of(event(2)), path=f"{PATH}?test=token") == 200
    assert receiver.arrival() == Arrival(HeaderVerdict.RIGHT, path_known=True)
    assert [notice.uuid for _name, notice in intake.taken] == ["file-1"]


async def test_a_place_that_cannot_be_had_is_said_in_words(receiver: LocalWebHookReceiver) -> None:
    reasons = []
    for wanted in (plan(receiver.port), plan(free_port(), "203.0.113.7"), plan(free_port(), "desk.example.com")):
        other = LocalWebHookReceiver()
        with pytest.raises(ReceiverNotOpened) as caught:
            await other.open(wanted)
        reasons.append(caught.value.facts["reason"])
        assert other.port == 0
    assert reasons == ["port_in_use", "address_not_ours", "not_an_address"]


async def test_who_is_cancelled_while_it_opens_leaves_nothing_that_keeps_the_port(
    intake: NotedIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, port = LocalWebHookReceiver(), free_port()
    made.attach(intake)
    bind, bound, go_on = server._bound_blocking, threading.Event(), threading.Event()

    def bind_slowly(address: str, number: int) -> socket.socket:
        listener = bind(address, number)
        bound.set()
        go_on.wait(10)
        return listener

    with monkeypatch.context() as slow:
        slow.setattr(server, "_bound_blocking", bind_slowly)
        opening = asyncio.ensure_future(made.open(plan(port)))
        assert await asyncio.to_thread(bound.wait, 10)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    go_on.set()
    await made.open(plan(port))
    assert await post(port, body_of(event(1))) == 200
    await made.close()
    assert made.port == 0
    with pytest.raises(OSError):
        await line_to(port)


def test_a_desk_that_starts_without_web_hooks_reads_no_web_server() -> None:
    script = (
        "import sys; import tns_desktop.program, tns_desktop.parts, tns_desktop.ui.presenters.shell;"
        " import tns_desktop.adapters.api.factory, tns_desktop.adapters.api.hook_probe;"
        " print([name for name in ('uvicorn', 'starlette', 'h11', 'segno') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    said = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


async def test_nothing_listens_once_it_is_closed(receiver: LocalWebHookReceiver) -> None:
    port = receiver.port
    line: Line = await line_to(port)
    await receiver.close()
    await receiver.close()
    assert receiver.port == 0
    assert await line.reader.read() == b""
    await line.close()
    with pytest.raises(OSError):
        await line_to(port)
