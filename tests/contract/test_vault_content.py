"""What goes into the vault comes out equal, whatever text a server sends; words are found as people type them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.vaults import (
    CONNECTION_ID,
    NOON,
    TEST_KEY,
    FixedClock,
    client_files,
    entries,
    sample_entry,
    sample_file,
    sample_key,
    texts,
)
from tns_desktop.adapters.vault import open_vault
from tns_desktop.adapters.vault.content import dump_client_file, dump_entry, load_client_file, load_entry
from tns_desktop.adapters.vault.outbox import VaultOutbox
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, Participant
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import VaultError
from tns_desktop.domain.filters import searchable_text, words_of
from tns_desktop.services.ports import Vault


def in_a_vault(use: Callable[[Vault], Awaitable[None]]) -> None:
    """Runs ``use`` on a new vault: hypothesis calls plain functions."""

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            vault = await open_vault(Path(folder) / "vault", TEST_KEY, FixedClock())
            try:
                await use(vault)
            finally:
                await vault.close()

    asyncio.run(run())


async def found_in(vault: Vault, typed: str) -> set[ClientFileKey]:
    return set((await vault.search.find(CONNECTION_ID, typed)).files)


@settings(max_examples=150, deadline=None)
@given(client_files)
def test_a_client_file_comes_back_equal(client_file: ClientFile) -> None:
    assert load_client_file(dump_client_file(client_file), client_file.extra) == client_file


@settings(max_examples=150, deadline=None)
@given(entries)
def test_an_outbox_row_comes_back_equal(entry: OutboxEntry) -> None:
    assert load_entry(dump_entry(entry)) == entry
    assert dump_entry(load_entry(dump_entry(entry))) == dump_entry(entry)


@pytest.mark.parametrize("stored", [ClientFile, Participant, OutboxEntry, Decision])
def test_every_field_of_the_domain_is_stored(stored: type) -> None:
    """A field that is added to the domain must be added to the vault."""
    known = {
        ClientFile: 19,
        Participant: 15,  # its access token lies in a table of its own
        OutboxEntry: 11,
        Decision: 14,
    }
    assert len(fields(stored)) == known[stored], f"{stored.__name__} has changed: store the new field, then count again"


@settings(max_examples=25, deadline=None)
@given(st.lists(client_files, max_size=6, unique_by=lambda client_file: client_file.key))
def test_the_database_keeps_whatever_a_server_sends(files: list[ClientFile]) -> None:
    async def use(vault: Vault) -> None:
        assert await vault.client_files.upsert(files) == {file.key for file in files}
        assert await vault.client_files.upsert(files) == frozenset()
        for connection_id in {file.key.connection_id for file in files}:
            loaded = await vault.client_files.load(connection_id)
            expected = [file for file in files if file.key.connection_id == connection_id]
            assert sorted(loaded, key=lambda file: file.key) == sorted(expected, key=lambda file: file.key)
        await vault.client_files.forget(file.key for file in files)

    in_a_vault(use)


@settings(max_examples=25, deadline=None)
@given(entries, texts)
def test_the_database_keeps_and_moves_any_outbox_row(entry: OutboxEntry, message: str) -> None:
    async def use(vault: Vault) -> None:
        await vault.outbox.insert(entry)
        assert await vault.outbox.get(entry.decision.decision_id) == entry
        changed = replace(entry, server_message=message, attempts=entry.attempts + 1)
        await vault.outbox.update(changed, expected=entry)
        assert await vault.outbox.all() == [changed]
        assert await vault.outbox.unfinished() == ([] if entry.status.is_final else [changed])

    in_a_vault(use)


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=1, max_size=3), texts)
def test_any_query_is_harmless(names: list[str], query: str) -> None:
    async def use(vault: Vault) -> None:
        await vault.client_files.upsert([sample_file(number, name=name) for number, name in enumerate(names)])
        found = await vault.search.find(CONNECTION_ID, query)
        assert set(found.files) <= {sample_key(number) for number in range(len(names))}

    in_a_vault(use)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("muller", [1]),
        ("MÜLLER zoé", [1]),
        ("mul", [1]),
        ("ecole", [2]),
        ("ID-2", [2]),
        ("zoe@example", [1, 2]),
        ("muller ecole", []),
        ('"', []),
        ("NOT", []),
        ("", []),
    ],
)
def test_finds_the_beginnings_of_words_without_case_and_accents(typed: str, numbers: list[int]) -> None:
    async def use(vault: Vault) -> None:
        await vault.client_files.upsert([sample_file(1), sample_file(2, name="École")])
        assert await found_in(vault, typed) == {sample_key(number) for number in numbers}

    in_a_vault(use)


def test_the_index_agrees_with_the_lists_own_search_for_whole_words() -> None:
    names = ["Müller", "Straße", "Çelik", "Ångström", "O'Brien", "Nguyễn", "Łukasz", "Œuvre"]
    files = [sample_file(number, name=name) for number, name in enumerate(names)]

    async def use(vault: Vault) -> None:
        await vault.client_files.upsert(files)
        for name in names:
            expected = {f.key for f in files if all(word in searchable_text(f) for word in words_of(name))}
            assert await found_in(vault, name) == expected

    in_a_vault(use)


def test_the_index_follows_changes_and_forgets() -> None:
    async def use(vault: Vault) -> None:
        await vault.client_files.upsert([sample_file(1, name="Before")])
        await vault.client_files.upsert([sample_file(1, name="After")])
        assert await found_in(vault, "before") == set()
        assert await found_in(vault, "after") == {sample_key(1)}
        await vault.client_files.forget([sample_key(1)])
        assert await found_in(vault, "after") == set()

    in_a_vault(use)


def test_every_step_of_a_decision_is_remembered_and_cannot_be_changed(tmp_path: Path) -> None:
    async def use(vault: Vault) -> None:
        assert isinstance(vault.outbox, VaultOutbox)
        await vault.outbox.insert(sample_entry(1))
        sending = sample_entry(1).moved_to(OutboxStatus.SENDING, NOON + timedelta(minutes=1))
        await vault.outbox.update(sending, expected=sample_entry(1))
        unknown = sending.moved_to(
            OutboxStatus.OUTCOME_UNKNOWN, NOON + timedelta(minutes=2), error_code="request_timed_out"
        )
        await vault.outbox.update(unknown, expected=sending)
        steps = [(step.status, step.error_code) for step in await vault.outbox.history("d1")]
        assert steps == [
            (OutboxStatus.QUEUED, ""),
            (OutboxStatus.SENDING, ""),
            (OutboxStatus.OUTCOME_UNKNOWN, "request_timed_out"),
        ]
        assert (await vault.outbox.history("d1"))[1].at == NOON + timedelta(minutes=1)
        database = vault.outbox._database
        with pytest.raises(VaultError):
            await database.write(lambda connection: connection.execute("UPDATE decision_history SET status = 'sent'"))

    in_a_vault(use)
