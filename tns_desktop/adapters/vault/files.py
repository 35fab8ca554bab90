"""Small files and folders of the vault: private to their owner, written whole or not at all, and kept through a power cut."""

from __future__ import annotations

import os
from pathlib import Path

DATABASE_NAME = "vault.db"
KEY_CHECK_NAME = "vault.key-check"
JOURNAL_NAME = "outbox.journal"
FOLDER_MODE = 0o700
FILE_MODE = 0o600


def write_file_blocking(path: Path, content: bytes) -> None:
    """Over whatever was there; on the disk when it returns. Raises OSError."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_file_blocking(path: Path, content: bytes) -> None:
    """The old file or the new one, never half of one, through a power cut too. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    write_file_blocking(part, content)
    part.replace(path)
    sync_folder_blocking(path.parent)


def sync_folder_blocking(folder: Path) -> None:
    """Makes a new name durable. Windows cannot open folders and needs no such call. Raises OSError."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_BINARY = getattr(os, "O_BINARY", 0)
