"""Secrets: the operating system's keychain, or this session's memory. The only place that imports keyring."""

from tns_desktop.adapters.secrets.choosing import choose_secret_store
from tns_desktop.adapters.secrets.keychain import KeyringSecretStore
from tns_desktop.adapters.secrets.session import SessionSecretStore

__all__ = ["KeyringSecretStore", "SessionSecretStore", "choose_secret_store"]
