"""What every implementation of the ``NoticeStore`` port keeps: each event once, across restarts, until it was worked on."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.vaults import TEST_KEY, OpenVault
from tns_desktop.services.ports import Notice, NoticedFile, Vault

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def notice(number: int, uuid: str = "") -> Notice:
    return Notice(number.to_bytes(32, "big"), uuid or f"file-{number}")


async def test_each_event_counts_once_whichever_request_it_came_with(vault: Vault) -> None:
    assert await vault.notices.put([("c1", [notice(1), notice(2), notice(1)]), ("c1", [notice(2), notice(3)])], AT) == [
        2,
        1,
    ]
    assert await vault.notices.put([("c1", [notice(3)]), ("c2", [notice(3)])], AT) == [0, 1]
    assert [file.uuid for file in await vault.notices.waiting()] == ["file-1", "file-2", "file-3", "file-3"]


async def test_many_events_of_a_file_wait_as_one(vault: Vault) -> None:
    await vault.notices.put([("c1", [notice(1, "a"), notice(2, "b"), notice(3, "a")])], AT)
    assert await vault.notices.waiting() == [NoticedFile("c1", "a", 3), NoticedFile("c1", "b", 2)]


async def test_an_event_that_came_during_the_reading_waits_for_another_one(vault: Vault) -> None:
    await vault.notices.put([("c1", [notice(1, "a")])], AT)
    begun = await vault.notices.waiting()
    await vault.notices.put([("c1", [notice(2, "a")])], AT)
    await vault.notices.finish(begun)
    assert await vault.notices.waiting() == [NoticedFile("c1", "a", 2)]


async def test_a_look_at_the_whole_list_finishes_every_file_of_that_connection(vault: Vault) -> None:
    await vault.notices.put([("c1", [notice(1), notice(2, " "), notice(3)]), ("c2", [notice(4)])], AT)
    await vault.notices.put([("c1", [notice(5, "late")])], AT)
    await vault.notices.finish([NoticedFile("c1", "", 3)])
    assert [(file.connection_id, file.uuid) for file in await vault.notices.waiting()] == [
        ("c2", "file-4"),
        ("c1", "late"),
    ]


async def test_a_restart_forgets_neither_what_was_done_nor_what_was_not(
    open_any_vault: OpenVault, vault_folder: Path
) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    await vault.notices.put([("c1", [notice(1, "done"), notice(2, "open")])], AT)
    await vault.notices.finish([NoticedFile("c1", "done", 1)])
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.notices.put([("c1", [notice(1, "done"), notice(2, "open")])], AT) == [0]
    assert await again.notices.waiting() == [NoticedFile("c1", "open", 2)]
    assert await again.notices.last_at() == AT
    await again.close()


async def test_old_events_and_those_of_a_removed_connection_are_forgotten(vault: Vault) -> None:
    assert await vault.notices.last_at() is None
    await vault.notices.put([("c1", [notice(1)]), ("c2", [notice(2)])], AT - timedelta(days=4))
    await vault.notices.put([("c1", [notice(3)]), ("c2", [notice(4)])], AT)
    await vault.notices.prune(AT - timedelta(days=3))
    assert [file.uuid for file in await vault.notices.waiting()] == ["file-3", "file-4"]
    await vault.notices.forget_connection("c1")
    assert [file.uuid for file in await vault.notices.waiting()] == ["file-4"]


async def test_another_threads_loop_may_put(vault: Vault) -> None:
    """As the receiver does: its thread has a loop of its own."""
    results: list[list[int]] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(vault.notices.put([("c1", [notice(1)])], AT))))
    thread.start()
    await asyncio.to_thread(thread.join)
    assert results == [[1]]
