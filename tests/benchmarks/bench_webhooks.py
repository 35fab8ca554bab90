"""Ten thousand web-hook events in bursts: whether the window is held up, and how long the sender waits for an answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time

from tests.benchmarks.desk import LoopWatch, on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.hooks import HEADER, VALUE, free_port
from tests.support.sandbox import SandboxProcess
from tns_desktop.services.settings import WEBHOOKS_HEADER, WEBHOOKS_ON, WEBHOOKS_PORT

LONGEST_GAP = 50.0
LONGEST_ANSWER = 20_000.0
"""Milliseconds after which the server counts a delivery as failed."""
BURSTS, LINES, EVENTS = 5, 10, 10

# As another program would: the sender's own work must not count as the desk's.
_SENDER = """
import asyncio, json, sys, time

port, path, header, value, first, requests, lines, events = sys.argv[1:]
slowest = 0.0

async def send(line):
    global slowest
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    for number in range(line, int(requests), int(lines)):
        said = [{"id": f"{first}-{number}-{place}", "clientFileUuid": f"file-{number}-{place}"} for place in range(int(events))]
        body = json.dumps({"events": said}).encode()
        head = f"POST {path} HTTP/1.1\\r\\nHost: desk\\r\\n{header}: {value}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
        began = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\\r\\n\\r\\n")
        assert b" 200 " in answer, answer
        slowest = max(slowest, time.perf_counter() - began)
    writer.close()

async def main():
    await asyncio.gather(*(send(line) for line in range(int(lines))))

asyncio.run(main())
print(json.dumps({"slowest": slowest}))
"""


def run(quick: bool) -> list[Result]:
    requests = 20 if quick else 200

    async def measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
        return await _measure(desk, requests)

    return on_a_desk(measure, files=400 if quick else 2_000)


async def _measure(desk: DeskUnderTest, requests: int) -> list[Result]:
    """Each event names another file: the worst for the desk, which then looks at the list."""
    settings, webhooks = desk.desk.settings, desk.desk.webhooks
    await webhooks.save_header_value(VALUE)
    settings.set_all([(WEBHOOKS_ON, True), (WEBHOOKS_PORT, free_port()), (WEBHOOKS_HEADER, HEADER)])
    await webhooks.apply()
    address = webhooks.address_of(desk.connection_id)
    path = "/" + address.split("/", 3)[3]
    total, slowest = requests * EVENTS * BURSTS, 0.0
    working = asyncio.ensure_future(_work(desk))
    began = time.perf_counter()
    with LoopWatch() as watch:
        for burst in range(BURSTS):
            slowest = max(
                slowest, await asyncio.to_thread(_burst_blocking, settings.get(WEBHOOKS_PORT), path, burst, requests)
            )
    seconds = time.perf_counter() - began
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    assert webhooks.state.tally.accepted == total, webhooks.state.tally
    events = f"{total:,} events"
    return [
        Result(
            f"longest gap in the window, {events}",
            watch.longest,
            LoopWatch.TICK_SECONDS * 1000,
            "ms",
            "the tick",
            most=LONGEST_GAP,
        ),
        Result(
            "slowest answer meanwhile", slowest * 1000, LONGEST_ANSWER, "ms", "the sender's patience", most_ratio=0.05
        ),
        Result("an event, kept and answered", seconds / total * 1000, 1.0, "ms", "a millisecond"),
    ]


async def _work(desk: DeskUnderTest) -> None:
    """As ``WebHooks.run`` does; the desk's clock stands still in benchmarks."""
    while True:
        await desk.desk.webhooks.readings.work(desk.connection_id)
        desk.clock.advance(0.25)
        await asyncio.sleep(0.25)


def _burst_blocking(port: int, path: str, burst: int, requests: int) -> float:
    """The slowest answer, in seconds."""
    arguments = [str(port), path, HEADER, VALUE, f"burst-{burst}", str(requests), str(LINES), str(EVENTS)]
    done = subprocess.run([sys.executable, "-c", _SENDER, *arguments], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["slowest"])
