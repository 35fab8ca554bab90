"""The steps of hand-overs: written down together, told to whoever listens, and put off or stopped by what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from tns_desktop.domain.errors import CredentialsRefused, IllegalTransition, SecretStoreError, TnsError
from tns_desktop.domain.handover import Handover, HandoverStatus
from tns_desktop.services.events import EventBus, HandoverChanged
from tns_desktop.services.patience import LONGEST_RETRY_SECONDS, pause_after
from tns_desktop.services.ports import Clock, HandoverChange, HandoverJournal

_LOG = logging.getLogger(__name__)

_NOT_OF_THE_FILE = (CredentialsRefused, SecretStoreError)
"""They concern every file of the product: nobody has to look at each of them."""


class HandoverSteps:
    """Writes steps into the journal."""

    def __init__(self, journal: HandoverJournal, bus: EventBus, clock: Clock) -> None:
        self._journal = journal
        self._bus = bus
        self._clock = clock

    async def write_down(self, changes: Sequence[HandoverChange]) -> list[Handover]:
        """All of them, in one transaction. The rows as they are then, without those that were dropped meanwhile.

        Raises VaultError.
        """
        try:
            await self._journal.update(changes)
        except IllegalTransition:
            # The operator dropped one of them meanwhile: the stored row is right. The others go one by one.
            if len(changes) < 2:
                return []
            return [row for change in changes for row in await self.write_down([change])]
        self.tell(changes)
        return [after for _before, after in changes]

    def tell(self, changes: Iterable[HandoverChange]) -> None:
        """Of changes that are in the journal."""
        for before, after in changes:
            if before.status is not after.status:
                _LOG.info("hand-over %s: %s -> %s", after.handover_id, before.status.value, after.status.value)
            self._bus.publish(HandoverChanged(after))

    async def stop(self, rows: Sequence[Handover], error: TnsError, *, stays: bool = False) -> None:
        """What may pass is tried again later; the rest waits for a person. Raises VaultError.

        What was being written begins anew then, unless it ``stays`` to be looked at.
        """
        now = self._clock.now()
        changes = []
        for row in rows:
            facts = {name: value for name, value in error.facts.items() if name != "decision_id"}
            if error.retryable or isinstance(error, _NOT_OF_THE_FILE):
                pause = pause_after(row.attempts + 1, error)
                if isinstance(error, _NOT_OF_THE_FILE):
                    pause = timedelta(seconds=LONGEST_RETRY_SECONDS)
                place = row
                if row.status is HandoverStatus.WRITING and not stays:
                    place = row.moved_to(HandoverStatus.PLANNED, now, attempts=row.attempts)
                after = place.put_off(now + pause, now, error.code, facts)
            else:
                after = row.moved_to(HandoverStatus.FAILED, now, error_code=error.code, error_facts=facts)
            changes.append((row, after))
        _LOG.info("hand-overs are held up (%d): %s", len(changes), error.code)
        await self.write_down(changes)
