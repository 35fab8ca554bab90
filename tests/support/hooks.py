"""Web hooks for tests: a receiver on a free port, its rules, and what a sender says on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from typing import Any

from tests.support.api_maps import DEFAULT_MAP
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.ports import HookPath, Notice, ReceiverPlan, WebHookRules

HEADER, VALUE = "X-Webhook-Secret", "a-specimen-secret-value"
PATH = "/hooks/0123456789abcdef"
CONNECTION = "c1"
PUBLIC_ID = "john123456"


def default_rules() -> WebHookRules:
    rules = load_api_map(DEFAULT_MAP).webhooks
    assert rules is not None
    return rules


def hook_path() -> HookPath:
    return HookPath(CONNECTION, PUBLIC_ID, default_rules())


def plan(port: int = 0, address: str = "127.0.0.1") -> ReceiverPlan:
    return ReceiverPlan(address, port, HEADER, VALUE, {PATH: hook_path()})


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def event(number: int, file: str = "", **more: Any) -> dict[str, Any]:
    return {"id": f"event-{number}", "clientFileUuid": file or f"file-{number}", **more}


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events}).encode()


def head_of(
    length: int | None,
    *,
    path: str = PATH,
    header: str | None = VALUE,
    method: str = "POST",
    more: Sequence[str] = (),
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: desk", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if header is not None:
        lines.append(f"{HEADER}: {header}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Line:
    """One line to the receiver, as a sender holds it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def post(self, body: bytes, **options: Any) -> int:
        self.writer.write(head_of(len(body), **options) + body)
        return await self.status()

    async def status(self) -> int:
        """Of the next answer, whose body is empty; 0 when the line ended without one."""
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        return int(head.split()[1])

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return


async def line_to(port: int) -> Line:
    return Line(*await asyncio.open_connection("127.0.0.1", port))


async def post(port: int, body: bytes, **options: Any) -> int:
    """One request on a line of its own; its status."""
    line = await line_to(port)
    try:
        return await line.post(body, **options)
    finally:
        await line.close()


class NotedIntake:
    """The ``WebHookIntake`` port in memory. ``broken``: as a vault whose disk is full. ``fault``: one of ours."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Notice]] = []
        self._known: set[bytes] = set()
        self.broken = False
        self.fault: Exception | None = None

    async def take(self, connection_id: str, notices: Sequence[Notice]) -> int:
        if self.broken:
            raise VaultError("full")
        if self.fault is not None:
            raise self.fault
        new = {notice.event for notice in notices} - self._known
        self._known |= new
        self.taken += [(connection_id, notice) for notice in notices]
        return len(new)
