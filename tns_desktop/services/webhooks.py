"""Web hooks: whoever switches them on is told of changes at once, and the server is asked less often.

An event is never believed: it says that a file is to be read again, and the reading goes through the synchroniser. Events
are kept before they are answered and worked on afterwards, so neither a burst nor a crash loses one; many events of a file
are one reading, and many files are one look at the list.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import SecretMissing, TnsError
from tns_desktop.services.connections import HOOK_HEADER_VALUE, SAMPLE_CONNECTION_IDS, Connections
from tns_desktop.services.events import EventBus, WebHooksChanged
from tns_desktop.services.hook_inbox import HookInbox
from tns_desktop.services.hook_life import HookLife
from tns_desktop.services.patience import pause_after
from tns_desktop.services.ports import (
    Clock,
    HookPath,
    NewIds,
    NoticedFile,
    NoticeStore,
    ReceiverPlan,
    SampleHook,
    SampleServer,
    SecretStore,
    Tally,
    WebHookReceiver,
    WebHookRules,
)
from tns_desktop.services.settings import (
    WEBHOOKS_ADDRESS,
    WEBHOOKS_HEADER,
    WEBHOOKS_ON,
    WEBHOOKS_PORT,
    WEBHOOKS_PUBLIC_URL,
    Settings,
)
from tns_desktop.services.sync import Synchroniser
from tns_desktop.services.waiting import sleep_unless_woken

_LOG = logging.getLogger(__name__)

PATH_RECORDS = "webhook_paths"
GATHER_SECONDS = 0.25
"""Events of one change arrive together: so long the first one waits for the others."""
MOST_SINGLE_FILES = 20
"""Events of more files than this cost the server less as one look at the list."""
REST_SECONDS = 5.0
"""Between two looks at a whole list, however many events arrive."""
MOST_TRIES = 5
"""Of one file that cannot be read while others can."""
LOOK_EVERY_SECONDS = 3600.0
KEPT_FOR = timedelta(days=3)
"""The server repeats a delivery for about 12 hours (KNOWN, public documentation ``appendices/webhooks``)."""

RulesFor = Callable[[Connection], WebHookRules]
"""Raises ApiMapInvalid."""


@dataclass(frozen=True, slots=True)
class HookState:
    """What there is to say of web hooks now. ``place`` is where the desk listens; empty: it does not."""

    place: str
    error: TnsError | None
    last_at: datetime | None
    tally: Tally


class WebHooks:
    """Listens as the settings say, and works on what arrives."""

    def __init__(
        self,
        receiver: WebHookReceiver,
        store: NoticeStore,
        connections: Connections,
        secrets: SecretStore,
        settings: Settings,
        rules_for: RulesFor,
        synchroniser: Synchroniser,
        life: HookLife,
        samples: SampleServer,
        bus: EventBus,
        clock: Clock,
        new_id: NewIds,
        hide: Callable[[str], None] = lambda _secret: None,
    ) -> None:
        """``hide`` keeps a secret out of the log."""
        self._receiver = receiver
        self._store = store
        self._connections = connections
        self._secrets = secrets
        self._settings = settings
        self._rules_for = rules_for
        self._synchroniser = synchroniser
        self._life = life
        self._samples = samples
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._hide = hide
        self._wake = asyncio.Event()
        self._applying = asyncio.Lock()
        self._error: TnsError | None = None
        self._last_at: datetime | None = None
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        """By connection, in steady seconds."""
        self._put_off_until: dict[tuple[str, str], tuple[int, float]] = {}
        """Of files that could not be read by themselves: how often it was tried, and when it is tried again."""

    @property
    def state(self) -> HookState:
        port = self._receiver.port
        place = place_of(self._settings.get(WEBHOOKS_ADDRESS), port) if port else ""
        return HookState(place, self._error, self._last_at, self._receiver.tally)

    async def run(self) -> None:
        """For ever; cancelled with its owner. What arrives afterwards is turned away until somebody runs it again."""
        try:
            await self.apply()
            pruned = self._clock.steady() - LOOK_EVERY_SECONDS
            while True:
                try:
                    if self._clock.steady() - pruned >= LOOK_EVERY_SECONDS:
                        await self._store.prune(self._clock.now() - KEPT_FOR)
                        pruned = self._clock.steady()
                    pause = await self.work()
                except TnsError as error:
                    pause = pause_after(1, error).total_seconds()
                    _LOG.info("events of web hooks wait: %s", error.code)
                await sleep_unless_woken(self._clock, pause, self._wake)
                await self._clock.sleep(GATHER_SECONDS)
        finally:
            self._receiver.attach(None)
            self._life.forget()

    async def apply(self) -> None:
        """Listens as the settings say now, or no more; what keeps it from listening is told, not raised."""
        async with self._applying:
            error: TnsError | None = None
            try:
                self._last_at = self._last_at or await self._store.last_at()
                if self._settings.get(WEBHOOKS_ON):
                    await self._listen()
                else:
                    await self._stop()
            except TnsError as trouble:
                error = trouble
                _LOG.warning("nothing listens for web hooks: %s", error.code)
                await self._stop()
            self._error = error
        self._bus.publish(WebHooksChanged(error))

    async def work(self) -> float:
        """Reads again what events wait for; in how many seconds there is something to do again. Raises VaultError."""
        waiting = await self._store.waiting()
        by_connection: dict[str, list[NoticedFile]] = {}
        for file in waiting:
            by_connection.setdefault(file.connection_id, []).append(file)
        pauses = await asyncio.gather(*(self._work_on(name, files) for name, files in by_connection.items()))
        if waiting:
            self._bus.publish(WebHooksChanged(self._error))
        return min([LOOK_EVERY_SECONDS, *pauses])

    def address_of(self, connection_id: str) -> str:
        """The address to be given to the server for this connection; of this computer itself where no public one is set.

        Empty for an unknown connection. Raises SettingsInvalid.
        """
        path = next((path for path, name in self._paths().items() if name == connection_id), "")
        if not path:
            return ""
        public = self._settings.get(WEBHOOKS_PUBLIC_URL).rstrip("/")
        return (public or self._local_url()) + path

    async def header_value(self) -> str | None:
        """Raises SecretStoreError."""
        return await self._secrets.get(HOOK_HEADER_VALUE)

    async def save_header_value(self, value: str) -> None:
        """Raises SecretStoreError."""
        self._hide(value)
        await self._secrets.set(HOOK_HEADER_VALUE, value)

    def path_of(self, connection_id: str) -> HookPath | None:
        """Raises ApiMapInvalid."""
        connection = self._connections.find(connection_id)
        if connection is None:
            return None
        return HookPath(connection.connection_id, connection.public_id, self._rules_for(connection))

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        value = await self._secrets.get(HOOK_HEADER_VALUE)
        if not value:
            raise SecretMissing("no header value", facts={"name": self._settings.get(WEBHOOKS_HEADER)})
        self._hide(value)
        paths = {}
        for path, connection_id in self._paths().items():
            if (hook := self.path_of(connection_id)) is not None:
                paths[path] = hook
        header = self._settings.get(WEBHOOKS_HEADER)
        loop = asyncio.get_running_loop()
        self._receiver.attach(
            HookInbox(self._store, self._clock, lambda name: _tell(loop, lambda: self._has_arrived(name)))
        )
        await self._receiver.open(
            ReceiverPlan(self._settings.get(WEBHOOKS_ADDRESS), self._settings.get(WEBHOOKS_PORT), header, value, paths)
        )
        await self._samples.deliver_hooks(
            [
                SampleHook(hook.public_id, self._local_url() + path, header, value)
                for path, hook in paths.items()
                if hook.connection_id in SAMPLE_CONNECTION_IDS
            ]
        )

    async def _stop(self) -> None:
        self._receiver.attach(None)
        self._life.forget()
        await self._receiver.close()
        await self._samples.deliver_hooks([])

    def _paths(self) -> dict[str, str]:
        """Path -> connection. Each connection has one of its own for as long as it is there; nobody guesses it."""
        known = {
            str(record.get("connection_id")): str(record.get("path")) for record in self._settings.records(PATH_RECORDS)
        }
        present = [connection.connection_id for connection in self._connections.all()]
        paths = {name: known.get(name) or f"/hooks/{self._new_id().replace('-', '')}" for name in present}
        if paths != known:
            self._settings.set_records(
                PATH_RECORDS, [{"connection_id": name, "path": path} for name, path in paths.items()]
            )
        return {path: name for name, path in paths.items()}

    def _local_url(self) -> str:
        address = self._settings.get(WEBHOOKS_ADDRESS)
        if address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            address = "127.0.0.1" if address == "0.0.0.0" else "::1"  # noqa: S104
        return f"http://{place_of(address, self._receiver.port or self._settings.get(WEBHOOKS_PORT))}"

    def _has_arrived(self, connection_id: str) -> None:
        self._life.note(connection_id)
        self._last_at = self._clock.now()
        self._wake.set()

    async def _work_on(self, connection_id: str, files: Sequence[NoticedFile]) -> float:
        """In how many seconds this connection is to be looked at again. Events never make that sooner: while a server fails,
        or was asked for its whole list just now, it is left alone.
        """
        if self._connections.find(connection_id) is None:
            await self._store.forget_connection(connection_id)
            return LOOK_EVERY_SECONDS
        now = self._clock.steady()
        pause = self._not_before.get(connection_id, 0.0) - now
        if pause > 0:
            return pause
        due = [file for file in files if self._due(file) <= now]
        pauses = [LOOK_EVERY_SECONDS, *(self._due(file) - now for file in files if self._due(file) > now)]
        if due and (pause := await self._read(connection_id, due)) > 0:
            self._not_before[connection_id] = self._clock.steady() + pause
            pauses.append(pause)
        return min(pauses)

    async def _read(self, connection_id: str, files: Sequence[NoticedFile]) -> float:
        """How long this connection is to be left alone now."""
        whole = len(files) > MOST_SINGLE_FILES or any(not file.uuid for file in files)
        try:
            if whole:
                await self._synchroniser.refresh(connection_id)
                await self._finish([NoticedFile(connection_id, "", max(file.up_to for file in files))])
            else:
                read = await self._synchroniser.read_files(connection_id, [file.uuid for file in files])
                given_up = {file.uuid for file in files if file.uuid not in read and not self._put_off(file)}
                await self._finish([file for file in files if file.uuid in read | given_up])
        except TnsError as error:
            _LOG.info("events of web hooks wait: %s", error.code)
            failures = self._failures[connection_id] = self._failures.get(connection_id, 0) + 1
            return pause_after(failures, error).total_seconds()
        self._failures.pop(connection_id, None)
        return REST_SECONDS if whole else 0.0

    def _due(self, file: NoticedFile) -> float:
        return self._put_off_until.get((file.connection_id, file.uuid), (0, 0.0))[1]

    def _put_off(self, file: NoticedFile) -> bool:
        """One file that cannot be read keeps no other waiting; after a few tries, reading the list has to do."""
        name = (file.connection_id, file.uuid)
        tries = self._put_off_until.get(name, (0, 0.0))[0] + 1
        if tries >= MOST_TRIES:
            return False
        self._put_off_until[name] = (tries, self._clock.steady() + pause_after(tries, None).total_seconds())
        return True

    async def _finish(self, files: Sequence[NoticedFile]) -> None:
        await self._store.finish(files)
        for file in files:
            self._put_off_until.pop((file.connection_id, file.uuid), None)


def place_of(address: str, port: int) -> str:
    """Address and port as they stand in a URL."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From the receiver's thread. A desk that is closing hears nothing more; what arrived is kept."""
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        _LOG.info("an event arrived while the desk closed")
