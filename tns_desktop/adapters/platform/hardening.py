"""What the desk's own process gives up: its memory is written to no core file and read by no other program of the user.

It holds the vault's key. Linux only; elsewhere nothing is done and nothing reported. The decoders limit themselves
(``adapters/render``), much more strictly.
"""

from __future__ import annotations

import contextlib
import sys

PR_SET_DUMPABLE = 4
"""``linux/prctl.h``. An ordinary debugger cannot attach any more, and ``/proc/…/mem`` belongs to root."""


def forbid_dumps() -> list[str]:
    """The names of what holds now."""
    if sys.platform != "linux":
        return []
    import ctypes
    import resource

    achieved = []
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        achieved.append("core_dumps")
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        achieved.append("not_dumpable")
    return achieved
