"""Web hooks as the vendor's server delivers them: batches, in order within a file, repeated with a doubling period, twice
when nobody wants it.

KNOWN (public documentation, ``appendices/webhooks``): up to 10 events a request, 2xx within 20 seconds or it is repeated,
3xx is a failure, duplicates happen, each notification has an id. The names in the body are those of the map.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tns_desktop.sandbox.records import iso
from tns_desktop.sandbox.routes import RouteMap
from tns_desktop.sandbox.wire import encode, placed, wrapped

MOST_EVENTS = 10
ANSWER_SECONDS = 20.0
GIVEN_UP_SECONDS = 12 * 3600.0
RETRY_SECONDS = 30.0
"""The first pause before a delivery is repeated; doubled each time."""
_LOGGED = 1_000

EVENT_NAMES = {"created": "CLIENT_FILE_CREATED", "changed": "CLIENT_FILE_CHANGED", "finished": "CLIENT_FILE_FINISHED"}


class HookSpecInvalid(ValueError):
    """Address or header cannot be used; the text is a sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class HookTarget:
    """Where the events of one product go. ``retry_seconds`` is the first pause; ``twice`` delivers each batch two times."""

    url: str
    header_name: str = ""
    header_value: str = ""
    retry_seconds: float = RETRY_SECONDS
    twice: bool = False


def hook_target(url: str, header: str = "", *, retry_seconds: float = RETRY_SECONDS, twice: bool = False) -> HookTarget:
    """Raises HookSpecInvalid."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HookSpecInvalid(f"'{url}' is not an address of http or https.")
    name, colon, value = header.partition(":")
    if header and (not colon or not name.strip() or any(ord(one) < 32 for one in header)):
        raise HookSpecInvalid("the header must have the form NAME:VALUE.")
    return HookTarget(url, name.strip(), value.strip(), retry_seconds, twice)


@dataclass(slots=True)
class _Line:
    """What one product still has to deliver, oldest first."""

    target: HookTarget
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class HookSender:
    """Delivers events to one target a product, one request at a time each."""

    def __init__(self, route_map: RouteMap) -> None:
        self._map = route_map
        self._lines: dict[str, _Line] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOGGED)
        """Each request: ``product``, ``events`` (their ids), ``attempt`` from 1, ``status`` (0: no answer)."""

    def aim(self, public_id: str, target: HookTarget | None) -> None:
        """None: nothing is delivered for that product any more, and what waits is dropped."""
        line = self._lines.pop(public_id, None)
        if line is not None and line.task is not None:
            line.task.cancel()
        if target is not None:
            waiting = line.waiting if line is not None else deque[dict[str, Any]]()
            self._lines[public_id] = _Line(target, waiting)
            self._go_on(public_id)

    def reset(self) -> None:
        """Nothing waits, nothing was delivered; the targets stay."""
        self.log.clear()
        for public_id, line in list(self._lines.items()):
            line.waiting.clear()
            self.aim(public_id, line.target)

    def tell(self, public_id: str, uuid_text: str, what: str) -> None:
        """An event of one file: ``what`` is a key of EVENT_NAMES."""
        line = self._lines.get(public_id)
        if line is None:
            return
        values = {
            "id": str(uuid.uuid4()),
            "client_file": uuid_text,
            "event": EVENT_NAMES[what],
            "product": public_id,
            "date": iso(datetime.now(UTC)),
        }
        line.waiting.append(values)
        self._go_on(public_id)

    def _go_on(self, public_id: str) -> None:
        line = self._lines[public_id]
        if line.waiting and (line.task is None or line.task.done()):
            try:
                line.task = asyncio.get_running_loop().create_task(self._deliver_all(public_id, line))
            except RuntimeError:
                return  # not serving yet: the next event sends this one too

    async def _deliver_all(self, public_id: str, line: _Line) -> None:
        while line.waiting:
            # What happens together is told together.
            await asyncio.sleep(0.01)
            batch = list(itertools.islice(line.waiting, MOST_EVENTS))
            for _ in range(2 if line.target.twice else 1):
                await self._deliver(public_id, line.target, batch)
            # Only now: whoever is aimed at meanwhile gets what is on its way, too.
            for _ in batch:
                line.waiting.popleft()

    async def _deliver(self, public_id: str, target: HookTarget, batch: list[dict[str, Any]]) -> None:
        body = self._body(batch)
        pause, waited, attempt = target.retry_seconds, 0.0, 1
        while True:
            status = await _post(target, body)
            self.log.append(
                {
                    "product": public_id,
                    "events": [values["id"] for values in batch],
                    "files": [values["client_file"] for values in batch],
                    "attempt": attempt,
                    "status": status,
                }
            )
            if 200 <= status < 300 or waited + pause > GIVEN_UP_SECONDS:
                return
            await asyncio.sleep(pause)
            waited, pause, attempt = waited + pause, pause * 2, attempt + 1

    def _body(self, batch: list[dict[str, Any]]) -> bytes:
        names = self._map.webhooks
        events = [placed(values, names) for values in batch]
        return encode(wrapped(events, names.get("events", "events")))


async def _post(target: HookTarget, body: bytes) -> int:
    """The status; 0 when there was none in time."""
    with contextlib.suppress(OSError, ValueError, EOFError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _exchange(target, body)
    return 0


async def _exchange(target: HookTarget, body: bytes) -> int:
    parts = urlsplit(target.url)
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if secure else 80), ssl=True if secure else None
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = [
            f"POST {path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if target.header_name:
            head.append(f"{target.header_name}: {target.header_value}")
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
        await writer.drain()
        line = await reader.readline()
        return int(line.split()[1])
    except IndexError:
        return 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
