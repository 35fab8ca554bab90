"""A running sandbox for tests: the process, its side door, and two fixtures.

A test module that wants the fixtures imports them: ``from tests.support.sandbox import sandbox, sandbox_process``.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest

ANCHOR = "2026-11-24"
"""The day before which the sample files of the tests began."""

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0


class SandboxProcess:
    """A sandbox in a process of its own; it dies with its parent. Context manager, or ``start`` and ``stop``."""

    def __init__(self, *arguments: str, files: int = 40, seed: int = 1, anchor: str = ANCHOR) -> None:
        self._command = [
            sys.executable, "-m", "tns_desktop.sandbox", "--port", "0", "--until-stdin-closes", "--quiet",
            "--files", str(files), "--seed", str(seed), "--anchor", anchor, *arguments,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None
        self.description: dict[str, Any] = {}

    def start(self) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))),
        }
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=_ROOT
        )
        assert self._process.stdout is not None
        watchdog = threading.Timer(_START_SECONDS, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            self.stop()
            raise RuntimeError("the sandbox did not start")
        self.description = json.loads(line)
        self._client = httpx.Client(base_url=self.description["control_url"], timeout=60, trust_env=False, verify=False)

    def stop(self) -> int:
        """The exit status."""
        if self._client is not None:
            self._client.close()
        if self._process is None:
            return 0
        process, self._process = self._process, None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            return process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            process.stdout.close()

    def __enter__(self) -> SandboxProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def send_signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """Waits for its own end; the exit status."""
        assert self._process is not None
        return self._process.wait(timeout=15)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a crash of the server would: nothing is said goodbye to."""
        assert self._process is not None
        self._process.kill()

    # --- what a client needs to know ----------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        return str(self.description["base_url"])

    @property
    def control_url(self) -> str:
        return str(self.description["control_url"])

    @property
    def public_id(self) -> str:
        return str(self.description["public_id"])

    @property
    def secret_key(self) -> str:
        return str(self.description["secret_key"])

    @property
    def operator(self) -> str:
        return str(self.description["operator"])

    @property
    def products(self) -> list[dict[str, Any]]:
        """``label``, ``public_id``, ``secret_key`` and ``files`` of each."""
        return list(self.description["products"])

    def api(self, product: int = 0, **options: Any) -> httpx.Client:
        """A client of the API itself, logged in as one of the products; close it."""
        chosen = self.products[product]
        options.setdefault("timeout", 20)
        options.setdefault("verify", False)  # plain HTTP: loading the authorities would cost each test 40 ms
        return httpx.Client(
            base_url=self.base_url, auth=(chosen["public_id"], chosen["secret_key"]), trust_env=False, **options
        )

    # --- the side door ------------------------------------------------------------------------------------------------

    def log(self) -> dict[str, Any]:
        """``decisions`` carried out, ``requests`` by route, ``recent`` requests, ``faults``, ``created``."""
        assert self._client is not None
        answer: dict[str, Any] = self._client.get("/log").raise_for_status().json()
        return answer

    def decisions(self) -> list[dict[str, Any]]:
        return list(self.log()["decisions"])

    def reset(self) -> None:
        """Back to the seed's initial state, log emptied, faults as given at the start."""
        self._post("reset")

    def set_faults(self, spec: str) -> None:
        self._post("faults", spec=spec)

    def set_state(self, uuid: str, state: str, *, cause: str = "", message: str = "") -> dict[str, Any]:
        """As another operator would."""
        return self._post("state", uuid=uuid, state=state, cause=cause, message=message)

    def finish(self, uuid: str) -> dict[str, Any]:
        """What the person with the SignBook link does."""
        return self._post("finish", uuid=uuid)

    def replace_archive(self, uuid: str, content: bytes | None = None, *, keep_etag: bool = False) -> dict[str, Any]:
        """Other bytes: ``content``, or the archive with one document more. Returns ``size`` and ``etag``."""
        values = {} if content is None else {"content_base64": base64.b64encode(content).decode()}
        return self._post("replace-archive", uuid=uuid, keep_etag=keep_etag, **values)

    def big_archive(self, uuid: str, megabytes: int) -> dict[str, Any]:
        """Returns ``size`` and ``etag``."""
        return self._post("big-archive", uuid=uuid, megabytes=megabytes)

    def add_file(self, **values: Any) -> dict[str, Any]:
        """One more client file; ``state``, ``recipe`` and ``product`` may be given."""
        return self._post("add-file", **values)

    def deliver_webhooks(
        self, url: str, header: str = "", *, product: str = "", retry_seconds: float = 0.05, twice: bool = False
    ) -> None:
        """From now on; an empty ``url`` ends it."""
        self._post("webhooks", url=url, header=header, product=product, retry_seconds=retry_seconds, twice=twice)

    def uuids(self, state: str = "WAITING", product: int = 0) -> list[str]:
        """Oldest first. For a sandbox with the map that comes with it. Counts as one request for the list."""
        with self.api(product) as client:
            answer = client.get("/client-files", params={"state": state, "limit": "1000"}).raise_for_status().json()
        return [str(item["uuid"]) for item in answer["clientFiles"]]

    def _post(self, name: str, **values: Any) -> dict[str, Any]:
        assert self._client is not None
        answer: dict[str, Any] = self._client.post(f"/{name}", json=values).raise_for_status().json()
        return answer


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    """One process for all tests: starting one costs more than most of them."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> SandboxProcess:
    """The shared sandbox, as on its first day."""
    sandbox_process.reset()
    return sandbox_process
