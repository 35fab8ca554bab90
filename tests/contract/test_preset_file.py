"""The administrator's preset on the disk: where it is looked for, and from whom it is believed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tns_desktop import bootstrap
from tns_desktop.adapters.platform.file_owner import ADMINISTRATORS, belongs_to_administrator
from tns_desktop.adapters.platform.paths import machine_preset_files, preset_to_read
from tns_desktop.adapters.settings import preset_file
from tns_desktop.adapters.settings.preset_file import load_preset
from tns_desktop.cli import LaunchOptions, parse
from tns_desktop.domain.preset_errors import PresetError, PresetInvalid, PresetUnreadable
from tns_desktop.services.settings import NO_PRESET

TEXT = 'fixed = ["theme"]\ntheme = "dark"\n[[connections]]\nenvironment = "production"\npublic_id = "credit"\n'

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "tns-desktop"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    file = folder / "preset.toml"
    file.write_text(TEXT, "utf-8")
    file.chmod(0o644)
    return file


def reason(path: Path, *, of_machine: bool) -> str:
    with pytest.raises(PresetError) as caught:
        load_preset(path, of_machine=of_machine)
    assert caught.value.facts["file"] == str(path)
    return caught.value.facts["reason"]


def owned(uid: int, mode: int) -> os.stat_result:
    return os.stat_result((mode, 1, 1, 1, uid, uid, 10, 0, 0, 0))


def test_the_file_of_the_command_line_is_the_user_s_own_word(path: Path) -> None:
    assert load_preset(path, of_machine=False).values()["theme"] == "dark"


@posix
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_what_others_may_write_is_not_believed(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert reason(path, of_machine=False) == "others_may_write"


@posix
def test_the_machine_s_file_belongs_to_the_administrator(path: Path) -> None:
    if os.getuid() != 0:
        assert reason(path, of_machine=True) == "not_administrators"
        return
    assert load_preset(path, of_machine=True).values()["theme"] == "dark"
    os.chown(path, 12345, -1)
    assert reason(path, of_machine=True) == "not_administrators"
    assert reason(path, of_machine=False) == "somebody_else_s"
    os.chown(path, 0, -1)
    path.parent.chmod(0o777)
    assert reason(path, of_machine=True) == "others_may_write"
    path.parent.chmod(0o755)
    os.chown(path.parent, 12345, -1)
    assert reason(path, of_machine=True) == "not_administrators"


@posix
def test_a_link_counts_as_what_it_leads_to(path: Path, tmp_path: Path) -> None:
    """Both the link's folder and the file's own are looked at."""
    link = tmp_path / "elsewhere" / "preset.toml"
    link.parent.mkdir(mode=0o755)
    link.symlink_to(path)
    path.parent.chmod(0o777)
    expected = "others_may_write" if os.getuid() == 0 else "not_administrators"
    assert reason(link, of_machine=True) == expected


@posix
@pytest.mark.parametrize(
    ("found", "of_machine", "expected"),
    [
        (owned(0, 0o644), True, ""),
        (owned(os.getuid() or 12345, 0o644), True, "not_administrators"),
        (owned(0, 0o664), True, "others_may_write"),
        (owned(0, 0o644), False, ""),
        (owned(os.getuid(), 0o600), False, ""),
        (owned(54321, 0o644), False, "somebody_else_s"),
    ],
)
def test_owner_and_mode_decide(found: os.stat_result, of_machine: bool, expected: str) -> None:
    assert preset_file.doubt(found, of_machine=of_machine) == expected


def test_what_is_missing_or_no_file_is_said(path: Path, tmp_path: Path) -> None:
    assert reason(tmp_path / "none.toml", of_machine=False) == "not_found"
    assert reason(tmp_path, of_machine=False) == "not_a_file"


def test_where_the_machine_has_one_no_other_counts(path: Path, tmp_path: Path) -> None:
    mine, missing = tmp_path / "mine.toml", tmp_path / "missing.toml"
    assert preset_to_read(None, [missing]) is None
    assert preset_to_read(mine, [missing]) == mine
    assert preset_to_read(None, [missing, path]) == path
    with pytest.raises(PresetError) as caught:
        preset_to_read(mine, [missing, path])
    assert caught.value.facts == {"file": str(mine), "reason": "machine_has_one"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the places of Linux")
def test_the_environment_does_not_say_where_the_machine_s_preset_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    assert machine_preset_files() == (
        Path("/etc/xdg/tns-desktop/preset.toml"),
        Path("/etc/tns-desktop/preset.toml"),
    )


# --- Windows ----------------------------------------------------------------------------------------------------------


class Owners:
    def __init__(self, owner: str) -> None:
        self._owner = owner
        self.asked: list[str] = []

    def owner_of(self, path: str) -> str:
        self.asked.append(path)
        return self._owner


def test_on_windows_the_owner_is_one_of_three_that_no_ordinary_user_is() -> None:
    path = Path("preset.toml")
    for sid in ADMINISTRATORS:
        owners = Owners(sid)
        assert belongs_to_administrator(path, owners)
        assert owners.asked == ["preset.toml"]
    for sid in ("S-1-5-21-1-2-3-1001", "S-1-5-32-545", "S-1-1-0", ""):
        assert not belongs_to_administrator(path, Owners(sid))


@pytest.mark.skipif(sys.platform == "win32", reason="asked there")
def test_elsewhere_nobody_answers_and_nothing_is_believed() -> None:
    assert not belongs_to_administrator(Path("preset.toml"))


# --- the start --------------------------------------------------------------------------------------------------------


def test_the_start_takes_it_whole_or_not_at_all(path: Path) -> None:
    options = parse(["--preset", str(path)])
    preset, error = bootstrap._preset(options)
    assert (preset.values, preset.fixed, error) == ({"theme": "dark"}, frozenset({"theme"}), None)
    assert len(preset.connections) == 1
    for content, kind in (('role = "boss"', PresetInvalid), ("= x", PresetUnreadable)):
        path.write_text(TEXT + content, "utf-8")
        preset, error = bootstrap._preset(options)
        assert preset is NO_PRESET
        assert type(error) is kind
    path.unlink()
    assert bootstrap._preset(options)[0] is NO_PRESET
    assert bootstrap._preset(LaunchOptions()) == (NO_PRESET, None)


def test_a_demonstration_has_the_settings_and_not_the_connections(path: Path) -> None:
    preset, error = bootstrap._preset(LaunchOptions(demo=True, preset=path))
    assert (preset.values, preset.connections, error) == ({"theme": "dark"}, (), None)
