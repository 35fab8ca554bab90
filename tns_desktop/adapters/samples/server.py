"""The sandbox as a process of its own: started on demand, gone with the program.

It holds the read end of a pipe from us and stops when that closes, so it cannot outlive a program that was killed.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

from tns_desktop.domain.errors import ServerUnreachable
from tns_desktop.services.ports import SampleAccount


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

    async def start(self, product: int = 0) -> SampleAccount:
        async with self._lock:
            if not self._accounts or self._process is None or self._process.poll() is not None:
                self._accounts = await asyncio.to_thread(self._start_blocking)
            return self._accounts[product]

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(_stop_blocking, process)

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
            return [
                SampleAccount(said["base_url"], product["public_id"], product["secret_key"], said["operator"])
                for product in said["products"]
            ]
        except (ValueError, KeyError, TypeError) as error:
            _stop_blocking(process)
            raise ServerUnreachable("the sandbox did not start", facts={"host": "127.0.0.1"}) from error


def _stop_blocking(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
