"""Writes a file in clear where the operator says: whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from tns_desktop.domain.errors import DiskFull, VaultReadOnly


def write_whole_blocking(target: Path, content: bytes) -> None:
    """Beside its place first, so that nobody ever reads half of it, and what stood there stays until it is replaced.

    Raises DiskFull or VaultReadOnly.
    """
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with half.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(target)
    except OSError as error:
        kind = DiskFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else VaultReadOnly
        raise kind(str(error), facts={"path": str(target)}) from error
    finally:
        with contextlib.suppress(OSError):
            half.unlink()
