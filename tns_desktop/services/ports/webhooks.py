"""What the use cases need to be told of changes by web hooks, and to test the way that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tns_desktop.domain.errors import TnsError


@dataclass(frozen=True, slots=True)
class WebHookRules:
    """Where a notification's body holds what, as dotted field paths of the API map; empty: it does not say so.

    ``most_events`` is the greatest number of events that a request is believed to hold.
    """

    events: str
    id: str
    client_file: str
    event: str
    product: str
    date: str
    most_events: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One event, as far as it matters: ``event`` (32 bytes) tells it from all others, ``uuid`` says which file is to be read
    again; empty: any of them.
    """

    event: bytes
    uuid: str


@dataclass(frozen=True, slots=True)
class HookPath:
    """Whose events arrive at one path."""

    connection_id: str
    public_id: str
    rules: WebHookRules


@dataclass(frozen=True, slots=True)
class ReceiverPlan:
    """Where to listen, what a request must carry, and by path whose it is. ``port`` 0: any that is free."""

    address: str
    port: int
    header_name: str
    header_value: str = field(repr=False)
    paths: Mapping[str, HookPath]


class HeaderVerdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request of the self-test, as it arrived."""

    header: HeaderVerdict
    path_known: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Since the program began. ``foreign``: events that name another product. ``refused``: requests, by reason."""

    accepted: int = 0
    duplicates: int = 0
    foreign: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


class WebHookIntake(Protocol):
    """Takes what arrived. Called in the receiver's thread, on its loop."""

    async def take(self, connection_id: str, notices: Sequence[Notice]) -> int:
        """How many of them are new; all are kept durably when this returns. Raises VaultError."""
        ...


class WebHookReceiver(Protocol):
    """Listens for web hooks, in a thread of its own."""

    @property
    def port(self) -> int:
        """Where it listens; 0: it does not."""
        ...

    @property
    def tally(self) -> Tally: ...

    async def open(self, plan: ReceiverPlan) -> None:
        """Listens as ``plan`` says, instead of as before. Raises ReceiverNotOpened, and does not listen then."""
        ...

    async def close(self) -> None:
        """Closing what is not open is fine."""
        ...

    def attach(self, intake: WebHookIntake | None) -> None:
        """Who takes what arrives. None: nobody can now, and every sender is told to try again later."""
        ...

    def watch(self, token: str) -> None:
        """Notes the request whose address carries ``token``, whatever else is wrong with it, and keeps nothing of it; empty:
        none is watched for any more.
        """
        ...

    def arrival(self) -> Arrival | None:
        """Of the request that is watched for."""
        ...

    def sample(self, path: HookPath, event_id: str, at: datetime) -> bytes:
        """The body of a notification with one event of no file that exists."""
        ...


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What became of a request to the public address. ``status`` 0: no answer. ``addresses`` empty: not found, or not
    looked for because a proxy does so. ``plain``: without TLS, on this computer. ``untrusted``: its certificate is not.
    """

    host: str
    addresses: tuple[str, ...] = ()
    proxy: str = ""
    issuer: str = ""
    status: int = 0
    seconds: float = 0.0
    plain: bool = False
    untrusted: bool = False
    error: TnsError | None = None


class WebHookProbe(Protocol):
    """Posts as the server would: from outside, as far as this computer can."""

    async def post(self, url: str, header_name: str, header_value: str, body: bytes) -> ProbeAnswer:
        """Errors are part of the answer, never raised."""
        ...


@dataclass(frozen=True, slots=True)
class NoticedFile:
    """A file of which events wait. ``up_to`` is the place of the last of them in the order of arrival."""

    connection_id: str
    uuid: str
    up_to: int


class NoticeStore(Protocol):
    """Events that arrived, by their identifiers, so that none is worked on twice and none is lost."""

    async def put(self, batches: Sequence[tuple[str, Sequence[Notice]]], at: datetime) -> list[int]:
        """Keeps the events of each connection named, in one transaction; how many of each batch are new."""
        ...

    async def waiting(self, connection_id: str | None = None) -> list[NoticedFile]:
        """What was not worked on yet, of that connection or of all: a file each, by when it was first heard of."""
        ...

    async def finish(self, files: Sequence[NoticedFile]) -> None:
        """Their events up to ``up_to`` were worked on; with an empty ``uuid``, all of that connection's."""
        ...

    async def last_at(self) -> datetime | None:
        """When the last event arrived."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forgets what arrived before."""
        ...

    async def forget_connection(self, connection_id: str) -> None:
        """Every event of that connection."""
        ...
