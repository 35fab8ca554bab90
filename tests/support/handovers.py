"""What hand-overs stand on in tests: a journal in memory, and a desk's worth of parts with a server that answers at once."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from tests.support.desks import FakeClock
from tests.support.vaults import TEST_KEY
from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.adapters.handover import DaemonThreads, DiskFolders
from tns_desktop.adapters.vault import open_vault
from tns_desktop.domain.client_file import ACCEPTED, ClientFile, ClientFileKey, Participant
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.handover import CsvIndex, Handover, HandoverRule, HandoverStatus, Occasion
from tns_desktop.services.archives import Archives
from tns_desktop.services.events import EventBus
from tns_desktop.services.handover_parts import HandoverParts, handover_parts
from tns_desktop.services.ports import ArchiveNow, ArchiveReceipt, HandoverChange, HandoverFolders, Vault
from tns_desktop.services.settings import Settings

CONNECTION_ID = "c1"
ORIGIN = "https://api.example.test/v6"


class MemoryHandovers:
    """The ``HandoverJournal`` port."""

    def __init__(self) -> None:
        self.rows: dict[str, Handover] = {}

    async def insert(self, handovers: Sequence[Handover]) -> list[Handover]:
        taken = []
        for one in handovers:
            if not any(row.key == one.key and row.status.is_work for row in self.rows.values()):
                self.rows[one.handover_id] = one
                taken.append(one)
        return taken

    async def update(self, changes: Sequence[HandoverChange]) -> None:
        for before, after in changes:
            assert self.rows[before.handover_id] == before
            self.rows[after.handover_id] = after

    async def reserve(self, changes: Sequence[HandoverChange]) -> frozenset[str]:
        await self.update(changes)
        return frozenset()

    async def get(self, handover_id: str) -> Handover | None:
        return self.rows.get(handover_id)

    async def of(self, key: ClientFileKey) -> list[Handover]:
        return [row for row in await self.all() if row.key == key]

    async def work(self) -> list[Handover]:
        return [row for row in self.rows.values() if row.status.is_work]

    async def all(self, limit: int = 1000) -> list[Handover]:
        return list(reversed(self.rows.values()))[:limit]

    async def failed(self) -> int:
        return sum(row.status is HandoverStatus.FAILED for row in self.rows.values())

    async def delivered_to(self, folder: str) -> list[Handover]:
        return [row for row in self.rows.values() if row.folder == folder and row.delivered]

    async def accepted_ones(self, connection_id: str) -> frozenset[ClientFileKey]:
        return frozenset(row.key for row in self.rows.values() if row.is_of_accepted)

    async def forget_connection(self, connection_id: str) -> None:
        self.rows = {name: row for name, row in self.rows.items() if row.key.connection_id != connection_id}


@dataclass
class FakeServer:
    """The parts of ``ClientFileApi`` that a hand-over uses, and the ``Connections`` that lead there."""

    files: dict[str, ClientFile] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    trouble: TnsError | None = None
    downloads: list[str] = field(default_factory=list)

    def put(self, number: int, archive: bytes, **values: object) -> ClientFile:
        """A client file and its archive; accepted, unless ``values`` say otherwise."""
        fields: dict[str, object] = {
            "key": ClientFileKey(CONNECTION_ID, f"uuid-{number}"),
            "state": ACCEPTED,
            "id": f"24-{number:04}",
            "participants": (Participant(last_name="Müller", first_name="Zoé"),),
        }
        file = ClientFile(**{**fields, **values})  # type: ignore[arg-type]
        self.files[file.uuid] = file
        self.archives[file.uuid] = archive
        self.etags[file.uuid] = f'"{number}"'
        return file

    async def api_for(self, connection_id: str) -> FakeServer:
        if self.trouble is not None:
            raise self.trouble
        return self

    def find(self, connection_id: str) -> Connection | None:
        return Connection(connection_id, "Crédit", Environment.OTHER, ORIGIN, "public")

    async def read_client_file(self, uuid: str) -> ClientFile:
        return self.files[uuid]

    async def archive_now(self, uuid: str) -> ArchiveNow:
        return ArchiveNow(self.etags[uuid])

    async def download_archive(self, uuid: str, sink: Any, progress: object, pace: object = None) -> ArchiveReceipt:
        self.downloads.append(uuid)
        sink.write_blocking(self.archives[uuid])
        return ArchiveReceipt(len(self.archives[uuid]), self.etags[uuid])


class MemorySettingsStore:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def load(self) -> dict[str, Any]:
        return self.values

    def save(self, values: dict[str, Any]) -> None:
        self.values = values


@dataclass
class FakeCommands:
    """The ``CommandRunner`` port: notes what it is given and ends as it is told."""

    runs: list[list[str]] = field(default_factory=list)
    status: int = 0
    error: BaseException | None = None

    async def run(self, command: Sequence[str], seconds: float) -> int:
        self.runs.append(list(command))
        if self.error is not None:
            raise self.error
        return self.status


@dataclass
class Deliveries:
    """Parts under test on a real vault, and shortcuts for what the tests do all the time."""

    parts: HandoverParts
    vault: Vault
    server: FakeServer
    clock: FakeClock
    commands: FakeCommands
    bus: EventBus
    target: Path
    settings: Settings

    def rule(self, **values: object) -> HandoverRule:
        rule = HandoverRule(CONNECTION_ID, str(self.target), template="{id}", csv=CsvIndex.SEMICOLON, json=True)
        rule = replace(rule, **values)  # type: ignore[arg-type]
        self.parts.handovers.rules.save(rule)
        return rule

    async def ask(self, *files: ClientFile) -> list[Handover]:
        return list((await self.parts.handovers.ask(files)).planned)

    async def work(self) -> None:
        """Until nothing is due."""
        await self.parts.planner.plan_due()
        while await self.parts.worker.work_batch():
            pass

    async def row(self, file: ClientFile) -> Handover:
        row = await self.parts.handovers.last_of(file.key)
        assert row is not None
        return row

    async def status(self, file: ClientFile) -> HandoverStatus:
        return (await self.row(file)).status

    def names(self) -> list[str]:
        """Every file in the target but the sign, below it, with ``/``."""
        return sorted(
            path.relative_to(self.target).as_posix()
            for path in self.target.rglob("*")
            if path.is_file() and path.name != "tns-desktop-handover.txt"
        )


@contextlib.asynccontextmanager
async def deliveries(
    folder: Path,
    server: FakeServer,
    *,
    target: Path | None = None,
    folders: HandoverFolders | None = None,
    clock: FakeClock | None = None,
    settings: Settings | None = None,
    commands: FakeCommands | None = None,
    change_vault: Callable[[Vault], Vault] = lambda vault: vault,
) -> AsyncIterator[Deliveries]:
    """Opened again on the same folder with the same settings it is what a restart would find."""
    clock = clock or FakeClock()
    target = target or folder / "target"
    target.mkdir(exist_ok=True)
    DiskFolders().prepare_blocking(target)
    vault = change_vault(await open_vault(folder / "vault", TEST_KEY, clock))
    bus, reader, connections = EventBus(), ZipArchiveReader(), cast(Any, server)
    pool = ThreadPoolExecutor(2)
    ids = iter(range(1, 100_000))
    settings, commands = settings or Settings(MemorySettingsStore()), commands or FakeCommands()
    parts = handover_parts(
        vault=vault,
        connections=connections,
        archives=Archives(connections, vault, reader, bus, clock, pool),
        reader=reader,
        folders=folders or DiskFolders(),
        commands=commands,
        pool=DaemonThreads(3, "handover"),
        settings=settings,
        bus=bus,
        clock=clock,
        new_id=lambda: f"{clock.steady():.0f}-{next(ids):05}",
    )
    try:
        yield Deliveries(parts, vault, server, clock, commands, bus, target, settings)
    finally:
        await parts.close()
        pool.shutdown(wait=True)
        await vault.close()


def a_handover(number: int = 1, **values: object) -> Handover:
    """A planned hand-over of file ``number``."""
    fields: dict[str, object] = {
        "handover_id": f"h{number}",
        "key": ClientFileKey(CONNECTION_ID, f"uuid-{number}"),
        "occasion": Occasion.ASKED,
        "planned_at": FakeClock().now(),
    }
    return Handover(**{**fields, **values})  # type: ignore[arg-type]
