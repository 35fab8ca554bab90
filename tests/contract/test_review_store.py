"""What every implementation of the ``ReviewStore`` port keeps, and how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.vaults import (
    CONNECTION_ID,
    TEST_KEY,
    OpenVault,
    blob_files,
    sample_key,
    store_archive,
    until_confirmed,
)
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.review import UNTOUCHED, DocumentMark, KeptMark, ProblemReason
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio

SHOWN = UNTOUCHED.shown("ab" * 32)
MARKS = [
    UNTOUCHED,
    SHOWN,
    UNTOUCHED.failed(),
    SHOWN.good(),
    SHOWN.problem(ProblemReason.EXPIRED, "since May\u2028 \ud800"),
    SHOWN.problem(None, "the photo is of a cat"),
]
WORDS = "PLANTEDREASON"


def _kept(sha256: str, mark: DocumentMark, entry_id: str = "0") -> KeptMark:
    return KeptMark(sha256, entry_id, f"documents/{entry_id}.pdf", 40_000, mark)


async def _stored(vault: Vault, number: int = 1, content: bytes = b"archive") -> str:
    return (await store_archive(vault, sample_key(number), content)).sha256


async def test_every_kind_of_mark_comes_back_as_it_was(vault: Vault) -> None:
    sha256 = await _stored(vault)
    kept = [_kept(sha256, mark, str(number)) for number, mark in enumerate(MARKS)]
    for mark in kept:
        assert await vault.reviews.put(sample_key(), mark)
    assert await vault.reviews.load(sample_key()) == kept
    assert await vault.reviews.load(sample_key(2)) == []


async def test_a_later_mark_of_a_document_replaces_the_earlier_one(vault: Vault) -> None:
    sha256 = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN))
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN.good()))
    assert await vault.reviews.load(sample_key()) == [_kept(sha256, SHOWN.good())]


async def test_marks_are_there_after_a_restart(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    sha256 = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN.good()))
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.reviews.load(sample_key()) == [_kept(sha256, SHOWN.good())]
    await again.close()


async def test_no_mark_is_kept_on_an_archive_that_is_not_here(vault: Vault) -> None:
    assert not await vault.reviews.put(sample_key(), _kept("cd" * 32, SHOWN))
    sha256 = await _stored(vault)
    await _stored(vault, content=b"a newer one")
    assert not await vault.reviews.put(sample_key(), _kept(sha256, SHOWN))
    assert await vault.reviews.load(sample_key()) == []


async def test_a_replaced_archive_leaves_its_marks_until_they_are_carried_over(vault: Vault) -> None:
    old = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(old, SHOWN.good()))
    new = await _stored(vault, content=b"a newer one")
    assert await vault.reviews.load(sample_key()) == [_kept(old, SHOWN.good())]
    await vault.reviews.replace(sample_key(), new, [_kept(new, SHOWN.good(), "3")])
    assert await vault.reviews.load(sample_key()) == [_kept(new, SHOWN.good(), "3")]


async def test_marks_go_with_their_archive(vault: Vault) -> None:
    for number in (1, 2):
        sha256 = await _stored(vault, number)
        await vault.reviews.put(sample_key(number), _kept(sha256, SHOWN.good()))
    await vault.blobs.drop(sample_key(1))
    assert await vault.reviews.load(sample_key(1)) == []
    assert len(await vault.reviews.load(sample_key(2))) == 1


async def test_marks_go_with_their_connection(vault: Vault) -> None:
    sha256 = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN))
    other = ClientFileKey("c2", "uuid-1")
    stored = await store_archive(vault, other, b"archive")
    await vault.reviews.put(other, _kept(stored.sha256, SHOWN))
    await vault.reviews.forget_connection(CONNECTION_ID)
    assert await vault.reviews.load(sample_key()) == []
    assert len(await vault.reviews.load(other)) == 1


async def test_marks_of_an_archive_whose_file_was_lost_are_gone_at_the_next_opening(
    open_any_vault: OpenVault, vault_folder: Path
) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    sha256 = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN))
    await vault.close()
    for path in blob_files(vault_folder):
        path.unlink()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.reviews.load(sample_key()) == []
    await again.close()


@pytest.mark.parametrize("how", ["dropped", "connection", "replaced"])
async def test_what_is_forgotten_is_out_of_the_log_too(vault: Vault, vault_folder: Path, how: str) -> None:
    """The log grows with every write; forgetting leaves it empty, so no page with the words is left in it."""
    sha256 = await _stored(vault)
    await vault.reviews.put(sample_key(), _kept(sha256, SHOWN.problem(None, WORDS)))
    await until_confirmed(vault)
    log = vault_folder / "vault.db-wal"
    assert log.stat().st_size > 0
    if how == "dropped":
        await vault.blobs.drop(sample_key())
    elif how == "connection":
        await vault.reviews.forget_connection(CONNECTION_ID)
    else:
        await vault.reviews.replace(sample_key(), "ef" * 32, [])
    assert log.stat().st_size == 0


async def test_the_list_learns_which_files_somebody_judged(vault: Vault) -> None:
    for number, mark in enumerate([SHOWN, SHOWN.good(), SHOWN.problem(None, "no")], start=1):
        sha256 = await _stored(vault, number)
        await vault.reviews.put(sample_key(number), _kept(sha256, mark))
    assert await vault.reviews.begun(CONNECTION_ID) == {sample_key(2), sample_key(3)}
    assert await vault.reviews.begun("c2") == frozenset()


async def test_the_same_bytes_are_found_in_other_files_of_the_connection(vault: Vault) -> None:
    other = ClientFileKey("c2", "uuid-1")
    for key, mark in (
        (sample_key(1), SHOWN),
        (sample_key(2), SHOWN.good()),
        (sample_key(3), replace(SHOWN, content_sha256="")),
        (other, SHOWN),
    ):
        stored = await store_archive(vault, key, b"archive of " + key.uuid.encode())
        await vault.reviews.put(key, _kept(stored.sha256, mark))
    assert await vault.reviews.with_same_bytes(sample_key(1), "ab" * 32) == {sample_key(2)}
    assert await vault.reviews.with_same_bytes(sample_key(3), "") == frozenset()
