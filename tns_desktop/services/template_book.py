"""Templates of any kind: kept in the settings, carried from one desk to another as a TOML or JSON file.

They are an office's own words and hold nothing of a client, so they lie in clear beside the other preferences.
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tns_desktop.domain.errors import TemplatesInvalid
from tns_desktop.services.settings import Settings
from tns_desktop.services.whole_file import write_whole_blocking

LARGEST_FILE = 1_000_000
MOST_TEMPLATES = 500
LONGEST_TEXT = 4_000
LANGUAGES = ("fr", "en")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TemplateKind(Generic[T]):
    """``records`` is where the settings keep them, ``list_name`` how the list is called in a file. ``of_record`` is None
    for an entry that cannot be used; ``record_of`` gives texts only.
    """

    records: str
    list_name: str
    of_record: Callable[[Any], T | None]
    record_of: Callable[[T], dict[str, Any]]


class TemplateBook(Generic[T]):
    """Loads, saves, imports and exports."""

    def __init__(self, settings: Settings, kind: TemplateKind[T]) -> None:
        self._settings = settings
        self._kind = kind

    def all(self) -> list[T]:
        """What the settings hold; an entry that cannot be used is left out."""
        records = self._settings.records(self._kind.records)
        return [template for record in records if (template := self._kind.of_record(record)) is not None]

    def save(self, templates: Iterable[T]) -> None:
        """Raises a TnsError when the settings cannot be written."""
        self._settings.set_records(self._kind.records, [self._kind.record_of(template) for template in templates])

    async def read_file(self, path: Path) -> list[T]:
        """Raises TemplatesInvalid (``facts``: ``name``, ``reason``); nothing is taken over by it."""
        return await asyncio.to_thread(read_blocking, path, self._kind)

    async def write_file(self, path: Path, templates: Iterable[T]) -> None:
        """JSON for a name that ends so, else TOML. Raises DiskFull or VaultReadOnly."""
        await asyncio.to_thread(write_whole_blocking, path, written(path, templates, self._kind))


def written(path: Path, templates: Iterable[T], kind: TemplateKind[T]) -> bytes:
    """The content of a file of that name."""
    records = [kind.record_of(template) for template in templates]
    write = _json if path.suffix.lower() == ".json" else _toml
    return write(kind.list_name, records).encode()


def usable_text(value: Any) -> bool:
    """Words, and not more of them than a message needs (LONGEST_TEXT characters)."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT


def read_blocking(path: Path, kind: TemplateKind[T]) -> list[T]:
    """Raises TemplatesInvalid."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _invalid(path, "unreadable") from error
    if len(content) > LARGEST_FILE:
        raise _invalid(path, "too_large")
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _invalid(path, "not_utf8") from error
    except (ValueError, RecursionError) as error:
        raise _invalid(path, "invalid_json" if path.suffix.lower() == ".json" else "toml_syntax") from error
    records = found.get(kind.list_name) if isinstance(found, dict) else found
    if not isinstance(records, list) or len(records) > MOST_TEMPLATES:
        raise _invalid(path, "not_a_list")
    templates = [kind.of_record(record) for record in records]
    if not templates or None in templates:
        # Half of a file would look like all of it.
        raise _invalid(path, "missing_field")
    return [template for template in templates if template is not None]


def _json(list_name: str, records: list[dict[str, Any]]) -> str:
    return json.dumps({list_name: records}, ensure_ascii=False, indent=2) + "\n"


def _toml(list_name: str, records: list[dict[str, Any]]) -> str:
    """Strings only, so JSON's escapes are TOML's but for one character."""
    blocks = []
    for record in records:
        lines = [f"{name} = {_toml_text(value)}" for name, value in record.items()]
        blocks.append("\n".join([f"[[{list_name}]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _toml_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _invalid(path: Path, reason: str) -> TemplatesInvalid:
    return TemplatesInvalid(reason, facts={"name": path.name, "reason": reason})
