"""The list as a projection: server rows as they are, a decision beside its file, counts that add up."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.support.vaults import a_listed, sample_entry, sample_file
from tests.support.vaults import client_files as any_client_files
from tests.support.vaults import entries as any_entries
from tns_desktop.domain.client_file import KNOWN_STATES, WAITING, ClientFile, ClientFileState
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.projection import count_queues, project

rows_and_decisions = st.lists(any_client_files, max_size=8, unique_by=lambda file: file.key).flatmap(
    lambda files: st.tuples(
        st.just(files),
        st.lists(
            any_entries
            if not files
            else st.builds(
                lambda entry, file: replace(entry, decision=replace(entry.decision, key=file.key)),
                any_entries,
                st.sampled_from(files),
            )
            | any_entries,
            max_size=8,
        ),
    )
)


@given(both=rows_and_decisions)
def test_server_rows_pass_unchanged_and_in_order(both: tuple[list[ClientFile], list[OutboxEntry]]) -> None:
    files, decisions = both
    listed = [a_listed(file) for file in files]
    rows = project(listed, decisions)
    assert [row.client_file for row in rows] == listed
    for row in rows:
        mine = [entry for entry in decisions if entry.key == row.key and not entry.status.is_final]
        if row.pending is None:
            assert mine == []
        else:
            assert row.pending in mine
            assert all(entry.decision.decided_at <= row.pending.decision.decided_at for entry in mine)


@given(both=rows_and_decisions)
def test_counts_add_up_and_leave_out_what_is_decided(both: tuple[list[ClientFile], list[OutboxEntry]]) -> None:
    rows = project([a_listed(file) for file in both[0]], both[1])
    counts = count_queues(rows)
    states = [count.state for count in counts]
    assert tuple(states[: len(KNOWN_STATES)]) == KNOWN_STATES
    assert states[len(KNOWN_STATES) :] == sorted({row.queue for row in rows} - set(KNOWN_STATES))
    decided = sum(row.queue == WAITING and row.pending is not None for row in rows)
    assert sum(count.count for count in counts) == len(rows) - decided
    to_do = next(count.count for count in counts if count.state == WAITING)
    assert to_do == sum(row.is_left_to_do for row in rows)


def test_a_decision_never_changes_the_state_that_is_shown() -> None:
    (row,) = project([a_listed(sample_file(1))], [sample_entry(1, status=OutboxStatus.SENT)])
    assert row.queue == WAITING
    assert row.pending is not None
    assert not row.is_left_to_do


def test_finished_decisions_are_not_pending() -> None:
    (row,) = project([a_listed(sample_file(1))], [sample_entry(1, status=OutboxStatus.WITHDRAWN)])
    assert row.is_left_to_do


def test_marks_belong_to_their_files() -> None:
    files = [a_listed(sample_file(1)), a_listed(sample_file(2))]
    rows = project(files, [], kept=frozenset({files[0].key}), changed=frozenset({files[1].key}))
    assert [(row.archive_kept, row.changed_since_seen) for row in rows] == [(True, False), (False, True)]


def test_an_unknown_state_has_a_queue_of_its_own() -> None:
    unknown = [ClientFileState("ZETA"), ClientFileState("BETA")]
    rows = project([a_listed(sample_file(number, state=state)) for number, state in enumerate(unknown)], [])
    assert [(count.state.name, count.count) for count in count_queues(rows)][-2:] == [("BETA", 1), ("ZETA", 1)]
