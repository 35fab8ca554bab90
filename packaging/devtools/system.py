"""The system libraries that Qt needs on Linux, and the programs that the tests need: what is missing, and getting it.

What counts is whether a library loads or a program is found, not which package brought it, so a machine without apt is
checked the same way. The package names are Debian's and Ubuntu's.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from devtools.failures import NO_NETWORK, Stop

# The releases before Debian's 64-bit time transition; every later one (trixie, noble, …) has the "t64" names.
BEFORE_T64 = {"buster", "bullseye", "bookworm", "focal", "jammy", "kinetic", "lunar", "mantic"}
# Where distributions keep programs that nobody types: Debian 12 and later, Fedora; Debian 11 and Ubuntu 22.04; Arch.
LIBEXEC_FOLDERS = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class Need(NamedTuple):
    """One package and what it brings: a library to load, a program to find (on the path, or kept off it), or any font."""

    package: str
    brings: str
    kind: str = "library"


QT = (
    Need("libgl1", "libGL.so.1"),
    Need("libegl1", "libEGL.so.1"),
    Need("libdbus-1-3", "libdbus-1.so.3"),
    Need("libfontconfig1", "libfontconfig.so.1"),
    Need("libglib2.0-0", "libglib-2.0.so.0"),
    Need("libxcb-shape0", "libxcb-shape.so.0"),
    # Without one of the next two Qt says that xcb-cursor0 is missing, whatever is.
    Need("libxcb-icccm4", "libxcb-icccm.so.4"),
    Need("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    Need("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    Need("libxcb-cursor0", "libxcb-cursor.so.0"),
    # Any font will do; without one Qt draws boxes.
    Need("fonts-dejavu-core", "a TrueType font", "font"),
)
TESTS = (
    Need("xvfb", "Xvfb", "program"),
    Need("xauth", "xauth", "program"),
    Need("xdotool", "xdotool", "program"),
    Need("gnome-keyring", "gnome-keyring-daemon", "program"),
    Need("dbus", "dbus-daemon", "program"),
    Need("at-spi2-core", "at-spi-bus-launcher", "libexec"),
)


class Distribution(NamedTuple):
    """What /etc/os-release says, as far as it matters here."""

    uses_apt: bool
    codename: str


def read_os_release(text: str) -> Distribution:
    """``text``: the content of /etc/os-release. A derived distribution says which Ubuntu or Debian it builds on."""
    values = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            values[name.strip()] = value.strip().strip("\"'")
    names = {values.get("ID", "")} | set(values.get("ID_LIKE", "").split())
    codename = (
        values.get("UBUNTU_CODENAME") or values.get("DEBIAN_CODENAME") or values.get("VERSION_CODENAME") or ""
    ).lower()
    return Distribution(bool(names & {"debian", "ubuntu"}), codename)


def package_name(package: str, codename: str) -> str:
    """The name a package has in that release."""
    if package == "libglib2.0-0" and codename not in BEFORE_T64:
        return "libglib2.0-0t64"
    return package


def apt_line(packages: list[str]) -> str:
    """The line a person with rights can paste."""
    return "apt-get update && apt-get install -y --no-install-recommends {}".format(" ".join(packages))


def is_there(need: Need) -> bool:
    """Whether this machine has it, from wherever it came."""
    if need.kind == "program":
        return shutil.which(need.brings) is not None
    if need.kind == "libexec":
        return in_libexec(need.brings) is not None
    if need.kind == "font":
        roots = (Path(folder).expanduser() for folder in FONT_FOLDERS)
        return any(name.lower().endswith((".ttf", ".otf", ".ttc")) for root in roots for name in _file_names(root))
    try:
        ctypes.CDLL(need.brings)
    except OSError:
        return False
    return True


def in_libexec(program: str) -> Path | None:
    """Where a program is that is not on the path."""
    found = (Path(folder) / program for folder in LIBEXEC_FOLDERS)
    return next((path for path in found if os.access(path, os.X_OK)), None)


def ensure(needs: tuple[Need, ...], say: Callable[[str], None] = print) -> None:
    """Installs what is missing where it may (apt, as root or through a sudo that asks nothing).

    Raises Stop with the exact line to run where it may not. Where there is no apt it says what is missing and goes on:
    the names of other distributions are not ours to guess.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = [need for need in needs if not is_there(need)]
    if not missing:
        return
    try:
        distribution = read_os_release(Path("/etc/os-release").read_text(encoding="utf-8"))
    except OSError:
        distribution = Distribution(False, "")
    if not distribution.uses_apt or shutil.which("apt-get") is None:
        say("Missing on this system, please install: {}.".format(", ".join(need.brings for need in missing)))
        return
    install([package_name(need.package, distribution.codename) for need in missing], say)
    still = [need.brings for need in missing if not is_there(need)]
    if still:
        raise Stop("apt installed the packages, but still missing: {}.".format(", ".join(still)))


def install(packages: list[str], say: Callable[[str], None] = print) -> None:
    """Through apt. Raises Stop with the line to run when it may not, or when apt fails."""
    line = apt_line(packages)
    prefix = privileges()
    if prefix is None:
        raise Stop(f"System packages are missing. Run this as root, then the command again:\n    {line}")
    say("Installing system packages: {}".format(" ".join(packages)))
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    for words in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        answer = subprocess.run(
            [*environment, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if answer.returncode:
            raise Stop("{} The line was:\n    {}".format(_explain_apt(answer.stdout.decode(errors="replace")), line))


def privileges() -> list[str] | None:
    """What to put before a command to run it as root; None when that would need a password or is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _explain_apt(output: str) -> str:
    low = output.lower()
    if "no space left" in low or "don't have enough free space" in low:
        return "The disk is full: apt could not install the packages."
    if "could not resolve" in low or "could not connect" in low or "temporary failure" in low:
        return NO_NETWORK.replace("package index", "package archive of the system")
    if "could not get lock" in low:
        return "Another program is using apt. Wait for it and run the command again."
    errors = [line[2:].strip() for line in output.splitlines() if line.startswith("E:")]
    return "apt failed: {}".format(errors[-1] if errors else "it did not say why.")


def _file_names(root: Path) -> list[str]:
    return [name for _, _, names in os.walk(str(root)) for name in names]
