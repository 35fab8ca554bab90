"""Events of the use cases as Qt signals, so that views and presenters connect to them like to anything else."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from tns_desktop.services.events import (
    ArchiveProgressed,
    ArchiveStored,
    ClientFilesChanged,
    ConnectionStateChanged,
    CreationsChanged,
    EventBus,
    HandoverChanged,
    OfflineProgressed,
    OutboxChanged,
    RefreshFinished,
    RoomExhausted,
    WebHooksChanged,
)


class EventBridge(QObject):
    """One per application. Everything happens on the loop's thread, so no queueing is needed."""

    client_files_changed = Signal(object)
    refresh_finished = Signal(object)
    connection_state_changed = Signal(object)
    outbox_changed = Signal(object)
    handover_changed = Signal(object)
    creations_changed = Signal(object)
    archive_progressed = Signal(object)
    archive_stored = Signal(object)
    offline_progressed = Signal(object)
    room_exhausted = Signal(object)
    webhooks_changed = Signal(object)

    def __init__(self, bus: EventBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._subscriptions = [
            bus.subscribe(ClientFilesChanged, self.client_files_changed.emit),
            bus.subscribe(RefreshFinished, self.refresh_finished.emit),
            bus.subscribe(ConnectionStateChanged, self.connection_state_changed.emit),
            bus.subscribe(OutboxChanged, self.outbox_changed.emit),
            bus.subscribe(HandoverChanged, self.handover_changed.emit),
            bus.subscribe(CreationsChanged, self.creations_changed.emit),
            bus.subscribe(ArchiveProgressed, self.archive_progressed.emit),
            bus.subscribe(ArchiveStored, self.archive_stored.emit),
            bus.subscribe(OfflineProgressed, self.offline_progressed.emit),
            bus.subscribe(RoomExhausted, self.room_exhausted.emit),
            bus.subscribe(WebHooksChanged, self.webhooks_changed.emit),
        ]

    def close(self) -> None:
        for subscription in self._subscriptions:
            subscription.cancel()
