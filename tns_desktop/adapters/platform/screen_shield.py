"""Leaves windows of the program out of what is captured or shared of the screen, where the operating system lets a program ask.

Windows: ``SetWindowDisplayAffinity``; before Windows 10 version 2004 the window is black in captures instead of missing. macOS
up to 14: ``NSWindow.sharingType``; from 15 on the system's own way to capture (ScreenCaptureKit) ignores it, so nothing is
promised there. X11 and Wayland have no such request.

Sources: ``winuser.h`` and ``SetWindowDisplayAffinity`` in Microsoft's documentation; ``NSWindow.SharingType`` in Apple's;
https://github.com/electron/electron/issues/48258 and https://github.com/tauri-apps/tauri/issues/14200 for macOS 15.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from typing import Protocol

from tns_desktop.services.ports import ScreenShield

WDA_NONE = 0x00
WDA_EXCLUDEFROMCAPTURE = 0x11

SHARING_NONE = 0
SHARING_READ_ONLY = 1
"""``NSWindowSharingType``; the second is what a window has unless it says otherwise."""

DARWIN_OF_MACOS_15 = 24


def screen_shield(windowing: str) -> ScreenShield:
    """This system's way; ``windowing`` is what Qt draws its windows with (``QGuiApplication.platformName``)."""
    try:
        if sys.platform == "win32" and windowing == "windows":
            return WindowsShield(User32())
        if sys.platform == "darwin" and windowing == "cocoa":
            return mac_shield(platform.release())
    except (AttributeError, OSError):
        return NoShield("system")  # a library or a call of it is missing
    return NoShield("system")


class NoShield:
    """Implements ``ScreenShield`` where the system cannot. ``obstacle`` says why, for the window's words."""

    def __init__(self, obstacle: str) -> None:
        self.obstacle = obstacle

    def cover(self, window_id: int, covered: bool) -> bool:
        return not covered


class AffinityApi(Protocol):
    """One call of the system; False where it refuses."""

    def set_affinity(self, window: int, affinity: int) -> bool: ...


class WindowsShield:
    """Implements ``ScreenShield``. A window is known by its HWND."""

    obstacle = ""

    def __init__(self, api: AffinityApi) -> None:
        self._api = api

    def cover(self, window_id: int, covered: bool) -> bool:
        return self._api.set_affinity(window_id, WDA_EXCLUDEFROMCAPTURE if covered else WDA_NONE)


class SharingApi(Protocol):
    """Two messages to AppKit's objects. 0 is no object."""

    def window_of(self, view: int) -> int: ...

    def set_sharing(self, window: int, sharing: int) -> None: ...


class MacShield:
    """Implements ``ScreenShield``. A window is known by its NSView, as Qt hands it out."""

    obstacle = ""

    def __init__(self, api: SharingApi) -> None:
        self._api = api

    def cover(self, window_id: int, covered: bool) -> bool:
        window = self._api.window_of(window_id)
        if not window:
            return not covered
        self._api.set_sharing(window, SHARING_NONE if covered else SHARING_READ_ONLY)
        return True


def mac_shield(darwin: str, api: SharingApi | None = None) -> ScreenShield:
    """``darwin`` is the kernel's release: what Python calls the version of macOS may be an older one's name."""
    major = darwin.partition(".")[0]
    if not major.isdigit() or int(major) >= DARWIN_OF_MACOS_15:
        return NoShield("macos_15")
    return MacShield(api or ObjectiveC())


class ObjectiveC:
    """The messages, through the runtime that each process on macOS has. Raises OSError or AttributeError without it."""

    def __init__(self) -> None:
        runtime = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
        pointer = ctypes.c_void_p
        named = runtime.sel_registerName
        named.argtypes, named.restype = [ctypes.c_char_p], pointer
        # Each way to call it has a prototype of its own: on Apple's processors a variadic call passes arguments elsewhere.
        self._ask = ctypes.CFUNCTYPE(pointer, pointer, pointer)(("objc_msgSend", runtime))
        self._set = ctypes.CFUNCTYPE(None, pointer, pointer, ctypes.c_ulong)(("objc_msgSend", runtime))
        self._window, self._sharing = named(b"window"), named(b"setSharingType:")

    def window_of(self, view: int) -> int:
        return int(self._ask(view, self._window) or 0)

    def set_sharing(self, window: int, sharing: int) -> None:
        self._set(window, self._sharing, sharing)


if sys.platform == "win32":

    class User32:
        """The call, of user32. Raises AttributeError where it is missing."""

        def __init__(self) -> None:
            self._set = ctypes.WinDLL("user32").SetWindowDisplayAffinity
            self._set.argtypes, self._set.restype = [ctypes.c_void_p, ctypes.c_uint32], ctypes.c_int

        def set_affinity(self, window: int, affinity: int) -> bool:
            return bool(self._set(window, affinity))
