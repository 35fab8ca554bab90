"""Prefetching: archives are fetched before somebody waits for them, and never while somebody does.

Two wishes: *keep offline* (asked for by the operator, kept until it is fulfilled) and *read ahead* (the next files of the
list, replaced with every file that is opened). One archive at a time, no faster than the settings allow; whatever the
operator opens goes first, and at full speed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.errors import DiskFull, ServerUnreachable, TnsError, TransportError
from tns_desktop.domain.pace import Pace
from tns_desktop.services.archives import Archives, OpenArchive
from tns_desktop.services.events import ConnectionStateChanged, EventBus, OfflineProgressed, RefreshFinished
from tns_desktop.services.line import Lines
from tns_desktop.services.settings import PREFETCH_KILOBYTES, Settings

_LOG = logging.getLogger(__name__)

_KILOBYTE = 1_000


class Prefetcher:
    """What is wished for lives in memory: after a restart the list shows what is kept and what is not."""

    def __init__(self, archives: Archives, lines: Lines, bus: EventBus, settings: Settings) -> None:
        self._archives = archives
        self._settings = settings
        self._lines = lines
        self._bus = bus
        self._asked: dict[ClientFileKey, None] = {}
        self._ahead: list[ClientFileKey] = []
        self._done = 0
        self._failed = 0
        self._goes_first: ClientFileKey | None = None
        self._resting: set[str] = set()
        """Connections whose line broke under a transfer: left alone until something is heard of them."""
        self._heard_meanwhile = False
        self._wake = asyncio.Event()
        self._current: ClientFileKey | None = None
        self._transfer: asyncio.Task[OpenArchive] | None = None
        self._subscriptions = (
            bus.subscribe(RefreshFinished, lambda event: self._heard(event.connection_id) if event.complete else None),
            bus.subscribe(ConnectionStateChanged, lambda event: self._heard(event.connection_id)),
        )

    # --- wishes -------------------------------------------------------------------------------------------------------

    def keep(self, keys: Iterable[ClientFileKey]) -> None:
        """Fetches these as soon as the line allows it, also much later."""
        if not self._asked:
            self._done = self._failed = 0
        self._asked.update(dict.fromkeys(keys))
        self._tell()
        self._wake.set()

    def stop_keeping(self) -> list[ClientFileKey]:
        """Forgets what was asked for and is not there yet; what that was."""
        forgotten = list(self._asked)
        self.let_go(forgotten)
        return forgotten

    def let_go(self, keys: Iterable[ClientFileKey]) -> None:
        """Nobody asks for these any more; one that is under way is stopped."""
        gone = self._asked.keys() & set(keys)
        if not gone:
            return
        if self._current in gone and self._transfer is not None:
            self._transfer.cancel()
        for key in gone:
            del self._asked[key]
        self._tell()

    def read_ahead(self, keys: Sequence[ClientFileKey]) -> None:
        """The files that are likely to be opened next, likeliest first; the line is free again."""
        self._goes_first = None
        self._ahead = list(keys)
        self._wake.set()

    def make_way(self, key: ClientFileKey | None) -> None:
        """Somebody waits for ``key``: nothing else is fetched until the next ``read_ahead``."""
        self._goes_first = key
        if key is not None and self._transfer is not None and self._current != key:
            self._transfer.cancel()

    # --- work ---------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """For ever; cancelled with its owner."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while (key := self._next()) is not None:
                if not await self._fetched(key):
                    break

    def _next(self) -> ClientFileKey | None:
        if self._goes_first is not None:
            return None
        wished = (*self._asked, *self._ahead)
        return next((key for key in wished if self._is_online(key.connection_id)), None)

    def _is_online(self, connection_id: str) -> bool:
        return connection_id not in self._resting and self._lines.state_of(connection_id) is ConnectionState.ONLINE

    def _heard(self, connection_id: str) -> None:
        self._resting.discard(connection_id)
        if self._current is not None and self._current.connection_id == connection_id:
            self._heard_meanwhile = True
        self._wake.set()

    async def _fetched(self, key: ClientFileKey) -> bool:
        """False when it is better to wait for the next event: the disk is full, somebody else goes first."""
        self._current, self._heard_meanwhile = key, False
        pace = Pace(self._settings.get(PREFETCH_KILOBYTES) * _KILOBYTE)
        self._transfer = asyncio.ensure_future(self._archives.open(key, pace=pace))
        try:
            await self._transfer
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return False
        except TransportError as error:
            # One transfer that broke says nothing about the others; a server out of reach does.
            _LOG.info("an archive did not come: %s", error.code)
            unreachable = isinstance(error, ServerUnreachable)
            self._ahead = [
                item
                for item in self._ahead
                if item != key and not (unreachable and item.connection_id == key.connection_id)
            ]
            if key in self._asked:
                # Still wished for, after the others: one archive that never comes must not stand before all of them.
                self._asked[key] = self._asked.pop(key)
            if (unreachable or key in self._asked) and not self._heard_meanwhile:
                self._resting.add(key.connection_id)
        except DiskFull:
            _LOG.warning("prefetching stops: the disk is full")
            self._failed += len(self._asked)
            self._asked.clear()
            self._ahead.clear()
            self._tell()
            return False
        except TnsError as error:
            _LOG.info("an archive is not kept: %s", error.code)
            self._settle(key, failed=True)
        else:
            self._settle(key, failed=False)
        finally:
            self._current = self._transfer = None
        return True

    def _settle(self, key: ClientFileKey, *, failed: bool) -> None:
        if key in self._ahead:
            self._ahead.remove(key)
        if key in self._asked:
            del self._asked[key]
            self._done += not failed
            self._failed += failed
            self._tell()

    def _tell(self) -> None:
        self._bus.publish(OfflineProgressed(self._done, len(self._asked), self._failed))
