"""What makes a desktop offer the program for ZIP files: for files, several at once, and never as their default."""

from __future__ import annotations

import configparser
import plistlib
from pathlib import Path

from tns_desktop.cli import parse

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"


def test_linux_hands_all_chosen_files_to_one_start() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "linux" / "tns-desktop.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["MimeType"] == "application/zip;"
    command = desktop["Exec"].split()
    assert command[0] == desktop["TryExec"] == "tns-desktop"
    assert command[-1] == "%F"
    assert parse([*command[1:-1], "a.zip", "b.zip"]).open_files == (Path("a.zip"), Path("b.zip"))
    assert parse(command[1:-1]).open_files == ()  # from a menu


def test_windows_offers_it_for_this_user_under_open_with() -> None:
    lines = (PACKAGING / "windows" / "open-with.reg").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Windows Registry Editor Version 5.00"
    keys = [line for line in lines if line.startswith("[")]
    assert all(key.startswith(r"[HKEY_CURRENT_USER\Software\Classes" + "\\") for key in keys)
    assert r"[HKEY_CURRENT_USER\Software\Classes\.zip\OpenWithList\tns-desktop.exe]" in keys
    assert any(line.endswith(r'--open \"%1\""') for line in lines)
    # The default for ZIP files is a value of the key itself, or UserChoice: neither is touched.
    assert r"[HKEY_CURRENT_USER\Software\Classes\.zip]" not in keys


def test_macos_offers_it_as_an_alternative() -> None:
    [kind] = plistlib.loads((PACKAGING / "macos" / "document-types.plist").read_bytes())["CFBundleDocumentTypes"]
    assert kind["LSItemContentTypes"] == ["public.zip-archive"]
    assert (kind["CFBundleTypeRole"], kind["LSHandlerRank"]) == ("Viewer", "Alternate")


def test_files_are_named_with_and_without_the_option() -> None:
    assert parse(["a.zip", "--open", "b.zip", "c.zip"]).open_files == (Path("b.zip"), Path("c.zip"), Path("a.zip"))
    assert parse([]).open_files == ()
    assert parse(["a.zip"]).starts_at_the_desk(has_connections=False)
