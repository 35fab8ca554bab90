"""Secrets for this session only: where there is no keychain nothing is written anywhere."""

from __future__ import annotations

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.ports import KeychainInfo


class SessionSecretStore:
    """The ``SecretStore`` port in memory. ``reason`` says why the keychain is not used; None when nobody asked it."""

    def __init__(self, reason: TnsError | None = None) -> None:
        self.reason = reason
        self._values: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<SessionSecretStore, {len(self._values)} secrets>"

    async def describe(self) -> KeychainInfo:
        return KeychainInfo(name="", persistent=False)

    async def get(self, name: str) -> str | None:
        return self._values.get(name)

    async def set(self, name: str, value: str) -> None:
        self._values[name] = value

    async def delete(self, name: str) -> None:
        self._values.pop(name, None)
