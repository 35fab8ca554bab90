"""Takes the file system away from the decoder, but for the programs and fonts it reads.

Landlock (Linux 5.13 and later) lets a process give up rights for itself. Without it a decoder that was taken over could
still read the operator's files, and the desk's memory through ``/proc``. Elsewhere nothing is done and nothing reported.

Numbers: ``linux/landlock.h`` of the kernel; the three system calls have the same number on every architecture.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

CREATE_RULESET = 444
ADD_RULE = 445
RESTRICT_SELF = 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

READ_FILE = 1 << 2
READ_DIRECTORY = 1 << 3
# How many of the rights on files each version of the interface knows; all of them are given up.
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NEWEST_RIGHTS = 16
NETWORK_RIGHTS = 0b11  # bind and connect TCP, from version 4 on
SCOPES = 0b11  # abstract sockets and signals stay inside, from version 6 on

SYSTEM_PATHS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/usr/share/fonts",
    "/usr/share/X11/fonts",
    "/usr/local/share/fonts",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/urandom",
)
"""What libraries, fonts and time zones (for pyHanko) are read from; the ones that are missing are left out."""


def apply() -> list[str]:
    """Gives everything else up, for good. Returns ``["file_system"]`` where the kernel does it."""
    if sys.platform != "linux":
        return []
    import ctypes

    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION_FLAG)
    if version < 1:
        return []
    attributes = ruleset_attributes(version)
    ruleset = call(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return []
    try:
        for path in readable_paths():
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                rights = READ_FILE | READ_DIRECTORY if path.is_dir() else READ_FILE
                call(ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
            finally:
                os.close(descriptor)
        return ["file_system"] if call(RESTRICT_SELF, ruleset, 0) == 0 else []
    finally:
        os.close(ruleset)


def ruleset_attributes(version: int) -> bytes:
    """Everything that version of the interface can take away."""
    files = (1 << RIGHTS_BY_VERSION.get(version, NEWEST_RIGHTS)) - 1
    if version < 4:
        return struct.pack("=Q", files)
    if version < 6:
        return struct.pack("=QQ", files, NETWORK_RIGHTS)
    return struct.pack("=QQQ", files, NETWORK_RIGHTS, SCOPES)


def readable_paths() -> list[Path]:
    """Existing files and folders the interpreter and the decoders may read."""
    package = Path(__file__).resolve().parents[2]
    installed = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    interpreter = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).parent]
    wanted = [package, *installed, *interpreter, *map(Path, SYSTEM_PATHS)]
    return [path for path in dict.fromkeys(wanted) if path != Path("/") and path.exists()]
