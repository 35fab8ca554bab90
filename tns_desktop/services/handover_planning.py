"""Planning what is handed over by itself: what was accepted here, and what a schedule finds.

Nothing rests on having heard an event: the outbox and the list are looked through, so that what was confirmed in the moment
before a crash is handed over after it.
"""

from __future__ import annotations

from tns_desktop.domain.client_file import ClientFile, KnownState
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.handover import HandoverRule, Occasion
from tns_desktop.services.events import EventBus, OutboxChanged
from tns_desktop.services.handovers import Handovers
from tns_desktop.services.ports import Vault


class HandoverPlanner:
    """Looks for work when something may have made some."""

    def __init__(self, handovers: Handovers, vault: Vault, bus: EventBus) -> None:
        self._handovers = handovers
        self._rules = handovers.rules
        self._vault = vault
        self._look = True
        """At the start, too: something may have been confirmed last."""
        self._subscription = bus.subscribe(OutboxChanged, lambda event: self._confirmed(event.entry))

    def look_again(self) -> None:
        """A rule has changed, or a file was held up by another hand-over of it."""
        self._look = True
        self._handovers.wake.set()

    def seconds_to_run(self) -> float:
        """Until the next schedule is due."""
        waits = [seconds for rule in self._rules.all() if (seconds := self._rules.seconds_to_run(rule)) is not None]
        return min(waits, default=float("inf"))

    async def plan_due(self) -> None:
        """Raises VaultError or SettingsNotSaved."""
        if self._look:
            self._look = False
            try:
                await self._plan_accepted()
            except BaseException:
                self._look = True  # not looked through: nothing is forgotten for a vault in trouble
                raise
        for rule in self._rules.all():
            seconds = self._rules.seconds_to_run(rule)
            if seconds is not None and seconds <= 0:
                await self._plan_scheduled(rule)
                self._rules.note_run(rule.connection_id)

    async def _plan_accepted(self) -> None:
        """Decisions that the server, read again, has shown as carried out, since their product has such a rule."""
        for rule in self._rules.all():
            if rule.on_acceptance:
                keys = await self._vault.handovers.still_to_come(rule.connection_id, rule.made_at)
                found = [await self._vault.client_files.get(key) for key in keys]
                await self._handovers.plan([file for file in found if file is not None], Occasion.ACCEPTED)

    async def _plan_scheduled(self, rule: HandoverRule) -> None:
        """Accepted files of the list that were not handed over yet, whoever accepted them."""
        done = await self._vault.handovers.accepted_ones(rule.connection_id)
        wanted = []
        for listed in await self._vault.client_files.listed(rule.connection_id):
            if listed.state.known is KnownState.ACCEPTED and listed.key not in done:
                file = await self._vault.client_files.get(listed.key)
                if file is not None and _is_since(file, rule):
                    wanted.append(file)
        await self._handovers.plan(wanted, Occasion.SCHEDULED)

    def _confirmed(self, entry: OutboxEntry) -> None:
        if entry.status is OutboxStatus.CONFIRMED and entry.decision.verdict is Verdict.ACCEPT:
            self.look_again()


def _is_since(file: ClientFile, rule: HandoverRule) -> bool:
    """A file without a date of its end is taken: it is better handed over than forgotten."""
    return rule.since is None or file.finish_date is None or file.finish_date >= rule.since
