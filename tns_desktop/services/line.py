"""The state of the line to a server, judged from what requests ended with; one place decides which banner is shown."""

from __future__ import annotations

from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.errors import (
    CredentialsRefused,
    SecretMissing,
    SecretStoreError,
    ServerUnreachable,
    TnsError,
)
from tns_desktop.services.events import ConnectionStateChanged, EventBus


def state_after(error: TnsError | None) -> ConnectionState:
    """What an operator should be told about the line after a request that ended with ``error`` (None: well)."""
    if error is None:
        return ConnectionState.ONLINE
    if isinstance(error, CredentialsRefused):
        return ConnectionState.WRONG_CREDENTIALS
    if isinstance(error, SecretMissing | SecretStoreError):
        return ConnectionState.SIGNED_OUT
    if isinstance(error, ServerUnreachable):
        return ConnectionState.OFFLINE
    return ConnectionState.SERVER_TROUBLE


class Lines:
    """Remembers the state of each connection's line and tells the bus when it changes."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._states: dict[str, ConnectionState] = {}
        self._errors: dict[str, TnsError | None] = {}

    def state_of(self, connection_id: str) -> ConnectionState:
        return self._states.get(connection_id, ConnectionState.NEVER_TRIED)

    def error_of(self, connection_id: str) -> TnsError | None:
        return self._errors.get(connection_id)

    def report(self, connection_id: str, error: TnsError | None) -> None:
        self._set(connection_id, state_after(error), error)

    def report_connecting(self, connection_id: str) -> None:
        """Shown only before the first answer: a refresh of a line that works is no news."""
        if self.state_of(connection_id) is ConnectionState.NEVER_TRIED:
            self._set(connection_id, ConnectionState.CONNECTING, None)

    def reset(self, connection_id: str) -> None:
        """Credentials or address changed: what was known of the line is void."""
        self._states.pop(connection_id, None)
        self._errors.pop(connection_id, None)

    def _set(self, connection_id: str, state: ConnectionState, error: TnsError | None) -> None:
        before = self._states.get(connection_id)
        old_error = self._errors.get(connection_id)
        self._states[connection_id] = state
        self._errors[connection_id] = error
        if before is not state or type(old_error) is not type(error):
            retry_after = getattr(error, "retry_after", None)
            self._bus.publish(ConnectionStateChanged(connection_id, state, error, retry_after))
