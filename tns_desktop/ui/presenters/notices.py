"""What is worth looking up for: files that arrived, decisions that need a person. Never with a client's data."""

from __future__ import annotations

from PySide6.QtCore import QObject

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import OutboxChanged, RefreshFinished
from tns_desktop.services.settings import NOTIFICATIONS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.widgets.tray import Tray


class NoticesPresenter(QObject):
    """Counts in the tray at any time; notices only while the window is not the one that is looked at."""

    def __init__(
        self,
        desk: Desk,
        bridge: EventBridge,
        frame: Frame,
        files: ClientFileModel,
        presenter: FilesPresenter,
        tray: Tray,
    ) -> None:
        super().__init__(frame)
        self._desk = desk
        self._frame = frame
        self._files = files
        self._presenter = presenter
        self._tray = tray
        self._answered: set[str] = set()
        """Connections that have been read completely: what comes of them from now on is news."""
        self._known: dict[str, frozenset[ClientFileKey]] = {}
        """Of the connections shown, what waited when it was looked at last."""
        self._alarms: set[str] = set()
        bridge.refresh_finished.connect(self._refresh_finished)
        bridge.outbox_changed.connect(self._outbox_changed)
        presenter.rows_shown.connect(self._rows_shown)
        tray.wanted.connect(self._raise)

    def close(self) -> None:
        self._tray.wanted.disconnect(self._raise)
        self.deleteLater()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _waiting(self) -> dict[str, frozenset[ClientFileKey]]:
        """By connection, those without any included."""
        waiting: dict[str, set[ClientFileKey]] = {item.connection_id: set() for item in self._presenter.connections}
        for row in self._files.all_rows():
            if row.is_left_to_do:
                waiting.setdefault(row.key.connection_id, set()).add(row.key)
        return {connection_id: frozenset(keys) for connection_id, keys in waiting.items()}

    def _refresh_finished(self, event: RefreshFinished) -> None:
        """What the first complete answer holds is no news: it was there before the program looked."""
        if not event.complete or event.connection_id in self._answered:
            return
        self._answered.add(event.connection_id)
        if not self._presenter.is_reloading:
            waiting = self._waiting()
            if event.connection_id in waiting:
                self._known[event.connection_id] = waiting[event.connection_id]

    def _rows_shown(self) -> None:
        waiting = self._waiting()
        self._tray.show_count(sum(len(keys) for keys in waiting.values()))
        arrived = 0
        for connection_id, keys in waiting.items():
            if connection_id in self._answered:
                known = self._known.get(connection_id, keys)
                arrived += len(keys - known)
                self._known[connection_id] = known | keys
        for connection_id in self._known.keys() - waiting.keys():
            del self._known[connection_id]  # not looked at any more: what is there when it is again is no news
        if arrived:
            self._notify(tr("tray.arrived.title"), tr("tray.arrived.text", count=arrived))

    def _outbox_changed(self, event: OutboxChanged) -> None:
        entry = event.entry
        decision_id = entry.decision.decision_id
        if not entry.status.needs_a_person:
            self._alarms.discard(decision_id)
        elif decision_id not in self._alarms:
            self._alarms.add(decision_id)
            name = "conflict" if entry.status is OutboxStatus.CONFLICT else "refused"
            self._notify(tr("tray.alarm.title"), tr(f"tray.alarm.{name}"))

    def _notify(self, title: str, text: str) -> None:
        if self._desk.settings.get(NOTIFICATIONS) and not self._frame.isActiveWindow():
            self._tray.notify(title, text)

    def _raise(self) -> None:
        self._frame.come_forward()
