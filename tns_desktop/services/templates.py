"""Templates for rejections: kept in the settings, carried from one desk to another as a TOML or JSON file.

They are an office's own words and hold nothing of a client, so they lie in clear beside the other preferences.
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tns_desktop.domain.errors import TemplatesInvalid
from tns_desktop.domain.rejection import Template
from tns_desktop.services.settings import Settings
from tns_desktop.services.whole_file import write_whole_blocking

RECORDS = "rejection_templates"
LARGEST_FILE = 1_000_000
MOST_TEMPLATES = 500
LONGEST_TEXT = 4_000
LANGUAGES = ("fr", "en")


class Templates:
    """Loads, saves, imports and exports."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[Template]:
        """What the settings hold; an entry that cannot be used is left out."""
        return [template for record in self._settings.records(RECORDS) if (template := _template_of(record))]

    def save(self, templates: Iterable[Template]) -> None:
        """Raises a TnsError when the settings cannot be written."""
        self._settings.set_records(RECORDS, [_record_of(template) for template in templates])

    async def read_file(self, path: Path) -> list[Template]:
        """Raises TemplatesInvalid (``facts``: ``name``, ``reason``); nothing is taken over by it."""
        return await asyncio.to_thread(_read_blocking, path)

    async def write_file(self, path: Path, templates: Iterable[Template]) -> None:
        """JSON for a name that ends so, else TOML. Raises DiskFull or VaultReadOnly."""
        records = [_record_of(template) for template in templates]
        text = _json(records) if path.suffix.lower() == ".json" else _toml(records)
        await asyncio.to_thread(write_whole_blocking, path, text.encode())


def merged(present: Iterable[Template], brought: Iterable[Template]) -> list[Template]:
    """What was brought takes the place of what has the same cause and language; the rest stays."""
    found = {(template.cause.casefold(), template.language): template for template in present}
    found |= {(template.cause.casefold(), template.language): template for template in brought}
    return list(found.values())


def _template_of(record: Any) -> Template | None:
    if not isinstance(record, dict):
        return None
    cause, language, text = (record.get(name) for name in ("cause", "language", "text"))
    if not (isinstance(cause, str) and isinstance(text, str) and language in LANGUAGES):
        return None
    if not cause.strip() or not text.strip() or len(cause) > LONGEST_TEXT or len(text) > LONGEST_TEXT:
        return None
    return Template(cause.strip(), str(language), text.strip())


def _record_of(template: Template) -> dict[str, Any]:
    return {"cause": template.cause, "language": template.language, "text": template.text}


def _read_blocking(path: Path) -> list[Template]:
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
    records = found.get("templates") if isinstance(found, dict) else found
    if not isinstance(records, list) or len(records) > MOST_TEMPLATES:
        raise _invalid(path, "not_a_list")
    templates = [_template_of(record) for record in records]
    if not templates or None in templates:
        # Half of a file would look like all of it.
        raise _invalid(path, "missing_field")
    return [template for template in templates if template is not None]


def _json(records: list[dict[str, Any]]) -> str:
    return json.dumps({"templates": records}, ensure_ascii=False, indent=2) + "\n"


def _toml(records: list[dict[str, Any]]) -> str:
    """Strings only, so JSON's escapes are TOML's but for one character."""
    blocks = []
    for record in records:
        lines = [f"{name} = {_toml_text(value)}" for name, value in record.items()]
        blocks.append("\n".join(["[[templates]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _toml_text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _invalid(path: Path, reason: str) -> TemplatesInvalid:
    return TemplatesInvalid(reason, facts={"name": path.name, "reason": reason})
