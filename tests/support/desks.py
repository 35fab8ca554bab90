"""A whole desk without a window: real vault, real API client, real archive reader; the clock alone is moved by hand.

A test module that wants the fixtures imports them, with the sandbox's: ``from tests.support.desks import desk`` and
``from tests.support.sandbox import sandbox, sandbox_process``. A desk that is opened again on the same folder with the
same ``secrets`` is what a restart of the program would find.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.api_maps import DEFAULT_MAP
from tests.support.sandbox import SandboxProcess
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.factory import make_api_factory, make_operators_factory, make_rules_for
from tns_desktop.adapters.api.transport import Timeouts
from tns_desktop.adapters.platform.autostart import NoAutostart
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.screen_shield import NoShield
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.samples.server import SandboxServer
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.adapters.vault import Cost, KeychainVaultKey, Seal, open_vault, vault_key
from tns_desktop.adapters.webhooks import LocalWebHookReceiver
from tns_desktop.domain.client_file import ClientFile, ClientFileKey
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.decision import OutboxEntry, Verdict
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.parts import Machine, Outside, desk_of
from tns_desktop.services.desk import Desk
from tns_desktop.services.indexing import BREATH_SECONDS
from tns_desktop.services.locking import Passphrase
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import ApiFactory, Renderer, SampleAccount, SecretStore, Vault
from tns_desktop.services.settings import Settings
from tns_desktop.stores import Opened

CONNECTION_ID = "c1"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PATIENT = Timeouts(connect=5, read=10, write=10, exchange=20)
"""For tests in which the server is well: a busy machine must not look like a fault."""
HASTY = Timeouts(connect=2, read=0.4, write=2, exchange=1.0)
"""For tests in which the server hangs."""
FEW_ATTEMPTS = DownloadLimits(resumes=1, restarts=1)
ROUNDS = 30
WAIT_SECONDS = 10.0


class FakeClock:
    """The ``Clock`` port, moved by hand. ``advance`` wakes everyone whose time has come, earliest first."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._steady = 1000.0
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return self._steady

    def set_by(self, seconds: float) -> None:
        """Somebody sets the clock; no time passes, and nobody wakes."""
        self._now += timedelta(seconds=seconds)
        self._sleepers = [(due + timedelta(seconds=seconds), future) for due, future in self._sleepers]

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = (self._now + timedelta(seconds=seconds), asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1]
        finally:
            self._sleepers = [other for other in self._sleepers if other[1] is not sleeper[1]]

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._steady += seconds
        for due, future in sorted(self._sleepers, key=lambda sleeper: sleeper[0]):
            if due <= self._now and not future.done():
                future.set_result(None)

    @property
    def sleepers(self) -> list[float]:
        """How long everyone still has to sleep, in seconds, shortest first."""
        return sorted((due - self._now).total_seconds() for due, future in self._sleepers if not future.done())


async def until(condition: Callable[[], bool], what: str = "the condition") -> None:
    """Waits for ``condition`` on this loop; fails after WAIT_SECONDS of real time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.002)


@dataclass(slots=True)
class DeskUnderTest:
    """A desk, what it stands on, and shortcuts for what tests do with it all the time."""

    desk: Desk
    vault: Vault
    secrets: SecretStore
    clock: FakeClock
    locks: ConnectionLocks
    folder: Path
    connection_id: str = CONNECTION_ID

    def key(self, uuid_text: str) -> ClientFileKey:
        return ClientFileKey(self.connection_id, uuid_text)

    async def refresh(self) -> None:
        await self.desk.synchroniser.refresh(self.connection_id)

    async def rows(self) -> list[ProjectedFile]:
        return await self.desk.catalogue.rows([self.connection_id])

    async def row(self, uuid_text: str) -> ProjectedFile:
        return next(row for row in await self.rows() if row.client_file.uuid == uuid_text)

    async def waiting(self) -> list[ClientFile]:
        """What is left to validate, oldest first."""
        left = {row.key for row in await self.rows() if row.is_left_to_do}
        return [file for file in await self.vault.client_files.load(self.connection_id) if file.key in left]

    async def decide(
        self, uuid_text: str, verdict: Verdict = Verdict.ACCEPT, *, cause: str = "", message: str = "", grace: float = 0
    ) -> OutboxEntry:
        """Opens the archive, then decides on it, as an operator does."""
        archive = await self.desk.archives.open(self.key(uuid_text))
        row = await self.row(uuid_text)
        return await self.desk.decisions.decide(
            row.client_file, verdict, archive.stored, cause=cause, message=message, grace=timedelta(seconds=grace)
        )

    async def index_one(self) -> bool:
        """The words of one kept archive's documents, the pauses between them skipped."""
        reading = asyncio.ensure_future(self.desk.indexer.read_one())
        while not reading.done():
            self.clock.advance(BREATH_SECONDS)
            await asyncio.sleep(0.001)
        return await reading

    async def push(self) -> TnsError | None:
        """One round of the sender; the error that ended it early."""
        async with self.locks.of(self.connection_id):
            try:
                await self.desk.sender.push_due(self.connection_id)
            except TnsError as error:
                return error
        return None

    async def create(self) -> TnsError | None:
        """Rounds of the creations' sender, until nothing is due; the error that ended them early."""
        async with self.locks.of(self.connection_id):
            try:
                while await self.desk.creation.sender.push_due(self.connection_id):
                    pass
            except TnsError as error:
                return error
        return None

    async def entry(self, decision_id: str) -> OutboxEntry:
        entry = await self.vault.outbox.get(decision_id)
        assert entry is not None, f"{decision_id} has vanished"
        return entry

    async def settle(self, decision_id: str) -> OutboxEntry:
        """Lets time pass and the sender work until the row is finished or in front of a person."""
        for _ in range(ROUNDS):
            entry = await self.entry(decision_id)
            if entry.status.is_final or entry.status.needs_a_person:
                return entry
            self.desk.sender.wake()
            await self.push()
            entry = await self.entry(decision_id)
            self.clock.advance(max(0.0, (entry.due_at - self.clock.now()).total_seconds()) + 0.01)
        return await self.entry(decision_id)


def account_of(server: SandboxProcess, product: int = 0) -> SampleAccount:
    chosen = server.products[product]
    return SampleAccount(server.base_url, chosen["public_id"], chosen["secret_key"], server.operator)


def connection_for(account: SampleAccount, *, connection_id: str = CONNECTION_ID, api_map: str = "") -> Connection:
    return Connection(
        connection_id=connection_id,
        label="test",
        environment=Environment.OTHER,
        base_url=account.base_url,
        public_id=account.public_id,
        operator_uuid=account.operator_uuid,
        api_map_path=api_map,
    )


@contextlib.asynccontextmanager
async def opened_desk(
    folder: Path,
    account: SampleAccount | None = None,
    *,
    secrets: SecretStore | None = None,
    clock: FakeClock | None = None,
    timeouts: Timeouts = PATIENT,
    limits: DownloadLimits = FEW_ATTEMPTS,
    api_map: str = "",
    api_factory: ApiFactory | None = None,
    renderer: Renderer | None = None,
    change_vault: Callable[[Vault], Vault] = lambda vault: vault,
) -> AsyncIterator[DeskUnderTest]:
    """The desk as ``program`` builds it, on the profile in ``folder``, connected to ``account`` if there is one."""
    paths = ProfilePaths(folder)
    secrets = secrets or SessionSecretStore()
    clock = clock or FakeClock()
    key = await vault_key(secrets, paths.vault_folder)
    vault = change_vault(await open_vault(paths.vault_folder, key, clock))
    settings = Settings(TomlSettingsStore(paths.settings_file))
    samples, hooks, locks = SandboxServer(), LocalWebHookReceiver(), ConnectionLocks()
    passphrase = Passphrase(KeychainVaultKey(secrets, paths.vault_folder, Cost(64, 1, 1)), clock)
    machine = Machine(settings, clock, samples, NoAutostart(), paths.workflows_file, hooks, NoShield("system"))
    outside = Outside(
        make_api=api_factory or make_api_factory(DEFAULT_MAP, timeouts=timeouts, limits=limits),
        make_directory=make_operators_factory(DEFAULT_MAP, timeouts=timeouts),
        rules_for=make_rules_for(DEFAULT_MAP),
        new_renderer=lambda: renderer or RenderHost(),
        hide=lambda _secret: None,
    )
    try:
        async with desk_of(Opened(secrets, vault, passphrase, Seal(key)), machine, outside, locks) as desk:
            if account is not None:
                await desk.connections.save(connection_for(account, api_map=api_map), account.secret_key)
            await desk.sender.recover()
            yield DeskUnderTest(desk, vault, secrets, clock, locks, folder)
    finally:
        await hooks.close()
        await samples.stop()


@pytest.fixture
async def desk(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    """A new desk, connected to the shared sandbox as on its first day."""
    async with opened_desk(tmp_path / "profile", account_of(sandbox)) as opened:
        yield opened
