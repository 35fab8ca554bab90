"""What the encrypted vault gives away on the disk: nothing; and what it does with bytes that were changed: refuse them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.vaults import (
    CONNECTION_ID,
    TEST_KEY,
    FixedClock,
    blob_files,
    sample_entry,
    sample_file,
    sample_key,
    store_archive,
    until_confirmed,
)
from tns_desktop.adapters.vault import open_vault, set_vault_aside_blocking, vault_exists
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.stream import CHUNK_SIZE, HEADER_SIZE, TAG_SIZE
from tns_desktop.domain.errors import VaultDamaged, VaultError, VaultKeyWrong, VaultTooNew
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio

MARKER = "PLANTEDMARKER"
MIB = 1024 * 1024


async def opened(folder: Path, key: bytes = TEST_KEY) -> Vault:
    return await open_vault(folder, key, FixedClock())


def assert_nothing_planted(folder: Path) -> int:
    needles = [MARKER.encode(), MARKER.lower().encode(), MARKER.encode("utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for needle in needles:
            assert needle not in content, path.name
    return len(files)


def open_to_others(folder: Path) -> list[str]:
    return [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


async def test_no_clear_text_reaches_any_file(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(n, name=MARKER, extra=f'"{MARKER}"') for n in range(300)])
    await vault.outbox.insert(sample_entry(1, server_message=MARKER))
    await store_archive(vault, sample_key(), MARKER.encode() * 200_000)
    writer = await vault.blobs.begin(sample_key(2))
    writer.write_blocking(MARKER.encode() * 200_000)
    assert assert_nothing_planted(vault_folder) >= 4  # database, log, archive, part file
    await writer.abort()
    await vault.client_files.forget([sample_key(1)])
    await vault.close()
    assert assert_nothing_planted(vault_folder) >= 3


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
async def test_files_belong_to_their_owner_alone(vault_folder: Path) -> None:
    os.mkdir(vault_folder, 0o755)
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(1)])
    await store_archive(vault, sample_key(), b"x")
    assert open_to_others(vault_folder) == []
    await vault.close()


async def test_a_wrong_key_is_told_from_damage(vault_folder: Path) -> None:
    await (await opened(vault_folder)).close()
    before = (vault_folder / "vault.db").read_bytes()
    with pytest.raises(VaultKeyWrong):
        await opened(vault_folder, bytes(32))
    with pytest.raises(VaultKeyWrong):
        await opened(vault_folder, b"short")
    (vault_folder / "vault.key-check").unlink()
    with pytest.raises(VaultKeyWrong):
        await opened(vault_folder, bytes(32))
    assert (vault_folder / "vault.db").read_bytes() == before
    await (await opened(vault_folder)).close()


@pytest.mark.parametrize("position", [0, 20, 100, 4096 + 50, -30])
async def test_a_changed_byte_of_the_database_is_noticed_and_nothing_deleted(vault_folder: Path, position: int) -> None:
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(number) for number in range(100)])
    await vault.close()
    path = vault_folder / "vault.db"
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(VaultDamaged):
        await opened(vault_folder)
    assert path.read_bytes() == content


@pytest.mark.parametrize("size", [0, 1000, 8192])
async def test_a_cut_database_is_noticed(vault_folder: Path, size: int) -> None:
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(number) for number in range(100)])
    await vault.close()
    os.truncate(vault_folder / "vault.db", size)
    with pytest.raises(VaultDamaged):
        await opened(vault_folder)


async def test_a_vault_of_a_newer_program_is_left_alone(vault_folder: Path) -> None:
    await (await opened(vault_folder)).close()
    database = Database(vault_folder)
    await database.open(TEST_KEY)
    await database.write(lambda connection: connection.execute("PRAGMA user_version = 999").fetchall())
    await database.close()
    with pytest.raises(VaultTooNew) as caught:
        await opened(vault_folder)
    assert caught.value.facts["found"] == "999"


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def swap_chunks(path: Path) -> None:
    content, size = path.read_bytes(), CHUNK_SIZE + TAG_SIZE
    first, second = content[HEADER_SIZE : HEADER_SIZE + size], content[HEADER_SIZE + size : HEADER_SIZE + 2 * size]
    path.write_bytes(content[:HEADER_SIZE] + second + first + content[HEADER_SIZE + 2 * size :])


def append_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


DAMAGE: dict[str, Callable[[Path], None]] = {
    "header": lambda path: flip(path, 0),
    "chunk size": lambda path: flip(path, 7),
    "nonce": lambda path: flip(path, HEADER_SIZE - 1),
    "first chunk": lambda path: flip(path, HEADER_SIZE),
    "tag": lambda path: flip(path, -1),
    "order": swap_chunks,
    "cut in a chunk": lambda path: os.truncate(path, path.stat().st_size - 1),
    "cut between chunks": lambda path: os.truncate(path, HEADER_SIZE + 2 * (CHUNK_SIZE + TAG_SIZE)),
    "cut in the header": lambda path: os.truncate(path, 3),
    "longer": append_byte,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_changed_archive_is_never_shown(vault_folder: Path, damage: Callable[[Path], None]) -> None:
    vault = await opened(vault_folder)
    await store_archive(vault, sample_key(), os.urandom(2 * MIB + 100))
    damage(blob_files(vault_folder)[0])
    with pytest.raises(VaultDamaged):  # noqa: PT012  (some damage shows when it is opened, some when it is read)
        stream = await vault.blobs.open(sample_key())
        assert stream is not None
        with stream:
            stream.read()
    await vault.close()


async def test_a_part_file_cannot_be_passed_off_as_a_whole_one(vault_folder: Path) -> None:
    """Two archives of one size: the file of one under the name of the other does not open."""
    vault = await opened(vault_folder)
    await store_archive(vault, sample_key(1), os.urandom(1000))
    first = blob_files(vault_folder)[0]
    await store_archive(vault, sample_key(2), os.urandom(1000))
    second = next(path for path in blob_files(vault_folder) if path != first)
    second.write_bytes(first.read_bytes())
    stream = await vault.blobs.open(sample_key(2))
    assert stream is not None
    with stream, pytest.raises(VaultDamaged):
        stream.read()
    await vault.close()


async def test_an_archive_whose_file_is_gone_counts_as_not_stored(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await store_archive(vault, sample_key(), b"x")
    blob_files(vault_folder)[0].unlink()
    assert await vault.blobs.find(sample_key()) is None
    assert await vault.blobs.open(sample_key()) is None
    assert await vault.blobs.kept(CONNECTION_ID) == frozenset()
    await vault.close()


async def test_opening_removes_files_that_belong_to_nothing(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await store_archive(vault, sample_key(), b"x")
    kept = blob_files(vault_folder)
    await vault.close()
    for name in ("orphan.bin", "unfinished.part"):
        (vault_folder / "blobs" / name).write_bytes(b"x")
    again = await opened(vault_folder)
    assert blob_files(vault_folder) == kept
    await again.close()


async def test_closing_throws_unfinished_archives_away(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    unfinished = await vault.blobs.begin(sample_key())
    unfinished.write_blocking(b"x" * MIB)
    await vault.close()
    assert blob_files(vault_folder) == []
    with pytest.raises(VaultError):
        unfinished.write_blocking(b"x")


async def test_dropping_and_replacing_leave_no_file(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await store_archive(vault, sample_key(), b"one")
    await store_archive(vault, sample_key(), b"two")
    assert len(blob_files(vault_folder)) == 1
    await until_confirmed(vault)
    await vault.blobs.drop(sample_key())
    assert blob_files(vault_folder) == []
    assert (vault_folder / "vault.db-wal").stat().st_size == 0  # the key has left the log too
    await vault.close()


async def test_setting_a_vault_aside_deletes_nothing(vault_folder: Path) -> None:
    await (await opened(vault_folder)).close()
    names = sorted(os.listdir(vault_folder))
    aside = set_vault_aside_blocking(vault_folder, FixedClock().now())
    assert sorted(os.listdir(aside)) == names
    assert vault_exists(aside)
    assert not vault_exists(vault_folder)
    with pytest.raises(VaultError):
        set_vault_aside_blocking(vault_folder, FixedClock().now())
