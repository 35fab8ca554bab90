"""The encrypted store on this workstation: server rows, decisions on their way, archives.

The only place that imports the database and the cryptography. Both are imported when a vault is opened, not before:
the window must not wait for them.
"""

from tns_desktop.adapters.vault.keys import VAULT_KEY_NAME, vault_key
from tns_desktop.adapters.vault.opening import (
    discard_vault_blocking,
    open_vault,
    set_vault_aside_blocking,
    vault_exists,
)

__all__ = [
    "VAULT_KEY_NAME",
    "discard_vault_blocking",
    "open_vault",
    "set_vault_aside_blocking",
    "vault_exists",
    "vault_key",
]
