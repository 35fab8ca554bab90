"""What every implementation of the ``Outbox`` port keeps: no decision is lost, doubled or rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.vaults import NOON, TEST_KEY, OpenVault, sample_entry
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import AlreadyDecided, IllegalTransition
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio


async def finish(vault: Vault, entry: OutboxEntry) -> OutboxEntry:
    withdrawn = entry.moved_to(OutboxStatus.WITHDRAWN, NOON)
    await vault.outbox.update(withdrawn, expected=entry)
    return withdrawn


async def test_returns_the_row_that_was_inserted(vault: Vault) -> None:
    entry = sample_entry(1, server_message="non", not_before=NOON)
    await vault.outbox.insert(entry)
    assert await vault.outbox.get("d1") == entry
    assert await vault.outbox.get("other") is None


async def test_keeps_rows_after_closing(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    await vault.outbox.insert(sample_entry(1))
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.outbox.unfinished() == [sample_entry(1)]
    await again.close()


async def test_refuses_a_second_unfinished_decision_for_one_file(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    with pytest.raises(AlreadyDecided):
        await vault.outbox.insert(sample_entry(2, file=1))
    assert await vault.outbox.all() == [sample_entry(1)]


async def test_refuses_a_decision_id_in_use(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    with pytest.raises(AlreadyDecided):
        await vault.outbox.insert(sample_entry(1, file=2))


async def test_takes_a_new_decision_after_the_first_was_withdrawn(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    withdrawn = await finish(vault, sample_entry(1))
    await vault.outbox.insert(sample_entry(2, file=1))
    assert await vault.outbox.unfinished() == [sample_entry(2, file=1)]
    assert await vault.outbox.all() == [sample_entry(2, file=1), withdrawn]


async def test_lists_unfinished_oldest_first_and_all_newest_first(vault: Vault) -> None:
    for number in (2, 3, 1):
        await vault.outbox.insert(sample_entry(number))
    assert [entry.decision.decision_id for entry in await vault.outbox.unfinished()] == ["d1", "d2", "d3"]
    assert [entry.decision.decision_id for entry in await vault.outbox.all(limit=2)] == ["d3", "d2"]


async def test_finds_every_decision_on_a_file_newest_first(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    withdrawn = await finish(vault, sample_entry(1))
    for number in (2, 3, 4):
        await vault.outbox.insert(sample_entry(number, file=number if number < 4 else 1))
    wanted = [sample_entry(1).key, sample_entry(2).key, sample_entry(9).key]
    assert await vault.outbox.of(wanted) == [sample_entry(4, file=1), sample_entry(2), withdrawn]
    assert await vault.outbox.of([]) == []


async def test_moves_a_row_a_legal_step(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    sending = sample_entry(1).moved_to(OutboxStatus.SENDING, NOON, attempts=1)
    await vault.outbox.update(sending, expected=sample_entry(1))
    assert await vault.outbox.get("d1") == sending


async def test_changes_a_row_without_moving_it(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    later = replace(sample_entry(1), not_before=NOON + timedelta(minutes=5))
    await vault.outbox.update(later, expected=sample_entry(1))
    assert await vault.outbox.get("d1") == later


async def test_refuses_a_step_that_is_not_legal(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    with pytest.raises(IllegalTransition):
        await vault.outbox.update(replace(sample_entry(1), status=OutboxStatus.SENT), expected=sample_entry(1))
    assert await vault.outbox.get("d1") == sample_entry(1)


async def test_of_two_moves_from_the_same_row_the_second_is_refused(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    await vault.outbox.update(sample_entry(1).moved_to(OutboxStatus.SENDING, NOON), expected=sample_entry(1))
    with pytest.raises(IllegalTransition):
        await vault.outbox.update(sample_entry(1).moved_to(OutboxStatus.WITHDRAWN, NOON), expected=sample_entry(1))
    stored = await vault.outbox.get("d1")
    assert stored is not None
    assert stored.status is OutboxStatus.SENDING


async def test_refuses_to_update_an_unknown_row(vault: Vault) -> None:
    with pytest.raises(IllegalTransition):
        await vault.outbox.update(sample_entry(1).moved_to(OutboxStatus.SENDING, NOON), expected=sample_entry(1))


async def test_never_rewrites_what_was_decided(vault: Vault) -> None:
    await vault.outbox.insert(sample_entry(1))
    rewritten = replace(sample_entry(1), decision=replace(sample_entry(1).decision, message="autre"))
    with pytest.raises(IllegalTransition):
        await vault.outbox.update(rewritten, expected=sample_entry(1))
    assert await vault.outbox.get("d1") == sample_entry(1)
