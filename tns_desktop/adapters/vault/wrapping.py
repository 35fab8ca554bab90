"""The vault's key under a passphrase: Argon2id (RFC 9106) makes a key of the passphrase, AES-256-GCM wraps the vault's with it.

The result is one line of text, so that it fits where the key itself would stand: ``wrapped-1``, the cost, salt, nonce,
ciphertext, and a checksum. The checksum says nothing about key or passphrase; it tells a damaged text from a wrong passphrase.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass

from tns_desktop.domain.errors import PassphraseWrong, VaultKeyWrong

PREFIX = "wrapped-1:"
KEY_SIZE = 32
_SALT_SIZE = 16
_NONCE_SIZE = 12
_CHECKSUM_SIZE = 8
_DRAFTS_LABEL = b"TnS Desktop drafts 1"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one attempt costs: memory in KiB, passes over it, lanes.

    The defaults are the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    """

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def is_bearable(self) -> bool:
        """A text that somebody altered must not take the whole memory or the whole day."""
        return 1 <= self.lanes <= 16 and 1 <= self.passes <= 20 and 8 * self.lanes <= self.memory <= 1024 * 1024


def is_wrapped(stored: str) -> bool:
    return stored.startswith(PREFIX)


def wrap_blocking(key: bytes, passphrase: str, cost: Cost | None = None) -> str:
    """``key`` as a text that only ``passphrase`` opens; takes about 0.15 s on purpose."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = cost or Cost()
    salt, nonce = os.urandom(_SALT_SIZE), os.urandom(_NONCE_SIZE)
    head = _head(cost, salt)
    sealed = AESGCM(_derived_blocking(passphrase, salt, cost)).encrypt(nonce, key, head.encode())
    body = f"{head}:{_text(nonce)}:{_text(sealed)}"
    return f"{body}:{_text(_checksum(body))}"


def unwrap_blocking(stored: str, passphrase: str) -> bytes:
    """The key. Raises PassphraseWrong, or VaultKeyWrong when ``stored`` is damaged."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost, salt, nonce, sealed = _parts(stored)
    try:
        return AESGCM(_derived_blocking(passphrase, salt, cost)).decrypt(nonce, sealed, _head(cost, salt).encode())
    except InvalidTag:
        raise PassphraseWrong("not that passphrase") from None


def is_whole(stored: str) -> bool:
    """False for a wrapped key that no passphrase can open."""
    try:
        _parts(stored)
    except VaultKeyWrong:
        return False
    return True


class Seal:
    """Closes short texts with a key made of the vault's: what is sealed can be read again once the vault was opened again.

    For what must outlive a lock without standing in clear, in memory too.
    """

    def __init__(self, vault_key: bytes) -> None:
        self._key = hmac.new(vault_key, _DRAFTS_LABEL, hashlib.sha256).digest()

    def __repr__(self) -> str:
        return "<Seal>"

    def close(self, text: str) -> bytes:
        """``text``, unreadable without the vault's key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_SIZE)
        return nonce + AESGCM(self._key).encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str | None:
        """The text; None when it was closed with another vault's key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._key).decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], None).decode()
        except InvalidTag:
            return None


def _derived_blocking(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # The same letters typed on another keyboard may come as other code points.
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    derivation = Argon2id(salt=salt, length=KEY_SIZE, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return derivation.derive(typed)


def _head(cost: Cost, salt: bytes) -> str:
    return f"{PREFIX}{cost.memory}:{cost.passes}:{cost.lanes}:{_text(salt)}"


def _parts(stored: str) -> tuple[Cost, bytes, bytes, bytes]:
    """Cost, salt, nonce and ciphertext, none of them believed before the checksum agrees."""
    body, _, checksum = stored.rpartition(":")
    try:
        if not hmac.compare_digest(_text(_checksum(body)).encode(), checksum.encode("utf-8", "surrogatepass")):
            raise ValueError("checksum")
        memory, passes, lanes, salt, nonce, sealed = body.removeprefix(PREFIX).split(":")
        cost = Cost(int(memory), int(passes), int(lanes))
        found = [base64.b64decode(part, validate=True) for part in (salt, nonce, sealed)]
    except (binascii.Error, ValueError):
        raise VaultKeyWrong("the wrapped key is damaged") from None
    if not cost.is_bearable or len(found[0]) < _SALT_SIZE or len(found[1]) != _NONCE_SIZE:
        raise VaultKeyWrong("the wrapped key is damaged")
    return cost, found[0], found[1], found[2]


def _checksum(body: str) -> bytes:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()[:_CHECKSUM_SIZE]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
