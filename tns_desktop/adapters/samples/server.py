"""The sandbox as a process of its own: started on demand, gone with the program.

It holds the read end of a pipe from us and stops when that closes, so it cannot outlive a program that was killed.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from tns_desktop.domain.errors import ServerUnreachable
from tns_desktop.services.ports import SampleAccount, SampleHook

_LOG = logging.getLogger(__name__)

CONTROL_SECONDS = 5.0


def sandbox_command() -> list[str]:
    """How to start the sandbox from a checkout, an installed wheel, or a frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--sandbox"]
    return [sys.executable, "-m", "tns_desktop.sandbox"]


class SandboxServer:
    """Implements ``SampleServer``."""

    def __init__(self, options: tuple[str, ...] = ()) -> None:
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self._accounts: list[SampleAccount] = []
        self._lock = asyncio.Lock()
        self._control_url = ""
        self._hooks: tuple[SampleHook, ...] = ()

    async def start(self, product: int = 0) -> SampleAccount:
        async with self._lock:
            if not self._accounts or self._process is None or self._process.poll() is not None:
                self._accounts = await asyncio.to_thread(self._start_blocking)
                if self._hooks:
                    await asyncio.to_thread(self._tell_hooks_blocking, self._hooks)
            return self._accounts[product]

    async def deliver_hooks(self, hooks: Sequence[SampleHook]) -> None:
        async with self._lock:
            gone = {hook.public_id for hook in self._hooks} - {hook.public_id for hook in hooks}
            self._hooks = tuple(hooks)
            if self._process is not None and self._process.poll() is None:
                await asyncio.to_thread(self._tell_hooks_blocking, [*map(SampleHook, sorted(gone)), *hooks])

    async def end_user_finishes(self, uuid: str) -> None:
        """What the person with the SignBook link would do: every step, and the signature. The file waits for validation."""
        async with self._lock:
            await asyncio.to_thread(_post_blocking, f"{self._control_url}/finish", {"uuid": uuid})

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(_stop_blocking, process)

    def _tell_hooks_blocking(self, hooks: Iterable[SampleHook]) -> None:
        for hook in hooks:
            header = f"{hook.header_name}: {hook.header_value}" if hook.header_name else ""
            _post_blocking(
                f"{self._control_url}/webhooks", {"product": hook.public_id, "url": hook.url, "header": header}
            )

    def _start_blocking(self) -> list[SampleAccount]:
        process = self._process = subprocess.Popen(
            [*sandbox_command(), "--port", "0", "--quiet", "--warm", "--until-stdin-closes", *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            said = json.loads(line)
            self._control_url = said["control_url"]
            return [
                SampleAccount(said["base_url"], product["public_id"], product["secret_key"], said["operator"])
                for product in said["products"]
            ]
        except (ValueError, KeyError, TypeError) as error:
            _stop_blocking(process)
            raise ServerUnreachable("the sandbox did not start", facts={"host": "127.0.0.1"}) from error


def _post_blocking(url: str, body: dict[str, str]) -> None:
    """The side door answers at once; one that does not is a sandbox that is ending."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=CONTROL_SECONDS)
    try:
        line.request("POST", parts.path, json.dumps(body), {"Content-Type": "application/json"})
        line.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        _LOG.warning("the sandbox was not told of its web hooks: %s", type(error).__name__)
    finally:
        line.close()


def _stop_blocking(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
