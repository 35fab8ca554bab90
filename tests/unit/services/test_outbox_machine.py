"""Every life of a decision: a machine that decides, takes back, sends, breaks and restarts at any step, and never loses one.

The server is a model with every fault; the outbox is in memory; ``Decisions`` and ``DecisionSender`` are the real ones. The
program is ended (as by a crash, or as a task that is cancelled) before or after any change of the outbox and any request.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.desks import CONNECTION_ID, FakeClock
from tests.support.model_server import (
    READ_FAULTS,
    SEND_FAULTS,
    ModelApi,
    ModelConnections,
    ModelOutbox,
    ModelServer,
    model_vault,
)
from tns_desktop.domain.client_file import SUSPENDED, WAITING
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.sending import PATIENT_LOOKS, DecisionSender

T = TypeVar("T")

FILES = ("a", "b")
uuids = st.sampled_from(FILES)
verdicts = st.sampled_from(Verdict)


class Crash(BaseException):
    """The process is gone."""


class LivesOfDecisions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(asyncio.sleep(0))
        self.server = ModelServer()
        self.outbox = ModelOutbox(self.tick)
        self.clock = FakeClock()
        self.ticks_left: int | None = None
        self.ending: type[BaseException] = Crash
        self.decided: set[str] = set()
        self.may_be_others: set[str] = set()
        self.numbers = iter(range(1_000_000))
        self.start()

    # --- the program --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        vault, bus = model_vault(self.outbox), EventBus()
        connections = ModelConnections(ModelApi(self.server, self.tick)).as_port()
        self.decisions = Decisions(vault, bus, self.clock, lambda: f"d{next(self.numbers)}")
        self.sender = DecisionSender(connections, vault, Lines(bus), bus, self.clock, asyncio.Lock())

    def tick(self) -> None:
        if self.ticks_left is None:
            return
        self.ticks_left -= 1
        if self.ticks_left < 0:
            self.ticks_left = None
            raise self.ending

    def do(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result; None when the program said no, or was ended on the way."""

        async def guarded() -> T | None:
            try:
                return await work
            except (TnsError, asyncio.CancelledError):
                return None

        try:
            return self.runner.run(guarded())
        except Crash:
            self.restart()
            return None

    @rule()
    def restart(self) -> None:
        self.start()
        self.do(self.sender.recover())

    @rule(steps=st.integers(0, 12), ending=st.sampled_from([Crash, asyncio.CancelledError]))
    def end_soon(self, steps: int, ending: type[BaseException]) -> None:
        self.ticks_left, self.ending = steps, ending

    # --- the operator -------------------------------------------------------------------------------------------------

    @initialize()
    def some_files(self) -> None:
        for uuid in FILES:
            self.server.add(uuid)

    @rule(uuid=uuids, verdict=verdicts)
    def decide(self, uuid: str, verdict: Verdict) -> None:
        before = set(self.outbox.rows)
        client_file = replace(self.server.files[uuid], state=WAITING)
        number = len(before)
        cause, message = ("", "") if verdict is Verdict.ACCEPT else ("BLURRED", f"number {number}")
        archive = StoredArchive(client_file.key, "0" * 64, 1, self.server.etags[uuid])
        entry = self.do(self.decisions.decide(client_file, verdict, archive, cause=cause, message=message))
        assert entry is None or entry.decision.decision_id in self.outbox.rows
        self.decided |= set(self.outbox.rows) - before

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        entry = self._some_row(data)
        if entry is not None:
            self.do(self.decisions.withdraw(entry.decision.decision_id))

    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        entry = self._some_row(data)
        if entry is not None:
            self.do(self.decisions.send_again(entry.decision.decision_id))

    @rule(data=st.data())
    def send_now(self, data: st.DataObject) -> None:
        entry = self._some_row(data)
        if entry is not None:
            self.do(self.decisions.send_now(entry.decision.decision_id))

    def _some_row(self, data: st.DataObject) -> OutboxEntry | None:
        rows = list(self.outbox.rows.values())
        return data.draw(st.sampled_from(rows)) if rows else None

    # --- time and the machine -----------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.0, 3.0, 30.0, 600.0]))
    def push(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.do(self.sender.push_due(CONNECTION_ID))

    @rule()
    def new_credentials(self) -> None:
        self.sender.unpark(CONNECTION_ID)

    # --- the world ----------------------------------------------------------------------------------------------------

    @rule(faults=st.lists(st.sampled_from(("", *SEND_FAULTS)), min_size=1, max_size=3))
    def sends_will_fail(self, faults: list[str]) -> None:
        self.server.send_faults.extend(faults)

    @precondition(lambda self: self.server.read_faults.count("404") == 0)
    @rule(faults=st.lists(st.sampled_from(("", *READ_FAULTS)), min_size=1, max_size=PATIENT_LOOKS - 1))
    def reads_will_fail(self, faults: list[str]) -> None:
        """A 404 that passes; one that lasts longer than the desk is patient for is a file that is gone."""
        self.server.read_faults.extend([*faults, ""])

    @rule(uuid=uuids, verdict=verdicts)
    def another_operator_decides(self, uuid: str, verdict: Verdict) -> None:
        if self.server.close_as(uuid, verdict, "FRAUD", "by somebody else"):
            self.may_be_others.add(uuid)

    @rule(uuid=uuids)
    def suspended_or_back(self, uuid: str) -> None:
        file = self.server.files[uuid]
        if not file.state.is_closed:
            self.server.files[uuid] = replace(file, state=SUSPENDED if file.state == WAITING else WAITING)

    @rule(uuid=uuids, etag=st.sampled_from(['"first"', '"second"']))
    def archive_replaced(self, uuid: str, etag: str) -> None:
        self.server.etags[uuid] = etag

    # --- the promises -------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_vanishes(self) -> None:
        assert self.decided <= set(self.outbox.rows)

    @invariant()
    def nothing_is_carried_out_twice(self) -> None:
        counts = Counter(one.decision_id for one in self.server.carried_out)
        assert all(count == 1 for count in counts.values())

    @invariant()
    def nothing_is_misreported(self) -> None:
        ours = {one.decision_id for one in self.server.carried_out}
        for row in self.outbox.rows.values():
            carried_out = row.decision.decision_id in ours
            shown = self.server.files[row.key.uuid].state
            match row.status:
                case OutboxStatus.CONFIRMED:
                    assert shown == row.decision.verdict.resulting_state
                    accepted_by_another = row.decision.verdict is Verdict.ACCEPT and row.key.uuid in self.may_be_others
                    assert carried_out or (accepted_by_another and row.maybe_carried_out)
                case OutboxStatus.WITHDRAWN | OutboxStatus.REFUSED:
                    assert not carried_out
                case OutboxStatus.CONFLICT:
                    assert not carried_out
                    assert row.error_code or row.observed_state is not None
                case OutboxStatus.QUEUED | OutboxStatus.RETRY_WAIT | OutboxStatus.OUTCOME_UNKNOWN:
                    assert row.maybe_carried_out or not carried_out
                    assert not (carried_out and row.can_be_withdrawn)
                case OutboxStatus.SENDING | OutboxStatus.SENT:
                    assert not row.can_be_withdrawn

    def teardown(self) -> None:
        """The world is well again: everything comes to an end by itself, or stands in front of a person."""
        try:
            self.ticks_left = None
            self.server.read_faults.clear()
            self.server.send_faults.clear()
            for _ in range(12):
                self.sender.unpark(CONNECTION_ID)
                self.clock.advance(600)
                self.do(self.sender.push_due(CONNECTION_ID))
            ours = {one.decision_id for one in self.server.carried_out}
            for row in self.outbox.rows.values():
                assert row.status.is_final or row.status.needs_a_person, row
                assert (row.status is OutboxStatus.CONFIRMED) or row.decision.decision_id not in ours, row
            self.nothing_is_misreported()
            self.nothing_is_carried_out_twice()
            self.nothing_vanishes()
        finally:
            self.runner.close()


LivesOfDecisions.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLivesOfDecisions = LivesOfDecisions.TestCase
