"""Web hooks: whoever switches them on is told of changes at once, and the server is asked less often.

Where the desk listens, by which header and for which connections, follows the settings; events go to the inbox, which keeps
them before they are answered, and are worked on by the readings.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import SecretMissing, TnsError
from tns_desktop.domain.webhooks import place_of
from tns_desktop.services.connections import HOOK_HEADER_VALUE, SAMPLE_CONNECTION_IDS, Connections
from tns_desktop.services.events import EventBus, WebHooksChanged
from tns_desktop.services.hook_inbox import HookInbox
from tns_desktop.services.hook_life import HookLife
from tns_desktop.services.hook_readings import HookReadings
from tns_desktop.services.ports import (
    Clock,
    HookPath,
    NewIds,
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

_LOG = logging.getLogger(__name__)

PATH_RECORDS = "webhook_paths"
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
        readings: HookReadings,
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
        self.readings = readings
        self._life = life
        self._samples = samples
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._hide = hide
        self._applying = asyncio.Lock()
        self._asked = asyncio.Event()
        self._error: TnsError | None = None
        self._last_at: datetime | None = None

    @property
    def state(self) -> HookState:
        port = self._receiver.port
        place = place_of(self._settings.get(WEBHOOKS_ADDRESS), port) if port else ""
        return HookState(place, self._error, self._last_at, self._receiver.tally)

    async def settled(self) -> HookState:
        """The state once what was saved last counts: listening takes a moment to begin."""
        if self._asked.is_set():
            await self.apply()
        async with self._applying:
            return self.state

    async def run(self) -> None:
        """For ever; cancelled with its owner. What arrives afterwards is turned away until somebody runs it again.

        Raises what is a fault of the program.
        """
        work = [asyncio.ensure_future(self._follow_settings()), asyncio.ensure_future(self.readings.run())]
        try:
            ended, _going_on = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # by themselves they end with a fault
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            self._receiver.attach(None)
            self._life.forget()

    def apply_soon(self) -> None:
        """What was saved counts as soon as it can. Whoever asks may be gone by then, as a window in another language is."""
        self._asked.set()

    async def apply(self) -> None:
        """Listens as the settings say now, or no more; what keeps it from listening is told, not raised."""
        async with self._applying:
            self._asked.clear()
            error: TnsError | None = None
            try:
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

    async def _follow_settings(self) -> None:
        while True:
            await self.apply()
            await self._asked.wait()

    async def _listen(self) -> None:
        value = await self._secrets.get(HOOK_HEADER_VALUE)
        if not value:
            raise SecretMissing("no header value", facts={"name": self._settings.get(WEBHOOKS_HEADER)})
        self._hide(value)
        self._last_at = self._last_at or await self._store.last_at()
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
        self.readings.follow(connection_id)


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From the receiver's thread. A desk that is closing hears nothing more; what arrived is kept."""
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        _LOG.info("an event arrived while the desk closed")
