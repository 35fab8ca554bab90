"""Every life of a decision: a machine that decides, takes back, sends, breaks and restarts at any step, and never loses one.

The server is a model with every fault; the outbox is in memory; ``Decisions`` and ``DecisionSender`` are the real ones. The
program is ended (as by a crash, or as a task that is cancelled) before or after any change of the outbox and any request.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.support.desks import CONNECTION_ID
from tests.support.lives import Crash, Lives
from tests.support.model_server import (
    READ_FAULTS,
    SEND_FAULTS,
    ModelApi,
    ModelConnections,
    ModelOutbox,
    model_vault,
)
from tns_desktop.domain.client_file import SUSPENDED, WAITING
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.sending import PATIENT_LOOKS, DecisionSender

T = TypeVar("T")

verdicts = st.sampled_from(Verdict)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the sender: how its requests fail, and after how many steps it is ended (None: it is not)."""

    seconds: float
    sends: list[str]
    reads: list[str]
    steps: int | None
    ending: type[BaseException]
    credentials: bool
    late: bool


def seldom(rare: st.SearchStrategy[T], usual: T) -> st.SearchStrategy[T]:
    """``usual`` three times out of four."""
    return st.integers(0, 3).flatmap(lambda number: rare if number == 3 else st.just(usual))


# What answers a request while an earlier one is still on its way is where mistakes hide: drawn more often.
send_faults = st.sampled_from(SEND_FAULTS) | st.just("timeout~") | st.sampled_from(["401", "429", "offline", "400"])
rounds = st.builds(
    Round,
    seconds=st.sampled_from([3.0, 30.0, 600.0]),
    sends=st.just([]) | st.lists(send_faults, min_size=1, max_size=1),
    reads=seldom(st.lists(st.sampled_from(("", *READ_FAULTS)), min_size=1, max_size=3), []),
    steps=seldom(st.integers(0, 12), None),
    ending=st.sampled_from([Crash, asyncio.CancelledError]),
    credentials=st.booleans(),
    late=st.sampled_from([False, False, True]),
)


class LivesOfDecisions(Lives):
    def __init__(self) -> None:
        super().__init__()
        self.outbox = ModelOutbox(self.tick)
        self.decided: set[str] = set()
        self.looks_in_vain = 0
        self.start()

    # --- the program --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        vault, bus = model_vault(self.outbox), EventBus()
        connections = ModelConnections(ModelApi(self.server, self.tick)).as_port()
        self.decisions = Decisions(vault, bus, self.clock, lambda: f"d{next(self.numbers)}", connections.demand)
        self.sender = DecisionSender(connections, vault, Lines(bus), bus, self.clock, ConnectionLocks())

    # --- the operator -------------------------------------------------------------------------------------------------

    @initialize()
    def some_files(self) -> None:
        for _ in range(2):
            self.server.add(f"file{next(self.numbers)}")

    @precondition(lambda self: len(self._unfinished()) < 3)
    @rule(verdict=verdicts, fresh=st.booleans())
    def decide(self, verdict: Verdict, fresh: bool) -> None:
        """On a file that nobody has decided, or, against the rules, on one that somebody has."""
        uuid = f"file{next(self.numbers)}" if fresh else sorted(self.server.files)[-1]
        client_file = replace(self.server.add(uuid) if fresh else self.server.files[uuid], state=WAITING)
        before = set(self.outbox.rows)
        cause, message = ("", "") if verdict is Verdict.ACCEPT else ("BLURRED", f"number {len(before)}")
        archive = StoredArchive(client_file.key, "0" * 64, 1, self.server.etags[uuid])
        entry = self.do(self.decisions.decide(client_file, verdict, archive, cause=cause, message=message))
        assert entry is None or entry.decision.decision_id in self.outbox.rows
        self.decided |= set(self.outbox.rows) - before

    @precondition(lambda self: self._unfinished())
    @rule(data=st.data(), act=st.sampled_from(["withdraw", "send_again", "send_again", "send_now"]))
    def operator_acts(self, data: st.DataObject, act: str) -> None:
        decision_id = data.draw(st.sampled_from(self._unfinished())).decision.decision_id
        self.do(getattr(self.decisions, act)(decision_id))

    def _unfinished(self) -> list[OutboxEntry]:
        return [row for row in self.outbox.rows.values() if not row.status.is_final]

    # --- time and the machine -----------------------------------------------------------------------------------------

    @precondition(lambda self: self._unfinished())
    @rule(rounds=st.lists(rounds, min_size=2, max_size=6))
    def push(self, rounds: list[Round]) -> None:
        for one in rounds:
            self.server.send_faults.extend(one.sends)
            if self.looks_in_vain + one.reads.count("404") < PATIENT_LOOKS:
                # Longer than the desk is patient for: then the file is gone, and that is another story.
                self.server.read_faults.extend(one.reads)
                self.looks_in_vain += one.reads.count("404")
            self.ticks_left, self.ending = one.steps, one.ending
            self.clock.advance(one.seconds)
            if one.late:
                self.server.late_requests_arrive()
            if one.credentials:
                self.sender.unpark(CONNECTION_ID)
            self.sender.wake()
            self.do(self.sender.push_due(CONNECTION_ID))
            self.ticks_left = None
            self.check()

    # --- the world ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.server.on_their_way)
    @rule()
    def late_requests_arrive(self) -> None:
        self.server.late_requests_arrive()

    @precondition(lambda self: self._unfinished())
    @rule(data=st.data(), verdict=verdicts, suspends=st.booleans())
    def another_operator_acts(self, data: st.DataObject, verdict: Verdict, suspends: bool) -> None:
        uuid = data.draw(st.sampled_from(self._unfinished())).key.uuid
        file = self.server.files[uuid]
        if suspends and not file.state.is_closed:
            self.server.files[uuid] = replace(file, state=SUSPENDED if file.state == WAITING else WAITING)
        else:
            self.server.close_as(uuid, verdict, "FRAUD", "by somebody else")

    @precondition(lambda self: self._unfinished())
    @rule(data=st.data(), etag=st.sampled_from(['"first"', '"second"']))
    def archive_replaced(self, data: st.DataObject, etag: str) -> None:
        self.server.etags[data.draw(st.sampled_from(self._unfinished())).key.uuid] = etag

    # --- the promises -------------------------------------------------------------------------------------------------

    @invariant()
    def check(self) -> None:
        self.nothing_vanishes()
        self.nothing_is_carried_out_twice()
        self.nothing_is_misreported()

    def nothing_vanishes(self) -> None:
        assert self.decided <= set(self.outbox.rows)

    def nothing_is_carried_out_twice(self) -> None:
        counts = Counter(one.decision_id for one in self.server.carried_out)
        assert all(count == 1 for count in counts.values())

    def nothing_is_misreported(self) -> None:
        ours, late = {one.decision_id for one in self.server.carried_out}, self.server.arrived_late
        for row in self.outbox.rows.values():
            carried_out = row.decision.decision_id in ours
            shown = self.server.files[row.key.uuid].state
            match row.status:
                case OutboxStatus.CONFIRMED:
                    assert shown == row.decision.verdict.resulting_state
                    # An acceptance carries no mark: one by somebody else, behind a lost answer, counts as ours.
                    assert carried_out or (row.decision.verdict is Verdict.ACCEPT and row.maybe_carried_out)
                case OutboxStatus.REFUSED:
                    assert not carried_out
                    assert row.error_code
                case OutboxStatus.WITHDRAWN | OutboxStatus.CONFLICT:
                    # A request that arrives after a person saw a conflict: the row says that it may.
                    assert not carried_out or (row.decision.decision_id in late and row.maybe_carried_out)
                    assert row.status is OutboxStatus.WITHDRAWN or row.error_code or row.observed_state is not None
                case OutboxStatus.QUEUED | OutboxStatus.RETRY_WAIT | OutboxStatus.OUTCOME_UNKNOWN:
                    assert row.maybe_carried_out or not carried_out
                    assert not (carried_out and row.can_be_withdrawn)
                case OutboxStatus.SENDING | OutboxStatus.SENT:
                    assert not row.can_be_withdrawn

    def teardown(self) -> None:
        """The world is well again: everything comes to an end by itself, or stands in front of a person."""
        try:
            self.ticks_left = None
            self.server.late_requests_arrive()
            self.server.read_faults.clear()
            self.server.send_faults.clear()
            for _ in range(12):
                self.sender.unpark(CONNECTION_ID)
                self.clock.advance(600)
                self.do(self.sender.push_due(CONNECTION_ID))
            ours = {one.decision_id for one in self.server.carried_out}
            for row in self.outbox.rows.values():
                assert row.status.is_final or row.status.needs_a_person, row
                if row.decision.decision_id in ours - self.server.arrived_late:
                    assert row.status is OutboxStatus.CONFIRMED, row
            self.check()
        finally:
            self.runner.close()


LivesOfDecisions.TestCase.settings = settings(
    max_examples=300,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLivesOfDecisions = LivesOfDecisions.TestCase
