"""What the encrypted vault survives: killed processes, full disks, missing rights, cancelled callers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.support.vaults import (
    CONNECTION_ID,
    NOON,
    REPOSITORY,
    TEST_KEY,
    FixedClock,
    blob_files,
    sample_entry,
    sample_file,
    sample_key,
    store_archive,
)
from tns_desktop.adapters.vault import connection, files, open_vault
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.outbox import VaultOutbox
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.ports import Vault

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="fork, kill -9 and resource limits are POSIX"),
]


def run_process(way: str, folder: Path) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.support.vault_processes", way, str(folder)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter; pytest's own they may not."""
    with tempfile.TemporaryDirectory(prefix="vault-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


async def test_kill_minus_nine_loses_nothing_that_was_acknowledged(vault_folder: Path) -> None:
    acknowledged = run_process("crash", vault_folder)
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    stored = [entry.decision.decision_id for entry in await vault.outbox.unfinished()]
    assert len(acknowledged["decisions"]) > 100
    assert set(acknowledged["decisions"]) <= set(stored)
    assert acknowledged["archives"]
    for uuid, digest in acknowledged["archives"].items():
        key = ClientFileKey(sample_key().connection_id, uuid)
        found, stream = await vault.blobs.find(key), await vault.blobs.open(key)
        assert found is not None
        assert stream is not None
        with stream:
            assert hashlib.sha256(stream.read()).hexdigest() == found.sha256 == digest
    assert isinstance(vault.outbox, VaultOutbox)
    for decision_id in stored[-20:]:
        assert len(await vault.outbox.history(decision_id)) == 1
    assert len(blob_files(vault_folder)) == len(await vault.blobs.kept(sample_key().connection_id))
    await vault.close()


async def test_a_full_disk_is_said_and_costs_nothing_that_was_stored(vault_folder: Path) -> None:
    answer = run_process("full-disk", vault_folder)
    assert answer["archive"] == "disk_full"
    assert answer["left"] == 0
    assert answer["decision"] == "disk_full"
    assert answer["kept"] == answer["stored"] + 1


async def test_a_vault_that_may_only_be_read_is_said_to_be_so(open_folder: Path) -> None:
    folder = open_folder / "vault"
    vault = await open_vault(folder, TEST_KEY, FixedClock())
    await vault.close()
    for path in folder.iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    try:
        assert run_process("no-rights", folder) == {"code": "vault_read_only"}
    finally:
        folder.chmod(0o700)
        for path in folder.iterdir():
            path.chmod(0o700)


async def test_a_cancelled_caller_leaves_whole_changes_only(vault_folder: Path) -> None:
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    files = [sample_file(number) for number in range(300)]
    for turn in range(10):
        storing = asyncio.create_task(vault.client_files.upsert(files))
        for _ in range(turn):
            await vault.client_files.get(sample_key(1))
        storing.cancel()
        await asyncio.gather(storing, return_exceptions=True)  # it may have ended just before
        # Behind the cancelled work in the same thread: it has ended when this one is answered.
        assert len(await vault.client_files.load(sample_key().connection_id)) in (0, 300)
        await vault.client_files.forget([file.key for file in files])
    await vault.close()


async def test_a_commit_that_was_cancelled_half_way_is_whole_or_nothing(vault_folder: Path) -> None:
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    for turn in range(8):
        writer = await vault.blobs.begin(sample_key(turn))
        writer.write_blocking(os.urandom(100_000))
        committing = asyncio.create_task(writer.commit(etag="", at=NOON))
        for _ in range(turn):
            await vault.client_files.get(sample_key(1))
        committing.cancel()
        await asyncio.gather(committing, return_exceptions=True)
        await writer.abort()
        stream = await vault.blobs.open(sample_key(turn))
        if stream is not None:
            with stream:
                assert len(stream.read()) == 100_000
    assert len(blob_files(vault_folder)) == len(await vault.blobs.kept(sample_key().connection_id))
    await vault.close()


async def test_what_the_disk_never_confirmed_is_read_through_at_the_next_opening(vault_folder: Path) -> None:
    """After a power cut the row may be there and the file hold anything: then the archive is not kept, and not shown."""
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    for number in range(3):
        await store_archive(vault, sample_key(number), os.urandom(2_500_000))
    await vault.close()
    await assert_all_confirmed(vault_folder)  # closing in good order waits for it
    database = Database(vault_folder)
    await database.open(TEST_KEY)
    names = await database.write(
        lambda connection: connection.execute("UPDATE archives SET durable = 0 RETURNING uuid, file_name").fetchall()
    )
    await database.close()
    file_of = {uuid: vault_folder / "blobs" / str(name) for uuid, name in names}
    _zero_page_of(file_of[sample_key(0).uuid])
    os.truncate(file_of[sample_key(1).uuid], 0)

    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())

    assert await vault.blobs.kept(sample_key().connection_id) == {sample_key(2)}
    assert len(blob_files(vault_folder)) == 1
    await vault.close()
    await assert_all_confirmed(vault_folder)


async def assert_all_confirmed(folder: Path) -> None:
    database = Database(folder)
    await database.open(TEST_KEY)
    assert await database.read(_unconfirmed) == []
    await database.close()


def _unconfirmed(connection: apsw.Connection) -> list[Any]:
    return connection.execute("SELECT file_name FROM archives WHERE durable = 0").fetchall()


def _zero_page_of(path: Path) -> None:
    """A page in the middle that the disk never got."""
    with path.open("rb+") as file:
        file.seek(4096 * 300)
        file.write(bytes(4096))


async def test_a_second_program_on_the_same_vault_is_refused(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tns_desktop.adapters.vault.connection.BUSY_TIMEOUT_MS", 10)
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    with pytest.raises(VaultError) as caught:
        await open_vault(vault_folder, TEST_KEY, FixedClock())
    assert caught.value.facts["reason"] == "in_use"
    await vault.outbox.insert(sample_entry(1))
    await vault.close()


async def test_a_closed_vault_says_so(vault_folder: Path) -> None:
    vault: Vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    await vault.close()
    await vault.close()
    for call in (vault.outbox.unfinished(), vault.blobs.begin(sample_key()), store_archive(vault, sample_key(), b"")):
        with pytest.raises(VaultError) as caught:
            await call
        assert caught.value.facts["reason"] == "closed"


async def test_a_long_log_is_emptied_once_nobody_writes_and_nothing_waits_for_it(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, log = vault_folder / files.DATABASE_NAME, vault_folder / f"{files.DATABASE_NAME}-wal"
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    before = database.stat().st_size
    await vault.client_files.upsert([sample_file(number, extra=" " * 4_096) for number in range(connection.LOG_PAGES)])
    assert log.stat().st_size > connection.LOG_PAGES * 4_096
    assert database.stat().st_size == before, "the commit did not move it"
    monkeypatch.setattr(connection, "QUIET_SECONDS", 0.0)
    await vault.client_files.upsert([sample_file(1, name="Someone else")])
    async with asyncio.timeout(10):
        while database.stat().st_size < connection.LOG_PAGES * 4_096:
            await vault.client_files.get(sample_key(1))
    assert len(await vault.client_files.listed(CONNECTION_ID)) == connection.LOG_PAGES
    await vault.close()


async def test_a_log_that_grows_without_a_pause_is_emptied_all_the_same(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_LOG_PAGES", 50)
    vault = await open_vault(vault_folder, TEST_KEY, FixedClock())
    await vault.client_files.upsert([sample_file(number, extra=" " * 4_096) for number in range(60)])
    assert (vault_folder / files.DATABASE_NAME).stat().st_size > 60 * 4_096
    await vault.close()
