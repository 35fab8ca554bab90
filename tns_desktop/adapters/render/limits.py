"""Limits the decoder puts on itself: memory, files, and that it dies with the desk.

What an operating system does not offer is left out and not reported; the desk can say which limits hold.
"""

from __future__ import annotations

import contextlib
import sys

MEMORY_LIMIT = 1536 * 1024 * 1024
"""Bytes of address space. PDFium, Pillow and the interpreter map about 300 MB of it, the shared pixels included."""
OPEN_FILES_LIMIT = 64

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
SIGKILL = 9


def apply(memory_limit: int = MEMORY_LIMIT) -> list[str]:
    """Applies every limit this system knows; returns the names of those that hold."""
    return _resource_limits(memory_limit) + _process_attributes()


def _resource_limits(memory_limit: int) -> list[str]:
    if sys.platform == "win32":
        return []
    import resource

    # Not RLIMIT_NPROC: it counts every process of the user, so it would also forbid threads to the HEIC decoder.
    wanted = (
        ("memory", resource.RLIMIT_AS, memory_limit),
        ("open_files", resource.RLIMIT_NOFILE, OPEN_FILES_LIMIT),
        ("written_bytes", resource.RLIMIT_FSIZE, 0),
        ("core_dumps", resource.RLIMIT_CORE, 0),
    )
    achieved = []
    for name, which, value in wanted:
        # macOS refuses some of them.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (value, value))
            achieved.append(name)
    return achieved


def _process_attributes() -> list[str]:
    """Linux: dies with its parent, is read by no other process of the user, gains no privileges."""
    if sys.platform != "linux":
        return []
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    wanted = (
        ("dies_with_parent", PR_SET_PDEATHSIG, SIGKILL),
        ("not_dumpable", PR_SET_DUMPABLE, 0),
        ("no_new_privileges", PR_SET_NO_NEW_PRIVS, 1),
    )
    return [name for name, option, value in wanted if prctl(option, value, 0, 0, 0) == 0]
