"""What every implementation of the ``BlobStore`` port keeps."""

from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from tests.support.vaults import CONNECTION_ID, NOON, TEST_KEY, OpenVault, sample_key, store_archive
from tns_desktop.adapters.vault.stream import CHUNK_SIZE
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.ports import StoredArchive, Vault

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


async def read_all(vault: Vault, key: ClientFileKey) -> bytes:
    stream = await vault.blobs.open(key)
    assert stream is not None
    with stream:
        return stream.read()


@pytest.mark.parametrize(
    "size", [0, 1, 65_536, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 3 * MIB + 17]
)
async def test_gives_back_the_bytes_that_were_written(vault: Vault, size: int) -> None:
    content = os.urandom(size)
    stored = await store_archive(vault, sample_key(), content, etag='"e"')
    assert stored == StoredArchive(sample_key(), hashlib.sha256(content).hexdigest(), size, '"e"', NOON)
    assert await vault.blobs.find(sample_key()) == stored
    assert await read_all(vault, sample_key()) == content


async def test_opens_the_archive_that_is_meant_and_no_other(vault: Vault) -> None:
    older = await store_archive(vault, sample_key(), b"older")
    newer = await store_archive(vault, sample_key(), b"newer")
    assert await vault.blobs.open(sample_key(), sha256=older.sha256) is None
    stream = await vault.blobs.open(sample_key(), sha256=newer.sha256)
    assert stream is not None
    with stream:
        assert stream.read() == b"newer"


async def test_reads_anywhere(vault: Vault) -> None:
    content = os.urandom(6 * MIB + 5)
    await store_archive(vault, sample_key(), content)
    stream = await vault.blobs.open(sample_key())
    assert stream is not None
    plain = io.BytesIO(content)
    numbers = random.Random(1)
    with stream:
        assert stream.seekable()
        assert stream.seek(0, os.SEEK_END) == len(content)
        assert stream.read(10) == b""
        for _ in range(60):
            position, size = numbers.randrange(len(content) + 100), numbers.choice([0, 1, 500, MIB, 2 * MIB + 1])
            stream.seek(position)
            plain.seek(position)
            assert stream.read(size) == plain.read(size)
            assert stream.tell() == max(plain.tell(), position)
    with pytest.raises(ValueError, match="closed"):
        stream.read(1)


async def test_an_archive_reads_as_a_zip(vault: Vault) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("report.json", "{}" * 1000)
        archive.writestr("scan.bin", os.urandom(2 * MIB))
    await store_archive(vault, sample_key(), packed.getvalue())
    stream = await vault.blobs.open(sample_key())
    assert stream is not None
    with stream, zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        assert archive.read("report.json") == b"{}" * 1000


async def test_nothing_is_visible_before_the_commit(vault: Vault) -> None:
    writer = await vault.blobs.begin(sample_key())
    writer.write_blocking(b"half")
    assert await vault.blobs.find(sample_key()) is None
    assert await vault.blobs.open(sample_key()) is None
    assert await vault.blobs.kept(CONNECTION_ID) == frozenset()
    await writer.abort()


async def test_an_aborted_archive_leaves_nothing(vault: Vault) -> None:
    writer = await vault.blobs.begin(sample_key())
    writer.write_blocking(b"x" * MIB)
    await writer.abort()
    await writer.abort()
    with pytest.raises(VaultError):
        writer.write_blocking(b"late")
    with pytest.raises(VaultError):
        await writer.commit(etag="", at=NOON)
    assert await vault.blobs.find(sample_key()) is None


async def test_an_abort_after_the_commit_changes_nothing(vault: Vault) -> None:
    writer = await vault.blobs.begin(sample_key())
    writer.write_blocking(b"whole")
    await writer.commit(etag="", at=NOON)
    await writer.abort()
    assert await read_all(vault, sample_key()) == b"whole"


async def test_a_restart_forgets_what_was_written(vault: Vault) -> None:
    writer = await vault.blobs.begin(sample_key())
    writer.write_blocking(os.urandom(3 * MIB))
    writer.restart_blocking()
    writer.write_blocking(b"second try")
    stored = await writer.commit(etag="", at=NOON)
    assert (stored.size, stored.sha256) == (10, hashlib.sha256(b"second try").hexdigest())
    assert await read_all(vault, sample_key()) == b"second try"


async def test_a_newer_archive_takes_the_place_of_the_older(vault: Vault) -> None:
    await store_archive(vault, sample_key(), b"old", etag="1")
    stored = await store_archive(vault, sample_key(), b"new", etag="2")
    assert await vault.blobs.find(sample_key()) == stored
    assert await read_all(vault, sample_key()) == b"new"


async def test_an_aborted_newer_archive_leaves_the_older(vault: Vault) -> None:
    await store_archive(vault, sample_key(), b"old")
    writer = await vault.blobs.begin(sample_key())
    writer.write_blocking(b"new")
    await writer.abort()
    assert await read_all(vault, sample_key()) == b"old"


async def test_names_what_is_kept_of_one_connection(vault: Vault) -> None:
    await store_archive(vault, sample_key(1), b"1")
    await store_archive(vault, sample_key(2), b"2")
    await store_archive(vault, ClientFileKey("c2", "x"), b"3")
    await vault.blobs.drop(sample_key(2))
    assert await vault.blobs.kept(CONNECTION_ID) == {sample_key(1)}


async def test_a_dropped_archive_is_gone(vault: Vault) -> None:
    await store_archive(vault, sample_key(), b"x")
    await vault.blobs.drop(sample_key())
    await vault.blobs.drop(sample_key())
    assert await vault.blobs.find(sample_key()) is None
    assert await vault.blobs.open(sample_key()) is None


async def test_keeps_archives_after_closing(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    stored = await store_archive(vault, sample_key(), b"kept")
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.blobs.find(sample_key()) == stored
    assert await read_all(again, sample_key()) == b"kept"
    await again.close()


async def test_what_is_kept_on_purpose_survives_a_newer_archive_but_not_a_drop(
    open_any_vault: OpenVault, vault_folder: Path
) -> None:
    wanted, other = sample_key(), ClientFileKey("another", sample_key().uuid)
    first = await open_any_vault(vault_folder, TEST_KEY)
    await first.blobs.keep_on_purpose([wanted, other])
    await first.blobs.keep_on_purpose([wanted])
    await store_archive(first, wanted, b"one")
    await store_archive(first, wanted, b"two")
    await first.close()
    second = await open_any_vault(vault_folder, TEST_KEY)
    assert await second.blobs.on_purpose() == {wanted, other}
    assert await second.blobs.on_purpose("another") == {other}
    await second.blobs.let_go([other])
    await second.blobs.drop(wanted)
    assert await second.blobs.on_purpose() == frozenset()
    await second.close()
