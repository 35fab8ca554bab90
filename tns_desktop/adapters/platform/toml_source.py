"""The text of a file that people edit, and where each key stands in it: mistakes have lines, and ``tomllib`` forgets them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tns_desktop.domain.errors import ApiMapInvalid, TnsError

MAX_BYTES = 1_000_000

_KEY_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED_KEY = rf"{_KEY_PART}(?:\s*\.\s*{_KEY_PART})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED_KEY})\s*\]\]?")
_ASSIGNMENT = re.compile(rf"^\s*({_DOTTED_KEY})\s*=")
_PART = re.compile(_KEY_PART)
_ERROR_LINE = re.compile(r"at line (\d+)")

KeyPath = tuple[str, ...]


class TomlSource:
    """One file: its values, and the line of each key (1-based). ``kind`` is the error that its mistakes are."""

    def __init__(self, file: str, text: str, kind: type[TnsError] = ApiMapInvalid) -> None:
        self.file = file
        self._kind = kind
        self.text = text
        self._lines = _key_lines(text)

    def values(self) -> dict[str, Any]:
        """The parsed document. Raises ``kind`` (``toml_syntax``)."""
        try:
            return tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            found = _ERROR_LINE.search(str(error))
            line = found.group(1) if found else str(self.text.count("\n") + 1)
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


def read_toml_source(location: str | Path, kind: type[TnsError] = ApiMapInvalid) -> TomlSource:
    """Reads the file. Raises ``kind`` (``unreadable``, ``too_large``, ``not_utf8``)."""
    place = Path(location) if isinstance(location, str) else location
    file = str(place)
    try:
        with place.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise kind(f"{file}: {error}", facts={"file": file, "line": "?", "key": "", "reason": "unreadable"}) from None
    return toml_source(file, content, kind)


def toml_source(file: str, content: bytes, kind: type[TnsError]) -> TomlSource:
    """What was read of ``file``: up to ``MAX_BYTES`` and a byte more. Raises ``kind`` (``too_large``, ``not_utf8``)."""
    if len(content) > MAX_BYTES:
        raise kind(
            f"{file}: too large",
            facts={"file": file, "line": "?", "key": "", "reason": "too_large", "expected": str(MAX_BYTES)},
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = str(content.count(b"\n", 0, error.start) + 1)
        raise kind(
            f"{file}:{line}: not UTF-8", facts={"file": file, "line": line, "key": "", "reason": "not_utf8"}
        ) from None
    return TomlSource(file, text, kind)


def _key_lines(text: str) -> dict[KeyPath, int]:
    """In a list of tables, a path names the table by its number (from 0), or, without it, the first that has the key."""
    lines: dict[KeyPath, int] = {}
    tables: list[KeyPath] = [()]
    counts: dict[KeyPath, int] = {}
    inside_text = False
    for number, line in enumerate(text.split("\n"), start=1):
        toggles = (line.count('"""') + line.count("'''")) % 2 == 1
        if not inside_text:
            if header := _HEADER.match(line):
                name = _parts(header.group(2))
                tables = [name]
                if header.group(1) == "[[":
                    position = counts[name] = counts.get(name, -1) + 1
                    tables.append((*name, str(position)))
                for table in tables:
                    lines.setdefault(table, number)
            elif assignment := _ASSIGNMENT.match(line):
                for table in tables:
                    lines.setdefault(table + _parts(assignment.group(1)), number)
        if toggles:
            inside_text = not inside_text
    return lines


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
