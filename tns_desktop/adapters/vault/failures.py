"""Turns what SQLite and the file system raise into the vault's own errors; nothing foreign leaves this package."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from tns_desktop.domain.errors import DiskFull, VaultDamaged, VaultError, VaultReadOnly

if TYPE_CHECKING:
    import apsw

# EFBIG is the file size limit (ulimit -f): for the operator the same as a full disk.
_NO_ROOM = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
)
_NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_REASONS = {
    errno.EIO: "disk_error",
    errno.ENOENT: "path_gone",
    errno.ENOTDIR: "path_gone",
    errno.EMFILE: "too_many_files",
    errno.ENFILE: "too_many_files",
    errno.ENAMETOOLONG: "name_too_long",
    errno.ENOMEM: "no_memory",
    errno.EBUSY: "in_use",
}
"""Causes that have words in the window (``reason.*`` of the catalogues); the system's own words go to the log."""
_WINDOWS_DISK_FULL = frozenset({39, 112})  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL


def from_os_error(error: OSError, path: Path) -> VaultError:
    """The vault error for a file operation below ``path``; ``facts``: ``path``, and ``reason`` where it is no special case."""
    facts = {"path": str(path)}
    if error.errno in _NO_ROOM or getattr(error, "winerror", None) in _WINDOWS_DISK_FULL:
        return DiskFull("no room left", facts=facts)
    if error.errno in _NOT_ALLOWED:
        return VaultReadOnly("not allowed to write", facts=facts)
    return VaultError(str(error), facts={**facts, "reason": _REASONS.get(error.errno or 0, "file_operation")})


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
        if number in _NO_ROOM:
            return DiskFull("no room left", facts=facts)
        if number in _NOT_ALLOWED:
            return VaultReadOnly("not allowed to write", facts=facts)
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return VaultError("another program uses the vault", facts={**facts, "reason": "in_use"})
    if isinstance(error, apsw.NoMemError):
        return VaultError(str(error), facts={**facts, "reason": "no_memory"})
    reason = "disk_error" if isinstance(error, apsw.IOError | apsw.CantOpenError) else "database"
    return VaultError(str(error), facts={**facts, "reason": reason})
