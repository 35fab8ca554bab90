"""The vault's key, as the keychain keeps it: 32 random bytes in base64 under one fixed name."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from tns_desktop.adapters.vault.connection import KEY_SIZE
from tns_desktop.adapters.vault.opening import vault_exists
from tns_desktop.domain.errors import SecretStoreError, VaultKeyMissing, VaultKeyWrong
from tns_desktop.services.ports import SecretStore

VAULT_KEY_NAME = "vault-key"


async def vault_key(store: SecretStore, folder: Path) -> bytes:
    """The key of the vault in ``folder``; made and stored when there is neither a key nor a vault.

    Raises VaultKeyMissing when there is a vault and no key (a new key would lock it for ever), VaultKeyWrong when the
    keychain holds something else under that name, and the SecretStoreErrors of the keychain.
    """
    stored = await store.get(VAULT_KEY_NAME)
    if stored is not None:
        return _decoded(stored, folder)
    if vault_exists(folder):
        raise VaultKeyMissing("the keychain has no key for the vault", facts={"path": str(folder)})
    key = secrets.token_bytes(KEY_SIZE)
    text = base64.b64encode(key).decode("ascii")
    await store.set(VAULT_KEY_NAME, text)
    # A keychain that silently keeps nothing must show now, not after the vault is full.
    if await store.get(VAULT_KEY_NAME) != text:
        raise SecretStoreError("the keychain did not keep the key")
    return key


async def forget_unusable_key(store: SecretStore, folder: Path) -> None:
    """Takes what is no key out of the keychain. Raises SecretStoreError."""
    stored = await store.get(VAULT_KEY_NAME)
    if stored is None:
        return
    try:
        _decoded(stored, folder)
    except VaultKeyWrong:
        await store.delete(VAULT_KEY_NAME)


def _decoded(stored: str, folder: Path) -> bytes:
    try:
        key = base64.b64decode(stored, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_SIZE:
        raise VaultKeyWrong("the keychain holds no vault key under that name", facts={"path": str(folder)})
    return key
