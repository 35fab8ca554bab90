"""Which connections have web hooks that certainly work: those are asked less often."""

from __future__ import annotations

from tns_desktop.services.ports import Clock

LIVE_SECONDS = 1800.0
"""So long an event, or a self-test that succeeded, says that the next one will come too. Half an hour without any may be a
quiet one, and costs a look at the server each minute; a way that broke must not cost more than that half hour."""


class HookLife:
    """Notes signs of life, connection by connection; forgets all of them when nobody listens any more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[str, float] = {}

    def note(self, connection_id: str) -> None:
        """Something arrived for it just now."""
        self._heard[connection_id] = self._clock.steady()

    def is_live(self, connection_id: str) -> bool:
        heard = self._heard.get(connection_id)
        return heard is not None and self._clock.steady() - heard < LIVE_SECONDS

    def forget(self) -> None:
        self._heard.clear()
