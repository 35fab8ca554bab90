"""Decides at start which secret store this session has."""

from __future__ import annotations

import logging

from tns_desktop.adapters.secrets.keychain import DEFAULT_TIMEOUT, KeyringSecretStore
from tns_desktop.adapters.secrets.session import SessionSecretStore
from tns_desktop.domain.errors import SecretStoreError
from tns_desktop.services.ports import SecretStore

PROBE_NAME = "probe"

log = logging.getLogger(__name__)


async def choose_secret_store(timeout: float = DEFAULT_TIMEOUT) -> SecretStore:
    """The keychain if an approved one answers, else memory for this session.

    A ``SessionSecretStore`` says in ``reason`` why: NoKeychain is a lasting state; after KeychainLocked or
    KeychainTimedOut it is worth asking the operator to unlock the keychain, and calling this again.
    """
    keychain = KeyringSecretStore(timeout=timeout)
    try:
        await keychain.get(PROBE_NAME)
    except SecretStoreError as error:
        log.warning("No keychain for this session: %s %s", error.code, error.facts)
        keychain.close()
        return SessionSecretStore(reason=error)
    return keychain
