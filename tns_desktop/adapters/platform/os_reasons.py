"""What the system's refusals are called in the window: keys of ``reason.*`` in the catalogues, never its own English."""

from __future__ import annotations

import errno

# EFBIG is the file size limit (ulimit -f): for the operator the same as a full disk.
NO_ROOM = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}
)
NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
WINDOWS_DISK_FULL = frozenset({39, 112})  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
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


def is_no_room(error: OSError) -> bool:
    return error.errno in NO_ROOM or getattr(error, "winerror", None) in WINDOWS_DISK_FULL


def reason_of(error: OSError) -> str:
    """The catalogue's key for ``error``; ``file_operation`` for what has no words of its own."""
    if is_no_room(error):
        return "no_room"
    if error.errno in NOT_ALLOWED:
        return "not_allowed"
    return _REASONS.get(error.errno or 0, "file_operation")
