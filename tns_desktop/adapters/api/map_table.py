"""One table of a file that people edit, read strictly: keys have types, and a key nobody asked for is a mistake."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tns_desktop.adapters.platform.toml_source import KeyPath, TomlSource
from tns_desktop.domain.errors import TnsError


class MapTable:
    """Typed access to a table's keys. Every method raises the source's error with file, line, key and reason."""

    def __init__(self, source: TomlSource, values: dict[str, Any], path: KeyPath = ()) -> None:
        self._source = source
        self._values = values
        self._path = path
        self._taken: set[str] = set()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._values)

    def error(self, key: str, reason: str, *, inside: KeyPath = (), **facts: str) -> TnsError:
        return self._source.error((*self._path, key, *inside), reason, **facts)

    def raw(self, key: str, default: Any = None) -> Any:
        """The value as TOML gave it. Missing: ``default``, or an error when that is None."""
        self._taken.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            raise self.error(key, "missing_key")
        return default

    def text(self, key: str, *, default: str | None = None, empty: bool = True) -> str:
        value = self.raw(key, default)
        if not isinstance(value, str):
            raise self.error(key, "wrong_type", expected="text")
        if not value and not empty:
            raise self.error(key, "empty", expected="text")
        return value

    def field_path(self, key: str, *, default: str | None = None, empty: bool = True) -> str:
        """A dotted path into a document; empty is the document itself."""
        path = self.text(key, default=default, empty=empty)
        if path and not all(path.split(".")):
            raise self.error(key, "bad_field_path", value=path)
        return path

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.error(key, "not_one_of", expected=", ".join(allowed), value=value)
        return value

    def integer(self, key: str, *, default: int | None = None, minimum: int = 0, maximum: int = 1_000_000) -> int:
        value = self.raw(key, default)
        if type(value) is not int:  # true and false are integers to isinstance
            raise self.error(key, "wrong_type", expected="integer")
        if not minimum <= value <= maximum:
            raise self.error(key, "out_of_range", expected=f"{minimum} … {maximum}", value=str(value))
        return value

    def texts(self, key: str, *, at_least: int = 0) -> tuple[str, ...]:
        value = self.raw(key)
        if not isinstance(value, list) or any(not isinstance(item, str) or not item for item in value):
            raise self.error(key, "wrong_type", expected="list of texts")
        if len(value) < at_least:
            raise self.error(key, "empty", expected="list of texts")
        return tuple(value)

    def integers(self, key: str, *, at_least: int = 0) -> tuple[int, ...]:
        value = self.raw(key)
        if not isinstance(value, list) or any(type(item) is not int for item in value):
            raise self.error(key, "wrong_type", expected="list of integers")
        if len(value) < at_least:
            raise self.error(key, "empty", expected="list of integers")
        return tuple(value)

    def table(self, key: str, *, optional: bool = False) -> MapTable:
        value = self.raw(key, {} if optional else None)
        if not isinstance(value, dict):
            raise self.error(key, "wrong_type", expected="table")
        return MapTable(self._source, value, (*self._path, key))

    def finish(self) -> None:
        """Refuses every key that nobody asked for: a typing mistake must not pass silently."""
        for key in self._values:
            if key not in self._taken:
                raise self.error(key, "unknown_key", expected=", ".join(sorted(self._taken)))
