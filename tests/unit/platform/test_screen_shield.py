"""Leaving windows out of captures, by content: values, calls, and what is not promised. Neither system is run here."""

from __future__ import annotations

import sys

import pytest

from tns_desktop.adapters.platform.screen_shield import (
    MacShield,
    NoShield,
    WindowsShield,
    mac_shield,
    screen_shield,
)

HWND, VIEW, WINDOW = 77, 88, 99


class Affinities:
    def __init__(self, answer: bool = True) -> None:
        self._answer = answer
        self.calls: list[tuple[int, int]] = []

    def set_affinity(self, window: int, affinity: int) -> bool:
        self.calls.append((window, affinity))
        return self._answer


class Sharings:
    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self.calls: list[tuple[int, int]] = []

    def window_of(self, view: int) -> int:
        assert view == VIEW
        return self._window

    def set_sharing(self, window: int, sharing: int) -> None:
        self.calls.append((window, sharing))


def test_on_windows_the_window_is_excluded_from_capture_and_given_back() -> None:
    api = Affinities()
    shield = WindowsShield(api)
    assert shield.obstacle == ""
    assert shield.cover(HWND, True)
    assert shield.cover(HWND, False)
    assert api.calls == [(HWND, 0x11), (HWND, 0x00)]
    assert not WindowsShield(Affinities(answer=False)).cover(HWND, True)


def test_on_macos_the_view_s_window_is_shared_with_nobody() -> None:
    api = Sharings()
    shield = MacShield(api)
    assert shield.cover(VIEW, True)
    assert shield.cover(VIEW, False)
    assert api.calls == [(WINDOW, 0), (WINDOW, 1)]
    # A view that has no window yet is not covered, and that is no crash.
    windowless = Sharings(window=0)
    assert not MacShield(windowless).cover(VIEW, True)
    assert windowless.calls == []


@pytest.mark.parametrize(
    ("darwin", "obstacle"),
    [("22.6.0", ""), ("23.6.0", ""), ("24.0.0", "macos_15"), ("25.1.0", "macos_15"), ("", "macos_15")],
)
def test_from_macos_15_on_nothing_is_promised(darwin: str, obstacle: str) -> None:
    assert mac_shield(darwin, Sharings()).obstacle == obstacle


def test_where_the_system_cannot_nothing_is_covered() -> None:
    shield = NoShield("system")
    assert not shield.cover(HWND, True)
    assert shield.cover(HWND, False)


@pytest.mark.parametrize("windowing", ["xcb", "wayland", "offscreen", "windows", "cocoa", "minimal"])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what Linux can")
def test_x11_and_wayland_have_no_such_request(windowing: str) -> None:
    assert screen_shield(windowing).obstacle == "system"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the libraries are there")
def test_a_missing_library_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.release", lambda: "23.1.0")
    assert screen_shield("cocoa").obstacle == "system"
