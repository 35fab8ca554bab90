"""Every life of a creation: a machine that writes, queues, changes, sends, breaks and restarts at any step.

The server is a model with every fault; the store is in memory; ``Creations`` and ``CreationSender`` are the real ones.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.support.desks import CONNECTION_ID
from tests.support.lives import Crash, Lives
from tests.support.model_creations import ModelCreations, sample_new
from tests.support.model_server import (
    READ_FAULTS,
    SEND_FAULTS,
    ModelApi,
    ModelConnections,
    ModelOutbox,
    model_vault,
)
from tns_desktop.domain.client_file import PENDING, ClientFile, ClientFileKey
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.roles import Duty
from tns_desktop.services.creating import CreationSender
from tns_desktop.services.creation import Creations
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks

faults = st.lists(st.sampled_from(["", *SEND_FAULTS, "timeout~"]), max_size=2)


def _anybody_may(_connection_id: str, _duty: Duty) -> None:
    return


class LivesOfCreations(Lives):
    def __init__(self) -> None:
        super().__init__()
        self.store = ModelCreations(self.tick)
        self.begun: set[str] = set()
        self.start()

    def start(self) -> None:
        vault, bus = model_vault(ModelOutbox(), self.store), EventBus()
        connections = ModelConnections(ModelApi(self.server, self.tick)).as_port()
        self.creations = Creations(vault, bus, self.clock, lambda: f"id{next(self.numbers):012}", _anybody_may)
        self.sender = CreationSender(connections, vault, Lines(bus), bus, self.clock, ConnectionLocks())

    @initialize(unique=st.booleans())
    def server_refuses_identifiers_twice(self, unique: bool) -> None:
        """One that does not has no request come late: nobody could tell then that it is on its way."""
        self.server.knows_external_ids = unique

    # --- the operator -------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self._open()) < 3)
    @rule(named=st.sampled_from(["", "CRM-1", "CRM-2"]), grace=st.sampled_from([0, 10]))
    def create(self, named: str, grace: int) -> None:
        draft = self.do(self.creations.begin(CONNECTION_ID, sample_new(f"Name{next(self.numbers)}", external_id=named)))
        if draft is not None:
            self.begun.add(draft.creation_id)
            self.do(self.creations.queue(draft.creation_id, None, timedelta(seconds=grace)))

    @precondition(lambda self: self._open())
    @rule(data=st.data(), act=st.sampled_from(["reopen", "send_again", "send_now"]))
    def operator_acts(self, data: st.DataObject, act: str) -> None:
        creation_id = data.draw(st.sampled_from(self._open())).creation_id
        self.do(getattr(self.creations, act)(creation_id))

    @precondition(lambda self: any(one.status is CreationStatus.DRAFT for one in self._open()))
    @rule(data=st.data(), named=st.sampled_from(["", "CRM-1", "CRM-3"]))
    def draft_is_changed_and_queued(self, data: st.DataObject, named: str) -> None:
        drafts = [one for one in self._open() if one.status is CreationStatus.DRAFT]
        draft = data.draw(st.sampled_from(drafts))
        self.do(self.creations.save(draft.creation_id, replace(draft.new, external_id=named)))
        self.do(self.creations.queue(draft.creation_id, None))

    def _open(self) -> list[Creation]:
        return [row for row in self.store.rows.values() if not row.status.is_final]

    # --- time, the machine, and the world -----------------------------------------------------------------------------

    @precondition(lambda self: self._open())
    @rule(
        sends=faults,
        reads=st.lists(st.sampled_from(["", *READ_FAULTS]), max_size=1),
        steps=st.none() | st.integers(0, 9),
        ending=st.sampled_from([Crash, asyncio.CancelledError]),
        seconds=st.sampled_from([3, 30, 600]),
        late=st.sampled_from([False, False, True]),
    )
    def push(
        self, sends: list[str], reads: list[str], steps: int | None, ending: type[BaseException], seconds: int, late: bool
    ) -> None:  # fmt: skip
        late_ones = self.server.knows_external_ids
        self.server.send_faults.extend(fault for fault in sends if late_ones or not fault.endswith("~"))
        self.server.read_faults.extend(fault for fault in reads if fault != "404")
        self.ticks_left, self.ending = steps, ending
        self.clock.advance(seconds)
        if late:
            self.server.late_requests_arrive()
        self.sender.unpark(CONNECTION_ID)
        self.do(self.sender.push_due(CONNECTION_ID))
        self.ticks_left = None
        self.check()

    @rule(named=st.sampled_from(["CRM-1", "CRM-2", "CRM-3"]))
    def a_colleague_uses_the_identifier(self, named: str) -> None:
        if not any(one.external_id == named for one in self.server.files.values()):
            uuid = f"other{next(self.numbers)}"
            self.server.files[uuid] = ClientFile(ClientFileKey(CONNECTION_ID, uuid), PENDING, external_id=named)

    # --- the promises -------------------------------------------------------------------------------------------------

    @invariant()
    def check(self) -> None:
        assert self.begun <= set(self.store.rows)
        counts = Counter(one.request_id for one in self.server.created)
        assert all(count == 1 for count in counts.values())
        ours = {one.creation_id for one in self.server.created}
        for row in self.store.rows.values():
            match row.status:
                case CreationStatus.CREATED:
                    assert row.creation_id in ours
                    assert self.server.files[row.file_uuid].external_id == row.new.external_id
                case CreationStatus.QUEUED | CreationStatus.RETRY_WAIT | CreationStatus.OUTCOME_UNKNOWN:
                    assert row.maybe_created or row.creation_id not in ours
                    assert not (row.creation_id in ours and row.can_be_taken_back)
                case CreationStatus.REFUSED:
                    assert row.error_code

    def teardown(self) -> None:
        """The world is well again: everything comes to an end by itself, or stands in front of a person."""
        try:
            self.ticks_left = None
            self.server.late_requests_arrive()
            self.server.read_faults.clear()
            self.server.send_faults.clear()
            for _ in range(10):
                self.sender.unpark(CONNECTION_ID)
                self.clock.advance(600)
                self.do(self.sender.push_due(CONNECTION_ID))
            for row in self.store.rows.values():
                assert not row.status.is_under_way, row
            self.check()
        finally:
            self.runner.close()


LivesOfCreations.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLivesOfCreations = LivesOfCreations.TestCase
