"""What happened, told to whoever listens. Events are frozen and named in the past tense.

The bus is synchronous and lives on the loop's thread; the window listens through ``ui.runtime.bridge``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxEntry
from tns_desktop.domain.handover import Handover

_LOG = logging.getLogger(__name__)

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class ClientFilesChanged:
    """Rows of one connection changed: states, data, pending decisions or what is kept. ``keys`` empty: any of them."""

    connection_id: str
    keys: frozenset[ClientFileKey] = frozenset()


@dataclass(frozen=True, slots=True)
class RefreshFinished:
    connection_id: str
    complete: bool


@dataclass(frozen=True, slots=True)
class ConnectionStateChanged:
    connection_id: str
    state: ConnectionState
    error: BaseException | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    entry: OutboxEntry


@dataclass(frozen=True, slots=True)
class CreationsChanged:
    """Drafts or creations of one connection came, changed or went."""

    connection_id: str
    creation_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class HandoverChanged:
    handover: Handover


@dataclass(frozen=True, slots=True)
class ArchiveProgressed:
    key: ClientFileKey
    received: int
    total: int | None


@dataclass(frozen=True, slots=True)
class ArchiveStored:
    key: ClientFileKey


@dataclass(frozen=True, slots=True)
class OfflineProgressed:
    """How many of the archives that the operator asked to keep are there, are still to come, could not be had."""

    done: int
    left: int
    failed: int


@dataclass(frozen=True, slots=True)
class RoomExhausted:
    """So many archives that were kept on purpose had to go: nothing else was left to drop."""

    count: int


@dataclass(frozen=True, slots=True)
class WebHooksChanged:
    """Whether the desk listens for web hooks, what keeps it from it, or what has arrived."""

    error: BaseException | None = None


class Subscription:
    """Handle of one listener; ``cancel`` may be called more than once."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel: Callable[[], None] | None = cancel

    def cancel(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None


class EventBus:
    """Delivers each event to the listeners of its class, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Callable[[Any], None]]] = {}

    def subscribe(self, event_type: type[E], listener: Callable[[E], None]) -> Subscription:
        listeners = self._listeners.setdefault(event_type, [])
        listeners.append(listener)

        def cancel() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return Subscription(cancel)

    def publish(self, event: object) -> None:
        """A listener that fails is logged and does not keep the others from hearing."""
        for listener in tuple(self._listeners.get(type(event), ())):
            try:
                listener(event)
            except Exception:
                _LOG.exception("a listener of %s failed", type(event).__name__)
