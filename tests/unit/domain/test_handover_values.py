"""Rules of handing over, and the steps that a hand-over may take."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.handovers import a_handover
from tns_desktop.domain.client_file import ACCEPTED, ClientFile, ClientFileKey, ExternalInfo, Participant
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.handover import (
    LEGAL_HANDOVER_TRANSITIONS,
    HandoverStatus,
    Occasion,
    Schedule,
    checked_command,
    checked_schedule,
    filled_argument,
)
from tns_desktop.domain.handover_errors import HandoverRuleInvalid
from tns_desktop.domain.handover_index import line_of, neutral_cell, plain_client_file

NOON = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001  (schedules are in this computer's time)
AT = a_handover().planned_at


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(hour=18, minute=30), datetime(2026, 3, 2, 18, 30)),  # noqa: DTZ001
        (Schedule(hour=12, minute=0), datetime(2026, 3, 3, 12, 0)),  # noqa: DTZ001
        (Schedule(hour=7, minute=5), datetime(2026, 3, 3, 7, 5)),  # noqa: DTZ001
        (Schedule(every_hours=4), datetime(2026, 3, 2, 16, 0)),  # noqa: DTZ001
    ],
)
def test_when_a_schedule_comes_next(schedule: Schedule, expected: datetime) -> None:
    assert schedule.next_after(NOON) == expected


def test_schedules_are_typed() -> None:
    assert checked_schedule(at="7:05") == Schedule(hour=7, minute=5)
    assert checked_schedule(every_hours="12") == Schedule(every_hours=12)
    for typed in (
        {"at": "24:00"},
        {"at": "7h"},
        {"at": "7:5"},
        {"every_hours": "0"},
        {"every_hours": "x"},
        {"at": "²:00"},
    ):
        with pytest.raises(HandoverRuleInvalid):
            checked_schedule(**typed)


def test_a_command_is_a_program_and_arguments_with_known_placeholders() -> None:
    assert checked_command(["/bin/take", "", "--file={archive}", "{folder}"]) == (
        "/bin/take",
        "--file={archive}",
        "{folder}",
    )
    assert checked_command([]) == ()
    for lines, reason in (
        (["/bin/take", "{password}"], "unknown_placeholder"),
        (["/bin/take", "{archive"], "unknown_placeholder"),
        (["{folder}/evil"], "program"),
        (["C:\\take.BAT"], "batch"),
        (["C:\\take.cmd. ."], "batch"),
    ):
        with pytest.raises(HandoverRuleInvalid) as raised:
            checked_command(lines)
        assert raised.value.facts["reason"] == reason


def test_arguments_are_filled_once_and_never_become_options() -> None:
    assert filled_argument("--id={id};{id}", {"id": "{uuid}", "uuid": "u"}) == "--id={uuid};{uuid}"
    assert filled_argument("-x{id}", {"id": "-y"}) == "-x-y"
    with pytest.raises(HandoverRuleInvalid):
        filled_argument("{id}", {"id": "--delete"})


def test_only_legal_steps_are_taken() -> None:
    for before in HandoverStatus:
        row = a_handover(status=before)
        for after in HandoverStatus:
            if after in LEGAL_HANDOVER_TRANSITIONS[before]:
                assert row.moved_to(after, AT).status is after
            else:
                with pytest.raises(IllegalTransition):
                    row.moved_to(after, AT)


def test_a_step_forgets_what_kept_the_row_from_it() -> None:
    held = a_handover().put_off(AT, AT, "handover_folder_gone", {"reason": "path_gone"})
    assert (held.attempts, held.error_code, held.status) == (1, "handover_folder_gone", HandoverStatus.PLANNED)
    moved = held.moved_to(HandoverStatus.WRITING, AT)
    assert (moved.attempts, moved.error_code, moved.not_before) == (0, "", None)


def test_tried_again_goes_on_behind_what_was_delivered() -> None:
    failed = a_handover(status=HandoverStatus.FAILED, place="x")
    assert failed.tried_again(AT).status is HandoverStatus.PLANNED
    delivered = a_handover(status=HandoverStatus.FAILED, delivered=True, place="x")
    assert (delivered.tried_again(AT).status, delivered.tried_again(AT).place) == (HandoverStatus.WRITTEN, "x")


def test_what_stands_for_the_acceptance() -> None:
    assert a_handover(occasion=Occasion.ACCEPTED).is_of_accepted
    assert a_handover(state="ACCEPTED").is_of_accepted
    assert not a_handover(state="WAITING").is_of_accepted


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 6", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|'/c calc'!A0", "＝1", "\n=1"]
)
def test_formulas_are_neutral_in_cells(text: str) -> None:
    cell = neutral_cell(text)
    assert cell.startswith("'")
    assert not set(cell) & set("\t\r\n")
    assert neutral_cell(cell) == cell


def test_other_cells_are_as_they_are() -> None:
    assert neutral_cell("Müller; Zoé") == "Müller; Zoé"
    assert neutral_cell("two\r\nlines") == "two  lines"


def test_the_data_of_a_file_go_along_without_what_is_empty() -> None:
    file = ClientFile(
        ClientFileKey("c1", "u"),
        ACCEPTED,
        id="F-1",
        participants=(Participant(last_name="Roux", profiles=("p",)),),
        external_info=(ExternalInfo("contract", "K7"),),
    )
    assert plain_client_file(file) == {
        "uuid": "u",
        "id": "F-1",
        "state": "ACCEPTED",
        "external_info": [{"name": "contract", "value": "K7"}],
        "participants": [{"last_name": "Roux", "profiles": ["p"]}],
    }
    assert line_of(file, "Credit")["last_name"] == "Roux"
    assert line_of(ClientFile(ClientFileKey("c1", "u"), ACCEPTED), "")["last_name"] == ""
