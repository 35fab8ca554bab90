"""What carries rows of the outbox to the servers has in common: rounds under a lock, pauses, and being called."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import Counter

from tns_desktop.domain.errors import CredentialsRefused, TnsError, VaultError
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks, Rounds
from tns_desktop.services.patience import pause_after
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.waiting import sleep_unless_woken
from tns_desktop.services.waits import Waits

_LOG = logging.getLogger(__name__)

IDLE_SECONDS = 60.0


class Courier(ABC):
    """Of each connection one round at a time, under a lock that it shares with the synchroniser; the connections beside each
    other, so that a server that hangs delays nobody else's work.
    """

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        lines: Lines,
        bus: EventBus,
        clock: Clock,
        locks: ConnectionLocks,
    ) -> None:
        self._connections = connections
        self._vault = vault
        self._lines = lines
        self._bus = bus
        self._clock = clock
        self._locks = locks
        self._wake = asyncio.Event()
        self._waits = Waits(clock)
        self._rounds_stopped: Counter[str] = Counter()
        self._rounds = Rounds(self._wake)

    def wake(self) -> None:
        """Goes round now, whatever pause was on: somebody asked for it. Refused credentials still wait for new ones."""
        self._waits.release_pauses()
        self._wake.set()

    def unpark(self, connection_id: str) -> None:
        """Credentials changed, or proved to be right: work that waited for them goes on."""
        self._waits.release(connection_id)
        self._rounds_stopped.pop(connection_id, None)
        self._wake.set()

    async def run(self) -> None:
        """Sends what is due, for ever, across all connections, whichever is on screen."""
        try:
            while True:
                try:
                    seconds = await self._start_rounds()
                except VaultError as error:
                    _LOG.error("the outbox cannot be read: %s", error.code)
                    seconds = IDLE_SECONDS
                await sleep_unless_woken(self._clock, seconds, self._wake)
        finally:
            await self._rounds.close()

    @abstractmethod
    async def push_due(self, connection_id: str) -> bool:
        """Works on what is due for one connection; the caller holds the lock. True while there is more of it.

        Raises the TnsError that makes going on useless (no secret, wrong credentials, no network), at once; or, after every
        row had its turn, the last one that kept a row from moving.
        """

    @abstractmethod
    async def _start_rounds(self) -> float:
        """One round for each connection that has work and none going; how long nothing more is to be started, in seconds.

        A round that ends wakes the loop, which looks again: what became due meanwhile must not wait.
        """

    async def _round(self, connection_id: str) -> None:
        """The lock is given back between two steps: who else waits for the connection has its turn then."""
        more = True
        while more:
            async with self._locks.of(connection_id):
                try:
                    more = await self.push_due(connection_id)
                except TnsError as error:
                    self._lines.report(connection_id, error)
                    more = False

    def _hold(self, connection_id: str, error: TnsError) -> None:
        """Leaves the connection alone: until credentials change, or for a pause that grows with each round that is stopped."""
        if isinstance(error, CredentialsRefused):
            self._waits.hold(connection_id, None)
            return
        self._rounds_stopped[connection_id] += 1
        self._waits.hold(connection_id, pause_after(self._rounds_stopped[connection_id], error))
