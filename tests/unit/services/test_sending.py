"""The sender, case by case: what each answer of the server does to a decision."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.desks import CONNECTION_ID, FakeClock, until
from tests.support.model_server import FAULTS, ModelApi, ModelConnections, ModelOutbox, ModelServer, model_vault
from tns_desktop.domain.client_file import ACCEPTED, REJECTED, SUSPENDED, ClientFileState
from tns_desktop.domain.connection import ConnectionState
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import (
    AlreadyDecided,
    CredentialsRefused,
    DecisionNotAllowed,
    IllegalTransition,
    SecretMissing,
    ServerUnreachable,
    TnsError,
    VaultDamaged,
)
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.events import EventBus, OutboxChanged
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import ArchiveNow, StoredArchive
from tns_desktop.services.sending import ARCHIVE_CHANGED, PATIENT_LOOKS, DecisionSender

pytestmark = pytest.mark.anyio


class Office:
    """Decisions, their sender and a model server."""

    def __init__(self) -> None:
        self.server = ModelServer()
        self.outbox = ModelOutbox()
        self.clock = FakeClock()
        self.bus = EventBus()
        self.lines = Lines(self.bus)
        self.connections = ModelConnections(ModelApi(self.server))
        vault = model_vault(self.outbox)
        ids = iter(range(1000))
        self.decisions = Decisions(vault, self.bus, self.clock, lambda: f"d{next(ids)}", self.connections.demand)
        self.sender = DecisionSender(
            self.connections.as_port(), vault, self.lines, self.bus, self.clock, ConnectionLocks()
        )

    async def decide(
        self, uuid: str, verdict: Verdict = Verdict.ACCEPT, *, message: str = "", grace: float = 0
    ) -> OutboxEntry:
        client_file = self.server.add(uuid)
        archive = StoredArchive(client_file.key, "0" * 64, 1, self.server.etags[uuid])
        cause = "BLURRED" if verdict is Verdict.REJECT else ""
        return await self.decisions.decide(
            client_file, verdict, archive, cause=cause, message=message, grace=timedelta(seconds=grace)
        )

    async def push(self, seconds: float = 0) -> str:
        """The code of the error that was raised."""
        self.clock.advance(seconds)
        try:
            await self.sender.push_due(CONNECTION_ID)
        except TnsError as error:
            return error.code
        return ""

    def row(self, entry: OutboxEntry) -> OutboxEntry:
        return self.outbox.rows[entry.decision.decision_id]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("verdict", Verdict)
async def test_a_decision_is_confirmed_only_by_another_look(office: Office, verdict: Verdict) -> None:
    seen: list[OutboxStatus] = []
    entry = await office.decide("a", verdict, message="Illisible")
    office.bus.subscribe(OutboxChanged, lambda event: seen.append(event.entry.status))
    assert await office.push() == ""
    assert seen == [OutboxStatus.SENDING, OutboxStatus.SENT, OutboxStatus.CONFIRMED]
    assert office.server.reads == ["a", "a"]
    assert office.row(entry).observed_state == verdict.resulting_state
    assert [one.decision_id for one in office.server.carried_out] == [entry.decision.decision_id]


async def test_nothing_leaves_before_its_time(office: Office) -> None:
    entry = await office.decide("a", grace=10)
    await office.push(9.9)
    assert office.server.reads == []
    assert entry.seconds_of_grace(office.clock.now()) == pytest.approx(0.1)
    await office.push(0.1)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_send_now_ends_the_grace_period(office: Office) -> None:
    entry = await office.decide("a", grace=10)
    await office.decisions.send_now(entry.decision.decision_id)
    await office.push()
    assert office.row(entry).status is OutboxStatus.CONFIRMED
    with pytest.raises(IllegalTransition):
        await office.decisions.send_now(entry.decision.decision_id)


async def test_a_decision_taken_back_is_never_sent(office: Office) -> None:
    entry = await office.decide("a")
    await office.decisions.withdraw(entry.decision.decision_id)
    await office.push(600)
    assert office.server.reads == []
    with pytest.raises(IllegalTransition):
        await office.decisions.withdraw(entry.decision.decision_id)


async def test_taking_back_during_the_look_before_a_send_wins(office: Office) -> None:
    entry = await office.decide("a")
    look = office.connections.api.read_client_file  # type: ignore[union-attr]

    async def looked_at(uuid: str) -> object:
        await office.decisions.withdraw(entry.decision.decision_id)
        return await look(uuid)

    office.connections.api.read_client_file = looked_at  # type: ignore
    assert await office.push() == ""
    assert office.row(entry).status is OutboxStatus.WITHDRAWN
    assert office.server.carried_out == []


async def test_what_is_not_there_cannot_be_taken_back(office: Office) -> None:
    with pytest.raises(IllegalTransition):
        await office.decisions.withdraw("d77")


async def test_one_file_has_one_decision_at_a_time(office: Office) -> None:
    entry = await office.decide("a")
    with pytest.raises(AlreadyDecided):
        await office.decide("a")
    assert list(office.outbox.rows) == [entry.decision.decision_id]


async def test_an_archive_of_another_file_is_no_ground_for_a_decision(office: Office) -> None:
    ours, other = office.server.add("a"), office.server.add("b")
    with pytest.raises(DecisionNotAllowed):
        await office.decisions.decide(ours, Verdict.ACCEPT, StoredArchive(other.key, "0" * 64, 1))
    assert office.outbox.rows == {}


# --- what the server may answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["cut", "timeout", "garbled", "500", "503"])
async def test_a_lost_answer_is_looked_up_and_found(office: Office, fault: str) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append(f"{fault}+")
    assert await office.push() == ""
    row = office.row(entry)
    assert (row.status, row.error_code, row.attempts) == (OutboxStatus.CONFIRMED, "", 1)


@pytest.mark.parametrize("fault", ["cut", "timeout", "garbled", "500", "503"])
async def test_resends_after_a_lost_request(office: Office, fault: str) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append(fault)
    await office.push()
    row = office.row(entry)
    assert (row.status, row.maybe_carried_out, row.error_code) == (OutboxStatus.QUEUED, True, FAULTS[fault]().code)
    assert not row.can_be_withdrawn
    await office.push(0.05)
    assert office.row(entry).attempts == 1
    await office.push(6)
    assert (office.row(entry).status, office.row(entry).attempts) == (OutboxStatus.CONFIRMED, 2)
    assert len(office.server.carried_out) == 1


async def test_a_request_that_arrives_late_is_not_doubled(office: Office) -> None:
    entry = await office.decide("a", Verdict.REJECT, message="Illisible")
    office.server.send_faults.append("timeout~")
    await office.push()
    assert office.row(entry).status is OutboxStatus.QUEUED
    office.server.late_requests_arrive()
    await office.push(6)
    assert office.row(entry).status is OutboxStatus.CONFIRMED
    assert len(office.server.carried_out) == 1


@pytest.mark.parametrize(("fault", "seconds"), [("429", 7.0), ("503", 5.0)])
async def test_waits_as_long_as_the_server_asks(office: Office, fault: str, seconds: float) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append(fault)
    await office.push()
    row = office.row(entry)
    assert row.not_before is not None
    assert (row.not_before - office.clock.now()).total_seconds() == seconds
    await office.push(seconds - 0.1)
    assert office.row(entry).status is not OutboxStatus.CONFIRMED
    await office.push(0.1)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


@pytest.mark.parametrize("fault", ["400", "403", "404"])
async def test_a_refusal_stands_in_front_of_a_person(office: Office, fault: str) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append(fault)
    assert await office.push() == ""
    row = office.row(entry)
    assert (row.status, row.maybe_carried_out) == (OutboxStatus.REFUSED, False)
    assert row.error_code == FAULTS[fault]().code
    await office.push(600)
    assert office.row(entry).status is OutboxStatus.REFUSED
    await office.decisions.send_again(entry.decision.decision_id)
    await office.push()
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_a_refusal_is_not_overridden_like_a_conflict(office: Office) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append("400")
    await office.push()
    office.server.etags["a"] = '"other bytes"'
    await office.decisions.send_again(entry.decision.decision_id)
    await office.push()
    assert (office.row(entry).status, office.row(entry).error_code) == (OutboxStatus.CONFLICT, ARCHIVE_CHANGED)


@pytest.mark.parametrize("fault", ["400", "403", "404", "409"])
async def test_a_refusal_behind_a_lost_answer_is_looked_up(office: Office, fault: str) -> None:
    """The first request arrives between our look and our second request: the server then refuses the second."""
    entry = await office.decide("a")
    office.server.send_faults.extend(["timeout~", fault])
    await office.push()
    api = office.connections.api
    assert isinstance(api, ModelApi)
    ask = api.archive_now

    async def late(uuid: str) -> ArchiveNow:
        office.server.late_requests_arrive()
        return await ask(uuid)

    api.archive_now = late  # type: ignore[method-assign]
    await office.push(6)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_a_409_without_a_reason_to_be_seen_needs_a_person(office: Office) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append("409")
    await office.push()
    row = office.row(entry)
    assert (row.status, row.error_code, row.server_message) == (OutboxStatus.CONFLICT, "state_conflict", "wrong state")
    assert row.can_be_withdrawn


@pytest.mark.parametrize("state", [ACCEPTED, REJECTED, SUSPENDED, ClientFileState("ARCHIVING")])
async def test_a_file_that_changed_since_the_review_is_not_decided(office: Office, state: ClientFileState) -> None:
    entry = await office.decide("a")
    office.server.files["a"] = replace(office.server.files["a"], state=state, rejection_cause="FRAUD")
    await office.push()
    row = office.row(entry)
    assert (row.status, row.observed_state, row.observed_cause) == (OutboxStatus.CONFLICT, state, "FRAUD")
    assert row.attempts == 0


async def test_an_archive_that_changed_since_the_review_is_not_decided(office: Office) -> None:
    entry = await office.decide("a")
    office.server.etags["a"] = '"other bytes"'
    await office.push()
    assert (office.row(entry).status, office.row(entry).error_code) == (OutboxStatus.CONFLICT, ARCHIVE_CHANGED)
    await office.decisions.send_again(entry.decision.decision_id)
    await office.push()
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_a_person_overrides_what_was_seen_and_nothing_else(office: Office) -> None:
    entry = await office.decide("a")
    office.server.files["a"] = replace(office.server.files["a"], state=SUSPENDED)
    await office.push()
    await office.decisions.send_again(entry.decision.decision_id)
    office.server.files["a"] = replace(office.server.files["a"], state=REJECTED)
    await office.push()
    row = office.row(entry)
    assert (row.status, row.observed_state, row.attempts) == (OutboxStatus.CONFLICT, REJECTED, 0)


async def test_a_conflict_does_not_carry_an_older_reason(office: Office) -> None:
    entry = await office.decide("a")
    office.server.read_faults.append("offline")
    assert await office.push() == "server_unreachable"
    assert office.row(entry).error_code == "server_unreachable"
    office.server.close_as("a", Verdict.REJECT, "FRAUD", "somebody else")
    office.sender.wake()
    await office.push(600)
    assert (office.row(entry).status, office.row(entry).error_code) == (OutboxStatus.CONFLICT, "")


async def test_a_success_that_shows_nothing_is_asked_again_and_not_sent_again(office: Office) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append("timeout~")
    api = office.connections.api
    assert isinstance(api, ModelApi)
    send = api.send_decision

    async def slow_server(decision: object) -> None:
        with pytest.raises(TnsError):
            await send(decision)  # type: ignore[arg-type]

    api.send_decision = slow_server  # type: ignore[method-assign]
    await office.push()
    for _ in range(3):
        await office.push(60)
        assert office.row(entry).status is OutboxStatus.OUTCOME_UNKNOWN
    assert office.row(entry).attempts == 1
    office.server.late_requests_arrive()
    await office.push(300)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_one_404_behind_a_long_outage_is_no_surer(office: Office) -> None:
    """The answer is lost, the line stays down for many looks, then a single 404: still looked up, then confirmed."""
    entry = await office.decide("a")
    office.server.send_faults.append("cut+")
    outages = PATIENT_LOOKS + 2
    office.server.read_faults.extend(["", "", *["cut"] * outages, "404"])
    for _ in range(outages + 1):  # the first round sends and looks, each of the others looks
        await office.push(600)
    row = office.row(entry)
    assert (row.status, row.error_code) == (OutboxStatus.OUTCOME_UNKNOWN, "client_file_not_found")
    await office.push(600)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_a_passing_404_after_a_lost_answer_is_no_conflict(office: Office) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append("cut+")
    office.server.read_faults.extend(["", "", "404", "404"])
    await office.push()
    row = office.row(entry)
    assert (row.status, row.error_code) == (OutboxStatus.OUTCOME_UNKNOWN, "client_file_not_found")
    assert not row.can_be_withdrawn
    await office.push(60)
    await office.push(60)
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_a_file_that_is_gone_before_anything_was_sent_comes_before_a_person(office: Office) -> None:
    entry = await office.decide("a")
    del office.server.files["a"]
    await office.push()
    row = office.row(entry)
    assert (row.status, row.error_code) == (OutboxStatus.CONFLICT, "client_file_not_found")
    assert row.can_be_withdrawn


async def test_looks_for_a_lost_file_a_few_times(office: Office) -> None:
    entry = await office.decide("a")
    office.server.send_faults.append("cut")
    await office.push()
    office.server.failing_reads["a"] = "404"
    looks = 0
    while office.row(entry).status is not OutboxStatus.CONFLICT:
        await office.push(600)
        looks += 1
        assert looks <= PATIENT_LOOKS + 1
    assert looks > 2


# --- what concerns more than one row ----------------------------------------------------------------------------------


async def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(office: Office) -> None:
    first, second = await office.decide("a"), await office.decide("b")
    office.server.failing_reads["a"] = "500"
    assert await office.push() == "server_failed"
    assert office.row(first).status is OutboxStatus.QUEUED
    assert office.row(second).status is OutboxStatus.CONFIRMED


@pytest.mark.parametrize("fault", ["offline", "401", "429", "timeout"])
async def test_a_server_that_is_not_there_is_asked_once(office: Office, fault: str) -> None:
    for name in "abc":
        await office.decide(name)
    office.server.read_faults.append(fault)
    assert await office.push() == FAULTS[fault]().code
    assert office.server.reads == ["a"]
    assert await office.push() == ""
    assert office.server.reads == ["a"], "the connection rests"


@pytest.mark.parametrize("where", ["read", "send"])
async def test_refused_credentials_are_not_tried_again_until_they_change(office: Office, where: str) -> None:
    entry = await office.decide("a")
    (office.server.read_faults if where == "read" else office.server.send_faults).append("401")
    assert await office.push() == "credentials_refused"
    asked = len(office.server.reads)
    office.sender.wake()
    for _ in range(5):
        assert await office.push(3600) == ""
    assert len(office.server.reads) == asked
    assert not office.row(entry).maybe_carried_out
    office.sender.unpark(CONNECTION_ID)
    await office.push()
    assert office.row(entry).status is OutboxStatus.CONFIRMED


async def test_the_pause_grows_while_the_server_is_away(office: Office) -> None:
    entry = await office.decide("a")
    pauses = []
    for _ in range(12):
        office.server.read_faults.append("offline")
        office.sender.wake()
        await office.push(400)
        due = office.row(entry).not_before
        assert due is not None
        pauses.append((due - office.clock.now()).total_seconds())
    assert 1.6 <= pauses[0] <= 2.4
    assert pauses[3] > 3 * pauses[0]
    assert max(pauses) <= 360


async def test_a_send_that_was_cancelled_is_looked_up_by_the_same_program(office: Office) -> None:
    entry = await office.decide("a")
    api = office.connections.api
    assert isinstance(api, ModelApi)
    send, sent = api.send_decision, asyncio.Event()

    async def never_answers(decision: object) -> None:
        await send(decision)  # type: ignore[arg-type]
        sent.set()
        await asyncio.Event().wait()

    api.send_decision = never_answers  # type: ignore[method-assign]
    pushing = asyncio.create_task(office.sender.push_due(CONNECTION_ID))
    await sent.wait()
    assert office.row(entry).status is OutboxStatus.SENDING
    pushing.cancel()
    await asyncio.gather(pushing, return_exceptions=True)
    assert await office.push() == ""
    assert office.row(entry).status is OutboxStatus.CONFIRMED
    assert len(office.server.carried_out) == 1


@pytest.mark.parametrize("status", [OutboxStatus.SENDING, OutboxStatus.SENT])
async def test_after_a_crash_the_outcome_is_unknown_and_looked_up(office: Office, status: OutboxStatus) -> None:
    entry = await office.decide("a")
    office.outbox.rows[entry.decision.decision_id] = replace(entry, status=status, attempts=1, maybe_carried_out=True)
    await office.sender.recover()
    assert office.row(entry).status is OutboxStatus.OUTCOME_UNKNOWN
    office.server.close_as("a", Verdict.ACCEPT)
    await office.push()
    assert office.row(entry).status is OutboxStatus.CONFIRMED


# --- the loop ---------------------------------------------------------------------------------------------------------


async def test_the_loop_sends_when_the_grace_period_is_over(office: Office) -> None:
    loop = asyncio.create_task(office.sender.run())
    await until(lambda: office.clock.sleepers == [60.0], "the idle loop")
    entry = await office.decide("a", grace=10)
    office.sender.wake()
    await until(lambda: office.clock.sleepers == [10.0], "the end of the grace period")
    office.clock.advance(10)
    await until(lambda: office.row(entry).status is OutboxStatus.CONFIRMED, "the confirmation")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


@pytest.mark.parametrize("error", [SecretMissing("none"), ServerUnreachable("away"), CredentialsRefused(status=401)])
async def test_the_loop_rests_when_nothing_can_be_sent(office: Office, error: TnsError) -> None:
    """It neither spins nor dies: one try, then a pause; the line says why."""
    await office.decide("a")
    office.connections.api, working = error, office.connections.api
    tries = 0
    api_for = office.connections.api_for

    async def counted(connection_id: str) -> ModelApi:
        nonlocal tries
        tries += 1
        return await api_for(connection_id)

    office.connections.api_for = counted  # type: ignore[method-assign]
    loop = asyncio.create_task(office.sender.run())
    await until(lambda: bool(office.clock.sleepers), "a pause")
    for _ in range(20):
        await asyncio.sleep(0)
    assert tries == 1
    assert office.clock.sleepers[0] > 1.5
    assert office.lines.state_of(CONNECTION_ID) is not ConnectionState.NEVER_TRIED
    office.connections.api = working
    office.sender.unpark(CONNECTION_ID)
    await until(lambda: bool(office.server.carried_out), "the send")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_the_loop_survives_a_vault_that_fails(office: Office) -> None:
    unfinished = office.outbox.unfinished

    async def broken() -> list[OutboxEntry]:
        raise VaultDamaged("bad page")

    office.outbox.unfinished = broken  # type: ignore[method-assign]
    loop = asyncio.create_task(office.sender.run())
    await until(lambda: office.clock.sleepers == [60.0], "the pause")
    office.outbox.unfinished = unfinished  # type: ignore[method-assign]
    entry = await office.decide("a")
    office.sender.wake()
    await until(lambda: office.row(entry).status is OutboxStatus.CONFIRMED, "the confirmation")
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


# --- the line comes back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["offline", "timeout", "cut"])
async def test_what_waited_because_nobody_could_be_reached_goes_as_soon_as_the_line_is_back(
    office: Office, fault: str
) -> None:
    first, second = await office.decide("a"), await office.decide("b", grace=60)
    office.server.read_faults.append(fault)
    await office.push()
    paused = office.row(first)
    assert paused.not_before is not None
    assert paused.not_before > office.clock.now()
    await office.push()
    assert office.row(first) == paused

    office.sender.unpark(CONNECTION_ID)
    await office.push()

    assert office.row(first).status is OutboxStatus.CONFIRMED
    assert office.row(second).status is OutboxStatus.QUEUED  # its grace is the operator's, not the line's
    assert [decision.decision_id for decision in office.server.carried_out] == [first.decision.decision_id]


async def test_a_line_that_is_back_for_a_moment_makes_nobody_ask_in_a_circle(office: Office) -> None:
    entry = await office.decide("a")
    office.server.read_faults.extend(["offline", "offline"])
    assert await office.push() == "server_unreachable"
    office.sender.unpark(CONNECTION_ID)
    assert await office.push() == "server_unreachable"
    reads = len(office.server.reads)
    for _ in range(3):
        assert await office.push() == ""
    assert len(office.server.reads) == reads
    assert office.row(entry).status is OutboxStatus.QUEUED


async def test_a_pause_that_the_server_asked_for_is_not_cut_short_by_a_line_that_works(office: Office) -> None:
    entry = await office.decide("a")
    office.server.read_faults.append("429")
    await office.push()
    office.sender.unpark(CONNECTION_ID)
    await office.push()
    assert office.row(entry).status is OutboxStatus.QUEUED
    assert office.server.carried_out == []
    await office.push(seconds=60)
    assert office.row(entry).status is OutboxStatus.CONFIRMED
