"""Who owns a file on Windows: the administrators of the computer, or somebody who works at it.

Elsewhere the mode and the owner of a file say it (``os.stat``); Windows answers in security identifiers.

Sources: ``GetNamedSecurityInfoW`` and ``ConvertSidToStringSidW`` in Microsoft's documentation; "Well-known SIDs" there.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

ADMINISTRATORS = frozenset(
    {
        "S-1-5-32-544",  # BUILTIN\Administrators: what an administrator makes with raised rights
        "S-1-5-18",  # SYSTEM: what tools of software distribution make
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
    }
)

SE_FILE_OBJECT = 1
OWNER_SECURITY_INFORMATION = 1


class OwnerApi(Protocol):
    """The system's answer: a security identifier as text; empty where it does not answer."""

    def owner_of(self, path: str) -> str: ...


def belongs_to_administrator(path: Path, api: OwnerApi | None = None) -> bool:
    """False where the system does not tell."""
    asked = api or system_owners()
    return asked is not None and asked.owner_of(str(path)) in ADMINISTRATORS


def system_owners() -> OwnerApi | None:
    """None on a system that is not asked in this way, or whose library lacks a call."""
    if sys.platform == "win32":
        try:
            return WindowsOwners()
        except (AttributeError, OSError):
            return None
    return None


if sys.platform == "win32":
    import ctypes

    class WindowsOwners:
        """Three calls: of advapi32 the owner and its text, of kernel32 to free what they gave."""

        def __init__(self) -> None:
            security, kernel = ctypes.WinDLL("advapi32"), ctypes.WinDLL("kernel32")
            pointer = ctypes.c_void_p
            self._info = security.GetNamedSecurityInfoW
            self._info.argtypes = [ctypes.c_wchar_p, ctypes.c_int, ctypes.c_uint32, *[pointer] * 5]
            self._info.restype = ctypes.c_uint32
            self._text = security.ConvertSidToStringSidW
            self._text.argtypes, self._text.restype = [pointer, pointer], ctypes.c_int
            self._free = kernel.LocalFree
            self._free.argtypes, self._free.restype = [pointer], pointer

        def owner_of(self, path: str) -> str:
            sid, descriptor, text = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_wchar_p()
            asked = (SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, ctypes.byref(sid), None, None, None)
            if self._info(path, *asked, ctypes.byref(descriptor)) != 0:
                return ""
            try:
                if not self._text(sid, ctypes.byref(text)):
                    return ""
                try:
                    return text.value or ""
                finally:
                    self._free(text)
            finally:
                self._free(descriptor)
