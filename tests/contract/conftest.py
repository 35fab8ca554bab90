"""The implementations that the contract suites run over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.keyring_session import KeyringSession, keyring_session, private_keyring
from tests.support.vaults import TEST_KEY, FixedClock, OpenVault
from tns_desktop.adapters.vault import open_vault
from tns_desktop.services.ports import Vault

__all__ = ["KeyringSession", "keyring_session", "private_keyring"]


@pytest.fixture
def vault_folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture(params=["encrypted"])
def open_any_vault(request: pytest.FixtureRequest) -> OpenVault:
    """Opens a vault of each implementation of the ports; opening a folder again finds what was kept in it."""
    openers: dict[str, OpenVault] = {"encrypted": lambda folder, key: open_vault(folder, key, FixedClock())}
    return openers[request.param]


@pytest.fixture
async def vault(anyio_backend: str, open_any_vault: OpenVault, vault_folder: Path) -> AsyncIterator[Vault]:
    opened = await open_any_vault(vault_folder, TEST_KEY)
    yield opened
    await opened.close()
