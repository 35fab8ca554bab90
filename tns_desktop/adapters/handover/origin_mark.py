"""Marks a file as coming from the Internet, where the system has such marks: its programs then open it with care.

Windows: the stream ``Zone.Identifier`` (https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-fscc/,
section "Zone.Identifier Stream Name"). macOS: the attribute ``com.apple.quarantine``. Linux: ``user.xdg.origin.url``
(https://www.freedesktop.org/wiki/CommonExtendedAttributes/). A file system that keeps none of them keeps the file all the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

ZONE = "[ZoneTransfer]\r\nZoneId=3\r\nHostUrl={origin}\r\n"
ZONE_STREAM = "Zone.Identifier"
QUARANTINE = b"0081;00000000;TnS Desktop;"
LINUX_ATTRIBUTE = "user.xdg.origin.url"


def mark_blocking(path: Path, origin: str, platform: str = sys.platform) -> None:
    """``origin`` is an address without anything secret in it. Never raises: a missing mark loses no document."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        if platform == "win32":
            content = ZONE.format(origin=origin).encode("ascii", "replace")
            Path(f"{path}:{ZONE_STREAM}").write_bytes(content)
        elif platform == "darwin":
            _quarantine(path)
        else:
            os.setxattr(path, LINUX_ATTRIBUTE, origin.encode("ascii", "replace"))


def _quarantine(path: Path) -> None:
    """Python has no call for extended attributes on macOS."""
    library = ctypes.CDLL(None, use_errno=True)
    library.setxattr(
        os.fsencode(path),
        b"com.apple.quarantine",
        QUARANTINE,
        ctypes.c_size_t(len(QUARANTINE)),
        ctypes.c_uint32(0),
        ctypes.c_int(0),
    )
