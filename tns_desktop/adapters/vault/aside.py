"""Copies of a vault beside it: what does not open is set aside, what was mended takes its place; nothing is deleted.

A vault that is built anew becomes ``vault.new`` when it is whole; then the damaged one leaves its place, then the new one takes
it. Whenever the program ends in between, the next start finishes the exchange.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import sync_folder_blocking

_MAKING, _NEW = "making", "new"
_COPY_PATTERN = "-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]*"


def set_vault_aside_blocking(folder: Path, at: datetime) -> Path:
    """Renames a vault that does not open, so that a new one can be begun; returns its new place. Nothing is deleted.

    Raises VaultReadOnly or VaultError.
    """
    try:
        return folder.rename(_free_name_beside(folder, at))
    except OSError as error:
        raise from_os_error(error, folder) from error


def making_folder(folder: Path) -> Path:
    """Where a vault is built that will take the place of ``folder``."""
    return folder.with_name(f"{folder.name}.{_MAKING}")


def exchange_blocking(folder: Path, at: datetime) -> Path:
    """Puts what was built in ``making_folder`` in the place of ``folder``; returns where the former one lies now.

    Raises VaultReadOnly or VaultError.
    """
    new = folder.with_name(f"{folder.name}.{_NEW}")
    try:
        if new.exists():
            shutil.rmtree(new)
        making_folder(folder).rename(new)
        sync_folder_blocking(folder.parent)
        aside = folder.rename(_free_name_beside(folder, at))
        new.rename(folder)
        sync_folder_blocking(folder.parent)
    except OSError as error:
        raise from_os_error(error, folder) from error
    return aside


def finish_exchange_blocking(folder: Path) -> None:
    """After a program that ended in the middle of an exchange. Raises VaultReadOnly or VaultError."""
    new = folder.with_name(f"{folder.name}.{_NEW}")
    try:
        if new.exists() and not folder.exists():
            new.rename(folder)
    except OSError as error:
        raise from_os_error(error, folder) from error


def copies_beside(folder: Path) -> list[Path]:
    """The vaults that were set aside, oldest first."""
    return sorted(path for path in folder.parent.glob(f"{folder.name}{_COPY_PATTERN}") if path.is_dir())


def _free_name_beside(folder: Path, at: datetime) -> Path:
    """``vault-20260302T120000``."""
    aside = folder.with_name(f"{folder.name}-{at:%Y%m%dT%H%M%S}")
    number = 1
    while aside.exists():
        number += 1
        aside = folder.with_name(f"{folder.name}-{at:%Y%m%dT%H%M%S}-{number}")
    return aside
