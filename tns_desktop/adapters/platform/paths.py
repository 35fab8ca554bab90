"""Where this program keeps its files, and that nobody else may read them.

Without an explicit profile the operating system's own places are used (XDG on Linux, Application Support on macOS,
AppData on Windows; ``platformdirs`` knows them). With one, everything lies in that folder: a second, separate desk.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from tns_desktop.domain.preset_errors import PresetError

APP_FOLDER_NAME = "tns-desktop"
PRESET_NAME = "preset.toml"
PRIVATE_FOLDER_MODE = 0o700


def machine_preset_files() -> tuple[Path, ...]:
    """Where an administrator's preset may lie, for everybody who works at this computer; the first that is there counts.

    On Linux XDG_CONFIG_DIRS is not asked: whoever starts the program sets it, and could leave the preset out.
    """
    if sys.platform in ("win32", "darwin"):
        return (platformdirs.PlatformDirs(APP_FOLDER_NAME, appauthor=False).site_config_path / PRESET_NAME,)
    return (Path("/etc/xdg") / APP_FOLDER_NAME / PRESET_NAME, Path("/etc") / APP_FOLDER_NAME / PRESET_NAME)


def preset_to_read(given: Path | None, machine: Sequence[Path]) -> Path | None:
    """The machine's preset where there is one, else the one of the command line. Raises PresetError where both are there:
    nobody gets round the machine's by naming another.
    """
    present = next((path for path in machine if is_there(path)), None)
    if present is not None and given is not None:
        facts = {"file": str(given), "reason": "machine_has_one"}
        raise PresetError(f"{given}: machine_has_one", facts=facts)
    return present or given


def is_there(path: Path) -> bool:
    """Also where nobody may look: a preset that cannot be read is said, not passed over."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


class ProfilePaths:
    """The folders and files of one profile. Asking for a path creates the folder it lies in, for its owner only.

    Raises OSError where a folder cannot be created: nothing can start without it.
    """

    def __init__(self, profile_dir: Path | None = None) -> None:
        if profile_dir is not None:
            root = profile_dir.expanduser().absolute()
            self._config, self._data, self._logs = root, root, root / "logs"
        else:
            dirs = platformdirs.PlatformDirs(APP_FOLDER_NAME, appauthor=False)
            # Windows gives settings and data the same folder; the file names keep them apart.
            self._config, self._data, self._logs = dirs.user_config_path, dirs.user_data_path, dirs.user_log_path

    @property
    def settings_file(self) -> Path:
        """The settings, in clear; the file itself may not exist yet."""
        return private_folder(self._config) / "settings.toml"

    @property
    def workflows_file(self) -> Path:
        """The administrator's description of workflows, unless the settings name another; it need not exist."""
        return private_folder(self._config) / "workflows.toml"

    @property
    def instance_marker(self) -> Path:
        """There while a program works on this profile, and after one has crashed."""
        return private_folder(self._data) / "running"

    @property
    def vault_folder(self) -> Path:
        """The encrypted store whose key the keychain keeps. Created when the vault is opened."""
        return private_folder(self._data) / "vault"

    @property
    def session_vault_folder(self) -> Path:
        """The encrypted store of a session without a keychain: its key ends with the process."""
        return private_folder(self._data) / "session-vault"

    @property
    def logs_folder(self) -> Path:
        """Where it cannot be created there is no log; opening one says why."""
        with contextlib.suppress(OSError):
            private_folder(self._logs)
        return self._logs


def private_folder(path: Path) -> Path:
    """``path``, created for its owner alone (mode 0700) if it was not there.

    A folder that exists keeps its mode: with an explicit profile it may be anybody's, the home folder for one.
    """
    path.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    return path
