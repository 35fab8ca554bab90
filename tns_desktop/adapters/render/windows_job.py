"""The job object around a decoder on Windows: it dies with the desk, starts nothing, and has bounds of memory.

The desk makes the job and holds its only handle, so the system ends the decoder when the desk is gone, however it went. The
process is put into it the moment it exists; it gets its first document only after it has greeted, thus never before that.

Limits of the user interface (clipboard, desktop, other programs' windows) cannot be nested: they hold only where the desk
itself is in no job, and the decoder is not started through a virtual environment's launcher, which uses a job of its own.

Sources: ``winnt.h``; "Job Objects", "Nested Jobs" and ``AssignProcessToJobObject`` in Microsoft's documentation.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Protocol

from tns_desktop.adapters.render.limits import MEMORY_LIMIT

BASIC_UI_RESTRICTIONS = 4
EXTENDED_LIMIT_INFORMATION = 9
"""``JOBOBJECTINFOCLASS``."""

LIMIT_ACTIVE_PROCESS = 0x0008
LIMIT_PROCESS_MEMORY = 0x0100
LIMIT_DIE_ON_UNHANDLED_EXCEPTION = 0x0400
LIMIT_KILL_ON_JOB_CLOSE = 0x2000
UI_LIMITS = 0xFF
"""All eight: handles, the clipboard (both ways), system parameters, display, global atoms, desktop, ending the session."""

# Fixed sizes instead of ``ctypes.wintypes``: a DWORD has four bytes wherever this is looked at.
_DWORD, _SIZE, _LARGE = ctypes.c_uint32, ctypes.c_size_t, ctypes.c_int64


class BasicLimits(ctypes.Structure):
    """``JOBOBJECT_BASIC_LIMIT_INFORMATION``."""

    _fields_ = [
        ("per_process_user_time", _LARGE),
        ("per_job_user_time", _LARGE),
        ("flags", _DWORD),
        ("minimum_working_set", _SIZE),
        ("maximum_working_set", _SIZE),
        ("active_processes", _DWORD),
        ("affinity", _SIZE),
        ("priority_class", _DWORD),
        ("scheduling_class", _DWORD),
    ]


class ExtendedLimits(ctypes.Structure):
    """``JOBOBJECT_EXTENDED_LIMIT_INFORMATION``. ``counters`` are the six of ``IO_COUNTERS``, which nobody sets."""

    _fields_ = [
        ("basic", BasicLimits),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", _SIZE),
        ("job_memory", _SIZE),
        ("peak_process_memory", _SIZE),
        ("peak_job_memory", _SIZE),
    ]


class JobApi(Protocol):
    """Four calls of the system. A handle of 0 is none; the others say whether it was done."""

    def create(self) -> int: ...

    def set_information(self, job: int, kind: int, content: bytes) -> bool: ...

    def assign(self, job: int, process: int) -> bool: ...

    def close(self, handle: int) -> None: ...


class DecoderJob:
    """``holds`` names the limits that hold; nothing where the system refused the job."""

    def __init__(self, api: JobApi, process: int, *, through_launcher: bool) -> None:
        """``process`` is a handle. ``through_launcher``: a second process, the decoder proper, is started by the first."""
        self._api = api
        self._job = 0
        self.holds: tuple[str, ...] = ()
        limits = bytes(limits_for(2 if through_launcher else 1))
        # With the limits that cannot be nested first; without them where the system says no.
        for with_ui in (False,) if through_launcher else (True, False):
            job = self._made(limits, with_ui=with_ui)
            if job and api.assign(job, process):
                self._job = job
                names = ("dies_with_parent", "memory", "no_new_processes")
                self.holds = (*names, "user_interface") if with_ui else names
                return
            if job:
                api.close(job)

    def close(self) -> None:
        """Ends whatever is still in it."""
        if self._job:
            self._api.close(self._job)
            self._job = 0

    def _made(self, limits: bytes, *, with_ui: bool) -> int:
        job = self._api.create()
        if not job:
            return 0
        done = self._api.set_information(job, EXTENDED_LIMIT_INFORMATION, limits)
        if done and with_ui:
            done = self._api.set_information(job, BASIC_UI_RESTRICTIONS, bytes(_DWORD(UI_LIMITS)))
        if done:
            return job
        self._api.close(job)
        return 0


def limits_for(processes: int, memory: int = MEMORY_LIMIT) -> ExtendedLimits:
    """``memory`` in bytes of committed memory, for each process."""
    limits = ExtendedLimits()
    limits.basic.flags = (
        LIMIT_ACTIVE_PROCESS | LIMIT_PROCESS_MEMORY | LIMIT_DIE_ON_UNHANDLED_EXCEPTION | LIMIT_KILL_ON_JOB_CLOSE
    )
    limits.basic.active_processes = processes
    limits.process_memory = memory
    return limits


def is_through_launcher() -> bool:
    """The python.exe of a virtual environment starts the real one and waits for it."""
    return not getattr(sys, "frozen", False) and sys.prefix != sys.base_prefix


if sys.platform == "win32":

    class WindowsJobApi:
        """The four calls, of kernel32."""

        def __init__(self) -> None:
            kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            handle, pointer = ctypes.c_void_p, ctypes.c_void_p
            self._create = kernel.CreateJobObjectW
            self._create.argtypes, self._create.restype = [pointer, ctypes.c_wchar_p], handle
            self._set = kernel.SetInformationJobObject
            self._set.argtypes, self._set.restype = [handle, ctypes.c_int, pointer, _DWORD], ctypes.c_int
            self._assign = kernel.AssignProcessToJobObject
            self._assign.argtypes, self._assign.restype = [handle, handle], ctypes.c_int
            self._close = kernel.CloseHandle
            self._close.argtypes, self._close.restype = [handle], ctypes.c_int

        def create(self) -> int:
            return int(self._create(None, None) or 0)

        def set_information(self, job: int, kind: int, content: bytes) -> bool:
            return bool(self._set(job, kind, content, len(content)))

        def assign(self, job: int, process: int) -> bool:
            return bool(self._assign(job, process))

        def close(self, handle: int) -> None:
            self._close(handle)


def confined(process: int) -> DecoderJob | None:
    """The job of this process; None on a system without jobs. ``process``: its handle."""
    if sys.platform == "win32":
        return DecoderJob(WindowsJobApi(), process, through_launcher=is_through_launcher())
    return None
