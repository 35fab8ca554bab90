"""States that nobody documented, names that are missing: shown as they are, never dropped."""

from __future__ import annotations

import pytest

from tns_desktop.domain.client_file import (
    ACCEPTED,
    KNOWN_STATES,
    REJECTED,
    WAITING,
    ClientFile,
    ClientFileKey,
    ClientFileState,
    KnownState,
    Participant,
)


@pytest.mark.parametrize("state", KNOWN_STATES)
def test_a_documented_state_is_known(state: ClientFileState) -> None:
    assert state.known is KnownState(state.name)
    assert state.is_closed == (state in (ACCEPTED, REJECTED))
    assert state.awaits_validation == (state == WAITING)
    assert state == ClientFileState(str(state))


@pytest.mark.parametrize("name", ["", "waiting", "WAITING ", "ARCHIVED", "ÉTAT"])
def test_another_state_keeps_its_name_and_promises_nothing(name: str) -> None:
    state = ClientFileState(name)
    assert (state.known, state.is_closed, state.awaits_validation, str(state)) == (None, False, False, name)


@pytest.mark.parametrize(
    ("values", "name", "number"),
    [
        ({"participants": (Participant(last_name="Müller", first_name="Zoé"),), "id": "24-1"}, "Müller, Zoé", "24-1"),
        (
            {"participants": (Participant(last_name="Roux"), Participant(), Participant(first_name="Léa"))},
            "Roux · Léa",
            "uuid-1",
        ),
        ({"participants": (Participant(),), "id": "24-1"}, "24-1", "24-1"),
        ({"external_id": "CRM-9"}, "CRM-9", "CRM-9"),
        ({}, "uuid-1", "uuid-1"),
    ],
)
def test_there_is_always_a_name_to_show(values: dict[str, object], name: str, number: str) -> None:
    client_file = ClientFile(ClientFileKey("c1", "uuid-1"), WAITING, **values)  # type: ignore[arg-type]
    assert (client_file.display_name, client_file.display_id) == (name, number)


def test_the_raw_answer_stays_out_of_logs() -> None:
    client_file = ClientFile(ClientFileKey("c1", "uuid-1"), WAITING, extra='{"iban": "FR76"}')
    assert "FR76" not in repr(client_file)
