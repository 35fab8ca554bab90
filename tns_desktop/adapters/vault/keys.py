"""The vault's key, as the keychain keeps it under one fixed name: 32 random bytes in base64, or wrapped by a passphrase.

The form is changed without a moment in which no form can be read: the new one is written and read back under a second name
before the first is touched, because some keychains replace a value by deleting it first.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
from datetime import datetime
from pathlib import Path

from tns_desktop.adapters.vault.connection import KEY_SIZE
from tns_desktop.adapters.vault.opening import vault_exists
from tns_desktop.adapters.vault.wrapping import Cost, is_whole, is_wrapped, unwrap_blocking, wrap_blocking
from tns_desktop.domain.errors import SecretStoreError, VaultKeyMissing, VaultKeyWrong
from tns_desktop.services.ports import SecretStore

VAULT_KEY_NAME = "vault-key"
NEXT_KEY_NAME = "vault-key-next"


class KeychainVaultKey:
    """The ``VaultKey`` port on a ``SecretStore``. ``cost`` is what attempts on a passphrase that is set from now on cost.

    Every method raises the SecretStoreErrors of the keychain.
    """

    def __init__(self, store: SecretStore, folder: Path, cost: Cost | None = None) -> None:
        self._store = store
        self._folder = folder
        self._cost = cost or Cost()
        self._lock = asyncio.Lock()
        """Nobody may tidy up after a change that is still going on."""

    async def has_passphrase(self) -> bool:
        async with self._lock:
            stored = await self._stored()
        return stored is not None and is_wrapped(stored)

    async def open(self, passphrase: str = "") -> bytes:
        """The key; made and stored when there is neither a key nor a vault.

        Raises PassphraseWrong; VaultKeyMissing when there is a vault and no key (a new key would lock it for ever);
        VaultKeyWrong when the keychain holds something else under that name.
        """
        async with self._lock:
            return await self._open(passphrase)

    async def change_passphrase(self, present: str, new: str) -> None:
        """An empty ``new`` removes it. Raises PassphraseWrong when ``present`` does not open the key, and changes nothing."""
        async with self._lock:
            await self._change(await self._open(present), new)

    async def set_aside(self, at: datetime) -> None:
        """Keeps what is there under another name, for a vault that was set aside; the next ``open`` makes a new key."""
        async with self._lock:
            stored = await self._stored()
            if stored is not None:
                await self._put(f"{VAULT_KEY_NAME}-{at:%Y%m%dT%H%M%S}", stored)
            await self._store.delete(VAULT_KEY_NAME)

    async def _open(self, passphrase: str) -> bytes:
        stored = await self._stored()
        if stored is not None:
            return await self._opened(stored, passphrase)
        if vault_exists(self._folder):
            raise VaultKeyMissing("the keychain has no key for the vault", facts={"path": str(self._folder)})
        key = secrets.token_bytes(KEY_SIZE)
        await self._put(VAULT_KEY_NAME, _bare(key))
        return key

    async def _change(self, key: bytes, new: str) -> None:
        if new:
            form = await asyncio.to_thread(wrap_blocking, key, new, self._cost)
            # What is written down must open before it takes the place of what does.
            if not hmac.compare_digest(await asyncio.to_thread(unwrap_blocking, form, new), key):
                raise SecretStoreError("the wrapped key does not open")
        else:
            form = _bare(key)
        await self._put(NEXT_KEY_NAME, form)
        await self._put(VAULT_KEY_NAME, form)
        await self._store.delete(NEXT_KEY_NAME)

    async def _stored(self) -> str | None:
        """What is under the name; a change that was cut off is ended first: back while the old form is whole, else forward."""
        stored, following = await self._store.get(VAULT_KEY_NAME), await self._store.get(NEXT_KEY_NAME)
        if following is None:
            return stored
        if stored is None or not _is_usable(stored):
            if not _is_usable(following):
                return stored
            await self._put(VAULT_KEY_NAME, following)
            stored = following
        await self._store.delete(NEXT_KEY_NAME)
        return stored

    async def _opened(self, stored: str, passphrase: str) -> bytes:
        try:
            if is_wrapped(stored):
                key = await asyncio.to_thread(unwrap_blocking, stored, passphrase)
            else:
                key = base64.b64decode(stored, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        except VaultKeyWrong as error:
            error.facts["path"] = str(self._folder)
            raise
        if len(key) != KEY_SIZE:
            raise VaultKeyWrong("the keychain holds no vault key under that name", facts={"path": str(self._folder)})
        return key

    async def _put(self, name: str, text: str) -> None:
        await self._store.set(name, text)
        # A keychain that silently keeps nothing must show now, not after the vault is full.
        if await self._store.get(name) != text:
            raise SecretStoreError("the keychain did not keep the key")


async def vault_key(store: SecretStore, folder: Path) -> bytes:
    """The key of the vault in ``folder`` where no passphrase is set; raises what ``KeychainVaultKey.open`` raises."""
    return await KeychainVaultKey(store, folder).open()


async def forget_unusable_key(store: SecretStore) -> None:
    """Takes what no passphrase can make a key of out of the keychain. Raises SecretStoreError."""
    stored = await store.get(VAULT_KEY_NAME)
    if stored is not None and not _is_usable(stored):
        await store.delete(VAULT_KEY_NAME)


def _bare(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _is_usable(stored: str) -> bool:
    if is_wrapped(stored):
        return is_whole(stored)
    try:
        return len(base64.b64decode(stored, validate=True)) == KEY_SIZE
    except (binascii.Error, ValueError):
        return False
