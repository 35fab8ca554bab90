"""The encrypted store on this workstation: server rows, decisions on their way, archives.

The only place that imports the database and the cryptography. Both are imported when a vault is opened, not before:
the window must not wait for them.
"""

from tns_desktop.adapters.vault.aside import set_vault_aside_blocking
from tns_desktop.adapters.vault.keys import VAULT_KEY_NAME, KeychainVaultKey, vault_key
from tns_desktop.adapters.vault.opening import discard_vault_blocking, open_vault, vault_exists
from tns_desktop.adapters.vault.place import KeptVaultPlace
from tns_desktop.adapters.vault.recovery import recover_vault
from tns_desktop.adapters.vault.wrapping import Cost, Seal

__all__ = [
    "VAULT_KEY_NAME",
    "Cost",
    "KeptVaultPlace",
    "KeychainVaultKey",
    "Seal",
    "discard_vault_blocking",
    "open_vault",
    "recover_vault",
    "set_vault_aside_blocking",
    "vault_exists",
    "vault_key",
]
