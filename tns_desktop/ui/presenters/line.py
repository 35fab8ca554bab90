"""How the lines are: the header's word on them, and a banner for what is wrong, which names whose line it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from tns_desktop.domain.connection import Connection, ConnectionState
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.events import ConnectionStateChanged, RefreshFinished
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.runtime.bridge import EventBridge
from tns_desktop.ui.state_words import worst_line
from tns_desktop.ui.views.desk_view import DeskView

_WELL = (ConnectionState.ONLINE, ConnectionState.CONNECTING, ConnectionState.NEVER_TRIED)
_NEED_CREDENTIALS = (ConnectionState.SIGNED_OUT, ConnectionState.WRONG_CREDENTIALS)


class LinePresenter(QObject):
    """Of the connections that are shown. One banner: the worst first, with the names of all it is about."""

    changed = Signal()
    refresh_wanted = Signal()
    credentials_wanted = Signal(str)

    def __init__(self, desk: Desk, bridge: EventBridge, window: DeskView) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._shown: Sequence[Connection] = ()
        self._as_of: dict[str, datetime] = {}
        self._banner_about = ""
        bridge.refresh_finished.connect(self._refresh_finished)
        bridge.connection_state_changed.connect(self._state_changed)
        window.banner.action_requested.connect(self._banner_action)

    def show_connections(self, shown: Sequence[Connection]) -> None:
        self._shown = tuple(shown)
        if shown:
            self._show()
        else:
            self._window.banner.clear()

    def forget(self, connection_id: str) -> None:
        """Its address or credentials changed: what it said before counts no more."""
        self._as_of.pop(connection_id, None)

    def have_answered(self) -> bool:
        """Whether every connection shown has been read completely since the program began."""
        return all(item.connection_id in self._as_of for item in self._shown)

    def state_of(self, connection: Connection) -> ConnectionState:
        return self._desk.lines.state_of(connection.connection_id)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _refresh_finished(self, event: RefreshFinished) -> None:
        if event.complete:
            self._as_of[event.connection_id] = self._desk.clock.now()
        self._heard_of(event.connection_id)

    def _state_changed(self, event: ConnectionStateChanged) -> None:
        self._heard_of(event.connection_id)

    def _heard_of(self, connection_id: str) -> None:
        if any(item.connection_id == connection_id for item in self._shown):
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        states = [self.state_of(item) for item in self._shown]
        times = [self._as_of.get(item.connection_id) for item in self._shown]
        # The list is as old as the oldest of what it shows; of one that never answered nobody knows.
        known = [time for time in times if time is not None]
        as_of = _clock_time(min(known)) if len(known) == len(times) else ""
        if len(self._shown) == 1:
            self._window.header.show_status(states[0], as_of)
        else:
            names = [item.label for item in self._shown]
            clock_times = [_clock_time(time) for time in times]
            self._window.header.show_statuses(list(zip(names, states, clock_times, strict=True)), as_of)
        self._show_banner(worst_line(states))

    def _show_banner(self, worst: ConnectionState) -> None:
        banner = self._window.banner
        if worst in _WELL:
            banner.clear()
            return
        concerned = [item for item in self._shown if self.state_of(item) is worst]
        if worst is not ConnectionState.OFFLINE:
            # One after the other: each has a key of its own to enter, or words of its own to show.
            concerned = concerned[:1]
        self._banner_about = concerned[0].connection_id
        text = self._named(worst, concerned) if len(self._shown) > 1 else self._plain(worst)
        others = [item for item in self._shown if self.state_of(item) not in _WELL and item not in concerned]
        if others:
            text = "\n".join((text, tr("banner.others", names=_listed(others))))
        if worst in _NEED_CREDENTIALS:
            banner.show_message("error", text, action="credentials", action_text=tr("banner.edit_connection"))
        else:
            banner.show_message("warning", text, action="refresh", action_text=tr("button.retry"))

    def _plain(self, state: ConnectionState) -> str:
        """With a single connection shown, everybody knows which is meant."""
        if state is ConnectionState.OFFLINE:
            return tr("banner.offline")
        if state in _NEED_CREDENTIALS:
            return tr(f"banner.{state.value}")
        message = self._message()
        return tr("banner.server_trouble", title=message.title, sentence=message.sentence, remedy=message.remedy)

    def _named(self, state: ConnectionState, concerned: Sequence[Connection]) -> str:
        if state is ConnectionState.OFFLINE:
            return tr("banner.named.offline", names=_listed(concerned))
        name = concerned[0].label
        if state in _NEED_CREDENTIALS:
            return tr(f"banner.named.{state.value}", name=name)
        message = self._message()
        return tr(
            "banner.named.server_trouble",
            name=name,
            title=message.title,
            sentence=message.sentence,
            remedy=message.remedy,
        )

    def _message(self) -> Message:
        return message_for(self._desk.lines.error_of(self._banner_about) or TnsError())

    def _banner_action(self, action: str) -> None:
        if action == "refresh":
            self.refresh_wanted.emit()
        else:
            self.credentials_wanted.emit(self._banner_about)


def _clock_time(time: datetime | None) -> str:
    return formatting.clock_time(time) if time is not None else ""


def _listed(connections: Sequence[Connection]) -> str:
    return formatting.listed([item.label for item in connections])
