"""The sandbox profile of a decoder on macOS: no network, nothing written, no programs, nothing of the operator's read.

``sandbox_init`` of the system's library takes a profile for the process that calls it, for good. Apple documents the call and
calls it deprecated; the language of profiles is not documented, only widely used. So a system that does not take the profile
leaves the decoder without it, and the desk is told that it does not hold. It lists what is forbidden, as the filter of
system calls on Linux does, and for the same reason.

Source: ``sandbox_init(3)``; the profiles in ``/System/Library/Sandbox/Profiles``.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from pathlib import Path

HOMES = ("/Users", "/Volumes", "/private/var/root", "/private/tmp", "/private/var/folders")
"""Where what belongs to people lies, under the names without links that the system compares."""


def apply() -> list[str]:
    """Returns ``["sandbox_profile"]`` where the system took it."""
    if sys.platform == "darwin":
        return ["sandbox_profile"] if _is_taken(profile(own_folders())) else []
    return []


def _is_taken(text: str) -> bool:
    try:
        library = ctypes.CDLL("/usr/lib/libsandbox.dylib")
        message = ctypes.c_char_p()
        return bool(library.sandbox_init(text.encode(), ctypes.c_uint64(0), ctypes.byref(message)) == 0)
    except (OSError, AttributeError):
        return False


def profile(readable: Iterable[str]) -> str:
    """Of two rules the later one counts. ``readable``: folders of the program, which may lie in somebody's home."""
    homes = " ".join(f"(subpath {_quoted(folder)})" for folder in HOMES)
    own = " ".join(f"(subpath {_quoted(folder)})" for folder in readable)
    lines = [
        "(version 1)",
        "(allow default)",
        "(deny network*)",
        "(deny file-write*)",
        "(deny process-fork)",
        "(deny process-exec*)",
        "(deny signal (target others))",
        f"(deny file-read-data {homes})",
    ]
    if own:
        lines.append(f"(allow file-read-data {own})")
    return "\n".join(lines)


def own_folders() -> list[str]:
    """Where this program and its interpreter lie; decoders are loaded when a document first needs them."""
    places = [
        sys.prefix,
        sys.base_prefix,
        sys.exec_prefix,
        getattr(sys, "_MEIPASS", ""),
        str(Path(__file__).parents[3]),
    ]
    found = [str(Path(place).resolve()) for place in places if place]
    # A program that lies in the root would make everything readable again.
    return [place for place in dict.fromkeys(found) if place != "/"]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
