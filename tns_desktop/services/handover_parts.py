"""Handing over, put together: the operator's side and the worker share one journal, one pool and one set of rules."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass

from tns_desktop.services.archives import Archives
from tns_desktop.services.connections import Connections
from tns_desktop.services.events import EventBus
from tns_desktop.services.handing_over import HandoverWorker
from tns_desktop.services.handover_finishing import HandoverFinisher
from tns_desktop.services.handover_planning import HandoverPlanner
from tns_desktop.services.handover_readiness import Readiness
from tns_desktop.services.handover_rules import HandoverRules
from tns_desktop.services.handover_steps import HandoverSteps
from tns_desktop.services.handovers import Handovers
from tns_desktop.services.ports import ArchiveReader, Clock, CommandRunner, HandoverFolders, NewIds, Vault
from tns_desktop.services.settings import Settings


@dataclass(frozen=True, slots=True)
class HandoverParts:
    """``handovers`` is what the window speaks to, ``worker`` runs in the background."""

    handovers: Handovers
    planner: HandoverPlanner
    worker: HandoverWorker
    pool: Executor

    async def close(self) -> None:
        """Before the vault: what is being written is broken off."""
        self.worker.stop()
        await asyncio.to_thread(self.pool.shutdown, wait=True)


def handover_parts(
    *,
    vault: Vault,
    connections: Connections,
    archives: Archives,
    reader: ArchiveReader,
    folders: HandoverFolders,
    commands: CommandRunner,
    settings: Settings,
    bus: EventBus,
    clock: Clock,
    new_id: NewIds,
    pool: Executor,
) -> HandoverParts:
    """Of one desk; to be closed with it. ``pool`` is this part's own: folders of the firm may hang."""
    rules = HandoverRules(settings, clock)
    handovers = Handovers(vault, rules, folders, bus, clock, new_id, pool)
    planner = HandoverPlanner(handovers, vault, bus)
    steps = HandoverSteps(vault.handovers, bus, clock)
    finisher = HandoverFinisher(rules, vault.handovers, steps, folders, commands, clock, pool)
    readiness = Readiness(rules, steps, vault, connections, archives, folders, pool)
    worker = HandoverWorker(
        handovers, planner, readiness, finisher, steps, vault, archives, reader, folders, bus, clock, pool
    )
    return HandoverParts(handovers, planner, worker, pool)
