"""Which keychains are trusted: those of the operating systems, by name.

keyring would also take what a configuration file or an environment variable names: plain text files, a chain of several,
a null backend that keeps nothing. None of them is asked.
"""

from __future__ import annotations

import contextlib
from importlib import import_module
from typing import TYPE_CHECKING

from tns_desktop.domain.errors import NoKeychain

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

APPROVED_BACKENDS = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


def approved_backend_blocking() -> KeyringBackend:
    """The approved keychain that fits this machine best.

    Asks the session bus whether its services are there, which may block. Raises NoKeychain.
    """
    usable: list[tuple[float, KeyringBackend]] = []
    for module_name, class_name in APPROVED_BACKENDS:
        # A backend says "not on this machine" with whatever its library raises: RuntimeError, ImportError, D-Bus errors.
        with contextlib.suppress(Exception):
            backend = getattr(import_module(module_name), class_name)
            usable.append((float(backend.priority), backend()))
    if not usable:
        raise NoKeychain("no approved keychain", facts={"reason": "not_found"})
    return max(usable, key=lambda candidate: candidate[0])[1]
