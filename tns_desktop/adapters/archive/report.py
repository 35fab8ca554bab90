"""report.json: the file's identity and the documents it expects, as far as they can be told.

The report comes from outside and its list of documents is not specified: everything odd is skipped, nothing raises
except what makes the whole report unusable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tns_desktop.adapters.archive.layout import ReportLayout
from tns_desktop.adapters.archive.names import clean_path
from tns_desktop.adapters.archive.people import read_external_info, read_people
from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.reported import ReportedPerson

LARGEST_REPORT = 10 * 1024 * 1024
"""Bytes of report.json that are read at most."""


class ReportInvalid(Exception):
    """The bytes are no JSON object in UTF-8. Never leaves this package."""


@dataclass(frozen=True, slots=True)
class ExpectedPath:
    """A document the report lists. ``path`` is cleaned; empty when the report gives none."""

    label: str
    path: str
    participant_uuid: str


@dataclass(frozen=True, slots=True)
class Report:
    """``text`` is the report as it was written; ``uuid`` is empty when it has none."""

    text: str
    uuid: str
    expected: tuple[ExpectedPath, ...]
    people: tuple[ReportedPerson, ...] = ()
    external_info: tuple[ExternalInfo, ...] = ()


def parse_report(data: bytes, layout: ReportLayout, max_documents: int) -> Report:
    """Raises ReportInvalid."""
    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReportInvalid(str(error)) from error
    if not isinstance(content, dict):
        raise ReportInvalid("not an object")
    documents = next((found for path in layout.documents if isinstance(found := _dig(content, path), list)), [])
    expected = [
        document for each in documents[:max_documents] if (document := _read_document(each, layout)) is not None
    ]
    return Report(
        text,
        _text(_dig(content, layout.uuid)),
        tuple(expected),
        read_people(_dig(content, layout.participants)),
        read_external_info(_dig(content, layout.external_info)),
    )


def match_entry(expected: ExpectedPath, entry_ids: Mapping[str, str], ids_by_name: Mapping[str, Iterable[str]]) -> str:
    """The id of the entry that is meant: the same path, else the only entry of that name; empty when none is."""
    if not expected.path:
        return ""
    if found := entry_ids.get(expected.path):
        return found
    same_name = tuple(ids_by_name.get(expected.path.rsplit("/", 1)[-1], ()))
    return same_name[0] if len(same_name) == 1 else ""


def _dig(content: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(content, dict):
            return None
        content = content.get(key)
    return content


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _read_document(item: Any, layout: ReportLayout) -> ExpectedPath | None:
    if isinstance(item, str):
        item = {layout.path: item}
    if not isinstance(item, dict):
        return None
    path = clean_path(_text(item.get(layout.path)))
    label = _text(item.get(layout.label)) or path.rsplit("/", 1)[-1]
    participant = item.get(layout.participant)
    if isinstance(participant, dict):
        participant = participant.get(layout.participant_uuid)
    return ExpectedPath(label, path, _text(participant)) if label else None
