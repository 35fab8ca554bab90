"""Package names per distribution, what is missing, rights, and where the window goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.devtools import dev_module

system = dev_module("devtools.system")
display = dev_module("devtools.display")
failures = dev_module("devtools.failures")

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="packages and virtual screens of Linux")

DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'
DEBIAN_13 = "VERSION_CODENAME=trixie\nID=debian\n"
UBUNTU_22 = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\nUBUNTU_CODENAME=jammy\n"
UBUNTU_24 = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n"
MINT_21 = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=vanessa\nUBUNTU_CODENAME=jammy\n'
LMDE_6 = "ID=linuxmint\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n"
FEDORA = 'ID=fedora\nVERSION_CODENAME=""\n'


@pytest.mark.parametrize(
    ("release", "glib"),
    [
        (DEBIAN_12, "libglib2.0-0"),
        (DEBIAN_13, "libglib2.0-0t64"),
        (UBUNTU_22, "libglib2.0-0"),
        (UBUNTU_24, "libglib2.0-0t64"),
        (MINT_21, "libglib2.0-0"),
        (LMDE_6, "libglib2.0-0"),
        ("ID=debian\n", "libglib2.0-0t64"),
    ],
)
def test_packages_have_the_names_of_their_release(release: str, glib: str) -> None:
    found = system.read_os_release(release)
    assert found.uses_apt
    names = [system.package_name(need.package, found.codename) for need in system.QT]
    assert glib in names
    assert len(names) == len(set(names)) == 11


def test_other_distributions_have_no_apt() -> None:
    assert not system.read_os_release(FEDORA).uses_apt
    assert not system.read_os_release("").uses_apt


def test_what_is_there_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "FONT_FOLDERS", (str(tmp_path),))
    assert not system.is_there(system.Need("no-lib", "libno-such-thing.so.9"))
    assert not system.is_there(system.Need("no-program", "no-such-program", "program"))
    assert not system.is_there(system.Need("fonts", "a TrueType font", "font"))
    monkeypatch.setattr(system, "LIBEXEC_FOLDERS", (str(tmp_path / "none"), str(tmp_path)))
    helper = system.Need("helper", "a-helper", "libexec")
    (tmp_path / "a-helper").touch()
    assert not system.is_there(helper), "it cannot be run"
    (tmp_path / "a-helper").chmod(0o755)
    assert system.is_there(helper)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "Some.TTF").touch()
    assert system.is_there(system.Need("fonts", "a TrueType font", "font"))


@linux_only
def test_without_rights_the_exact_line_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "is_there", lambda need: need.package != "libgl1")
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system.Path, "read_text", lambda *_, **__: DEBIAN_12)
    monkeypatch.setattr(system, "privileges", lambda: None)
    with pytest.raises(failures.Stop) as stopped:
        system.ensure(system.QT)
    assert str(stopped.value).endswith("\n    apt-get update && apt-get install -y --no-install-recommends libgl1")


@linux_only
def test_without_apt_it_names_what_is_missing_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(system, "is_there", lambda need: need.package != "libegl1")
    monkeypatch.setattr(system.Path, "read_text", lambda *_, **__: FEDORA)
    system.ensure(system.QT, say=said.append)
    assert said == ["Missing on this system, please install: libEGL.so.1."]


@linux_only
def test_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(
        system, "is_there", lambda need: need.package not in {"libglib2.0-0", "xdotool"} - set(installed)
    )
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system.Path, "read_text", lambda *_, **__: UBUNTU_22)
    monkeypatch.setattr(system, "install", lambda packages, _: installed.extend(packages))
    system.ensure(system.QT + system.TESTS)
    assert installed == ["libglib2.0-0", "xdotool"]


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("W: Failed to fetch x  Temporary failure resolving 'deb'\nE: no", "The package archive of the system cannot"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "The disk is full"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend.", "Another program is using apt"),
        ("E: Unable to locate package xdotool", "apt failed: Unable to locate package xdotool"),
    ],
)
def test_what_apt_says_becomes_one_sentence(output: str, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "privileges", list)
    failed = subprocess.CompletedProcess([], 100, output.encode())
    monkeypatch.setattr(system.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(failures.Stop) as stopped:
        system.install(["xdotool"], say=lambda _: None)
    assert str(stopped.value).startswith(start)
    assert "apt-get install -y --no-install-recommends xdotool" in str(stopped.value)


@pytest.mark.parametrize(
    ("environ", "platform", "has_xvfb", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True, "own"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", False, "own"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True, "own"),
        ({"DISPLAY": ""}, "linux", True, "xvfb"),
        ({}, "linux", False, "offscreen"),
        ({}, "darwin", False, "own"),
        ({}, "win32", False, "own"),
    ],
)
def test_the_window_goes_where_there_is_a_screen(
    environ: dict[str, str], platform: str, has_xvfb: bool, expected: str
) -> None:
    assert display.choose(environ, platform, has_xvfb) == expected


@linux_only
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no Xvfb")
def test_a_virtual_screen_is_gone_afterwards() -> None:
    said: list[str] = []
    with display.screen({"PATH": "/usr/bin:/bin"}, say=said.append) as environ:
        number = environ["DISPLAY"].lstrip(":")
        socket = Path(f"/tmp/.X11-unix/X{number}")
        assert socket.exists()
        runtime = Path(environ["XDG_RUNTIME_DIR"])
        assert runtime.stat().st_mode & 0o777 == 0o700
    assert said == [f"No display here: using Xvfb on :{number}."]
    assert not socket.exists()
    assert not runtime.exists()


@linux_only
def test_without_xvfb_the_window_is_drawn_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(display.shutil, "which", lambda _: None)
    with display.screen({}, say=said.append) as environ:
        assert environ["QT_QPA_PLATFORM"] == "offscreen"
    assert "drawn in memory only" in said[0]


@linux_only
def test_an_xvfb_that_does_not_start_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "Xvfb"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with display.screen({"PATH": str(tmp_path)}, say=lambda _: None) as environ:
        assert environ["QT_QPA_PLATFORM"] == "offscreen"
        assert "DISPLAY" not in environ
