"""What every implementation of the ``ClientFileStore`` port keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.vaults import CONNECTION_ID, TEST_KEY, OpenVault, sample_file, sample_key
from tns_desktop.domain.client_file import (
    ACCEPTED,
    PENDING,
    WAITING,
    ClientFile,
    ClientFileKey,
    ClientFileState,
    Participant,
)
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio


async def test_returns_what_was_stored_oldest_first(vault: Vault) -> None:
    undated = sample_file(3, start_date=None)
    await vault.client_files.upsert([undated, sample_file(2), sample_file(1)])
    assert await vault.client_files.load(CONNECTION_ID) == [sample_file(1), sample_file(2), undated]


async def test_keeps_connections_apart(vault: Vault) -> None:
    twin = sample_file(1, key=ClientFileKey("c2", "uuid-1"), name="Other")
    await vault.client_files.upsert([sample_file(1), twin])
    await vault.client_files.forget([sample_key(1)])
    assert await vault.client_files.load("c2") == [twin]
    assert await vault.client_files.load(CONNECTION_ID) == []


async def test_keeps_everything_after_closing(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    await vault.client_files.upsert([sample_file(1)])
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.client_files.load(CONNECTION_ID) == [sample_file(1)]
    await again.close()


async def test_upsert_names_the_rows_that_changed(vault: Vault) -> None:
    files = [sample_file(1), sample_file(2)]
    assert await vault.client_files.upsert(files) == {sample_key(1), sample_key(2)}
    assert await vault.client_files.upsert(files) == frozenset()
    changed = replace(files[1], extra='{"unknown":2}')
    assert await vault.client_files.upsert([files[0], changed]) == {sample_key(2)}


async def test_rows_that_are_not_named_stay_as_they_are(vault: Vault) -> None:
    other = sample_file(1, key=ClientFileKey("c2", "x"))
    await vault.client_files.upsert([sample_file(1), sample_file(2), sample_file(3, state=PENDING), other])
    assert await vault.client_files.upsert([sample_file(1), sample_file(4)]) == {sample_key(4)}
    stored = {file.key: file.state for file in await vault.client_files.load(CONNECTION_ID)}
    assert stored == {sample_key(1): WAITING, sample_key(2): WAITING, sample_key(3): PENDING, sample_key(4): WAITING}
    assert await vault.client_files.load("c2") == [other]


async def test_keeps_states_nobody_documented(vault: Vault) -> None:
    state = ClientFileState("ARCHIVING_SOON")
    await vault.client_files.upsert([sample_file(1, state=state)])
    assert (await vault.client_files.load(CONNECTION_ID))[0].state == state


async def test_a_file_never_seen_has_not_changed_since(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1)])
    await vault.client_files.upsert([sample_file(1, name="Meier")])
    assert await vault.client_files.changed_since_seen(CONNECTION_ID) == frozenset()


async def test_a_seen_file_has_changed_once_its_visible_content_differs(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1), sample_file(2)])
    await vault.client_files.mark_seen(sample_key(1))
    await vault.client_files.upsert([sample_file(1, extra="{}")])
    assert await vault.client_files.changed_since_seen(CONNECTION_ID) == frozenset()
    await vault.client_files.upsert([sample_file(1, state=ACCEPTED)])
    assert await vault.client_files.changed_since_seen(CONNECTION_ID) == {sample_key(1)}
    await vault.client_files.mark_seen(sample_key(1))
    assert await vault.client_files.changed_since_seen(CONNECTION_ID) == frozenset()


async def test_marking_or_forgetting_an_unknown_file_is_fine(vault: Vault) -> None:
    await vault.client_files.mark_seen(sample_key(9))
    await vault.client_files.forget([sample_key(9)])
    assert await vault.client_files.load(CONNECTION_ID) == []


# --- access tokens ----------------------------------------------------------------------------------------------------


def _invited(*people: Participant, number: int = 1) -> ClientFile:
    return replace(sample_file(number, state=PENDING), participants=people)


async def _tokens(vault: Vault, number: int = 1) -> list[str]:
    stored = await vault.client_files.get(sample_key(number))
    assert stored is not None
    return [person.access_token for person in stored.participants]


async def test_a_token_outlives_answers_that_do_not_have_it(vault: Vault) -> None:
    lea, awa = Participant(uuid="p-1", last_name="Martin"), Participant(last_name="Diallo", email="awa@example.test")
    created = _invited(replace(lea, access_token="t-lea"), replace(awa, access_token="t-awa"))
    await vault.client_files.upsert([created])
    assert await vault.client_files.get(sample_key(1)) == created
    await vault.client_files.upsert([_invited(awa, replace(lea, last_name="Roux"))])
    assert await _tokens(vault) == ["t-awa", "t-lea"]
    await vault.client_files.upsert([_invited(replace(lea, access_token="t-new"), awa)])
    assert await _tokens(vault) == ["t-new", "t-awa"]


async def test_nobody_gets_a_token_who_cannot_be_told_from_somebody_else(vault: Vault) -> None:
    twin = Participant(last_name="Martin", first_name="Léa")
    await vault.client_files.upsert([_invited(replace(twin, access_token="t-1"), replace(twin, access_token="t-2"))])
    assert await _tokens(vault) == ["", ""]
    await vault.client_files.upsert([_invited(replace(twin, access_token="t-1"))])
    await vault.client_files.upsert([_invited(twin, twin)])
    assert await _tokens(vault) == ["", ""]


async def test_the_answer_to_a_creation_comes_before_the_file_does(vault: Vault) -> None:
    lea = Participant(uuid="p-1")
    await vault.client_files.put_tokens(sample_key(1), [replace(lea, access_token="t-lea"), Participant()])
    assert await vault.client_files.get(sample_key(1)) is None
    await vault.client_files.upsert([_invited(lea)])
    assert await _tokens(vault) == ["t-lea"]


@pytest.mark.parametrize("end", ["closed", "with the connection"])
async def test_a_token_of_a_file_that_never_was_in_the_list_goes_too(vault: Vault, end: str) -> None:
    lea, other = Participant(uuid="p-1"), Participant(uuid="p-2")
    await vault.client_files.put_tokens(sample_key(1), [replace(lea, access_token="t-lea")])
    await vault.client_files.put_tokens(sample_key(2), [replace(other, access_token="t-other")])
    if end == "closed":
        await vault.client_files.upsert([replace(_invited(lea), state=ACCEPTED)])
    else:
        await vault.client_files.forget_connection(CONNECTION_ID)
    await vault.client_files.upsert([_invited(lea), _invited(other, number=2)])
    assert await _tokens(vault) == [""]
    assert await _tokens(vault, 2) == (["t-other"] if end == "closed" else [""])


@pytest.mark.parametrize("end", ["closed", "forgotten", "with the connection"])
async def test_a_token_goes_with_its_purpose(vault: Vault, end: str) -> None:
    lea = Participant(uuid="p-1")
    await vault.client_files.upsert([_invited(replace(lea, access_token="t-lea"))])
    if end == "closed":
        await vault.client_files.upsert([replace(_invited(lea), state=ACCEPTED)])
    elif end == "forgotten":
        await vault.client_files.forget([sample_key(1)])
    else:
        await vault.client_files.forget_connection(CONNECTION_ID)
    await vault.client_files.upsert([_invited(lea)])
    assert await _tokens(vault) == [""]
