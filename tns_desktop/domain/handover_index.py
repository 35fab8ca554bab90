"""What the indexes of a hand-over folder say of each file, and how a cell of them is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tns_desktop.domain.cells import harmless_cell
from tns_desktop.domain.client_file import ClientFile

COLUMNS = (
    "handed_over_at",
    "id",
    "external_id",
    "uuid",
    "last_name",
    "first_name",
    "product",
    "workflow",
    "state",
    "start_date",
    "finish_date",
    "rejection_cause",
    "layout",
    "documents",
    "left_out",
    "place",
    "archive_sha256",
    "handover",
)
"""In this order, in both indexes; new ones are added at the end. ``handover`` names the line itself."""

FORMAT = "tns-desktop-handover-index/1"
_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\t": " ", "\x00": ""})


def neutral_cell(text: str) -> str:
    """``text`` on one line, and behind an apostrophe where a spreadsheet would calculate it."""
    return harmless_cell(text).translate(_BREAKS)


def line_of(client_file: ClientFile, product: str) -> dict[str, str]:
    """What is known of the file; where it went is added when it has gone there."""
    person = client_file.participants[0] if client_file.participants else None
    return {
        "id": client_file.id,
        "external_id": client_file.external_id,
        "uuid": client_file.uuid,
        "last_name": person.last_name if person is not None else "",
        "first_name": person.first_name if person is not None else "",
        "product": product,
        "workflow": client_file.workflow_label,
        "state": client_file.state.name,
        "start_date": _iso(client_file.start_date),
        "finish_date": _iso(client_file.finish_date),
        "rejection_cause": client_file.rejection_cause,
    }


def plain_client_file(client_file: ClientFile) -> dict[str, object]:
    """The file's data for the manifest, field by field, empty ones left out."""
    texts: Mapping[str, object] = {
        "uuid": client_file.uuid,
        "id": client_file.id,
        "external_id": client_file.external_id,
        "state": client_file.state.name,
        "workflow": client_file.workflow_label,
        "start_date": _iso(client_file.start_date),
        "finish_date": _iso(client_file.finish_date),
        "validation_date": _iso(client_file.validation_date),
        "rejection_cause": client_file.rejection_cause,
        "rejection_message": client_file.rejection_message,
        "profiles": list(client_file.profiles),
        "external_info": [{"name": info.name, "value": info.value} for info in client_file.external_info],
        "participants": [
            {
                name: list(value) if isinstance(value, tuple) else value
                for name in person.__slots__
                if (value := getattr(person, name))
            }
            for person in client_file.participants
        ],
    }
    return {name: value for name, value in texts.items() if value}


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment is not None else ""
