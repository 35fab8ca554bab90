"""The operating system's keychain, through keyring, in a thread of its own and never without a time limit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tns_desktop.adapters.secrets.backends import approved_backend_blocking
from tns_desktop.adapters.secrets.worker import DaemonWorker
from tns_desktop.domain.errors import (
    KeychainLocked,
    KeychainTimedOut,
    NoKeychain,
    SecretStoreError,
    SecretTooLong,
    TnsError,
)
from tns_desktop.services.ports import KeychainInfo

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE_NAME = "TnS Desktop"
DEFAULT_TIMEOUT = 15.0
"""Seconds for one call: long enough to type a password into the keychain's own dialog, short enough to say something."""
WINDOWS_MAX_BYTES = 2560
"""CRED_MAX_CREDENTIAL_BLOB_SIZE (wincred.h), for the value in UTF-16."""


class KeyringSecretStore:
    """The ``SecretStore`` port on the operating system's keychain.

    ``timeout`` is in seconds, a call; ``max_utf16_bytes`` None: no limit. ``find_backend`` picks the keychain on first use.

    Every method raises NoKeychain, KeychainLocked, KeychainTimedOut, or SecretStoreError when it simply refuses; ``set``
    also SecretTooLong.
    """

    def __init__(
        self,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        max_utf16_bytes: int | None = WINDOWS_MAX_BYTES if sys.platform == "win32" else None,
        find_backend: Callable[[], KeyringBackend] = approved_backend_blocking,
    ) -> None:
        self._timeout = timeout
        self._max_utf16_bytes = max_utf16_bytes
        self._find_backend = find_backend
        self._backend: KeyringBackend | None = None
        self._worker = DaemonWorker("keychain")

    def __repr__(self) -> str:
        return "<KeyringSecretStore>"

    async def describe(self) -> KeychainInfo:
        return await self._call(lambda backend: KeychainInfo(name=str(backend.name), persistent=True))

    async def get(self, name: str) -> str | None:
        return await self._call(lambda backend: backend.get_password(SERVICE_NAME, name))

    async def set(self, name: str, value: str) -> None:
        size = len(value.encode("utf-16-le", "surrogatepass"))
        if self._max_utf16_bytes is not None and size > self._max_utf16_bytes:
            raise SecretTooLong("too long", facts={"size": str(size), "limit": str(self._max_utf16_bytes)})
        await self._call(lambda backend: backend.set_password(SERVICE_NAME, name, value))

    async def delete(self, name: str) -> None:
        await self._call(lambda backend: _delete_blocking(backend, name))

    def close(self) -> None:
        """Ends the thread; a later call starts it again."""
        self._worker.close()

    async def _call(self, use: Callable[[KeyringBackend], T]) -> T:
        try:
            return await self._worker.run(lambda: self._use_blocking(use), self._timeout)
        except TimeoutError:
            facts = {"seconds": f"{self._timeout:g}"}
            raise KeychainTimedOut("the keychain did not answer", facts=facts) from None

    def _use_blocking(self, use: Callable[[KeyringBackend], T]) -> T:
        try:
            if self._backend is None:
                self._backend = self._find_backend()
            return use(self._backend)
        except TnsError:
            raise
        except Exception as error:
            # Backends let their libraries' errors through (D-Bus, sockets). Their text may quote a value: only the type
            # goes on, and the new error is raised outside, where the old one is not its context.
            failure = _translated(error)
        raise failure


def _delete_blocking(backend: KeyringBackend, name: str) -> None:
    from keyring.errors import PasswordDeleteError

    try:
        backend.delete_password(SERVICE_NAME, name)
    except PasswordDeleteError:
        if backend.get_password(SERVICE_NAME, name) is not None:
            raise


def _translated(error: Exception) -> SecretStoreError:
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

    facts = {"reason": type(error).__name__}
    if isinstance(error, KeyringLocked | InitError):
        return KeychainLocked("the keychain is locked", facts=facts)
    if isinstance(error, KeyringError) and not isinstance(error, NoKeyringError):
        return SecretStoreError("the keychain refused", facts=facts)
    return NoKeychain("the keychain does not answer", facts=facts)
