"""Decides and sends in processes that are killed at any step, and starts them again until everything is done.

Run as ``python -m tests.support.decision_killer FOLDER`` with a JSON document on standard input: ``base_url``,
``public_id``, ``secret_key``, ``uuids``, ``kills`` and ``seed``. Answers with one JSON document: ``kills``, and of each row
of the outbox the ``uuid``, ``decision_id``, ``status`` and ``verdict``.

A step is the moment before and the moment after each change of the outbox and each request; the process kills itself with
SIGKILL at one of them. Processes are forked, so that a life costs milliseconds and not the imports.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.desks import PATIENT, DeskUnderTest, opened_desk
from tests.support.vaults import TEST_KEY
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME
from tns_desktop.domain.client_file import WAITING, ClientFile
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import OutboxEntry, Verdict
from tns_desktop.services.ports import ClientFileApi, Outbox, SampleAccount, StoredArchive, Vault

BATCH = 3
MOST_STEPS = 24
CAUSE, MESSAGE = "Fraude", "Document falsifié"

Tick = Callable[[], None]


class TickingOutbox:
    """An outbox that tells of each moment around a change."""

    def __init__(self, outbox: Outbox, tick: Tick) -> None:
        self._outbox = outbox
        self._tick = tick
        self.get, self.unfinished, self.all = outbox.get, outbox.unfinished, outbox.all
        self.of, self.forget_connection = outbox.of, outbox.forget_connection

    async def insert(self, entry: OutboxEntry) -> None:
        self._tick()
        await self._outbox.insert(entry)
        self._tick()

    async def update(self, entry: OutboxEntry, *, expected: OutboxEntry) -> None:
        self._tick()
        await self._outbox.update(entry, expected=expected)
        self._tick()


class TickingApi:
    """An API that tells of each moment around a request that matters to a decision."""

    def __init__(self, api: ClientFileApi, tick: Tick) -> None:
        self._api = api
        self._tick = tick

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    async def read_client_file(self, uuid: str) -> ClientFile:
        self._tick()
        seen = await self._api.read_client_file(uuid)
        self._tick()
        return seen

    async def send_decision(self, decision: Any) -> None:
        self._tick()
        await self._api.send_decision(decision)
        self._tick()


class Countdown:
    """Kills this process at the n-th step; None lets it live."""

    def __init__(self, steps: int | None) -> None:
        self._left = steps

    def __call__(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def verdict_for(uuid: str) -> Verdict:
    return Verdict.ACCEPT if int(uuid[-1], 16) % 2 else Verdict.REJECT


def main() -> None:
    folder, order = Path(sys.argv[1]), json.load(sys.stdin)
    account = SampleAccount(order["base_url"], order["public_id"], order["secret_key"], "")
    numbers = random.Random(order["seed"])
    uuids, kills = list(order["uuids"]), 0
    for start in range(0, len(uuids), BATCH):
        batch = uuids[: start + BATCH]
        while True:
            steps = numbers.randint(1, MOST_STEPS) if kills < order["kills"] else None
            if _killed(folder, account, batch, steps):
                kills += 1
            else:
                break
    rows = asyncio.run(_rows(folder, account))
    sys.stdout.write(json.dumps({"kills": kills, "rows": rows}))


def _killed(folder: Path, account: SampleAccount, uuids: list[str], steps: int | None) -> bool:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_live(folder, account, uuids, Countdown(steps)))
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"a life ended with status {status}")
    return False


async def _live(folder: Path, account: SampleAccount, uuids: list[str], tick: Tick) -> None:
    """Decides what nobody has decided, then sends until nothing is left to send."""
    factory = make_api_factory(resource_path("api", "trust_and_sign_v6.toml"), timeouts=PATIENT)

    def ticking_api(connection: Connection, secret: str) -> Any:
        return TickingApi(factory(connection, secret), tick)

    def ticking_vault(vault: Vault) -> Vault:
        return replace(vault, outbox=TickingOutbox(vault.outbox, tick))

    secrets = await _secrets()
    async with opened_desk(
        folder, account, secrets=secrets, api_factory=ticking_api, change_vault=ticking_vault
    ) as desk:
        decided = {row.key.uuid for row in await desk.desk.decisions.all()}
        for uuid in uuids:
            if uuid not in decided:
                await _decide(desk, uuid)
        for row in await desk.vault.outbox.unfinished():
            await desk.settle(row.decision.decision_id)


async def _decide(desk: DeskUnderTest, uuid: str) -> None:
    client_file, verdict = ClientFile(desk.key(uuid), WAITING), verdict_for(uuid)
    cause, message = (CAUSE, MESSAGE) if verdict is Verdict.REJECT else ("", "")
    archive = StoredArchive(client_file.key, "0" * 64, 1)
    await desk.desk.decisions.decide(client_file, verdict, archive, cause=cause, message=message)


async def _rows(folder: Path, account: SampleAccount) -> list[dict[str, str]]:
    async with opened_desk(folder, account, secrets=await _secrets()) as desk:
        return [
            {
                "uuid": row.key.uuid,
                "decision_id": row.decision.decision_id,
                "status": row.status.value,
                "verdict": row.decision.verdict.resulting_state.name,
            }
            for row in await desk.desk.decisions.all()
        ]


async def _secrets() -> SessionSecretStore:
    secrets = SessionSecretStore()
    await secrets.set(VAULT_KEY_NAME, base64.b64encode(TEST_KEY).decode())
    return secrets


if __name__ == "__main__":
    main()
