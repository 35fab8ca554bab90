"""The settings file: TOML that a person may read and edit, written in one step or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

from tns_desktop.adapters.platform.os_reasons import reason_of
from tns_desktop.domain.errors import SettingsInvalid, SettingsNotSaved

FILE_MODE = 0o600
_POSITION = re.compile(r" ?\(at line (\d+), column \d+\)$")


class TomlSettingsStore:
    """The ``SettingsStore`` port.

    Top-level keys that a caller does not mention are kept as they are in the file (a newer version may have written them);
    inside a table the caller's word counts. A top-level key is removed by giving it the value None.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, Any]:
        """Empty when there is no file. Raises SettingsInvalid with ``file``, ``line`` ("?" when unknown) and ``reason``."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._invalid(reason_of(error)) from error
        try:
            return tomllib.loads(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            line = str(raw.count(b"\n", 0, error.start) + 1)
            raise self._invalid("not_utf8", line) from error
        except tomllib.TOMLDecodeError as error:
            position = _POSITION.search(str(error))
            line = position.group(1) if position else "?"
            raise self._invalid("toml_syntax", line) from error

    def save(self, values: dict[str, Any]) -> None:
        """Raises SettingsNotSaved: the present file is broken, a value is not TOML, or the file cannot be written."""
        try:
            merged = {**self.load(), **values}
        except SettingsInvalid as error:
            raise SettingsNotSaved(str(error), facts=error.facts) from error
        try:
            text = tomli_w.dumps(_without_none(merged))
            raw = text.encode("utf-8")
        except (TypeError, ValueError) as error:
            raise self._not_saved("out_of_range", str(error)) from error
        try:
            self._replace(raw)
        except OSError as error:
            raise self._not_saved(reason_of(error), str(error)) from error

    def set_aside(self) -> Path:
        """Renames a broken file, with the time in its new name, which is returned; the next save starts a new one.

        Raises SettingsNotSaved when it cannot be renamed.
        """
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
        aside = self._path.with_name(f"{self._path.stem}-{stamp}{self._path.suffix}")
        try:
            return self._path.replace(aside)
        except OSError as error:
            raise self._not_saved(reason_of(error), str(error)) from error

    def _replace(self, raw: bytes) -> None:
        part = self._path.with_name(f".{self._path.name}.{os.urandom(4).hex()}.part")
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise

    def _invalid(self, reason: str, line: str = "?") -> SettingsInvalid:
        facts = {"file": str(self._path), "line": line, "reason": reason}
        return SettingsInvalid(f"{self._path}:{line}: {reason}", facts=facts)

    def _not_saved(self, reason: str, detail: str) -> SettingsNotSaved:
        return SettingsNotSaved(f"{self._path}: {detail}", facts={"file": str(self._path), "reason": reason})


class NoSettings:
    """The ``SettingsStore`` port where the file can neither be read nor put aside: nothing is there, nothing is kept."""

    def __init__(self, refused: SettingsNotSaved) -> None:
        self._refused = refused

    def load(self) -> dict[str, Any]:
        return {}

    def save(self, values: dict[str, Any]) -> None:
        """Raises SettingsNotSaved."""
        raise SettingsNotSaved(str(self._refused), facts=dict(self._refused.facts))


def _without_none(value: Any) -> Any:
    """TOML has no null: what is None is left out."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value
