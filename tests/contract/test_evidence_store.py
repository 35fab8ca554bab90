"""What every implementation of the ``EvidenceStore`` port keeps, and how long."""

from __future__ import annotations

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
from tns_desktop.domain.evidence import DocumentEvidence, Evidence, PageOnScreen
from tns_desktop.domain.review import Mark, ProblemReason
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio

VIEWS = {PageOnScreen("0", 0, "operator-1"): 12.5, PageOnScreen("0", 1): 0.0, PageOnScreen("1/2", 7, "two"): 3.0}
DOCUMENTS = (
    DocumentEvidence("0", 40_000, 123, "ab" * 32, Mark.PROBLEM, ProblemReason.EXPIRED),
    DocumentEvidence("1/2", 7),
)
EVIDENCE = Evidence("cd" * 32, DOCUMENTS, VIEWS)


async def test_views_come_back_as_they_were_and_later_ones_replace_them(vault: Vault) -> None:
    sha256 = (await store_archive(vault, sample_key(), b"archive")).sha256
    assert await vault.evidence.views(sample_key(), sha256) == {}
    assert await vault.evidence.put_views(sample_key(), sha256, VIEWS)
    assert await vault.evidence.views(sample_key(), sha256) == VIEWS
    later = {PageOnScreen("0", 0, "operator-1"): 20.0}
    assert await vault.evidence.put_views(sample_key(), sha256, later)
    assert await vault.evidence.views(sample_key(), sha256) == later


async def test_views_of_another_archive_do_not_count(vault: Vault) -> None:
    old = (await store_archive(vault, sample_key(), b"archive")).sha256
    await vault.evidence.put_views(sample_key(), old, VIEWS)
    new = (await store_archive(vault, sample_key(), b"a newer one")).sha256
    assert await vault.evidence.views(sample_key(), new) == {}
    assert not await vault.evidence.put_views(sample_key(), old, VIEWS)
    assert await vault.evidence.put_views(sample_key(), new, {})
    assert await vault.evidence.views(sample_key(), old) == {}


async def test_nothing_is_kept_of_an_archive_that_is_not_here(vault: Vault) -> None:
    assert not await vault.evidence.put_views(sample_key(), "cd" * 32, VIEWS)
    assert await vault.evidence.views(sample_key(), "cd" * 32) == {}


async def test_a_purge_takes_the_views_and_leaves_what_a_decision_rests_on(vault: Vault) -> None:
    sha256 = (await store_archive(vault, sample_key(), b"archive")).sha256
    await vault.evidence.put_views(sample_key(), sha256, VIEWS)
    await vault.evidence.put("decision-1", CONNECTION_ID, EVIDENCE)
    await vault.blobs.drop(sample_key())
    assert await vault.evidence.views(sample_key(), sha256) == {}
    assert await vault.evidence.of("decision-1") == EVIDENCE


async def test_evidence_is_there_after_a_restart(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    await vault.evidence.put("decision-1", CONNECTION_ID, EVIDENCE)
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.evidence.of("decision-1") == EVIDENCE
    assert await again.evidence.of("decision-2") is None
    await again.close()


async def test_views_of_an_archive_whose_file_was_lost_are_gone_at_the_next_opening(
    open_any_vault: OpenVault, vault_folder: Path
) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    sha256 = (await store_archive(vault, sample_key(), b"archive")).sha256
    await vault.evidence.put_views(sample_key(), sha256, VIEWS)
    await vault.close()
    for path in blob_files(vault_folder):
        path.unlink()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.evidence.views(sample_key(), sha256) == {}
    await again.close()


async def test_evidence_goes_with_its_connection_and_out_of_the_log(vault: Vault, vault_folder: Path) -> None:
    other = ClientFileKey("c2", "uuid-1")
    kept = {}
    for key in (sample_key(), other):
        kept[key] = (await store_archive(vault, key, b"archive")).sha256
        await vault.evidence.put_views(key, kept[key], VIEWS)
        await vault.evidence.put(f"decision of {key.connection_id}", key.connection_id, EVIDENCE)
    await until_confirmed(vault)
    await vault.evidence.forget_connection(CONNECTION_ID)
    assert await vault.evidence.views(sample_key(), kept[sample_key()]) == {}
    assert await vault.evidence.of(f"decision of {CONNECTION_ID}") is None
    assert await vault.evidence.views(other, kept[other]) == VIEWS
    assert await vault.evidence.of("decision of c2") == EVIDENCE
    assert (vault_folder / "vault.db-wal").stat().st_size == 0
