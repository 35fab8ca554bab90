"""The queues on the left, and below them the connections, where several are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QListView, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.ui.delegates.cells import CONNECTION_HEIGHT, ConnectionDelegate, QueueDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.connections import ConnectionModel, ConnectionRow
from tns_desktop.ui.models.queues import ARCHIVES, OUTBOX, Place, QueueModel
from tns_desktop.ui.widgets.labels import label, wrapped


class QueueList(QFrame):
    """Emits which queue was chosen; the outbox and saved views are among them."""

    state_chosen = Signal(object)
    outbox_chosen = Signal()
    archives_chosen = Signal()
    view_chosen = Signal(str)
    connection_chosen = Signal(str)
    """Every queue is to hold the files of that connection only; empty: of all."""
    stop_keeping_requested = Signal()

    MOST_CONNECTIONS_SEEN = 6

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = model
        self.view = QListView()
        self.view.setObjectName("queues")
        self.view.setModel(model)
        self.view.setItemDelegate(QueueDelegate(self.view))
        self.view.setAccessibleName(tr("queue.accessible_name"))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setUniformItemSizes(True)
        self.view.selectionModel().currentChanged.connect(lambda current, _previous: self._chosen(current.row()))
        model.modelReset.connect(self._restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        heading = label(tr("queue.heading"), "section")
        heading.setContentsMargins(12, 4, 12, 4)
        column.addWidget(heading)
        column.addWidget(self.view, 1)
        column.addWidget(self._connections_strip())
        column.addWidget(self._offline_strip())
        self._place: Place | None = None

    def show_offline(self, text: str, *, can_stop: bool) -> None:
        """How far "keep offline" is; empty to say nothing."""
        self._offline_text.setText(text)
        self._stop.setVisible(can_stop)
        self._strip.setVisible(bool(text))

    @property
    def place(self) -> Place | None:
        """What was chosen last."""
        return self._place

    def choose_state(self, state: ClientFileState) -> None:
        self._choose(Place(state))

    def choose_outbox(self) -> None:
        self._choose(OUTBOX)

    def choose_archives(self) -> None:
        self._choose(ARCHIVES)

    def choose_view(self, name: str) -> None:
        self._choose(Place(view=name))

    def _choose(self, place: Place) -> None:
        """Of a state that has no line yet, the line is chosen once there is one."""
        self._place = place
        row = self._model.row_of(place)
        if row >= 0:
            self.view.setCurrentIndex(self._model.index(row))

    def show_connections(self, rows: Sequence[ConnectionRow]) -> None:
        """All, then each of several; empty to say nothing of connections."""
        self._connections.set_rows(rows)
        self._connections_part.setVisible(bool(rows))
        shown = min(len(rows), self.MOST_CONNECTIONS_SEEN)
        self.connections_view.setFixedHeight(CONNECTION_HEIGHT * shown + max(8, 2 * self.connections_view.frameWidth()))
        if rows and not self.connections_view.currentIndex().isValid():
            self.choose_connection(self._narrowed_to)

    def choose_connection(self, connection_id: str) -> None:
        """One that is not among them means all."""
        self._narrowed_to = connection_id
        position = max(0, self._connections.position_of(connection_id))
        self.connections_view.setCurrentIndex(self._connections.index(position))

    def _connections_strip(self) -> QWidget:
        self._narrowed_to = ""
        self._connections = ConnectionModel(self)
        self._connections_part = QFrame()
        self.connections_view = QListView()
        self.connections_view.setObjectName("queues")
        self.connections_view.setModel(self._connections)
        self.connections_view.setItemDelegate(ConnectionDelegate(self.connections_view))
        self.connections_view.setAccessibleName(tr("queue.connections_accessible_name"))
        self.connections_view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.connections_view.setUniformItemSizes(True)
        self.connections_view.selectionModel().currentChanged.connect(lambda now, _before: self._narrow(now.row()))
        heading = label(tr("queue.connections_heading"), "section")
        heading.setContentsMargins(12, 4, 12, 4)
        column = QVBoxLayout(self._connections_part)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self.connections_view)
        self._connections_part.hide()
        return self._connections_part

    def _narrow(self, position: int) -> None:
        row = self._connections.row_at(position)
        if row is not None:
            self._narrowed_to = row.connection_id
            self.connection_chosen.emit(row.connection_id)

    def _offline_strip(self) -> QWidget:
        self._strip = QFrame()
        self._offline_text = wrapped(role="muted")
        self._offline_text.setContentsMargins(8, 0, 0, 0)  # where the text of the button below begins
        self._stop = QPushButton(tr("offline.stop"))
        self._stop.setProperty("kind", "link")
        self._stop.clicked.connect(self.stop_keeping_requested)
        column = QVBoxLayout(self._strip)
        column.setContentsMargins(4, 4, 8, 0)
        column.setSpacing(2)
        column.addWidget(self._offline_text)
        column.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignLeft)
        self._strip.hide()
        return self._strip

    def _chosen(self, row: int) -> None:
        queue = self._model.row_at(row)
        if queue is None:
            return
        self._place = place = queue.place
        if place.state is not None:
            self.state_chosen.emit(place.state)
        elif place.view:
            self.view_chosen.emit(place.view)
        elif place.is_archives:
            self.archives_chosen.emit()
        else:
            self.outbox_chosen.emit()

    def _restore(self) -> None:
        """After a reset (a state or a view appeared or went) the same line stays chosen."""
        if self._place is not None:
            self._choose(self._place)
