"""A server that fits in one's head: client files in memory, faults on demand, and a log of what was carried out.

Together with an outbox in memory it runs thousands of lives of a decision in a second. A ``Tripwire`` is ticked before and
after everything that has an effect, so that a test can end the program at any of these moments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from tests.support.desks import CONNECTION_ID
from tns_desktop.domain.client_file import (
    ACCEPTED,
    PENDING,
    REJECTED,
    WAITING,
    ClientFile,
    ClientFileKey,
    ClientFileState,
)
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.decision import LEGAL_TRANSITIONS, Decision, OutboxEntry, Verdict
from tns_desktop.domain.errors import (
    AccessForbidden,
    AlreadyDecided,
    AnswerNotUnderstood,
    ClientFileNotFound,
    ConnectionCut,
    CredentialsRefused,
    ExternalIdTaken,
    IllegalTransition,
    RequestInvalid,
    RequestTimedOut,
    RoleForbids,
    ServerFailed,
    ServerUnreachable,
    StateConflict,
    TnsError,
    TooManyRequests,
)
from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.domain.pace import Pace
from tns_desktop.domain.roles import Duty, Role, allows
from tns_desktop.services.connections import Connections
from tns_desktop.services.ports import (
    NOTHING_KNOWN,
    ArchiveNow,
    ArchiveReceipt,
    BlobStore,
    ClientFileStore,
    CreatedFile,
    CreationStore,
    DiskReviewStore,
    EvidenceStore,
    HandoverJournal,
    Known,
    NoticeStore,
    Page,
    ReviewStore,
    RouteCheck,
    SearchIndex,
    StoredArchive,
    Vault,
)

FAULTS: dict[str, Callable[[], TnsError]] = {
    "cut": lambda: ConnectionCut("cut"),
    "timeout": lambda: RequestTimedOut("timeout"),
    "garbled": lambda: AnswerNotUnderstood("garbled"),
    "offline": lambda: ServerUnreachable("offline"),
    "400": lambda: RequestInvalid(status=400, server_message="invalid"),
    "401": lambda: CredentialsRefused(status=401),
    "403": lambda: AccessForbidden(status=403),
    "404": lambda: ClientFileNotFound(status=404),
    "409": lambda: StateConflict(status=409, server_message="wrong state"),
    "429": lambda: TooManyRequests(status=429, retry_after=7.0),
    "500": lambda: ServerFailed(status=500),
    "503": lambda: ServerFailed(status=503, retry_after=5.0),
}
ACTED = ("cut", "timeout", "garbled", "500", "503")
"""Faults behind which the server may have acted: as ``cut+`` it has, as ``cut`` it has not."""
SEND_FAULTS = (*FAULTS, *(f"{name}+" for name in ACTED), "timeout~")
"""``timeout~``: the request is still on its way and arrives when ``late_requests_arrive`` is called."""
READ_FAULTS = tuple(name for name in FAULTS if name not in ("400", "403", "409"))

Tick = Callable[[], None]


def _no_tick() -> None:
    """Where nothing is to be interrupted."""


@dataclass(slots=True)
class ModelServer:
    """What the server knows. ``carried_out`` lists the decisions that took effect through a request, in order."""

    files: dict[str, ClientFile] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    carried_out: list[Decision] = field(default_factory=list)
    on_their_way: list[Decision] = field(default_factory=list)
    arrived_late: set[str] = field(default_factory=set)
    archives: dict[str, bytes] = field(default_factory=dict)
    page_size: int = 1000
    connection_id: str = CONNECTION_ID
    cursor_loop: tuple[str, ...] = ()
    """Cursors that a broken list gives out round and round."""
    reads: list[str] = field(default_factory=list)
    failing_reads: dict[str, str] = field(default_factory=dict)
    """Faults by uuid, until taken away; ``read_faults`` strike once each, whatever is read."""
    answering: Callable[[], Awaitable[None]] | None = None
    """Awaited before every answer to a list or a read: a server may take its time, or never come."""
    half_way: Callable[[], Awaitable[None]] | None = None
    paces: dict[str, Pace | None] = field(default_factory=dict)
    """By uuid: how fast the last transfer was asked to be."""
    """Awaited when an archive's first half was sent."""
    read_faults: deque[str] = field(default_factory=deque)
    send_faults: deque[str] = field(default_factory=deque)
    created: list[Creation] = field(default_factory=list)
    """Creations carried out, in order."""
    creations_on_their_way: list[Creation] = field(default_factory=list)
    knows_external_ids: bool = True
    """Whether it refuses an external identifier that is used already."""

    def add(self, uuid: str) -> ClientFile:
        self.files[uuid] = ClientFile(ClientFileKey(self.connection_id, uuid), WAITING, id=uuid)
        self.etags[uuid] = '"first"'
        return self.files[uuid]

    def close_as(self, uuid: str, verdict: Verdict, cause: str = "", message: str = "") -> bool:
        """Carries a verdict out, whoever asked; False in a state that does not allow it."""
        if self.files[uuid].state != WAITING:
            return False
        state = ACCEPTED if verdict is Verdict.ACCEPT else REJECTED
        self.files[uuid] = replace(self.files[uuid], state=state, rejection_cause=cause, rejection_message=message)
        return True

    def receive(self, decision: Decision) -> bool:
        """What a request does to the file it is about; False is a 409."""
        taken = self.close_as(decision.key.uuid, decision.verdict, decision.cause, decision.message)
        if taken:
            self.carried_out.append(decision)
        return taken

    def create(self, creation: Creation) -> ClientFile | None:
        """What a creation does; None where the external identifier is used already."""
        new = creation.new
        if self.knows_external_ids and any(file.external_id == new.external_id for file in self.files.values()):
            return None
        uuid = f"created-{len(self.created)}"
        key = ClientFileKey(self.connection_id, uuid)
        self.files[uuid] = ClientFile(
            key,
            PENDING,
            id=uuid,
            external_id=new.external_id,
            workflow_label=new.workflow_label,
            participants=new.participants,
        )
        self.created.append(creation)
        return self.files[uuid]

    def late_requests_arrive(self) -> None:
        for creation in self.creations_on_their_way:
            self.create(creation)
        self.creations_on_their_way.clear()
        for decision in self.on_their_way:
            if self.receive(decision):
                self.arrived_late.add(decision.decision_id)
        self.on_their_way.clear()


class ModelApi:
    """The ``ClientFileApi`` port on a ``ModelServer``."""

    queues: tuple[ClientFileState, ...] = (WAITING, ACCEPTED, REJECTED)
    automatic_validation_modes: frozenset[str] = frozenset()

    def __init__(self, server: ModelServer, tick: Tick = _no_tick) -> None:
        self.server = server
        self.closed = False
        self._tick = tick

    def signing_link(self, token: str) -> str:
        return f"https://tns.example.test/sign?token={token}"

    async def list_client_files(
        self, state: ClientFileState | None, cursor: str | None = None, known: Known = NOTHING_KNOWN
    ) -> Page:
        await self._answer()
        self._strike(self.server.read_faults)
        found = [one for one in self.server.files.values() if state in (None, one.state)]
        if self.server.cursor_loop:
            following = {"": 0} | {name: place + 1 for place, name in enumerate(self.server.cursor_loop)}
            place = following[cursor or ""] % len(self.server.cursor_loop)
            return Page(tuple(found), self.server.cursor_loop[place])
        start = int(cursor or 0)
        end = start + self.server.page_size
        return Page(tuple(found[start:end]), str(end) if end < len(found) else None, len(found))

    async def read_client_file(self, uuid: str) -> ClientFile:
        self._tick()
        await self._answer()
        self.server.reads.append(uuid)
        self._strike(self.server.read_faults)
        if uuid in self.server.failing_reads:
            raise FAULTS[self.server.failing_reads[uuid]]()
        if uuid not in self.server.files:
            raise FAULTS["404"]()
        return self.server.files[uuid]

    async def archive_now(self, uuid: str) -> ArchiveNow:
        self._tick()
        self._strike(self.server.read_faults)
        content = self.server.archives.get(uuid)
        return ArchiveNow(self.server.etags[uuid], None if content is None else len(content))

    async def send_decision(self, decision: Decision) -> None:
        self._tick()
        fault = self.server.send_faults.popleft() if self.server.send_faults else ""
        if fault.endswith("~"):
            self.server.on_their_way.append(decision)
        elif (not fault or fault.endswith("+")) and not self.server.receive(decision):
            raise FAULTS["409"]()
        self._tick()
        if fault:
            raise FAULTS[fault.rstrip("+~")]()

    async def create(self, creation: Creation, documents: Sequence[tuple[NewDocument, bytes]]) -> CreatedFile:
        self._tick()
        fault = self.server.send_faults.popleft() if self.server.send_faults else ""
        made: ClientFile | None = None
        if fault.endswith("~"):
            self.server.creations_on_their_way.append(creation)
        elif not fault or fault.endswith("+"):
            made = self.server.create(creation)
            if made is None:
                raise ExternalIdTaken(status=400, server_message="externalId is already used")
        self._tick()
        if fault:
            raise FAULTS[fault.rstrip("+~")]()
        assert made is not None
        return CreatedFile(made.uuid, made.id)

    async def find_created(self, external_ids: frozenset[str]) -> Mapping[str, ClientFile]:
        self._tick()
        self._strike(self.server.read_faults)
        return {one.external_id: one for one in self.server.files.values() if one.external_id in external_ids}

    async def download_archive(self, uuid: str, sink: Any, progress: Any, pace: Any = None) -> ArchiveReceipt:
        self.server.paces[uuid] = pace
        content = self.server.archives.get(uuid)
        if content is None:
            raise FAULTS["404"]()
        middle = len(content) // 2
        sink.write_blocking(content[:middle])
        progress(middle, len(content))
        if self.server.half_way is not None:
            await self.server.half_way()
        sink.write_blocking(content[middle:])
        progress(len(content), len(content))
        return ArchiveReceipt(len(content), self.server.etags[uuid])

    async def check(self) -> Sequence[RouteCheck]:
        return ()

    async def close(self) -> None:
        self.closed = True

    async def _answer(self) -> None:
        if self.server.answering is not None:
            await self.server.answering()

    def _strike(self, faults: deque[str]) -> None:
        fault = faults.popleft() if faults else ""
        if fault:
            raise FAULTS[fault]()


class ModelOutbox:
    """The ``Outbox`` port in memory, with the rules of the real one."""

    def __init__(self, tick: Tick = _no_tick) -> None:
        self.rows: dict[str, OutboxEntry] = {}
        self._tick = tick

    async def insert(self, entry: OutboxEntry) -> None:
        self._tick()
        if any(one.key == entry.key and not one.status.is_final for one in self.rows.values()):
            raise AlreadyDecided("a decision is on its way")
        self.rows[entry.decision.decision_id] = entry
        self._tick()

    async def update(self, entry: OutboxEntry, *, expected: OutboxEntry) -> None:
        self._tick()
        legal = entry.status is expected.status or entry.status in LEGAL_TRANSITIONS[expected.status]
        if not legal or entry.decision != expected.decision or self.rows[entry.decision.decision_id] != expected:
            raise IllegalTransition(f"{expected.status} -> {entry.status}")
        self.rows[entry.decision.decision_id] = entry
        self._tick()

    async def get(self, decision_id: str) -> OutboxEntry | None:
        return self.rows.get(decision_id)

    async def unfinished(self) -> list[OutboxEntry]:
        return [row for row in self.rows.values() if not row.status.is_final]

    async def all(self, limit: int = 1000) -> list[OutboxEntry]:
        return list(self.rows.values())[:limit]

    async def of(self, keys: Collection[ClientFileKey]) -> list[OutboxEntry]:
        return [row for row in self.rows.values() if row.key in keys]

    async def forget_connection(self, connection_id: str) -> None:
        self.rows = {name: row for name, row in self.rows.items() if row.key.connection_id != connection_id}


class ModelClientFiles:
    """The part of ``ClientFileStore`` that sending needs."""

    def __init__(self) -> None:
        self.rows: dict[ClientFileKey, ClientFile] = {}

    async def upsert(self, client_files: Iterable[ClientFile]) -> frozenset[ClientFileKey]:
        changed = {one.key for one in client_files if self.rows.get(one.key) != one}
        self.rows |= {one.key: one for one in client_files}
        return frozenset(changed)

    async def mark_seen(self, key: ClientFileKey) -> None:
        assert key in self.rows


class ModelBlobs:
    """The part of ``BlobStore`` that sending needs: the archive that was reviewed is not kept any more."""

    async def find(self, key: ClientFileKey) -> StoredArchive | None:
        return None


class ModelConnections:
    """One connection, whose API may be one of the errors of making it."""

    def __init__(self, api: ModelApi | TnsError) -> None:
        self.api = api
        self.role = Role.OPERATOR

    def demand(self, connection_id: str, duty: Duty) -> None:
        if not allows(self.role, duty):
            raise RoleForbids(facts={"name": connection_id, "duty": duty.value})

    def may(self, connection_id: str, duty: Duty) -> bool:
        return allows(self.role, duty)

    async def api_for(self, connection_id: str) -> ModelApi:
        if isinstance(self.api, TnsError):
            raise self.api
        return self.api

    def as_port(self) -> Connections:
        return cast(Connections, self)


def model_vault(outbox: ModelOutbox, creations: CreationStore | None = None) -> Vault:
    return Vault(
        cast(ClientFileStore, ModelClientFiles()),
        outbox,
        cast(BlobStore, ModelBlobs()),
        cast(ReviewStore, None),
        cast(EvidenceStore, None),
        cast(SearchIndex, None),
        cast(DiskReviewStore, None),
        creations if creations is not None else cast(CreationStore, None),
        cast(HandoverJournal, None),
        cast(NoticeStore, None),
        lambda: None,
    )
