"""Whether the computer runs on its battery, asked in a thread: reading it may touch hardware or start a program."""

from __future__ import annotations

import asyncio
import ctypes
import subprocess
import sys
from pathlib import Path

POWER_SUPPLIES = Path("/sys/class/power_supply")
_PMSET_SECONDS = 5.0


class SystemPower:
    """Implements ``Power``. What cannot be read counts as mains."""

    async def on_battery(self) -> bool:
        if sys.platform == "win32":
            return await asyncio.to_thread(_windows_on_battery_blocking)
        if sys.platform == "darwin":
            return await asyncio.to_thread(_macos_on_battery_blocking)
        return await asyncio.to_thread(linux_on_battery_blocking, POWER_SUPPLIES)


def linux_on_battery_blocking(folder: Path) -> bool:
    """Linux, Documentation/ABI/testing/sysfs-class-power: a mains supply that is online settles it; else a battery that
    discharges. Batteries of mice and headsets have the scope ``Device``.
    """
    discharging = False
    try:
        supplies = sorted(folder.iterdir())
    except OSError:
        return False
    for supply in supplies:
        kind = _read(supply / "type")
        if kind in ("Mains", "USB") and _read(supply / "online") == "1":
            return False
        if kind == "Battery" and _read(supply / "scope") != "Device":
            discharging = discharging or _read(supply / "status") == "Discharging"
    return discharging


def says_battery(pmset_output: str) -> bool:
    """The first line of ``pmset -g batt``: Now drawing from 'Battery Power'."""
    return "'Battery Power'" in pmset_output.partition("\n")[0]


class SystemPowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS of winbase.h; ``ACLineStatus`` 0: offline, 1: online, 255: unknown."""

    _fields_ = (
        ("ACLineStatus", ctypes.c_ubyte),
        ("BatteryFlag", ctypes.c_ubyte),
        ("BatteryLifePercent", ctypes.c_ubyte),
        ("SystemStatusFlag", ctypes.c_ubyte),
        ("BatteryLifeTime", ctypes.c_uint32),
        ("BatteryFullLifeTime", ctypes.c_uint32),
    )


def _windows_on_battery_blocking() -> bool:
    status = SystemPowerStatus(ACLineStatus=255)
    if sys.platform == "win32":
        ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))
    return bool(status.ACLineStatus == 0)


def _macos_on_battery_blocking() -> bool:
    try:
        said = subprocess.run(
            ["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=_PMSET_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return says_battery(said.stdout)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
