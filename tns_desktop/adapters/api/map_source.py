"""The text of a file that people edit, and where each key stands in it: mistakes have lines, and ``tomllib`` forgets them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tns_desktop.domain.errors import ApiMapInvalid, TnsError

MAX_MAP_BYTES = 1_000_000

_KEY_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED_KEY = rf"{_KEY_PART}(?:\s*\.\s*{_KEY_PART})*"
_HEADER = re.compile(rf"^\s*\[\[?\s*({_DOTTED_KEY})\s*\]\]?")
_ASSIGNMENT = re.compile(rf"^\s*({_DOTTED_KEY})\s*=")
_PART = re.compile(_KEY_PART)
_ERROR_LINE = re.compile(r"at line (\d+)")

KeyPath = tuple[str, ...]


class MapSource:
    """One file: its values, and the line of each key (1-based). ``kind`` is the error that its mistakes are."""

    def __init__(self, file: str, text: str, kind: type[TnsError] = ApiMapInvalid) -> None:
        self.file = file
        self._kind = kind
        self._text = text
        self._lines = _key_lines(text)

    def values(self) -> dict[str, Any]:
        """The parsed document. Raises ``kind`` (``toml_syntax``)."""
        try:
            return tomllib.loads(self._text)
        except (ValueError, RecursionError) as error:
            found = _ERROR_LINE.search(str(error))
            line = found.group(1) if found else str(self._text.count("\n") + 1)
            raise self._kind(
                f"{self.file}:{line}: {error}",
                facts={"file": self.file, "line": line, "key": "", "reason": "toml_syntax", "problem": str(error)},
            ) from None

    def line_of(self, path: KeyPath) -> int:
        """The line of the key, or of the nearest thing that holds it, or the first line."""
        for length in range(len(path), 0, -1):
            line = self._lines.get(path[:length])
            if line is not None:
                return line
            inside = [line for key, line in self._lines.items() if key[:length] == path[:length]]
            if inside:
                return min(inside)
        return 1

    def error(self, path: KeyPath, reason: str, **facts: str) -> TnsError:
        """The error for one key; ``reason`` is an identifier, details go into ``facts``."""
        key = ".".join(path)
        line = str(self.line_of(path))
        return self._kind(
            f"{self.file}:{line}: {key}: {reason}",
            facts={"file": self.file, "line": line, "key": key, "reason": reason, **facts},
        )


def read_map_source(location: str | Path, kind: type[TnsError] = ApiMapInvalid) -> MapSource:
    """Reads the file. Raises ``kind`` (``unreadable``, ``too_large``, ``not_utf8``)."""
    place = Path(location) if isinstance(location, str) else location
    file = str(place)
    try:
        with place.open("rb") as stream:
            content = stream.read(MAX_MAP_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise kind(f"{file}: {error}", facts={"file": file, "line": "?", "key": "", "reason": "unreadable"}) from None
    if len(content) > MAX_MAP_BYTES:
        raise kind(
            f"{file}: too large",
            facts={"file": file, "line": "?", "key": "", "reason": "too_large", "expected": str(MAX_MAP_BYTES)},
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = str(content.count(b"\n", 0, error.start) + 1)
        raise kind(
            f"{file}:{line}: not UTF-8", facts={"file": file, "line": line, "key": "", "reason": "not_utf8"}
        ) from None
    return MapSource(file, text, kind)


def _key_lines(text: str) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    inside_text = False
    for number, line in enumerate(text.split("\n"), start=1):
        toggles = (line.count('"""') + line.count("'''")) % 2 == 1
        if not inside_text:
            if header := _HEADER.match(line):
                table = _parts(header.group(1))
                lines.setdefault(table, number)
            elif assignment := _ASSIGNMENT.match(line):
                lines.setdefault(table + _parts(assignment.group(1)), number)
        if toggles:
            inside_text = not inside_text
    return lines


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
