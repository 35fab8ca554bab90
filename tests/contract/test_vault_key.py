"""The vault's key: made once, kept in the keychain, never replaced over a vault that needs the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.vaults import FixedClock
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME, discard_vault_blocking, open_vault, vault_exists, vault_key
from tns_desktop.domain.errors import SecretStoreError, VaultKeyMissing, VaultKeyWrong

pytestmark = pytest.mark.anyio


async def test_makes_a_key_once(vault_folder: Path) -> None:
    store = SessionSecretStore()
    key = await vault_key(store, vault_folder)
    assert len(key) == 32
    assert await vault_key(store, vault_folder) == key
    assert await vault_key(SessionSecretStore(), vault_folder) != key


async def test_the_key_opens_the_vault_again(vault_folder: Path) -> None:
    store = SessionSecretStore()
    for _ in range(2):
        vault = await open_vault(vault_folder, await vault_key(store, vault_folder), FixedClock())
        await vault.close()


async def test_never_makes_a_new_key_over_an_existing_vault(vault_folder: Path) -> None:
    store = SessionSecretStore()
    await (await open_vault(vault_folder, await vault_key(store, vault_folder), FixedClock())).close()
    await store.delete(VAULT_KEY_NAME)
    with pytest.raises(VaultKeyMissing):
        await vault_key(store, vault_folder)
    assert await store.get(VAULT_KEY_NAME) is None


@pytest.mark.parametrize("stored", ["", "not base64!", "c2hvcnQ="])
async def test_something_else_under_its_name_is_no_key(vault_folder: Path, stored: str) -> None:
    store = SessionSecretStore()
    await store.set(VAULT_KEY_NAME, stored)
    with pytest.raises(VaultKeyWrong):
        await vault_key(store, vault_folder)


class ForgetfulStore(SessionSecretStore):
    async def set(self, name: str, value: str) -> None:
        """Says it did, and did not."""


async def test_a_keychain_that_keeps_nothing_is_noticed_before_the_vault_is_filled(vault_folder: Path) -> None:
    with pytest.raises(SecretStoreError):
        await vault_key(ForgetfulStore(), vault_folder)


async def test_the_vault_of_a_session_can_be_discarded(vault_folder: Path) -> None:
    vault = await open_vault(vault_folder, await vault_key(SessionSecretStore(), vault_folder), FixedClock())
    await vault.close()
    assert vault_exists(vault_folder)
    discard_vault_blocking(vault_folder)
    discard_vault_blocking(vault_folder)
    assert not vault_exists(vault_folder)
