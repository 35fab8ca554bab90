"""Sample files: the local server is started, and its products become connections like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.connection_records import checked_connection
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.connections import ConnectionsPresenter
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView

_FIRST, _SECOND = SAMPLE_CONNECTION_IDS


class SamplesPresenter(QObject):
    """The door "Try it with sample files" has one product; a second one makes merged queues to look at."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        connections: ConnectionsPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._connections = connections
        self._scope = TaskScope(on_error)
        window.header.second_samples_requested.connect(self.add_second)

    def show(self) -> None:
        self._scope.start(_FIRST, self._connect(_FIRST))

    def add_second(self) -> None:
        """Shown together with everything else: to see both is what it is for."""
        self._scope.start(_SECOND, self._connect(_SECOND))

    def serve(self, shown: Sequence[Connection]) -> None:
        """The sample server ends with the program: connections kept from last time need a new one."""
        for connection in shown:
            if connection.connection_id in SAMPLE_CONNECTION_IDS:
                self._scope.start(connection.connection_id, self._connect(connection.connection_id, again=True))

    async def close(self) -> None:
        await self._scope.close()

    async def _connect(self, connection_id: str, *, again: bool = False) -> None:
        connections = self._desk.connections
        try:
            account = await self._desk.samples.start(SAMPLE_CONNECTION_IDS.index(connection_id))
            known = connections.find(connection_id)
            if again and (known is None or known.base_url == account.base_url):
                return
            connection = checked_connection(
                connection_id=connection_id,
                label=tr("welcome.sample.label") if connection_id == _FIRST else tr("welcome.sample.second_label"),
                environment=Environment.OTHER,
                base_url=account.base_url,
                public_id=account.public_id,
                operator_uuid=account.operator_uuid,
            )
            await connections.save(connection, account.secret_key)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).as_text)
            return
        if connection_id == _SECOND and not again:
            connections.choose_all()
        self._connections.show_changed(connection_id, bring=not again)
