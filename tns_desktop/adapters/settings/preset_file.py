"""The administrator's preset on the disk: where it lies, and whether it is believed.

Whoever can write it decides to which server an operator's secret key goes. So the machine's own file counts only where its
owner is the system's administrator and nobody else may write it; neither environment nor profile is asked where it lies.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

from tns_desktop.adapters.platform.file_owner import belongs_to_administrator
from tns_desktop.adapters.platform.os_reasons import reason_of
from tns_desktop.adapters.platform.paths import is_there
from tns_desktop.adapters.platform.toml_source import MAX_BYTES, TomlSource, toml_source
from tns_desktop.domain.error_base import TnsError
from tns_desktop.domain.preset_errors import PresetError, PresetInvalid, PresetUnreadable

_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_ROOT = 0


def load_preset(path: Path, *, of_machine: bool) -> PresetText:
    """Its text, of a file that is believed. Raises PresetError, PresetUnreadable."""
    try:
        if not path.is_file():
            raise _refused(path, "not_a_file" if is_there(path) else "not_found")
        with path.open("rb") as stream:
            # The very file that is read, not what has its name a moment later.
            _believe(path, os.fstat(stream.fileno()), of_machine=of_machine)
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refused(path, reason_of(error)) from error
    return PresetText(path, content)


class PresetText:
    """Implements ``PresetSource``: a text that does not parse is another error than a key that cannot be used."""

    def __init__(self, path: Path, content: bytes) -> None:
        """Raises PresetUnreadable."""
        source = toml_source(str(path), content, PresetUnreadable)
        self._values = source.values()
        self._keys = TomlSource(str(path), source.text, PresetInvalid)

    def values(self) -> dict[str, Any]:
        return dict(self._values)

    def error(self, path: tuple[str, ...], reason: str, **facts: str) -> TnsError:
        return self._keys.error(path, reason, **facts)


def doubt(found: os.stat_result, *, of_machine: bool) -> str:
    """Why a file or folder of that owner and mode is not believed (a key of ``reason.*``); empty when it is."""
    if found.st_uid != _ROOT and (of_machine or found.st_uid != os.getuid()):
        return "not_administrators" if of_machine else "somebody_else_s"
    return "others_may_write" if found.st_mode & _BY_OTHERS else ""


def _believe(path: Path, found: os.stat_result, *, of_machine: bool) -> None:
    # A link counts as what it leads to, and so does its folder.
    folders = {path.parent.absolute(), path.resolve().parent} if of_machine else set()
    if sys.platform == "win32":
        # What the operator names themselves needs no proof. Who else may write the machine's is not asked there.
        if not all(belongs_to_administrator(one) for one in (path, *folders) if of_machine):
            raise _refused(path, "not_administrators")
        return
    for one in (found, *(folder.stat() for folder in folders)):
        if reason := doubt(one, of_machine=of_machine):
            raise _refused(path, reason)


def _refused(path: Path, reason: str) -> PresetError:
    return PresetError(f"{path}: {reason}", facts={"file": str(path), "reason": reason})
