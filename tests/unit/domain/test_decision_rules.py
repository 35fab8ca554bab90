"""The rules of a decision: its legal ways, what may be decided, and what a fresh look at the file says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vaults import entries as any_entries
from tests.support.vaults import sample_entry, sample_file
from tests.support.vaults import states as any_states
from tns_desktop.domain.client_file import ACCEPTED, PENDING, REJECTED, SUSPENDED, WAITING, ClientFile, ClientFileState
from tns_desktop.domain.decision import (
    LEGAL_TRANSITIONS,
    DecisionBlock,
    LegalArchiving,
    OutboxEntry,
    OutboxStatus,
    Verdict,
    judge_reread,
    legal_archiving_of,
    why_not_decidable,
)
from tns_desktop.domain.errors import IllegalTransition

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SHA256 = "0" * 64


def entry_of(verdict: Verdict = Verdict.REJECT, **values: object) -> OutboxEntry:
    entry = sample_entry(1)
    return replace(entry, decision=replace(entry.decision, verdict=verdict), **values)  # type: ignore[arg-type]


# --- legal ways -------------------------------------------------------------------------------------------------------


def test_every_status_has_its_ways() -> None:
    assert set(LEGAL_TRANSITIONS) == set(OutboxStatus)


@pytest.mark.parametrize("status", OutboxStatus)
def test_nothing_leads_out_of_an_end_and_everything_else_leads_on(status: OutboxStatus) -> None:
    assert (LEGAL_TRANSITIONS[status] == frozenset()) == status.is_final
    assert status not in LEGAL_TRANSITIONS[status]


@pytest.mark.parametrize("status", OutboxStatus)
def test_every_way_reaches_an_end(status: OutboxStatus) -> None:
    reached, waiting = set(), {status}
    while waiting:
        current = waiting.pop()
        reached.add(current)
        waiting |= LEGAL_TRANSITIONS[current] - reached
    assert any(one.is_final for one in reached)


def test_only_a_look_at_the_server_confirms() -> None:
    assert OutboxStatus.CONFIRMED not in LEGAL_TRANSITIONS[OutboxStatus.SENDING]
    assert OutboxStatus.CONFIRMED not in LEGAL_TRANSITIONS[OutboxStatus.RETRY_WAIT]


@pytest.mark.parametrize("status", [OutboxStatus.SENDING, OutboxStatus.SENT, OutboxStatus.OUTCOME_UNKNOWN])
def test_what_may_be_on_the_wire_cannot_be_taken_back(status: OutboxStatus) -> None:
    assert OutboxStatus.WITHDRAWN not in LEGAL_TRANSITIONS[status]
    assert not entry_of(status=status).can_be_withdrawn


@given(entry=any_entries, status=st.sampled_from(OutboxStatus))
def test_a_move_is_legal_or_refused_and_changes_nothing_else(entry: OutboxEntry, status: OutboxStatus) -> None:
    if status in LEGAL_TRANSITIONS[entry.status]:
        moved = entry.moved_to(status, NOON, error_code="x")
        assert (moved.status, moved.updated_at, moved.error_code) == (status, NOON, "x")
        assert replace(moved, status=entry.status, updated_at=entry.updated_at, error_code=entry.error_code) == entry
    else:
        with pytest.raises(IllegalTransition) as caught:
            entry.moved_to(status, NOON)
        assert caught.value.facts == {"before": entry.status.value, "after": status.value}


@given(entry=any_entries)
def test_what_can_be_taken_back_did_not_reach_the_server_or_is_before_a_person(entry: OutboxEntry) -> None:
    if entry.can_be_withdrawn:
        assert entry.status.needs_a_person or not entry.maybe_carried_out
        assert OutboxStatus.WITHDRAWN in LEGAL_TRANSITIONS[entry.status]


# --- grace and due times ----------------------------------------------------------------------------------------------


@given(entry=any_entries, seconds=st.floats(-100, 100))
def test_nothing_is_due_while_it_can_be_taken_back_in_grace(entry: OutboxEntry, seconds: float) -> None:
    now = entry.decision.send_after + timedelta(seconds=seconds)
    grace = entry.seconds_of_grace(now)
    assert grace >= 0
    if grace > 0:
        assert now < entry.due_at
        assert entry.can_be_withdrawn or entry.maybe_carried_out


def test_the_grace_period_counts_down_and_a_pause_replaces_it() -> None:
    entry = entry_of()
    send_after = entry.decision.send_after
    assert entry.seconds_of_grace(send_after - timedelta(seconds=4)) == 4
    assert entry.due_at == send_after
    paused = replace(entry, not_before=send_after + timedelta(seconds=60))
    assert paused.due_at == send_after + timedelta(seconds=60)
    assert paused.seconds_of_grace(send_after - timedelta(seconds=4)) == 0
    at_once = replace(entry, not_before=send_after - timedelta(seconds=9))
    assert at_once.due_at == send_after - timedelta(seconds=9)


# --- a fresh look -----------------------------------------------------------------------------------------------------


def shown(state: ClientFileState, cause: str = "UNREADABLE", message: str = "Pièce illisible") -> ClientFile:
    return sample_file(1, state=state, rejection_cause=cause, rejection_message=message)


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize(
    ("status", "maybe", "result"),
    [
        (OutboxStatus.SENT, True, OutboxStatus.CONFIRMED),
        (OutboxStatus.OUTCOME_UNKNOWN, True, OutboxStatus.CONFIRMED),
        (OutboxStatus.OUTCOME_UNKNOWN, False, OutboxStatus.CONFLICT),
        (OutboxStatus.QUEUED, True, OutboxStatus.CONFIRMED),
        (OutboxStatus.QUEUED, False, OutboxStatus.CONFLICT),
    ],
)
def test_the_result_counts_as_ours_only_if_ours_may_have_arrived(
    verdict: Verdict, status: OutboxStatus, maybe: bool, result: OutboxStatus
) -> None:
    entry = entry_of(verdict, status=status, maybe_carried_out=maybe)
    assert judge_reread(entry, shown(verdict.resulting_state)) is result


@pytest.mark.parametrize(
    ("cause", "message", "ours"),
    [
        ("UNREADABLE", "Pièce illisible", True),
        ("UNREADABLE", "  Pièce\r\nillisible ", True),
        ("", "", True),
        ("UNREADABLE", "", True),
        ("FRAUD", "Pièce illisible", False),
        ("UNREADABLE", "Pièce lisible", False),
        ("", "Autre chose", False),
    ],
)
def test_a_rejection_is_known_by_its_words(cause: str, message: str, ours: bool) -> None:
    entry = entry_of(status=OutboxStatus.SENT, maybe_carried_out=True)
    expected = OutboxStatus.CONFIRMED if ours else OutboxStatus.CONFLICT
    assert judge_reread(entry, shown(REJECTED, cause, message)) is expected


def test_after_a_success_that_shows_nothing_the_outcome_is_unknown() -> None:
    assert judge_reread(entry_of(status=OutboxStatus.SENT), shown(WAITING)) is OutboxStatus.OUTCOME_UNKNOWN
    assert judge_reread(entry_of(status=OutboxStatus.OUTCOME_UNKNOWN), shown(WAITING)) is OutboxStatus.QUEUED


@given(entry=any_entries, state=any_states)
def test_nothing_is_confirmed_that_the_server_does_not_show(entry: OutboxEntry, state: ClientFileState) -> None:
    status = judge_reread(entry, shown(state))
    assert status in (
        OutboxStatus.CONFIRMED, OutboxStatus.CONFLICT, OutboxStatus.QUEUED, OutboxStatus.OUTCOME_UNKNOWN,
    )  # fmt: skip
    if status is OutboxStatus.CONFIRMED:
        assert state == entry.decision.verdict.resulting_state
        assert entry.maybe_carried_out or entry.status is OutboxStatus.SENT
    if status is OutboxStatus.QUEUED:
        assert state == entry.decision.reviewed_state


# --- what may be decided ----------------------------------------------------------------------------------------------


def test_a_reviewed_file_that_awaits_validation_may_be_decided() -> None:
    assert why_not_decidable(sample_file(), pending=None, archive_sha256=SHA256) is None


@pytest.mark.parametrize(
    ("state", "block"),
    [
        (PENDING, DecisionBlock.STATE_PENDING),
        (SUSPENDED, DecisionBlock.STATE_SUSPENDED),
        (ACCEPTED, DecisionBlock.STATE_CLOSED),
        (REJECTED, DecisionBlock.STATE_CLOSED),
        (ClientFileState("ARCHIVING"), DecisionBlock.STATE_UNKNOWN),
        (ClientFileState("waiting"), DecisionBlock.STATE_UNKNOWN),
    ],
)
def test_the_state_decides(state: ClientFileState, block: DecisionBlock) -> None:
    assert why_not_decidable(sample_file(state=state), pending=None, archive_sha256=SHA256) is block


@pytest.mark.parametrize("status", OutboxStatus)
def test_a_decision_on_its_way_blocks_another(status: OutboxStatus) -> None:
    block = why_not_decidable(sample_file(), pending=entry_of(status=status), archive_sha256=SHA256)
    assert block is (None if status.is_final else DecisionBlock.DECISION_PENDING)


def test_each_other_rule_has_its_name() -> None:
    file = sample_file(validation_mode="AUTOMATIC")
    modes = frozenset({"AUTOMATIC"})
    assert why_not_decidable(None, pending=None, archive_sha256=None) is DecisionBlock.NOTHING_SELECTED
    assert why_not_decidable(file, pending=None, archive_sha256=SHA256, read_only=True) is DecisionBlock.READ_ONLY
    assert (
        why_not_decidable(file, pending=None, archive_sha256=SHA256, automatic_modes=modes)
        is DecisionBlock.VALIDATION_AUTOMATIC
    )
    for missing in (None, ""):
        assert why_not_decidable(file, pending=None, archive_sha256=missing) is DecisionBlock.ARCHIVE_NOT_REVIEWED
    assert (
        why_not_decidable(file, pending=None, archive_sha256=SHA256, archive_matches=False)
        is DecisionBlock.ARCHIVE_OF_ANOTHER_FILE
    )


@given(
    state=any_states, sha256=st.none() | st.just(SHA256), matches=st.booleans(), read_only=st.booleans(),
    pending=st.none() | any_entries,
)  # fmt: skip
def test_nothing_is_decided_without_its_own_archive_in_the_state_that_awaits_it(
    state: ClientFileState, sha256: str | None, matches: bool, read_only: bool, pending: OutboxEntry | None
) -> None:
    allowed = why_not_decidable(
        sample_file(state=state), pending=pending, archive_sha256=sha256, archive_matches=matches, read_only=read_only
    )
    if allowed is None:
        assert state == WAITING
        assert sha256
        assert matches
        assert not read_only
        assert pending is None or pending.status.is_final


@pytest.mark.parametrize(
    ("server", "seen", "result"),
    [
        (True, False, LegalArchiving.WILL_ARCHIVE),
        (False, True, LegalArchiving.NOTHING_TO_ARCHIVE),
        (None, True, LegalArchiving.WILL_ARCHIVE),
        (None, False, LegalArchiving.NOTHING_TO_ARCHIVE),
        (None, None, LegalArchiving.NOT_KNOWN),
        (True, None, LegalArchiving.WILL_ARCHIVE),
    ],
)
def test_the_servers_word_on_a_signature_wins(server: bool | None, seen: bool | None, result: LegalArchiving) -> None:
    assert legal_archiving_of(sample_file(signed=server), seen) is result
