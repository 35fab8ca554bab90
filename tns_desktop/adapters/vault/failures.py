"""Turns what SQLite and the file system raise into the vault's own errors; nothing foreign leaves this package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tns_desktop.adapters.platform.os_reasons import NO_ROOM, NOT_ALLOWED, is_no_room, reason_of
from tns_desktop.domain.errors import DiskFull, VaultDamaged, VaultError, VaultReadOnly

if TYPE_CHECKING:
    import apsw


def from_os_error(error: OSError, path: Path) -> VaultError:
    """The vault error for a file operation below ``path``; ``facts``: ``path``, and ``reason`` where it is no special case."""
    facts = {"path": str(path)}
    if is_no_room(error):
        return DiskFull("no room left", facts=facts)
    if error.errno in NOT_ALLOWED:
        return VaultReadOnly("not allowed to write", facts=facts)
    return VaultError(str(error), facts={**facts, "reason": reason_of(error)})


def from_database_error(error: apsw.Error, path: Path, connection: apsw.Connection | None = None) -> VaultError:
    """The vault error for a failed statement on the database at ``path``.

    SQLite reports a full disk as SQLITE_FULL only on some calls; for its plain I/O errors the operating system's last
    error number tells more (``sqlite3_system_errno``).
    """
    import apsw

    facts = {"path": str(path)}
    if isinstance(error, apsw.NotADBError | apsw.CorruptError | apsw.FormatError):
        return VaultDamaged("the database is damaged", facts=facts)
    if isinstance(error, apsw.FullError):
        return DiskFull("no room left", facts=facts)
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError):
        return VaultReadOnly("not allowed to write", facts=facts)
    if isinstance(error, apsw.IOError | apsw.CantOpenError):
        number = connection.system_errno if connection is not None else 0
        if number in NO_ROOM:
            return DiskFull("no room left", facts=facts)
        if number in NOT_ALLOWED:
            return VaultReadOnly("not allowed to write", facts=facts)
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return VaultError("another program uses the vault", facts={**facts, "reason": "in_use"})
    if isinstance(error, apsw.NoMemError):
        return VaultError(str(error), facts={**facts, "reason": "no_memory"})
    reason = "disk_error" if isinstance(error, apsw.IOError | apsw.CantOpenError) else "database"
    return VaultError(str(error), facts={**facts, "reason": reason})
